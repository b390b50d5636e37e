// Which findings a VEX statement sets aside, and which it must not.
#include "policy/vex.h"

#include "codec/json.h"
#include "support/support.h"

namespace seawall::policy {
namespace {

ScanReport report() {
  ScanReport report;
  report.artifact.name = "registry.example/shop/api:1.4.2";
  report.artifact.kind = "registry";
  report.artifact.digest = {HashAlgorithm::kSha256, std::string(64, 'a')};
  report.inventory.distribution.id = "debian";
  report.inventory.distribution.version_id = "12";
  Finding finding;
  finding.rule_id = "CVE-2024-0001";
  finding.vulnerability.aliases = {"GHSA-aaaa-bbbb-cccc"};
  finding.package.type = PackageType::kDeb;
  finding.package.name = "libexpat1";
  finding.package.version = "2.5.0-1";
  finding.package.architecture = "amd64";
  report.findings = {finding};
  return report;
}

std::string openvex(const std::string& product, const std::string& status,
                    const std::string& name = "CVE-2024-0001",
                    const std::string& time = "2026-01-01T00:00:00Z") {
  return R"({"@context":"https://openvex.dev/ns/v0.2.0","timestamp":")" + time +
         R"(","statements":[{"vulnerability":{"name":")" + name + R"("},"products":[)" + product +
         R"(],"status":")" + status +
         R"(","justification":"vulnerable_code_not_present","impact_statement":"Not built in."}]})";
}

std::vector<VexStatement> statements(const std::string& text) {
  auto document = read_vex(text, "a.json", Limits());
  EXPECT_OK(document);
  return document.ok() ? document->statements : std::vector<VexStatement>();
}

bool set_aside(const std::string& text) {
  ScanReport one = report();
  apply_vex(one, statements(text));
  EXPECT_EQ(one.findings.size() + one.suppressed.size(), 1u);
  return one.findings.empty();
}

TEST(Vex, TheProductMustFit) {
  const std::string digest(64, 'a');
  for (const std::string fits : {"pkg:deb/debian/libexpat1", "pkg:deb/debian/libexpat1@2.5.0-1",
                                 "pkg:deb/debian/libexpat1@2.5.0-1?arch=amd64&distro=debian-12"}) {
    EXPECT_TRUE(set_aside(openvex("{\"@id\":\"" + fits + "\"}", "not_affected"))) << fits;
  }
  for (const std::string other :
       {"pkg:deb/debian/libexpat1@2.5.0-2", "pkg:deb/debian/libexpat1?arch=arm64",
        "pkg:deb/debian/expat", "pkg:deb/ubuntu/libexpat1", "pkg:npm/libexpat1", "libexpat1",
        "pkg:oci/other", "pkg:oci/api?repository_url=registry.example/other/api"}) {
    EXPECT_FALSE(set_aside(openvex("{\"@id\":\"" + other + "\"}", "not_affected"))) << other;
  }
  const std::string part = R"("subcomponents":[{"@id":"pkg:deb/debian/libexpat1"}]})";
  EXPECT_TRUE(set_aside(
      openvex("{\"@id\":\"pkg:oci/api@sha256%3A" + digest + "\"," + part, "not_affected")));
  EXPECT_TRUE(set_aside(openvex(
      R"({"@id":"pkg:oci/api?repository_url=registry.example/shop/api",)" + part, "not_affected")));
  EXPECT_FALSE(set_aside(openvex("{\"@id\":\"pkg:oci/api@sha256%3Abb\"," + part, "not_affected")));
  EXPECT_FALSE(set_aside(
      openvex(R"({"@id":"pkg:oci/api","subcomponents":[{"@id":"pkg:deb/debian/zlib1g"}]})",
              "not_affected")))
      << "another part of the image";
}

TEST(Vex, StatusAndNameDecide) {
  const std::string product = R"({"@id":"pkg:deb/debian/libexpat1"})";
  EXPECT_TRUE(set_aside(openvex(product, "fixed")));
  EXPECT_FALSE(set_aside(openvex(product, "affected")));
  EXPECT_FALSE(set_aside(openvex(product, "under_investigation")));
  EXPECT_TRUE(set_aside(openvex(product, "not_affected", "GHSA-aaaa-bbbb-cccc")));
  EXPECT_FALSE(set_aside(openvex(product, "not_affected", "CVE-2024-0002")));
}

TEST(Vex, TheLatestStatementWins) {
  const std::string product = R"({"@id":"pkg:deb/debian/libexpat1"})";
  auto early = statements(openvex(product, "not_affected")),
       late = statements(openvex(product, "affected", "CVE-2024-0001", "2026-02-01T00:00:00Z"));
  for (const auto& list : {std::vector{early[0], late[0]}, std::vector{late[0], early[0]}}) {
    ScanReport one = report();
    apply_vex(one, list);
    ASSERT_EQ(one.findings.size(), 1u);
    EXPECT_THAT(one.findings[0].vulnerability.note, testing::HasSubstr("affected"));
  }
}

TEST(Vex, ReadsCsaf) {
  const char* text = R"({"document":{"csaf_version":"2.0","tracking":{"current_release_date":
    "2026-01-01T00:00:00Z"}},"product_tree":{"branches":[{"branches":[{"product":{"product_id":"p",
    "product_identification_helper":{"purl":"pkg:deb/debian/libexpat1"}}}]}]},"vulnerabilities":[
    {"cve":"CVE-2024-0001","product_status":{"known_not_affected":["p"]},
     "flags":[{"label":"component_not_present","product_ids":["p"]}],
     "threats":[{"category":"impact","details":"Not shipped.","product_ids":["p"]}]}]})";
  ScanReport one = report();
  apply_vex(one, statements(text));
  ASSERT_EQ(one.suppressed.size(), 1u);
  EXPECT_EQ(one.suppressed[0].suppression.justification, "component_not_present");
  EXPECT_EQ(one.suppressed[0].suppression.reason, "Not shipped.");
}

TEST(Vex, APartOfAnUnnamedPlatformSetsNothingAside) {
  EXPECT_FALSE(set_aside(R"({"document":{"csaf_version":"2.0"},"product_tree":{"branches":[
    {"product":{"product_id":"os"}},{"product":{"product_id":"part",
     "product_identification_helper":{"purl":"pkg:deb/debian/libexpat1"}}}],"relationships":[
    {"full_product_name":{"product_id":"os:part"},"product_reference":"part",
     "relates_to_product_reference":"os"}]},"vulnerabilities":[{"cve":"CVE-2024-0001",
     "product_status":{"known_not_affected":["os:part"]}}]})"));
}

TEST(Vex, ReadsCycloneDx) {
  const auto text = [](const std::string& state) {
    return R"({"bomFormat":"CycloneDX","components":[{"bom-ref":"x","purl":
      "pkg:deb/debian/libexpat1@2.5.0-1"}],"vulnerabilities":[{"id":"CVE-2024-0001","analysis":
      {"state":")" +
           state + R"("},"affects":[{"ref":"x"}]}]})";
  };
  EXPECT_TRUE(set_aside(text("not_affected")));
  EXPECT_TRUE(set_aside(text("false_positive")));
  EXPECT_TRUE(set_aside(text("resolved")));
  EXPECT_FALSE(set_aside(text("exploitable")));
  EXPECT_FALSE(set_aside(text("in_triage")));
}

TEST(Vex, WhatCannotBeReadSetsNothingAside) {
  for (const char* text : {"", "{}", "[]", "{\"@context\":\"https://other\"}"})
    EXPECT_FALSE(read_vex(text, "a.json", Limits()).ok()) << text;
  const auto document = read_vex(openvex("", "not_affected"), "a.json", Limits());
  ASSERT_OK(document);
  EXPECT_TRUE(document->statements.empty());
  EXPECT_EQ(document->problems.size(), 1u);
}

TEST(Vex, WhatIsWrittenReadsBack) {
  ScanReport one = report();
  Finding open = one.findings[0];
  open.rule_id = "CVE-2024-0002";
  open.vulnerability.aliases.clear();
  one.findings.push_back(open);
  apply_vex(one, statements(openvex(R"({"@id":"pkg:deb/debian/libexpat1"})", "not_affected")));
  const std::string written = render_openvex(one);
  EXPECT_EQ(render_openvex(one), written);
  ScanReport again = report();
  again.findings.push_back(open);
  apply_vex(again, statements(written));
  ASSERT_EQ(again.suppressed.size(), 1u);
  EXPECT_EQ(again.suppressed[0].rule_id, "CVE-2024-0001");
  EXPECT_EQ(again.suppressed[0].suppression.reason, "Not built in.");
}

}  // namespace
}  // namespace seawall::policy
