// What holds for every machine format: golden bytes, the same bytes again, valid by the published
// schema, also when every string is hostile.
#include "report/report.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/strings.h"
#include "codec/json.h"
#include "report/golden.h"
#include "report/sample_report.h"
#include "support/support.h"

namespace seawall::report {
namespace {

std::string render(std::string_view name, const ScanReport& report) {
  for (const Format& format : formats()) {
    if (format.name == name) return format.render(report);
  }
  ADD_FAILURE() << "no format " << name;
  return "";
}

using test::all_reports;

// Validates documents with Python's jsonschema. References to another schema's whole file are put
// in place, so that no resolver is needed; those into parts of one (signatures, which Seawall does
// not write) become "anything".
constexpr std::string_view kValidate = R"(
import json, os, sys
from jsonschema import Draft4Validator, Draft7Validator, FormatChecker
folder = os.path.dirname(sys.argv[1])
def inline(node):
    if isinstance(node, list):
        return [inline(item) for item in node]
    if not isinstance(node, dict):
        return node
    reference = node.get('$ref')
    if isinstance(reference, str) and not reference.startswith('#'):
        if '#' in reference:
            return {}
        other = json.load(open(os.path.join(folder, reference)))
        return {key: value for key, value in other.items() if not key.startswith('$')}
    return {key: inline(value) for key, value in node.items()}
schema = inline(json.load(open(sys.argv[1])))
kind = Draft4Validator if 'draft-04' in schema['$schema'] else Draft7Validator
validator = kind(schema, format_checker=FormatChecker())
bad = False
for path in sys.argv[2:]:
    for error in list(validator.iter_errors(json.load(open(path))))[:5]:
        print(path, list(error.absolute_path), error.message[:300])
        bad = True
sys.exit(1 if bad else 0)
)";

bool have_jsonschema() {
  return test::on_path("python3") &&
         test::run({"python3", "-c", "import jsonschema"}).exit_code == 0;
}

void validate(std::string_view format, const std::string& schema) {
  test::ScratchDirectory scratch;
  std::vector<std::string> arguments = {"python3", "-W", "ignore", "-c", std::string(kValidate),
                                        schema};
  size_t number = 0;
  for (const ScanReport& report : all_reports()) {
    arguments.push_back(scratch.write(std::to_string(number++) + ".json", render(format, report)));
  }
  const test::RunResult result = test::run(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

TEST(Formats, AreListedOnceWithADescription) {
  std::vector<std::string_view> names;
  for (const Format& format : formats()) {
    names.push_back(format.name);
    EXPECT_FALSE(format.description.empty());
  }
  EXPECT_EQ(names, (std::vector<std::string_view>{"json", "sarif", "cyclonedx", "cyclonedx-1.7",
                                                  "cyclonedx-xml", "spdx", "spdx-tv", "spdx-3",
                                                  "junit", "markdown"}));
}

TEST(Formats, AreAsWhenLastLookedAt) {
  for (const auto& [format, file] :
       {std::pair("json", "sample.json"), std::pair("sarif", "sample.sarif"),
        std::pair("cyclonedx", "sample.cdx.json"), std::pair("spdx", "sample.spdx.json"),
        std::pair("cyclonedx-xml", "sample.cdx.xml"), std::pair("spdx-tv", "sample.spdx"),
        std::pair("spdx-3", "sample.spdx3.json"), std::pair("junit", "sample.junit.xml"),
        std::pair("markdown", "sample.md")}) {
    test::expect_golden(file, render(format, test::sample_report()));
  }
}

TEST(Formats, GiveTheSameBytesAgain) {
  for (const ScanReport& report : all_reports()) {
    for (const Format& format : formats()) {
      const std::string first = format.render(report);
      for (int i = 0; i < 3; ++i) EXPECT_EQ(format.render(report), first) << format.name;
    }
  }
}

// The time of day, the duration and what the cache held differ from run to run.
TEST(Formats, SayNothingThatDiffersFromRunToRun) {
  ScanReport later = test::sample_report();
  later.scanned_at += 3600;
  later.seconds = 0.03;
  for (LayerInfo& layer : later.artifact.layers) layer.from_cache = !layer.from_cache;
  for (const Format& format : formats()) {
    EXPECT_EQ(format.render(later), format.render(test::sample_report())) << format.name;
  }
}

TEST(Formats, AreValidUtf8WithoutEscapesWhateverTheInput) {
  for (const ScanReport& report : all_reports()) {
    for (const Format& format : formats()) {
      const std::string text = format.render(report);
      EXPECT_TRUE(is_valid_utf8(text)) << format.name;
      for (const char c : text) {
        ASSERT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << format.name;
      }
    }
  }
}

TEST(Formats, JsonOnesParse) {
  for (const ScanReport& report : all_reports()) {
    for (const auto name : {"json", "sarif", "cyclonedx", "spdx", "spdx-3"}) {
      EXPECT_OK(parse_json(render(name, report)));
    }
  }
}

TEST(Formats, JsonFitsItsSchema) {
  if (!have_jsonschema()) GTEST_SKIP() << "python3 with jsonschema is not installed";
  validate("json", test::source_directory() + "/docs/schema/scan-report-1.json");
}

TEST(Formats, PublishedSchemasAccept) {
  if (!have_jsonschema()) GTEST_SKIP() << "python3 with jsonschema is not installed";
  const std::string shared = test::shared_data();
  if (shared.empty()) GTEST_SKIP() << "no shared data with the published schemas";
  const std::string schemas = shared + "/schemas/";
  validate("sarif", schemas + "sarif-schema-2.1.0.json");
  validate("spdx", schemas + "spdx-2.3-schema.json");
  validate("cyclonedx", schemas + "cyclonedx/bom-1.6.schema.json");
  validate("cyclonedx-1.7", schemas + "cyclonedx/bom-1.7.schema.json");
}

TEST(Formats, JunitIsWellFormed) {
  if (!test::on_path("python3")) GTEST_SKIP() << "python3 is not installed";
  test::ScratchDirectory scratch;
  std::vector<std::string> arguments = {
      "python3", "-c",
      "import sys, xml.etree.ElementTree as e\n"
      "for p in sys.argv[1:]:\n"
      "  r = e.parse(p).getroot()\n"
      "  for k, t in (('tests', 'testcase'), ('failures', 'failure'), ('errors', 'error')):\n"
      "    assert int(r.get(k)) == len(r.findall('.//' + t)), (p, k)\n"
      "    assert int(r.get(k)) == sum(int(s.get(k)) for s in r), (p, k)\n"};
  size_t number = 0;
  for (const ScanReport& report : all_reports()) {
    arguments.push_back(scratch.write(std::to_string(number++) + ".xml", render("junit", report)));
  }
  const test::RunResult result = test::run(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

TEST(Json, CarriesTheReport) {
  auto document = parse_json(render("json", test::sample_report()));
  ASSERT_OK(document);
  const Node& root = document->root();
  EXPECT_EQ(root["schema"].string(), "https://seawall.dev/schema/scan-report-1.json");
  EXPECT_EQ(root["schemaVersion"].integer(), 1);
  EXPECT_EQ(root["exitCode"].integer(), 1);
  EXPECT_EQ(root["state"].string(), "findings");
  EXPECT_EQ(root["decision"]["verdict"].string(), "deny");
  EXPECT_EQ(root["database"]["built"].string(), "2026-11-22T08:00:00Z");
  EXPECT_EQ(root["summary"]["bySeverity"]["critical"].integer(), 4);
  const Node& worst = root["findings"][0];
  EXPECT_EQ(worst["ruleId"].string(), "CVE-2025-32433");
  EXPECT_EQ(worst["vulnerability"]["knownExploited"].boolean(), true);
  EXPECT_TRUE(worst["package"]["purl"].string().starts_with("pkg:deb/debian/erlang-base@"));
  EXPECT_EQ(worst["location"]["layer"].integer(), 1);
  EXPECT_EQ(root["packages"].size(), 6u);
  EXPECT_EQ(root["actions"].size(), 4u);
}

TEST(Sarif, SeverityNumbersFollowTheWords) {
  auto document = parse_json(render("sarif", test::sample_report()));
  ASSERT_OK(document);
  const Node& run = document->root()["runs"][0];
  const Node& rules = run["tool"]["driver"]["rules"];
  // Debian calls this one negligible, whatever its CVSS score of 9.8.
  bool seen = false;
  for (const Node& rule : rules.items()) {
    if (rule["id"].string() != "CVE-2019-1010022") continue;
    seen = true;
    EXPECT_EQ(rule["properties"]["security-severity"].string(), "0.1");
    EXPECT_EQ(rule["defaultConfiguration"]["level"].string(), "note");
  }
  EXPECT_TRUE(seen);
  for (const Node& result : run["results"].items()) {
    const auto index = result["ruleIndex"].integer();
    ASSERT_TRUE(index.has_value());
    EXPECT_EQ(rules[static_cast<size_t>(*index)]["id"].string(), result["ruleId"].string());
    EXPECT_EQ(result["partialFingerprints"]["seawall/v1"].string().size(), 32u);
  }
  EXPECT_EQ(run["results"].size(), 12u);
  EXPECT_EQ(rules.size(), 9u);
}

TEST(Sarif, TellsWhatCouldNotBeChecked) {
  auto document = parse_json(render("sarif", test::troubled_report(AssessmentState::kError)));
  ASSERT_OK(document);
  const Node& invocation = document->root()["runs"][0]["invocations"][0];
  EXPECT_FALSE(invocation["executionSuccessful"].boolean(true));
  EXPECT_EQ(invocation["toolExecutionNotifications"].size(), 2u);
}

TEST(CycloneDx, ReferencesAreUniqueAndResolve) {
  for (const ScanReport& report : all_reports()) {
    auto document = parse_json(render("cyclonedx", report));
    ASSERT_OK(document);
    const Node& root = document->root();
    std::set<std::string> references = {
        std::string(root["metadata"]["component"]["bom-ref"].string())};
    for (const Node& component : root["components"].items()) {
      EXPECT_TRUE(references.insert(std::string(component["bom-ref"].string())).second);
    }
    for (const Node& vulnerability : root["vulnerabilities"].items()) {
      for (const Node& affected : vulnerability["affects"].items()) {
        EXPECT_TRUE(references.contains(std::string(affected["ref"].string())));
      }
    }
  }
}

TEST(CycloneDx, LicencesAreIdsExpressionsOrNames) {
  const std::string text = render("cyclonedx", test::sample_report());
  EXPECT_NE(text.find("\"id\": \"MIT\""), std::string::npos);  // written "mit"
  EXPECT_NE(text.find("\"expression\": \"LGPL-2.1-or-later AND (GPL-2.0-only OR MIT)\""),
            std::string::npos);
  EXPECT_NE(text.find("\"name\": \"GPL-2+ and MIT\""), std::string::npos);
}

TEST(CycloneDx, TwoPackagesOfOnePurlStayTwo) {
  ScanReport report = test::clean_report();
  Package copy = report.inventory.packages.back();
  copy.location.path = "opt/other";
  report.inventory.packages.push_back(copy);
  auto document = parse_json(render("cyclonedx", report));
  ASSERT_OK(document);
  const Node& components = document->root()["components"];
  const Node& last = components[components.size() - 1];
  EXPECT_TRUE(last["bom-ref"].string().ends_with("#2"));
  EXPECT_FALSE(last["purl"].string().ends_with("#2"));
}

TEST(Identity, FollowsTheContentAndTheClockOfTheData) {
  const ScanReport one = test::sample_report();
  ScanReport other = one;
  other.artifact.digest = test::digest('7');
  for (const auto& [format, key] :
       {std::pair("cyclonedx", "serialNumber"), std::pair("spdx", "documentNamespace")}) {
    auto a = parse_json(render(format, one)), b = parse_json(render(format, other));
    ASSERT_OK(a);
    ASSERT_OK(b);
    EXPECT_NE(a->root()[key].string(), b->root()[key].string());
  }
  EXPECT_NE(render("spdx", one).find("\"created\": \"2026-11-22T08:00:00Z\""), std::string::npos);
  ::setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
  EXPECT_NE(render("spdx", one).find("\"created\": \"2023-11-14T22:13:20Z\""), std::string::npos);
  EXPECT_NE(render("cyclonedx", one).find("\"timestamp\": \"2023-11-14T22:13:20Z\""),
            std::string::npos);
  ::unsetenv("SOURCE_DATE_EPOCH");
}

TEST(Spdx, UnknownLicencesCarryTheirText) {
  auto document = parse_json(render("spdx", test::sample_report()));
  ASSERT_OK(document);
  const Node& root = document->root();
  ASSERT_EQ(root["hasExtractedLicensingInfos"].size(), 1u);
  EXPECT_EQ(root["hasExtractedLicensingInfos"][0]["extractedText"].string(), "GPL-2+ and MIT");
  // Artifact, operating system, six packages; DESCRIBES and seven CONTAINS.
  EXPECT_EQ(root["packages"].size(), 8u);
  EXPECT_EQ(root["relationships"].size(), 8u);
}

TEST(Markdown, StaysShortAndInert) {
  ScanReport report = test::hostile_report();
  for (int i = 0; i < 200; ++i) {
    report.problems.push_back(report.problems.front());
    report.actions.push_back(report.actions.front());
    report.decision.outcomes.push_back(report.decision.outcomes.front());
  }
  for (const ScanReport& each : {report, test::sample_report(), ScanReport()}) {
    const std::string text = render("markdown", each);
    EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 60);
    EXPECT_EQ(text.find("<script"), std::string::npos);
    EXPECT_EQ(text.find("@all"), std::string::npos);
    EXPECT_EQ(text.find("https://evil"), std::string::npos);
    EXPECT_EQ(text.find("[a]("), std::string::npos);
  }
}

TEST(Markdown, OnlyAFullAnswerIsClean) {
  EXPECT_NE(render("markdown", test::clean_report()).find("Seawall: clean"), std::string::npos);
  for (const auto state : {AssessmentState::kStale, AssessmentState::kUnscanned,
                           AssessmentState::kUnsupported, AssessmentState::kError}) {
    const std::string text = render("markdown", test::troubled_report(state));
    EXPECT_EQ(text.find("clean"), std::string::npos) << text;
    EXPECT_NE(text.find("no complete answer"), std::string::npos) << text;
  }
}

TEST(JUnit, WhatCannotBeSaidIsAnError) {
  EXPECT_NE(render("junit", test::clean_report()).find("failures=\"0\" errors=\"0\""),
            std::string::npos);
  const std::string text = render("junit", test::troubled_report(AssessmentState::kStale));
  EXPECT_NE(text.find("<error type=\"stale\""), std::string::npos);
}

TEST(JUnit, ARuleWithoutFindingsFailsToo) {
  ScanReport report = test::clean_report();
  report.decision.verdict = Verdict::kDeny;
  report.decision.outcomes = {{"signed", Verdict::kDeny, "not signed", {}}};
  EXPECT_NE(render("junit", report).find("<failure type=\"signed\" message=\"not signed\"/>"),
            std::string::npos);
}

}  // namespace
}  // namespace seawall::report
