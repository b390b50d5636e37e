// What SBOMs say beyond the list of packages: what needs what, what is only for development, what
// people stated; and that the XML and tag-value forms say the same as the JSON ones.
#include <set>

#include "base/file.h"
#include "base/strings.h"
#include "codec/json.h"
#include "report/renderers.h"
#include "report/report.h"
#include "report/sample_report.h"
#include "support/support.h"

namespace seawall::report {
namespace {

Package npm(const std::string& name, const std::string& version) {
  Package package;
  package.type = PackageType::kNpm;
  package.name = name;
  package.version = version;
  package.found_by = "npm-lock";
  package.location.path = "app/package-lock.json";
  package.location.line = 7;
  return package;
}

ScanReport project() {
  ScanReport report = test::clean_report();
  Package app = npm("express", "4.18.2"), child = npm("qs", "6.11.0"), tool = npm("jest", "29.0.0");
  app.depends = {"absent@1.0.0", "qs@6.11.0"};
  app.direct = true;
  app.checksum = "sha512:" + std::string(128, 'a');
  child.checksum = "sha512:short";
  tool.development = true;
  report.inventory.packages = {app, tool, child};
  Finding open = test::vulnerability(child, "CVE-2022-24999", Severity::kHigh, 7.5, "6.11.1", "qs");
  Finding vex = open, ignored = open;
  vex.rule_id = "CVE-2024-0001";
  vex.suppression = {
      "vex", "app.openvex.json", "not_affected", "vulnerable_code_not_in_execute_path", "Dead.", "",
      ""};
  ignored.rule_id = "CVE-2024-0002";
  ignored.suppression = {"ignore",    ".seawall-ignore.yaml", "", "", "Behind the proxy.", "web",
                         "2026-12-20"};
  report.findings = {open};
  report.suppressed = {vex, ignored};
  return report;
}

Document parse(const std::string& text) {
  auto document = parse_json(text);
  EXPECT_OK(document);
  return std::move(document).value();
}

const Node& by_id(const Node& list, std::string_view key, std::string_view value) {
  for (const Node& node : list.items()) {
    if (node[key].string() == value) return node;
  }
  static const Node kNone;
  return kNone;
}

TEST(CycloneDxSbom, SaysWhatNeedsWhat) {
  const Document document = parse(render_cyclonedx(project()));
  const Node& dependencies = document.root()["dependencies"];
  const Node& express = by_id(dependencies, "ref", "pkg:npm/express@4.18.2");
  ASSERT_EQ(express["dependsOn"].size(), 1u);
  EXPECT_EQ(express["dependsOn"][0].string(), "pkg:npm/qs@6.11.0");
  std::set<std::string_view> top;
  for (const Node& node : by_id(dependencies, "ref", "artifact")["dependsOn"].items())
    top.insert(node.string());
  EXPECT_TRUE(top.contains("pkg:npm/express@4.18.2"));
  EXPECT_TRUE(top.contains("pkg:npm/jest@29.0.0"));
  EXPECT_FALSE(top.contains("pkg:npm/qs@6.11.0")) << "express brings it";
}

TEST(CycloneDxSbom, CarriesScopeChecksumAndFinder) {
  const Document document = parse(render_cyclonedx(project()));
  const Node& components = document.root()["components"];
  EXPECT_EQ(by_id(components, "name", "jest")["scope"].string(), "optional");
  const Node& express = by_id(components, "name", "express");
  EXPECT_FALSE(express["scope"].exists());
  EXPECT_EQ(express["hashes"][0]["alg"].string(), "SHA-512");
  EXPECT_EQ(by_id(express["properties"], "name", "seawall:package:foundBy")["value"].string(),
            "npm-lock");
  EXPECT_FALSE(by_id(components, "name", "qs")["hashes"].exists()) << "no SHA-512 is that short";
}

TEST(CycloneDxSbom, WhatIsSetAsideHasAnAnalysis) {
  const Document document = parse(render_cyclonedx(project()));
  const Node& list = document.root()["vulnerabilities"];
  EXPECT_FALSE(by_id(list, "id", "CVE-2022-24999")["analysis"].exists());
  const Node& vex = by_id(list, "id", "CVE-2024-0001");
  EXPECT_EQ(vex["analysis"]["state"].string(), "not_affected");
  EXPECT_EQ(vex["analysis"]["justification"].string(), "code_not_reachable");
  EXPECT_EQ(vex["affects"][0]["versions"][0]["status"].string(), "unaffected");
  const Node& ignored = by_id(list, "id", "CVE-2024-0002");
  EXPECT_EQ(ignored["analysis"]["state"].string(), "exploitable");
  EXPECT_THAT(std::string(ignored["analysis"]["detail"].string()),
              testing::HasSubstr("expires: 2026-12-20"));
}

// Reads each file, counts what it is asked for, and says so: "purl 3".
constexpr std::string_view kCount = R"(
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
for name in sys.argv[2:]:
    print(name, len([1 for e in root.iter() if e.tag.split('}')[1] == name]))
)";

TEST(CycloneDxSbom, XmlSaysTheSame) {
  if (!test::on_path("python3")) GTEST_SKIP() << "python3 is not installed";
  test::ScratchDirectory scratch;
  const std::string path = scratch.write("bom.xml", render_cyclonedx_xml(project()));
  const test::RunResult result = test::run({"python3", "-c", std::string(kCount), path, "purl",
                                            "vulnerability", "analysis", "scope", "evidence"});
  EXPECT_EQ(result.out, "purl 3\nvulnerability 3\nanalysis 2\nscope 1\nevidence 3\n") << result.err;
}

TEST(CycloneDxSbom, XmlIsWellFormedWhateverTheInput) {
  if (!test::on_path("python3")) GTEST_SKIP() << "python3 is not installed";
  test::ScratchDirectory scratch;
  int number = 0;
  for (const ScanReport& report : {test::sample_report(), test::hostile_report(), ScanReport()}) {
    const std::string path =
        scratch.write(std::to_string(number++) + ".xml", render_cyclonedx_xml(report));
    const auto json = parse_json(render_cyclonedx(report));
    ASSERT_OK(json);
    const test::RunResult result =
        test::run({"python3", "-c", std::string(kCount), path, "vulnerability"});
    EXPECT_EQ(result.out,
              "vulnerability " + std::to_string(json->root()["vulnerabilities"].size()) + "\n")
        << result.err;
  }
}

TEST(SpdxSbom, SaysWhatNeedsWhatAndTheChecksum) {
  const Document document = parse(render_spdx(project()));
  const Node& express = by_id(document.root()["packages"], "name", "express");
  EXPECT_EQ(express["checksums"][0]["algorithm"].string(), "SHA512");
  EXPECT_EQ(express["comment"].string(), "found by npm-lock");
  size_t found = 0;
  for (const Node& relation : document.root()["relationships"].items()) {
    if (relation["relationshipType"].string() != "DEPENDS_ON") continue;
    EXPECT_EQ(relation["spdxElementId"].string(), express["SPDXID"].string());
    ++found;
  }
  EXPECT_EQ(found, 1u);
}

// Every line outside <text> is "Tag: value", and each package and relationship of the JSON form is
// there once.
TEST(SpdxSbom, TagValueSaysTheSame) {
  for (const ScanReport& report : {test::sample_report(), test::hostile_report(), project()}) {
    const Document json = parse(render_spdx(report));
    size_t packages = 0, relationships = 0;
    bool inside = false;
    for_each_line(render_spdx_tag_value(report), [&](std::string_view line, size_t number) {
      if (!inside && !line.empty()) {
        const auto [tag, value] = split_once(line, ':');
        EXPECT_FALSE(tag.empty() || tag.find(' ') != std::string_view::npos) << number << line;
        EXPECT_TRUE(value.starts_with(" ")) << number;
        packages += tag == "PackageName";
        relationships += tag == "Relationship";
        inside = value.starts_with(" <text>");
      }
      if (inside && line.ends_with("</text>")) inside = false;
    });
    EXPECT_FALSE(inside);
    EXPECT_EQ(packages, json.root()["packages"].size());
    EXPECT_EQ(relationships, json.root()["relationships"].size());
  }
}

TEST(Suppressed, JsonAndTableSayWhy) {
  const Document document = parse(render_json(project()));
  const Node& list = document.root()["suppressed"];
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0]["suppression"]["by"].string(), "vex");
  EXPECT_EQ(list[0]["finding"]["fingerprint"].is_string(), true);
  EXPECT_EQ(list[1]["suppression"]["expires"].string(), "2026-12-20");
  const std::string brief = render_table(project(), {});
  EXPECT_THAT(
      brief, testing::HasSubstr("2 set aside: 1 by VEX, 1 ignored (the first expires 2026-12-20)"));
  EXPECT_EQ(brief.find("Behind the proxy."), std::string::npos);
  TableOptions all;
  all.all = true;
  EXPECT_THAT(render_table(project(), all), testing::HasSubstr("Behind the proxy."));
}

TEST(Suppressed, SarifResultsAreSuppressed) {
  const Document document = parse(render_sarif(project()));
  const Node& results = document.root()["runs"][0]["results"];
  ASSERT_EQ(results.size(), 3u);
  EXPECT_FALSE(results[0]["suppressions"].exists());
  EXPECT_EQ(results[1]["suppressions"][0]["status"].string(), "accepted");
  EXPECT_EQ(results[2]["suppressions"][0]["justification"].string(), "Behind the proxy.");
}

}  // namespace
}  // namespace seawall::report
