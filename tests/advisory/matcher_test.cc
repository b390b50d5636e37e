#include "advisory/matcher.h"

#include <algorithm>

#include "support/support.h"

namespace seawall::advisory {
namespace {

Affected fixed_in(std::string ecosystem, std::string package, std::string fixed) {
  Affected one;
  one.ecosystem = std::move(ecosystem);
  one.package = std::move(package);
  if (!fixed.empty()) one.ranges.push_back({"", std::move(fixed), ""});
  return one;
}

Affected in_state(std::string ecosystem, std::string package, FixState state) {
  Affected one = fixed_in(std::move(ecosystem), std::move(package), "");
  one.state = state;
  return one;
}

Record record(std::string feed, std::string id, std::vector<Affected> affected) {
  Record one;
  one.feed = std::move(feed);
  one.id = std::move(id);
  one.affected = std::move(affected);
  return one;
}

Distribution distribution(std::string id, std::string version) {
  Distribution one;
  one.id = std::move(id);
  one.version_id = std::move(version);
  return one;
}

Package package(PackageType type, std::string name, std::string version) {
  Package one;
  one.type = type;
  one.name = std::move(name);
  one.version = std::move(version);
  one.location.path = "var/lib/status";
  return one;
}

// Builds a database of the records and matches one inventory against it.
class Match : public testing::Test {
 protected:
  MatchResult match(std::vector<Record> records, const Inventory& inventory,
                    const MatchOptions& options = {}) {
    DatabaseBuilder builder;
    for (auto& one : records) builder.record(std::move(one));
    builder.epss({"CVE-2024-45491", 0.5, 0.99});
    builder.known_exploited({"CVE-2021-44228", "2021-12-10", "2021-12-24", true});
    const std::string path = scratch_.path() + "/db";
    EXPECT_OK(builder.write(path, 1));
    auto database = Database::open(path);
    EXPECT_OK(database);
    auto result = advisory::match(inventory, *database, options);
    EXPECT_OK(result);
    return std::move(result).value();
  }
  static Inventory debian(std::vector<Package> packages) {
    return {distribution("debian", "12"), std::move(packages)};
  }
  static Inventory redhat(std::vector<Package> packages) {
    return {distribution("rhel", "9.4"), std::move(packages)};
  }

 private:
  test::ScratchDirectory scratch_;
};

Package libexpat() {
  Package one = package(PackageType::kDeb, "libexpat1", "2.5.0-1+b1");
  one.source_name = "expat";
  one.source_version = "2.5.0-1";
  return one;
}

TEST_F(Match, DebianBySourcePackageAndVersion) {
  Record expat =
      record("debian", "CVE-2024-45491", {fixed_in("debian:12", "expat", "2.5.0-1+deb12u1")});
  expat.summary = "integer overflow";
  expat.cvss = {{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "nvd", 9.8}};
  Record notice = record("debian", "DSA-5770-1", {});
  notice.covers = {"CVE-2024-45491"};
  const auto result = match({expat, notice}, debian({libexpat()}));
  EXPECT_EQ(result.ecosystem, "debian:12");
  EXPECT_TRUE(result.distribution_supported && result.distribution_covered);
  EXPECT_THAT(result.feeds, testing::ElementsAre("debian"));
  ASSERT_EQ(result.findings.size(), 1u);
  const Finding& finding = result.findings[0];
  EXPECT_EQ(finding.rule_id, "CVE-2024-45491");
  EXPECT_EQ(finding.title, "integer overflow");
  EXPECT_EQ(finding.severity, Severity::kCritical) << "from the score";
  EXPECT_EQ(finding.remediation, "upgrade expat to 2.5.0-1+deb12u1");
  EXPECT_EQ(finding.package.name, "libexpat1");
  EXPECT_EQ(finding.location.path, "var/lib/status");
  EXPECT_FALSE(finding.fingerprint.empty());
  EXPECT_EQ(finding.vulnerability.fix_state, FixState::kFixed);
  EXPECT_EQ(finding.vulnerability.fixed_version, "2.5.0-1+deb12u1");
  EXPECT_EQ(finding.vulnerability.affected_range, "<2.5.0-1+deb12u1");
  EXPECT_THAT(finding.vulnerability.advisories, testing::ElementsAre("DSA-5770-1"));
  EXPECT_DOUBLE_EQ(finding.vulnerability.score, 9.8);
  EXPECT_DOUBLE_EQ(*finding.vulnerability.epss, 0.5);
  EXPECT_GT(finding.vulnerability.risk, 40);
  EXPECT_EQ(finding.vulnerability.matched_by, (MatchedBy{"source-package", "expat", "2.5.0-1"}));
}

TEST_F(Match, SaysUnderWhichNameItFoundAPackage) {
  const auto own = match({record("debian", "CVE-2024-1", {fixed_in("debian:12", "bash", "9")})},
                         debian({package(PackageType::kDeb, "bash", "5.2.15-2")}));
  ASSERT_EQ(own.findings.size(), 1u);
  EXPECT_EQ(own.findings[0].vulnerability.matched_by, (MatchedBy{"package", "bash", "5.2.15-2"}));
  const auto language = match({record("pypi", "CVE-2024-2", {fixed_in("pypi", "my-package", "9")})},
                              {{}, {package(PackageType::kPypi, "My_Package", "1.0")}});
  ASSERT_EQ(language.findings.size(), 1u);
  EXPECT_EQ(language.findings[0].vulnerability.matched_by,
            (MatchedBy{"purl", "my-package", "1.0"}));
}

TEST_F(Match, FixedPackagesAreClean) {
  Package fixed = libexpat();
  fixed.source_version = "2.5.0-1+deb12u1";
  const auto result = match(
      {record("debian", "CVE-2024-45491", {fixed_in("debian:12", "expat", "2.5.0-1+deb12u1")})},
      debian({fixed}));
  EXPECT_TRUE(result.findings.empty());
}

TEST_F(Match, UnfixedStatesSaySo) {
  for (const auto& [state, words] : {std::pair(FixState::kWillNotFix, "will not fix"),
                                     std::pair(FixState::kDeferred, "postponed"),
                                     std::pair(FixState::kEndOfLife, "no more fixes"),
                                     std::pair(FixState::kAffected, "no fix is known"),
                                     std::pair(FixState::kUnderInvestigation, "investigating")}) {
    const auto result =
        match({record("debian", "CVE-2005-2541", {in_state("debian:12", "expat", state)})},
              debian({libexpat()}));
    ASSERT_EQ(result.findings.size(), 1u);
    EXPECT_EQ(result.findings[0].vulnerability.fix_state, state);
    EXPECT_THAT(result.findings[0].remediation, testing::HasSubstr(words));
  }
}

TEST_F(Match, TheVendorsNotAffectedWins) {
  const auto vulnerable = fixed_in("debian:12", "expat", "9");
  const auto cleared = in_state("debian:12", "expat", FixState::kNotAffected);
  EXPECT_TRUE(
      match({record("debian", "CVE-2024-1000", {vulnerable, cleared})}, debian({libexpat()}))
          .findings.empty());
  EXPECT_TRUE(match({record("other", "CVE-2024-1000", {vulnerable}),
                     record("debian", "CVE-2024-1000", {cleared})},
                    debian({libexpat()}))
                  .findings.empty());
  EXPECT_EQ(match({record("debian", "CVE-2024-1000", {vulnerable}),
                   record("other", "CVE-2024-1000", {cleared})},
                  debian({libexpat()}))
                .findings.size(),
            1u);
}

TEST_F(Match, OneFindingForAnAliasClassWithTheFixThatClosesAllRows) {
  Record ghsa = record("npm", "GHSA-aaaa-bbbb-cccc", {fixed_in("npm", "lodash", "4.17.12")});
  ghsa.aliases = {"CVE-2019-10744"};
  ghsa.severity = Severity::kHigh;
  Record other = record("other", "OTHER-1", {fixed_in("npm", "lodash", "4.17.20")});
  other.aliases = {"GHSA-aaaa-bbbb-cccc"};
  const auto result = match({ghsa, other}, {{}, {package(PackageType::kNpm, "lodash", "4.17.11")}});
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].rule_id, "CVE-2019-10744");
  EXPECT_EQ(result.findings[0].vulnerability.fixed_version, "4.17.20");
  EXPECT_EQ(result.findings[0].severity, Severity::kHigh);
  EXPECT_THAT(result.findings[0].vulnerability.aliases,
              testing::ElementsAre("GHSA-aaaa-bbbb-cccc", "OTHER-1"));
}

TEST_F(Match, TheFixIsTheOneOfTheBranchInUse) {
  Record branches = record("npm", "CVE-2024-1000", {fixed_in("npm", "x", "")});
  branches.affected[0].ranges = {{"2.0.0", "2.1.0", ""}, {"1.0.0", "1.2.9", ""}};
  const auto result = match({branches}, {{}, {package(PackageType::kNpm, "x", "1.2.0")}});
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].vulnerability.fixed_version, "1.2.9");
}

Record rhsa(std::string fixed, std::string module = "", std::vector<std::string> archs = {}) {
  Record notice = record("redhat", "RHSA-2024:1", {fixed_in("redhat:9", "nodejs", fixed)});
  notice.covers = {"CVE-2024-1000", "CVE-2024-2000"};
  notice.affected[0].module = std::move(module);
  notice.affected[0].architectures = std::move(archs);
  return notice;
}

TEST_F(Match, NoticesGiveOneFindingForEachCve) {
  const auto result =
      match({rhsa("1:18.1-1.el9")}, redhat({package(PackageType::kRpm, "nodejs", "1:18.0-1.el9")}));
  ASSERT_EQ(result.findings.size(), 2u);
  EXPECT_THAT(result.findings[0].vulnerability.advisories, testing::ElementsAre("RHSA-2024:1"));
  EXPECT_EQ(result.findings[0].remediation, "upgrade nodejs to 1:18.1-1.el9");
}

TEST_F(Match, ModulesMeetOnlyTheirOwnRows) {
  Package plain = package(PackageType::kRpm, "nodejs", "1:18.0-1.el9");
  Package modular = plain;
  modular.module = "nodejs:18:8060020220523160029:ad008a3a";
  const auto count = [&](const Record& notice, const Package& one) {
    return match({notice}, redhat({one})).findings.size();
  };
  EXPECT_EQ(count(rhsa("1:18.1", "nodejs:18"), modular), 2u);
  EXPECT_EQ(count(rhsa("1:18.1", "nodejs:20"), modular), 0u);
  EXPECT_EQ(count(rhsa("1:18.1", "nodejs:18"), plain), 0u);
  EXPECT_EQ(count(rhsa("1:18.1-1.module+el9+1"), plain), 0u);
  EXPECT_EQ(count(rhsa("1:18.1-1.module+el9+1"), modular), 2u);
  EXPECT_EQ(count(rhsa("1:18.1"), modular), 0u);
}

TEST_F(Match, ArchitecturesAreHonoured) {
  Package one = package(PackageType::kRpm, "nodejs", "1:18.0");
  for (const auto& [architecture, count] : {std::pair("x86_64", 2u), std::pair("aarch64", 0u),
                                            std::pair("noarch", 2u), std::pair("", 2u)}) {
    one.architecture = architecture;
    EXPECT_EQ(match({rhsa("1:18.1", "", {"x86_64"})}, redhat({one})).findings.size(), count);
  }
}

TEST_F(Match, RpmIsAskedByBinaryAndBySource) {
  Package one = package(PackageType::kRpm, "openssl-libs", "1:3.0.7-1.el9");
  one.source_name = "openssl";
  one.source_version = "3.0.7-1.el9";
  const auto result = match(
      {record("redhat", "CVE-2024-1000", {in_state("redhat:9", "openssl", FixState::kAffected)}),
       record("redhat", "CVE-2024-2000", {fixed_in("redhat:9", "openssl", "1:3.0.7-1.el9")})},
      redhat({one}));
  ASSERT_EQ(result.findings.size(), 1u) << "the binary's epoch counts for the source too";
  EXPECT_EQ(result.findings[0].rule_id, "CVE-2024-1000");
  EXPECT_EQ(result.findings[0].vulnerability.matched_by,
            (MatchedBy{"source-package", "openssl", "1:3.0.7-1.el9"}));
  const auto both = match({record("redhat", "CVE-2024-3000",
                                  {in_state("redhat:9", "openssl", FixState::kAffected),
                                   in_state("redhat:9", "openssl-libs", FixState::kAffected)})},
                          redhat({one}));
  ASSERT_EQ(both.findings.size(), 1u);
  EXPECT_EQ(both.findings[0].vulnerability.matched_by.identity, "package") << "its own name first";
}

TEST_F(Match, KernelHeadersAreCountedAndLeftOut) {
  Package headers = package(PackageType::kDeb, "linux-libc-dev", "6.1.1-1");
  headers.source_name = "linux";
  Package kernel = package(PackageType::kDeb, "linux-image-amd64", "6.1.1-1");
  kernel.source_name = "linux";
  const std::vector<Record> records = {
      record("debian", "CVE-2024-1000", {fixed_in("debian:12", "linux", "6.1.2-1")})};
  auto result = match(records, debian({headers, kernel}));
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].package.name, "linux-image-amd64");
  EXPECT_EQ(result.kernel_header_rows, 1u);
  result = match(records, debian({headers, kernel}), {true, true});
  EXPECT_EQ(result.findings.size(), 2u);
  EXPECT_EQ(result.kernel_header_rows, 0u);
}

TEST_F(Match, UnimportantOnesCanBeLeftOut) {
  Record one = record("debian", "CVE-2005-2541", {fixed_in("debian:12", "expat", "9")});
  one.affected[0].severity = Severity::kNegligible;
  EXPECT_EQ(match({one}, debian({libexpat()})).findings.size(), 1u);
  EXPECT_TRUE(match({one}, debian({libexpat()}), {false, false}).findings.empty());
}

TEST_F(Match, WhatTheDatabaseLacksIsNamed) {
  const auto result = match({record("npm", "CVE-2024-1000", {fixed_in("npm", "x", "1")})},
                            debian({libexpat(), package(PackageType::kPypi, "flask", "1.0")}));
  EXPECT_TRUE(result.distribution_supported);
  EXPECT_FALSE(result.distribution_covered);
  EXPECT_THAT(result.uncovered_ecosystems, testing::ElementsAre("debian:12", "pypi"));
}

TEST_F(Match, UnknownDistributionsAreUnsupported) {
  Inventory inventory = debian({libexpat()});
  inventory.distribution = distribution("nosuchlinux", "1");
  const auto result = match({}, inventory);
  EXPECT_FALSE(result.distribution_supported);
  EXPECT_TRUE(result.ecosystem.empty() && result.findings.empty());
}

TEST_F(Match, KnownExploitedComesFirstAndMaliceIsCritical) {
  Record log4j = record("maven", "CVE-2021-44228", {fixed_in("npm", "log", "2.15.0")});
  Record malice = record("npm", "MAL-2024-1", {fixed_in("npm", "evil", "")});
  malice.malicious = true;
  const auto result = match({log4j, malice}, {{},
                                              {package(PackageType::kNpm, "evil", "1.0.0"),
                                               package(PackageType::kNpm, "log", "2.14.0")}});
  ASSERT_EQ(result.findings.size(), 2u);
  const auto& exploited = result.findings[0];
  EXPECT_EQ(exploited.rule_id, "CVE-2021-44228");
  EXPECT_TRUE(exploited.vulnerability.known_exploited && exploited.vulnerability.ransomware);
  EXPECT_EQ(exploited.vulnerability.kev_due_date, "2021-12-24");
  EXPECT_EQ(result.findings[1].severity, Severity::kCritical);
  EXPECT_THAT(result.findings[1].remediation, testing::HasSubstr("remove evil"));
}

TEST_F(Match, ThirdPartyPackagesAreCounted) {
  Package own = package(PackageType::kRpm, "nodejs", "1:18.0");
  own.vendor = "Red Hat, Inc.";
  Package other = own;
  other.vendor = "NodeSource";
  EXPECT_EQ(match({rhsa("1:18.1")}, redhat({own, other})).third_party_packages, 1u);
}

TEST_F(Match, PackagesWithoutAVersionAreNotGuessed) {
  EXPECT_TRUE(
      match({rhsa("1:18.1")}, redhat({package(PackageType::kRpm, "nodejs", "")})).findings.empty());
}

TEST_F(Match, TitlesOfOsPackagesComeFromTheirDistribution) {
  Record debian_zlib = record("debian", "CVE-2023-45853", {fixed_in("debian:12", "zlib", "")});
  debian_zlib.summary = "MiniZip in zlib overflows an integer";
  Record ghsa = record("pypi", "GHSA-mq29-j5xf-cjwr", {fixed_in("pypi", "pyminizip", "")});
  ghsa.aliases = {"CVE-2023-45853"};
  ghsa.summary = "pyminizip affected by zlib's integer overflow";
  const auto result =
      match({ghsa, debian_zlib}, debian({package(PackageType::kDeb, "zlib", "1:1.2.13.dfsg-1"),
                                         package(PackageType::kPypi, "pyminizip", "0.2.6")}));
  ASSERT_EQ(result.findings.size(), 2u);
  for (const Finding& finding : result.findings) {
    EXPECT_EQ(finding.title,
              finding.package.type == PackageType::kDeb ? debian_zlib.summary : ghsa.summary);
  }
}

TEST_F(Match, WhatAnOsPackageInstalledIsTheDistributionsToPatch) {
  const Record advisory = record("pypi", "GHSA-1", {fixed_in("pypi", "requests", "2.31.0")});
  const Record other = record("debian", "CVE-2024-45491", {fixed_in("debian:12", "expat", "9")});
  Package owned = package(PackageType::kPypi, "requests", "2.28.1");
  owned.owner = "python3-requests";
  const Package own = package(PackageType::kPypi, "requests", "2.28.1");
  const auto result = match({advisory, other}, debian({owned, own}));
  EXPECT_EQ(result.findings.size(), 1u) << "the copy that pip installed";
  EXPECT_EQ(result.owned_packages, 1u);
  const auto uncovered = match({advisory}, Inventory{distribution("debian", "12"), {owned}});
  EXPECT_EQ(uncovered.findings.size(), 1u) << "nobody else answers for it";
}

}  // namespace
}  // namespace seawall::advisory
