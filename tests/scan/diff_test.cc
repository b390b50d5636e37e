#include "scan/diff.h"

#include "report/diff.h"
#include "report/sample_report.h"
#include "support/support.h"

namespace seawall::scan {
namespace {

using test::debian_package;
using test::vulnerability;
using ::testing::HasSubstr;

Package npm(std::string name, std::string version) {
  Package package;
  package.type = PackageType::kNpm;
  package.name = std::move(name);
  package.version = std::move(version);
  return package;
}

struct Pair {
  ScanReport before, after;
  ReportDiff diff() const { return scan::diff(before, after, {}).value(); }
};

std::vector<std::string> changes(const ReportDiff& diff) {
  std::vector<std::string> out;
  for (const PackageChange& change : diff.packages) out.push_back(report::change_words(change));
  return out;
}

TEST(Diff, PackagesArePairedInVersionOrder) {
  Pair pair;
  pair.before.inventory.packages = {debian_package("libexpat1", "2.5.0-1", "expat", 0),
                                    debian_package("libexpat1-dev", "2.5.0-1", "expat", 0),
                                    debian_package("curl", "8.0-1", "curl", 0),
                                    npm("ws", "7.0.0"),
                                    npm("ws", "8.0.0"),
                                    npm("a", "10.0.0")};
  pair.after.inventory.packages = {debian_package("libexpat1", "2.5.0-1+deb12u1", "expat", 0),
                                   debian_package("libexpat1-dev", "2.5.0-1+deb12u1", "expat", 0),
                                   npm("ws", "7.0.1"),
                                   npm("ws", "8.0.0"),
                                   npm("ws", "9.0.0"),
                                   npm("a", "9.0.0")};
  EXPECT_THAT(changes(pair.diff()),
              testing::ElementsAre("added ws 9.0.0", "removed curl 8.0-1",
                                   "upgraded expat 2.5.0-1 -> 2.5.0-1+deb12u1",
                                   "upgraded ws 7.0.0 -> 7.0.1", "downgraded a 10.0.0 -> 9.0.0"));
  EXPECT_EQ(pair.diff().packages[2].names.size(), 2u);
}

TEST(Diff, FindingsKeepTheirIdentityOverVersions) {
  Pair pair;
  const auto found = [](const char* id, const char* version, Severity severity) {
    Finding finding =
        vulnerability(debian_package("expat", version, "expat", 0), id, severity, 9, "3", "");
    set_fingerprint(finding);
    return finding;
  };
  pair.before.findings = {found("CVE-1", "1", Severity::kCritical),
                          found("CVE-2", "1", Severity::kLow)};
  pair.after.findings = {found("CVE-1", "2", Severity::kCritical),
                         found("CVE-3", "2", Severity::kCritical)};
  const ReportDiff diff = pair.diff();
  ASSERT_EQ(diff.introduced.size(), 1u);
  EXPECT_EQ(diff.introduced[0].rule_id, "CVE-3");
  ASSERT_EQ(diff.fixed.size(), 1u);
  EXPECT_EQ(diff.fixed[0].rule_id, "CVE-2");
  EXPECT_EQ(diff.unchanged, 1u);
  EXPECT_EQ(diff.decision.verdict, Verdict::kDeny) << "critical with a fix, and new";
  EXPECT_THAT(report::diff_summary(diff), HasSubstr("mixed: 1 introduced (1 critical), 1 fixed"));
  // The other way round nothing that is denied is new.
  EXPECT_EQ(scan::diff(pair.after, pair.before, {})->decision.verdict, Verdict::kAllow);
}

TEST(Diff, SettingsAndLayers) {
  Pair pair;
  pair.before.artifact.settings.user = "app";
  pair.before.artifact.settings.ports = {"80/tcp"};
  pair.before.artifact.settings.labels = {{"a", "1"}, {"b", "2"}};
  pair.after.artifact.settings.ports = {"443/tcp"};
  pair.after.artifact.settings.labels = {{"a", "3"}};
  for (int i = 0; i < 3; ++i) {
    LayerInfo layer;
    layer.diff_id = digest_of("layer " + std::to_string(i));
    pair.before.artifact.layers.push_back(layer);
    if (i == 2) layer.diff_id = digest_of("other");
    pair.after.artifact.layers.push_back(layer);
  }
  pair.before.artifact.size = 1'000'000;
  pair.after.artifact.size = 3'400'000;
  const ReportDiff diff = pair.diff();
  std::string settings;
  for (const SettingChange& change : diff.settings)
    settings += change.what + ":" + change.from + ">" + change.to + " ";
  EXPECT_EQ(settings, "user:app> port:80/tcp> port:>443/tcp label a:1>3 label b:2> ");
  EXPECT_EQ(diff.shared_layers, 2u);
  EXPECT_EQ(report::size_change(diff), "+2.4 MB");
}

TEST(Diff, ExitStatus) {
  Pair pair;
  pair.before.state = pair.after.state = AssessmentState::kClean;
  EXPECT_EQ(exit_code_of(pair.diff()), 0);
  pair.before.state = AssessmentState::kStale;
  EXPECT_EQ(exit_code_of(pair.diff()), 3);
  pair.before.asks_vulnerabilities = false;
  EXPECT_EQ(exit_code_of(pair.diff()), 0);
  pair.after.problems.push_back({"layer 1", "cut short", "", Code::kMalformed});
  pair.after.state = AssessmentState::kError;
  EXPECT_EQ(exit_code_of(pair.diff()), 2);
}

}  // namespace
}  // namespace seawall::scan
