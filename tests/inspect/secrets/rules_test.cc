// Every built-in rule against its own examples: a rule that cannot find what it says cannot ship.
#include <set>

#include <fmt/format.h>

#include "inspect/secrets/secret_rules.h"
#include "inspect/secrets/secret_scanner.h"
#include "support/support.h"

namespace seawall::inspect {
namespace {

using ::testing::HasSubstr;

// A path that the rule looks at.
std::string path_for(const SecretRule& rule) {
  if (rule.paths.empty()) return "app/config.txt";
  for (const char* path : {".npmrc",
                           ".netrc",
                           ".pypirc",
                           ".pgpass",
                           ".htpasswd",
                           "wp-config.php",
                           ".env",
                           "config/master.key",
                           "settings.py",
                           "application.properties",
                           "application.yml",
                           "config.json",
                           "credentials",
                           "root/.bash_history",
                           "secrets.yml",
                           "wg0.conf",
                           "etc/wireguard/wg0.conf",
                           "app/.aws/credentials",
                           ".git-credentials",
                           ".yarnrc.yml",
                           "settings.xml",
                           "NuGet.Config",
                           "auth.json",
                           "key.pem",
                           "terraform.tfvars"}) {
    if (rule.paths.matches(path)) return path;
  }
  return {};
}

const SecretScanner& scanner() {
  static const SecretScanner value(SecretRules::built_in());
  return value;
}

bool finds(const SecretRule& rule, const std::string& text, std::string path) {
  for (const Finding& finding : scanner().scan(path, text).findings) {
    if (finding.rule_id == rule.rule.id) return true;
  }
  return false;
}

TEST(BuiltInSecretRules, AreThereCompileAndHaveIdsOfTheirOwn) {
  ASSERT_GE(SecretRules::built_in().all().size(), 15u);
  std::set<std::string> ids;
  for (const auto& rule : SecretRules::built_in().all()) {
    EXPECT_TRUE(ids.insert(rule->rule.id).second) << rule->rule.id;
    EXPECT_TRUE(rule->rule.id.starts_with("SW-S")) << rule->rule.id;
    const Status status = rule->status();
    EXPECT_TRUE(status.ok()) << rule->rule.id << (status.ok() ? "" : status.error().text());
    EXPECT_GE(rule->fail.size(), 3u) << rule->rule.id;
    EXPECT_GE(rule->pass.size(), 3u) << rule->rule.id;
    EXPECT_FALSE(path_for(*rule).empty()) << rule->rule.id << ": give this test a path for it";
  }
}

TEST(BuiltInSecretRules, FindTheirExamplesAndNothingInTheNearMisses) {
  for (const auto& rule : SecretRules::built_in().all()) {
    for (const std::string& text : rule->fail)
      EXPECT_TRUE(finds(*rule, text, path_for(*rule))) << rule->rule.id << " misses: " << text;
    for (const std::string& text : rule->pass)
      EXPECT_FALSE(finds(*rule, text, path_for(*rule))) << rule->rule.id << " finds: " << text;
  }
}

// Rules whose keyword is part of the secret are a vendor's: none may claim another's example.
TEST(BuiltInSecretRules, NoVendorClaimsTheTokenOfAnother) {
  std::set<std::string> vendors;
  for (const auto& rule : SecretRules::built_in().all()) {
    const auto starts_pattern = [&](const std::string& keyword) {
      return rule->pattern.find(keyword) < 12;
    };
    if (std::any_of(rule->keywords.begin(), rule->keywords.end(), starts_pattern))
      vendors.insert(rule->rule.id);
  }
  for (const auto& rule : SecretRules::built_in().all()) {
    if (!vendors.contains(rule->rule.id)) continue;
    for (const std::string& text : rule->fail) {
      for (const Finding& finding : scanner().scan(path_for(*rule), text).findings) {
        EXPECT_TRUE(finding.rule_id == rule->rule.id || !vendors.contains(finding.rule_id))
            << rule->rule.id << " against " << finding.rule_id << ": " << text;
      }
    }
  }
}

constexpr std::string_view kRule =
    "rules:\n  - id: SW-S9001\n    title: {en: a, fr: b}\n    severity: low\n"
    "    fix: {en: a, fr: b}\n    examples: {pass: [a, b, c], fail: [d, e, f]}\n";

std::string error_of(std::string_view more) {
  const auto rules = SecretRules::parse({{"x.yaml", std::string(kRule) + std::string(more)}}, true);
  return rules.ok() ? "" : rules.error().text();
}

TEST(SecretRules, SayWhatIsWrongAndWhere) {
  EXPECT_THAT(error_of("    keywords: [abc]\n"), HasSubstr("x.yaml:2: SW-S9001 has no pattern"));
  EXPECT_THAT(error_of("    pattern: abc\n"), HasSubstr("has no keywords"));
  EXPECT_THAT(error_of("    pattern: abc\n    keywords: [ab]\n"), HasSubstr("keyword \"ab\""));
  EXPECT_THAT(error_of("    pattern: 'a(?=b)'\n    keywords: [abc]\n"),
              HasSubstr("the pattern is wrong"));
  EXPECT_THAT(error_of("    pattern: abc\n    keywords: [abc]\n    check: magic\n"),
              HasSubstr("unknown check \"magic\""));
  EXPECT_THAT(error_of("    pattern: abc\n    keywords: [abc]\n    reach: 1\n"),
              HasSubstr("reach"));
  EXPECT_EQ(error_of("    pattern: abc\n    keywords: [abc]\n"), "");
}

TEST(SecretRules, RefuseAnIdThatStandsInTwoFiles) {
  const std::string text = std::string(kRule) + "    pattern: abc\n    keywords: [abc]\n";
  const auto rules = SecretRules::parse({{"a.yaml", text}, {"b.yaml", text}}, false);
  ASSERT_FALSE(rules.ok());
  EXPECT_THAT(rules.error().text(), HasSubstr("b.yaml:2: SW-S9001 stands twice"));
}

}  // namespace
}  // namespace seawall::inspect
