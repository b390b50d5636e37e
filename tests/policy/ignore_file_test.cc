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

constexpr const char* kTrivy = ".trivyignore.yaml";

TEST(TrivyIgnoreFile, SetsAsideWhatItsListNames) {
  for (const char* text :
       {"vulnerabilities:\n  - id: CVE-2024-0001\n",
        "vulnerabilities:\n  - id: GHSA-aaaa-bbbb-cccc\n    statement: no risk\n",
        "vulnerabilities:\n  - id: CVE-2024-0001\n    paths: [\"app/*\"]\n"
        "    purls: [\"pkg:npm/qs\"]\n    expired_at: 2026-11-26\nsecrets:\n"}) {
    const ScanReport one = apply(text, kTrivy);
    EXPECT_TRUE(one.findings.empty()) << text;
    ASSERT_EQ(one.suppressed.size(), 1u) << text;
    EXPECT_EQ(one.suppressed[0].suppression.by, "ignore");
  }
}

TEST(TrivyIgnoreFile, OtherKindsPathsAndTimesCountForNothing) {
  for (const char* text :
       {"misconfigurations:\n  - id: CVE-2024-0001\n",
        "vulnerabilities:\n  - id: CVE-2024-0001\n    paths: [\"srv/*\"]\n",
        "vulnerabilities:\n  - id: CVE-2024-0001\n    purls: [\"pkg:npm/other\"]\n"}) {
    EXPECT_EQ(apply(text, kTrivy).findings.size(), 1u) << text;
  }
  const ScanReport late =
      apply("vulnerabilities:\n  - id: CVE-2024-0001\n    expired_at: 2026-11-25\n", kTrivy);
  ASSERT_EQ(late.findings.size(), 2u) << "an expired exception is a finding itself";
  EXPECT_TRUE(late.suppressed.empty());
}

TEST(TrivyIgnoreFile, KnowsTrivysNamesOfRules) {
  for (const char* id : {"AVD-DS-0002", "DS-0002"}) {
    ScanReport one = report();
    one.findings[0].kind = FindingKind::kMisconfiguration;
    one.findings[0].rule_id = "SW-I0001";
    one.findings[0].aliases = {"trivy/DS-0002"};
    const auto file = read_ignore_file(std::string("misconfigurations:\n  - id: ") + id + "\n",
                                       kTrivy, kToday, Limits());
    ASSERT_OK(file);
    apply_ignore(one, *file, kToday);
    EXPECT_EQ(one.suppressed.size(), 1u) << id;
  }
}

TEST(TrivyIgnoreFile, WrongEntriesAreErrors) {
  for (const char* text : {"vulnerabilities:\n  - paths: [a]\n", "vulnerabilities: text\n",
                           "packages:\n  - id: a\n", "vulnerabilities:\n  - id: a\n    path: [a]\n",
                           "vulnerabilities:\n  - id: a\n    paths: []\n",
                           "vulnerabilities:\n  - id: a\n    expired_at: soon\n"}) {
    const auto file = read_ignore_file(text, kTrivy, kToday, Limits());
    ASSERT_FALSE(file.ok()) << text;
    EXPECT_THAT(file.error().text(), ::testing::HasSubstr("line ")) << text;
  }
}

}  // namespace
}  // namespace seawall::policy
