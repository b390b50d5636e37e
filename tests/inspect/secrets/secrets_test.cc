#include "inspect/secrets/secrets.h"

#include <chrono>
#include <random>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/collecting_sink.h"
#include "inspect/secrets/baseline.h"
#include "inspect/secrets/secret_mask.h"

namespace seawall::inspect {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// A password URL is the simplest secret; parts are joined so that this file holds none.
std::string url(std::string_view password) {
  return fmt::format("postgres://app:{}@db.corp.internal/x", password);
}

const SecretScanner& scanner() {
  static const SecretScanner value(SecretRules::built_in(), LiteralEngine::kPortable, "key");
  return value;
}

std::vector<Finding> scan(std::string_view text) {
  return scanner().scan("app/x", text).findings;
}

TEST(SecretMask, ShowsAtMostAQuarterAndEightCharacters) {
  EXPECT_EQ(mask_secret("abc"), "••••••••");
  EXPECT_EQ(mask_secret("abcdefgh"), "a••••••••h");
  EXPECT_EQ(mask_secret(std::string(15, 'a') + "b" + std::string(16, 'c')), "aaaa••••••••cccc");
  EXPECT_EQ(mask_secret("pass\nword"), "••••••••");
  EXPECT_EQ(mask_secret("motdepassé"), "••••••••");
  EXPECT_EQ(mask_secret("-----BEGIN EC PRIVATE KEY-----\nMHcC"),
            "-----BEGIN EC PRIVATE KEY-----••••••••");
}

TEST(SecretMask, HashIsHmacSha256) {  // RFC 4231, test cases 2 and 6
  EXPECT_EQ(secret_hash("what do ya want for nothing?", "Jefe"),
            "5bdcc146bf60754e6a042426089575c7");
  EXPECT_EQ(secret_hash("Test Using Larger Than Block-Size Key - Hash Key First",
                        std::string(131, '\xaa')),
            "60e431591ee0b67f0d8a26aacbf5b77f");
}

TEST(SecretMask, Entropy) {
  EXPECT_EQ(entropy(""), 0);
  EXPECT_EQ(entropy("aaaa"), 0);
  EXPECT_DOUBLE_EQ(entropy("abcd"), 2);
}

TEST(SecretMask, KnowsPlaceholders) {
  for (const std::string_view text :
       {"changeme", "xxxxxxxx", "${TOKEN}", "$TOKEN", "<password>", "{{ key }}", "your-api-key",
        "********", "password", "%PASSWORD%", "$(cat /run/secrets/x)"})
    EXPECT_TRUE(is_placeholder(text)) << text;
  for (const std::string_view text : {"q8Lw3zRv", "$2b$12$abcdefgh", "hunter2!", "p4ss-W0rd9"})
    EXPECT_FALSE(is_placeholder(text)) << text;
}

TEST(SecretScanner, TellsLineMaskHashAndRule) {
  const auto found = scan("one\ntwo\nDB=" + url("v8Kq2mZ7xT9w") + " # here\n");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].rule_id, "SW-S0007");
  EXPECT_EQ(found[0].kind, FindingKind::kSecret);
  EXPECT_EQ(found[0].location.line, 3u);
  EXPECT_EQ(found[0].evidence, "DB=postgres://app:v8••••••••w@db.corp.internal/x # here");
  EXPECT_EQ(found[0].secret_hash, secret_hash("v8Kq2mZ7xT9w", "key"));
  EXPECT_THAT(found[0].controls, ElementsAre("gc-containers/B4"));
  EXPECT_FALSE(found[0].remediation.empty());
}

TEST(SecretScanner, TheSameSecretTwiceIsOneFindingAtItsFirstLine) {
  const auto found = scan("\n" + url("v8Kq2mZ7xT") + "\n" + url("v8Kq2mZ7xT") + "\n");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].location.line, 2u);
}

TEST(SecretScanner, MasksTheOtherSecretsOfALine) {
  const auto found = scan(url("v8Kq2mZ7xT") + " " + url("Nn3xRw9LqP"));
  ASSERT_THAT(found, SizeIs(2));
  for (const Finding& finding : found) {
    EXPECT_THAT(finding.evidence, Not(HasSubstr("v8Kq2mZ7xT")));
    EXPECT_THAT(finding.evidence, Not(HasSubstr("Nn3xRw9LqP")));
  }
}

TEST(SecretScanner, AllowsInTheLine) {
  const auto all = scan(url("v8Kq2mZ7xT") + " # seawall:allow\n" + url("Nn3xRw9LqP") +
                        " # seawall:allow SW-S0007\n" + url("Zz7pKw2LqV") +
                        " # seawall:allow SW-S0001\n" + url("Bb4tMx8RqY") + " // gitleaks:allow\n");
  ASSERT_THAT(all, SizeIs(4));
  EXPECT_EQ(all[0].suppression.by, "inline");
  EXPECT_EQ(all[1].suppression.by, "inline");
  EXPECT_EQ(all[2].suppression.by, "");
  EXPECT_EQ(all[3].suppression.by, "inline");
}

TEST(SecretScanner, ReadsUtf16) {
  const std::string text = "é\n" + url("v8Kq2mZ7xT") + "\n";
  for (const bool little : {true, false}) {
    std::string wide = little ? "\xff\xfe" : "\xfe\xff";
    const auto add = [&](unsigned unit) {
      const char low = static_cast<char>(unit & 0xff), high = static_cast<char>(unit >> 8);
      wide += little ? low : high;
      wide += little ? high : low;
    };
    add(0xe9);
    for (const char c : text.substr(2)) add(static_cast<unsigned char>(c));
    const auto found = scan(wide);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].location.line, 2u);
  }
}

// A secret at every place around the border of two windows is found once, at the right line.
TEST(SecretScanner, WindowsLoseNothing) {
  const std::string secret = "\n" + url("v8Kq2mZ7xT") + "\n";
  for (size_t place = (238u << 10); place < (268u << 10); place += 997) {
    const std::string text = std::string(place, '\n') + secret + std::string(300'000, 'y');
    const auto found = scan(text);
    ASSERT_THAT(found, SizeIs(1)) << place;
    EXPECT_EQ(found[0].location.line, place + 2) << place;
  }
}

TEST(SecretScanner, OneLongLineIsLinear) {
  std::string text;
  while (text.size() < (16u << 20)) text += "var password=a.password,token:b.api_key;https://x.y/";
  text += url("v8Kq2mZ7xT");
  const auto start = std::chrono::steady_clock::now();
  const auto found = scan(text);
  const auto took = std::chrono::steady_clock::now() - start;
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_LE(found[0].evidence.size(), 200u);
  EXPECT_LT(took, std::chrono::seconds(30));
}

TEST(SecretScanner, StopsAtAThousandAndSaysSo) {
  std::string text;
  for (int i = 0; i < 1500; ++i) text += url(fmt::format("v8Kq2mZ7xT{}", i)) + "\n";
  const auto result = scanner().scan("x", text);
  EXPECT_THAT(result.findings, SizeIs(1000));
  ASSERT_THAT(result.problems, SizeIs(1));
  EXPECT_THAT(result.problems[0].text(), HasSubstr("more than 1000 secrets"));
}

TEST(SecretScanner, TheMostSpecificRuleSpeaks) {
  const SecretRule* github = SecretRules::built_in().find("SW-S0012");
  ASSERT_NE(github, nullptr);
  const auto found = scan(github->fail[2]);  // a token as the password of a URL
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].rule_id, "SW-S0012");
}

TEST(SecretScanner, NoSecretStandsInAnyField) {
  std::mt19937 random(11);
  const std::string_view alphabet = "ABCDEFGHKLMNPQRSTVWXYZabcdefghkmnpqrstvwxyz23456789";
  for (int round = 0; round < 500; ++round) {
    std::string secret(8 + random() % 40, ' ');
    for (char& c : secret) c = alphabet[random() % alphabet.size()];
    const std::string noise(random() % 200, 'n');
    const std::string text = noise + " copy " + secret + "\n" + noise + " " + url(secret) + " " + secret +
                             " APP_PASSWORD=" + secret + "\napi_key = \"" + secret + "\"\n";
    const auto found = scan(text);
    ASSERT_FALSE(found.empty()) << text;
    for (const Finding& finding : found) {
      for (const std::string* field : {&finding.evidence, &finding.title, &finding.remediation,
                                       &finding.secret_hash, &finding.suppression.reason}) {
        EXPECT_THAT(*field, Not(HasSubstr(secret)));
        EXPECT_THAT(*field, Not(HasSubstr(secret.substr(2, secret.size() - 4))));
      }
      EXPECT_TRUE(is_valid_utf8(finding.evidence));
    }
  }
}

TEST(SecretScanner, BothEnginesFindTheSame) {
  const SecretScanner fast(SecretRules::built_in(), LiteralEngine::kBest, "key");
  std::string text;
  for (const auto& rule : SecretRules::built_in().all()) {
    for (const std::string& example : rule->fail) text += example + "\n\n";
  }
  const auto a = scan(text), b = fast.scan("app/x", text).findings;
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].rule_id, b[i].rule_id);
    EXPECT_EQ(a[i].evidence, b[i].evidence);
    EXPECT_EQ(a[i].location.line, b[i].location.line);
  }
}

TEST(Secrets, SkipsWhatHoldsNoneAndLowersTestData) {
  const std::string text = url("v8Kq2mZ7xT");
  EXPECT_THAT(inspect_text(parse_secrets, "usr/share/doc/x/README", text).findings, IsEmpty());
  EXPECT_THAT(inspect_text(parse_secrets, "app/README", text).findings, SizeIs(1));
  const auto low = inspect_text(parse_secrets, "app/node_modules/x/test/a.js", text).findings;
  ASSERT_THAT(low, SizeIs(1));
  EXPECT_EQ(low[0].severity, Severity::kLow);
}

TEST(Secrets, ImageConfiguration) {
  const std::string json = fmt::format(
      R"({{"config":{{"Env":["PATH=/bin","DB_PASSWORD=w7Lq2zRt9X"],"Labels":{{"u":"{}"}}}},)"
      R"("history":[{{"created_by":"/bin/sh -c #(nop) ADD file:1 in /"}},)"
      R"({{"created_by":"ENV DB_PASSWORD=w7Lq2zRt9X"}},)"
      R"({{"created_by":"RUN |1 NPM_TOKEN=Zk4w9TqL2mXx /bin/sh -c npm ci"}}]}})",
      url("Nn3xRw9LqP"));
  const auto found = scan_image_config(json, scanner());
  ASSERT_TRUE(found.ok());
  ASSERT_THAT(*found, SizeIs(3));
  EXPECT_EQ((*found)[0].location.line, 2u);
  EXPECT_EQ((*found)[1].location.line, 3u);
  EXPECT_EQ((*found)[2].location.line, 0u);
  EXPECT_EQ((*found)[2].rule_id, "SW-S0007");
  for (const Finding& finding : *found) {
    EXPECT_EQ(finding.location.path, "image config");
    EXPECT_THAT(finding.location.instruction, Not(HasSubstr("w7Lq2zRt9X")));
  }
  EXPECT_FALSE(scan_image_config("[1", scanner()).ok());
  EXPECT_FALSE(scan_image_config("[1]", scanner()).ok());
}

TEST(Baseline, SetsAsideWhatItHoldsAndNothingElse) {
  auto findings = scan(url("v8Kq2mZ7xT") + "\n");
  findings[0].location.path = "app/x";
  const std::string json = Baseline::of(findings, "rotated").to_json();
  const auto baseline = Baseline::parse(json, "base.json");
  ASSERT_TRUE(baseline.ok());
  auto later = scan("\n\n" + url("v8Kq2mZ7xT") + "\n" + url("Nn3xRw9LqP"));
  for (Finding& finding : later) finding.location.path = "app/x";
  EXPECT_EQ(baseline->apply(later), 1u);
  EXPECT_EQ(later[0].suppression.by, "baseline");
  EXPECT_EQ(later[0].suppression.source, "base.json");
  EXPECT_EQ(later[0].suppression.reason, "rotated");
  EXPECT_FALSE(later[1].suppression.active());
}

TEST(Baseline, RefusesWhatItCannotRead) {
  for (const std::string_view json :
       {"", "[]", "{}", R"({"version":2,"secrets":[]})", R"({"version":1,"secrets":[{}]})"})
    EXPECT_FALSE(Baseline::parse(json, "b.json").ok()) << json;
}

}  // namespace
}  // namespace seawall::inspect
