// Which findings an ignore file sets aside, and which entries it refuses.
#include "policy/ignore_file.h"

#include "support/support.h"

namespace seawall::policy {
namespace {

const UnixSeconds kToday = *parse_time("2026-11-26");

ScanReport report() {
  ScanReport report;
  report.artifact.name = "registry.example/shop/api:1.4.2";
  Finding finding;
  finding.rule_id = "CVE-2024-0001";
  finding.vulnerability.aliases = {"GHSA-aaaa-bbbb-cccc"};
  finding.package.type = PackageType::kNpm;
  finding.package.name = "qs";
  finding.package.version = "6.11.0";
  finding.location.path = "app/package-lock.json";
  report.findings = {finding};
  return report;
}

std::string entry(const std::string& more, const std::string& id = "CVE-2024-0001",
                  const std::string& expires = "2026-12-20") {
  return "- id: " + id + "\n  reason: behind the proxy\n  owner: web\n  expires: " + expires +
         "\n" + more;
}

ScanReport apply(const std::string& text, const std::string& name = ".seawall-ignore.yaml") {
  ScanReport one = report();
  const auto file = read_ignore_file(text, name, kToday, Limits());
  EXPECT_OK(file);
  if (file.ok()) apply_ignore(one, *file, kToday);
  return one;
}

TEST(IgnoreFile, SetsAsideWhatAllMembersName) {
  for (const char* more : {"", "  purls: [\"pkg:npm/qs\"]\n", "  purls: [\"pkg:npm/qs@6.*\"]\n",
                           "  paths: [\"app/*\"]\n  images: [\"registry.example/shop/*\"]\n"}) {
    const ScanReport one = apply(entry(more));
    EXPECT_TRUE(one.findings.empty()) << more;
    ASSERT_EQ(one.suppressed.size(), 1u) << more;
    EXPECT_EQ(one.suppressed[0].suppression.owner, "web");
    EXPECT_EQ(one.suppressed[0].suppression.expires, "2026-12-20");
    EXPECT_EQ(one.suppressed[0].suppression.source, ".seawall-ignore.yaml:1");
  }
  EXPECT_TRUE(apply(entry("", "GHSA-aaaa-bbbb-cccc")).findings.empty()) << "an alias";
}

TEST(IgnoreFile, LeavesWhatOneMemberDoesNotName) {
  for (const char* more : {"  purls: [\"pkg:npm/q\"]\n", "  purls: [\"pkg:npm/qs@6.12.0\"]\n",
                           "  paths: [\"web/*\"]\n", "  images: [\"other/*\"]\n",
                           "  paths: [\"app/*\"]\n  images: [\"other/*\"]\n"}) {
    const ScanReport one = apply(entry(more));
    EXPECT_EQ(one.findings.size(), 1u) << more;
    ASSERT_EQ(one.notes.size(), 1u) << "it names nothing";
    EXPECT_THAT(one.notes[0].message, testing::HasSubstr("CVE-2024-0001"));
  }
}

TEST(IgnoreFile, AnExpiredEntryIsAFinding) {
  const ScanReport one = apply(entry("", "CVE-2024-0001", "2026-11-25"));
  ASSERT_EQ(one.findings.size(), 2u);
  EXPECT_TRUE(one.suppressed.empty());
  const Finding& finding = one.findings[one.findings[0].rule_id == "SW-P0001" ? 0 : 1];
  EXPECT_EQ(finding.rule_id, "SW-P0001");
  EXPECT_EQ(finding.severity, Severity::kLow);
  EXPECT_EQ(finding.location.line, 1u);
  EXPECT_TRUE(apply(entry("", "CVE-2024-0001", "2026-11-26")).findings.empty()) << "the last day";
}

TEST(IgnoreFile, RefusesHalfAnEntry) {
  for (const std::string& text :
       {std::string("- id: A\n  owner: a\n  expires: never\n"),
        std::string("- id: A\n  reason: a\n  expires: never\n"),
        std::string("- id: A\n  reason: a\n  owner: a\n"),
        std::string("- reason: a\n  owner: a\n  expires: never\n"), std::string("id: A\n"),
        std::string("- id: [\n"), entry("", "A", "2028-01-01"), entry("", "A", "soon"),
        entry("  purls: []\n"), entry("  purl: [\"pkg:npm/a\"]\n")}) {
    EXPECT_FALSE(read_ignore_file(text, "a.yaml", kToday, Limits()).ok()) << text;
  }
  EXPECT_OK(read_ignore_file(entry("", "A", "never"), "a.yaml", kToday, Limits()));
  EXPECT_OK(read_ignore_file("", "a.yaml", kToday, Limits()));
}

TEST(IgnoreFile, ReadsTrivysPlainList) {
  const ScanReport one = apply("# ours\nCVE-2024-0001 exp:2026-12-01\n", ".trivyignore");
  EXPECT_TRUE(one.findings.empty());
  EXPECT_EQ(one.notes.size(), 1u) << "nobody answers for it";
  EXPECT_FALSE(read_ignore_file("CVE-1 exp:x\n", ".trivyignore", kToday, Limits()).ok());
  EXPECT_FALSE(read_ignore_file("CVE-1 CVE-2\n", ".trivyignore", kToday, Limits()).ok());
}

}  // namespace
}  // namespace seawall::policy
