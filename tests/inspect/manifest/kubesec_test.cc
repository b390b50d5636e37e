// The score of kubesec: by hand, and as kubesec itself counted on public manifests.
#include "inspect/manifest/kubesec.h"

#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/strings.h"
#include "codec/json.h"
#include "codec/yaml.h"
#include "support/support.h"

namespace seawall::inspect {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

KubesecReport report_of(std::string_view text) {
  const ManifestFile file = ManifestFile::read(text);
  EXPECT_EQ(file.objects().size(), 1u) << text;
  return file.objects().empty() ? KubesecReport{} : kubesec_report(*file.objects()[0].node);
}

std::vector<std::string_view> ids_of(const std::vector<const KubesecRule*>& rules) {
  std::vector<std::string_view> out;
  for (const KubesecRule* rule : rules) out.push_back(rule->id);
  return out;
}

TEST(Kubesec, PointsOfAPodAddUp) {
  const KubesecReport report = report_of(
      "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: prod}\nspec:\n"
      "  serviceAccountName: web\n  hostNetwork: true\n"
      "  containers: [{name: a, image: b, securityContext: {privileged: true}}]\n");
  EXPECT_EQ(report.object, "Pod/web.prod");
  EXPECT_THAT(ids_of(report.critical), ElementsAre("Privileged", "HostNetwork"));
  EXPECT_THAT(ids_of(report.passed), ElementsAre("ServiceAccountName"));
  EXPECT_EQ(report.score, -30 - 9 + 3);
  EXPECT_EQ(report.message, "Failed with a score of -36 points");
}

TEST(Kubesec, AKindWithoutRulesHasNoScore) {
  const KubesecReport report =
      report_of("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n");
  EXPECT_EQ(report.score, 0);
  EXPECT_THAT(report.applied, IsEmpty());
  EXPECT_EQ(report.message, "This resource kind is not supported by kubesec");
}

std::vector<std::string> documents_of(const std::string& text) {
  constexpr std::string_view kSeparator = "\n---\n";
  std::vector<std::string> out;
  size_t at = 0;
  for (size_t end = text.find(kSeparator); end != text.npos; end = text.find(kSeparator, at)) {
    out.push_back(text.substr(at, end - at));
    at = end + kSeparator.size();
  }
  out.push_back(text.substr(at));
  return out;
}

// Whether the document could be compared; a difference fails the test.
bool compare(const Node& expected, const std::vector<std::string>& documents) {
  const auto index = static_cast<size_t>(expected["doc"].integer().value_or(0));
  if (index >= documents.size()) return false;
  const auto parsed = parse_yaml(documents[index]);
  if (!parsed.ok() || parsed->empty()) return false;
  // What has no kind is no object to us; kubesec asks all its rules of it.
  if (!(*parsed)[0].root()["kind"].exists()) return false;
  const KubesecReport report = kubesec_report((*parsed)[0].root());
  const std::string where = std::string(expected["file"].string()) + "#" + std::to_string(index);
  EXPECT_EQ(report.score, expected["score"].integer()) << where;
  EXPECT_EQ(static_cast<int64_t>(report.applied.size()), expected["applied"].integer()) << where;
  for (const KubesecResult& one : report.applied)
    EXPECT_EQ(one.count, expected["counts"][one.rule->id].integer()) << where << one.rule->id;
  return true;
}

TEST(Kubesec, CountsAsKubesecItself) {
  const char* const manifests = std::getenv("SEAWALL_KUBESEC_MANIFESTS");
  const char* const oracle = std::getenv("SEAWALL_KUBESEC_ORACLE");
  if (manifests == nullptr || oracle == nullptr) {
    GTEST_SKIP() << "SEAWALL_KUBESEC_ORACLE (lines of file, doc, counts, score) and "
                    "SEAWALL_KUBESEC_MANIFESTS (the folder of the files) are not named";
  }
  std::map<std::string, std::vector<std::string>> files;
  size_t compared = 0;
  for_each_line(test::read(oracle), [&](std::string_view line, size_t number) {
    const auto expected = parse_json(std::string(line));
    ASSERT_TRUE(expected.ok()) << "line " << number;
    const std::string name(expected->root()["file"].string());
    const std::string path = std::string(manifests) + "/" + name;
    if (!std::filesystem::exists(path)) return;
    if (!files.contains(name)) files[name] = documents_of(test::read(path));
    compared += compare(expected->root(), files[name]) ? 1 : 0;
  });
  EXPECT_GT(compared, 0u) << "no file of the oracle is below " << manifests;
  RecordProperty("compared", static_cast<int>(compared));
}

}  // namespace
}  // namespace seawall::inspect
