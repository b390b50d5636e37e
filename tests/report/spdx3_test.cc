// SPDX 3.0.1: valid by the published schema, every name resolves, and what it says of
// vulnerabilities.
#include <filesystem>
#include <set>

#include "codec/json.h"
#include "report/renderers.h"
#include "report/sample_report.h"
#include "support/support.h"

namespace seawall::report {
namespace {

// Validates every element by the definition of its type, which is what the schema's root comes to:
// its long list of alternatives has one for each type. Alternatives are put in reverse order, since
// the names of other elements, most of all values, are the last.
constexpr std::string_view kValidate = R"(
import json, sys
from jsonschema import Draft202012Validator as Validator
schema = json.load(open(sys.argv[1]))
definitions = schema['$defs']
for definition in definitions.values():
    definition.get('anyOf', []).reverse()
allowed = {choice['$ref'].split('/')[-1] for choice in definitions['AnyClass']['anyOf']}
validators, bad = {}, False
for path in sys.argv[2:]:
    document = json.load(open(path))
    assert set(document) == {'@context', '@graph'}, path
    assert document['@context'] == schema['properties']['@context']['const'], path
    for element in document['@graph']:
        kind = element['type']
        assert kind in allowed, kind
        if kind not in validators:
            validators[kind] = Validator({'$defs': definitions, '$ref': '#/$defs/' + kind,
                                          'unevaluatedProperties': False})
        for error in list(validators[kind].iter_errors(element))[:5]:
            print(path, kind, list(error.absolute_path), error.message[:300])
            bad = True
sys.exit(1 if bad else 0)
)";

// It is published as https://spdx.org/schema/3.0.1/spdx-json-schema.json.
TEST(Spdx3, ThePublishedSchemaAccepts) {
  const std::string check = "from jsonschema import Draft202012Validator";
  if (!test::on_path("python3") || test::run({"python3", "-c", check}).exit_code != 0)
    GTEST_SKIP() << "python3 with jsonschema 4 is not installed";
  const std::string schema = test::shared_data() + "/schemas/spdx-3.0.1-schema.json";
  if (!std::filesystem::exists(schema))
    GTEST_SKIP() << "no shared data with the SPDX 3.0.1 schema (schemas/spdx-3.0.1-schema.json)";
  test::ScratchDirectory scratch;
  std::vector<std::string> arguments = {"python3", "-c", std::string(kValidate), schema};
  for (const ScanReport& report : test::all_reports()) {
    arguments.push_back(
        scratch.write(std::to_string(arguments.size()) + ".json", render_spdx_3(report)));
  }
  const test::RunResult result = test::run(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

// What every identifier and reference must be: declared once, and nothing named that is not there.
TEST(Spdx3, IdentifiersAreUniqueAndResolve) {
  for (const ScanReport& report : test::all_reports()) {
    const auto document = parse_json(render_spdx_3(report));
    ASSERT_OK(document);
    std::set<std::string> ids;
    for (const Node& element : document->root()["@graph"].items()) {
      if (element["type"].string() == "CreationInfo") continue;
      EXPECT_EQ(element["creationInfo"].string(), "_:creation");
      EXPECT_TRUE(ids.insert(std::string(element["spdxId"].string())).second)
          << element["spdxId"].string();
    }
    for (const Node& element : document->root()["@graph"].items()) {
      for (const char* key : {"to", "element", "rootElement", "createdBy", "createdUsing"}) {
        for (const Node& other : element[key].items())
          EXPECT_TRUE(ids.contains(std::string(other.string()))) << other.string();
      }
      const std::string from(element["from"].string());
      EXPECT_TRUE(from.empty() || ids.contains(from)) << from;
    }
  }
}

// The elements of a type, in their order.
std::vector<const Node*> of_type(const Document& document, std::string_view type) {
  std::vector<const Node*> list;
  for (const Node& element : document.root()["@graph"].items()) {
    if (element["type"].string() == type) list.push_back(&element);
  }
  return list;
}

TEST(Spdx3, SaysWhatWasFoundAndLeavesVerdictsToPeople) {
  const auto document = parse_json(render_spdx_3(test::sample_report()));
  ASSERT_OK(document);
  EXPECT_EQ(of_type(*document, "software_Package").size(), 8u);  // artifact, system, six packages
  EXPECT_EQ(of_type(*document, "security_Vulnerability").size(), 8u);
  EXPECT_EQ(of_type(*document, "security_VexAffectedVulnAssessmentRelationship").size(), 0u);
  size_t associated = 0;
  for (const Node* node : of_type(*document, "Relationship"))
    associated += (*node)["relationshipType"].string() == "hasAssociatedVulnerability";
  EXPECT_EQ(associated, 11u);
  const auto catalog = of_type(*document, "security_ExploitCatalogVulnAssessmentRelationship");
  ASSERT_EQ(catalog.size(), 1u);
  EXPECT_NE((*catalog[0])["from"].string().find("CVE-2025-32433"), std::string_view::npos);
  for (const Node* node : of_type(*document, "security_CvssV3VulnAssessmentRelationship")) {
    if ((*node)["from"].string().find("CVE-2024-45490") == std::string_view::npos) continue;
    EXPECT_EQ((*node)["security_severity"].string(), "high");
    EXPECT_EQ((*node)["to"].size(), 2u);
  }
}

TEST(Spdx3, CarriesWhatPeopleStated) {
  ScanReport report = test::clean_report();
  Finding finding = test::vulnerability(report.inventory.packages.front(), "CVE-2024-1",
                                        Severity::kHigh, 7.5, "2", "title");
  finding.suppression = {
      "vex", "a.json", "not_affected", "vulnerable_code_not_present", "Left out.", "", ""};
  report.suppressed.push_back(finding);
  finding.rule_id = "CVE-2024-2";
  finding.suppression.status = "fixed";
  report.suppressed.push_back(finding);
  finding.rule_id = "CVE-2024-3";
  finding.suppression = {"ignore", "b.yaml", "", "", "Behind the proxy.", "web", "2026-12-20"};
  report.suppressed.push_back(finding);
  const auto document = parse_json(render_spdx_3(report));
  ASSERT_OK(document);
  const auto none = of_type(*document, "security_VexNotAffectedVulnAssessmentRelationship");
  ASSERT_EQ(none.size(), 1u);
  EXPECT_EQ((*none[0])["security_justificationType"].string(), "vulnerableCodeNotPresent");
  EXPECT_EQ((*none[0])["security_impactStatement"].string(), "Left out.");
  EXPECT_EQ(of_type(*document, "security_VexFixedVulnAssessmentRelationship").size(), 1u);
  const auto lived_with = of_type(*document, "security_VexAffectedVulnAssessmentRelationship");
  ASSERT_EQ(lived_with.size(), 1u);
  EXPECT_THAT(std::string((*lived_with[0])["security_actionStatement"].string()),
              testing::HasSubstr("expires: 2026-12-20"));
}

TEST(Spdx3, TheNamespaceFollowsTheContent) {
  ScanReport other = test::sample_report();
  other.artifact.digest = test::digest('7');
  const auto name = [](const ScanReport& report) {
    const std::string text = render_spdx_3(report);
    EXPECT_EQ(text.find("00000000-0000-0000-0000-000000000000"), std::string::npos);
    const size_t at = text.find("https://seawall.dev/spdx/");
    return text.substr(at, text.find('#', at) - at);
  };
  EXPECT_EQ(name(test::sample_report()), name(test::sample_report()));
  EXPECT_NE(name(test::sample_report()), name(other));
}

}  // namespace
}  // namespace seawall::report
