// Both generations of Red Hat's VEX documents, cut down to what matters.

#include "advisory/vendor_support.h"

namespace seawall::advisory {
namespace {

using advisory::test::Collector;

std::string product(std::string_view id, std::string_view kind, std::string_view value) {
  return R"({"category": "x", "product": {"product_id": ")" + std::string(id) +
         R"(", "product_identification_helper": {")" + std::string(kind) + R"(": ")" +
         std::string(value) + R"("}}})";
}

std::string pair(std::string_view id, std::string_view component, std::string_view platform) {
  return R"({"category": "default_component_of", "full_product_name": {"product_id": ")" +
         std::string(id) + R"("}, "product_reference": ")" + std::string(component) +
         R"(", "relates_to_product_reference": ")" + std::string(platform) + R"("})";
}

std::string vex(const std::string& products, const std::string& pairs, const std::string& status,
                const std::string& remediations, std::string_view tracking = "final") {
  return R"({"document": {"category": "csaf_vex", "csaf_version": "2.0",
    "aggregate_severity": {"text": "Moderate"}, "tracking": {"status": ")" +
         std::string(tracking) + R"("}}, "product_tree": {"branches": [{"category": "vendor",
    "name": "Red Hat", "branches": [{"branches": [)" +
         products + R"(]}]}], "relationships": [)" + pairs +
         R"(]}, "vulnerabilities": [{"cve": "CVE-2024-24786", "cwe": {"id": "CWE-835"},
    "release_date": "2024-03-05T00:00:00+00:00", "title": "protobuf: infinite loop",
    "scores": [{"cvss_v3": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}},
               {"cvss_v3": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}}],
    "product_status": {)" +
         status + R"(}, "remediations": [)" + remediations + "]}]}";
}

const std::string kBaseOs = product("B-9", "cpe", "cpe:/o:redhat:enterprise_linux:9::baseos");

TEST(CsafVex, FixesGoByTheirNotice) {
  Collector sink;
  const std::string name = test::parse_document(
      vendor_formats(),
      vex(kBaseOs + "," + product("e64", "purl", "pkg:rpm/redhat/expat@2.5.0-1.el9?arch=x86_64") +
              "," + product("earm", "purl", "pkg:rpm/redhat/expat@2.5.0-1.el9?arch=aarch64") + "," +
              product("esrc", "purl", "pkg:rpm/redhat/expat@2.5.0-1.el9?arch=src") + "," +
              product("lib", "purl", "pkg:rpm/redhat/lib%2Bx@1%5E2-3.el9?arch=s390x&epoch=1"),
          pair("B-9:e64", "e64", "B-9") + "," + pair("B-9:earm", "earm", "B-9") + "," +
              pair("B-9:esrc", "esrc", "B-9") + "," + pair("B-9:lib", "lib", "B-9"),
          R"("fixed": ["B-9:e64", "B-9:earm", "B-9:esrc", "B-9:lib", "missing"])",
          R"({"category": "vendor_fix", "url": "https://access.redhat.com/errata/RHSA-2024:1530",
              "product_ids": ["B-9:e64", "B-9:earm"]},
             {"category": "workaround", "product_ids": ["B-9:lib"]})"),
      sink);
  ASSERT_EQ(name, "csaf-vex");
  ASSERT_EQ(sink.records.size(), 3u);  // the CVE's own fix, the notice, the CVE itself
  const Affected* expat = sink.row("redhat:9", "expat");
  ASSERT_NE(expat, nullptr);
  EXPECT_EQ(expat->ranges[0].fixed, "2.5.0-1.el9");
  EXPECT_TRUE(expat->architectures.empty());
  const Affected* lib = sink.row("redhat:9", "lib+x");
  ASSERT_NE(lib, nullptr);
  EXPECT_EQ(lib->ranges[0].fixed, "1:1^2-3.el9");
  EXPECT_THAT(lib->architectures, testing::ElementsAre("s390x"));
  EXPECT_EQ(sink.records[1].id, "RHSA-2024:1530");
  EXPECT_THAT(sink.records[1].covers, testing::ElementsAre("CVE-2024-24786"));
  const Record& cve = sink.records[2];
  EXPECT_EQ(cve.id, "CVE-2024-24786");
  EXPECT_EQ(cve.severity, Severity::kMedium);
  EXPECT_EQ(cve.summary, "protobuf: infinite loop");
  EXPECT_EQ(cve.published, "2024-03-05");
  EXPECT_THAT(cve.cwes, testing::ElementsAre("CWE-835"));
  EXPECT_EQ(cve.cvss.size(), 1u);
}

TEST(CsafVex, RemediationsSayWhyThereIsNoFix) {
  std::string products = kBaseOs, pairs, ids, remediations;
  const std::pair<const char*, const char*> reasons[] = {{"no_fix_planned", "Will not fix"},
                                                         {"no_fix_planned", "Out of support scope"},
                                                         {"none_available", "Affected"},
                                                         {"none_available", "Fix deferred"}};
  for (int i = 0; i < 4; ++i) {
    const std::string id = "p" + std::to_string(i);
    products += "," + product(id, "purl", "pkg:rpm/redhat/" + id + "?arch=src");
    pairs += (i ? "," : "") + pair("B-9:" + id, id, "B-9");
    ids += (i ? ",\"B-9:" : "\"B-9:") + id + "\"";
    remediations += std::string(i ? "," : "") + R"({"category": ")" + reasons[i].first +
                    R"(", "details": ")" + reasons[i].second + R"(", "product_ids": ["B-9:)" + id +
                    "\"]}";
  }
  products += "," + product("inv", "purl", "pkg:rpm/redhat/inv?arch=src");
  pairs += "," + pair("B-9:inv", "inv", "B-9");
  Collector sink;
  test::parse_document(vendor_formats(),
                       vex(products, pairs,
                           "\"known_affected\": [" + ids + "," + ids +
                               R"(], "under_investigation": ["B-9:inv"],
                                  "known_not_affected": ["B-9:p0"])",
                           remediations),
                       sink);
  ASSERT_EQ(sink.rows(), 5u);  // listed twice, kept once
  EXPECT_EQ(sink.row("redhat:9", "p0")->state, FixState::kWillNotFix);
  EXPECT_EQ(sink.row("redhat:9", "p1")->state, FixState::kEndOfLife);
  EXPECT_EQ(sink.row("redhat:9", "p2")->state, FixState::kAffected);
  EXPECT_EQ(sink.row("redhat:9", "p3")->state, FixState::kDeferred);
  EXPECT_EQ(sink.row("redhat:9", "inv")->state, FixState::kUnderInvestigation);
}

TEST(CsafVex, ModulesOfBothGenerations) {
  Collector sink;
  test::parse_document(
      vendor_formats(),
      vex(kBaseOs + "," + product("mod", "purl", "pkg:rpmmod/redhat/nodejs@18:809002:a75119d5") +
              "," + product("old", "purl", "pkg:rpm/redhat/nodejs@18.1-1?arch=x86_64") + "," +
              product("new", "purl", "pkg:rpm/redhat/npm@9-1?arch=noarch&rpmmod=nodejs%3A20%3A1"),
          pair("B-9:mod", "mod", "B-9") + "," + pair("B-9:mod:old", "old", "B-9:mod") + "," +
              pair("B-9:new", "new", "B-9"),
          R"("fixed": ["B-9:mod:old", "B-9:new", "B-9:mod"])", ""),
      sink);
  ASSERT_NE(sink.row("redhat:9", "nodejs"), nullptr);
  EXPECT_EQ(sink.row("redhat:9", "nodejs")->module, "nodejs:18");
  ASSERT_NE(sink.row("redhat:9", "npm"), nullptr);
  EXPECT_EQ(sink.row("redhat:9", "npm")->module, "nodejs:20");
  EXPECT_EQ(sink.rows(), 2u);
}

TEST(CsafVex, PassesOverWhatIsNoRpmOfRhel) {
  Collector sink;
  test::parse_document(
      vendor_formats(),
      vex(product("O", "cpe", "cpe:/a:redhat:openshift:4") + "," + kBaseOs + "," +
              product("img", "purl", "pkg:oci/ose-cli@sha256%3A1?arch=amd64") + "," +
              product("e", "purl", "pkg:rpm/redhat/e@1-1?arch=x86_64"),
          pair("O:e", "e", "O") + "," + pair("B-9:img", "img", "B-9") + "," +
              pair("loop", "loop", "loop"),
          R"("fixed": ["O:e", "B-9:img", "loop", 7, null], "known_affected": {})", "1, null"),
      sink);
  EXPECT_EQ(sink.rows(), 0u);
  Collector deleted;
  EXPECT_EQ(test::parse_document(vendor_formats(), vex("", "", "", "", "deleted"), deleted),
            "csaf-vex");
  EXPECT_TRUE(deleted.records.empty());
}

TEST(CsafVex, ADeepTreeEnds) {
  std::string products;
  for (int i = 0; i < 40; ++i) products += R"({"branches": [)";
  products += kBaseOs;
  for (int i = 0; i < 40; ++i) products += "]}";
  Collector sink;
  EXPECT_EQ(test::parse_document(vendor_formats(), vex(products, "", "", ""), sink), "csaf-vex");
  EXPECT_EQ(sink.rows(), 0u);
}

}  // namespace
}  // namespace seawall::advisory
