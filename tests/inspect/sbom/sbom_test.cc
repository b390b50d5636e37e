// What each format of bill of materials gives back, also in other tools' words, damaged or nested.
#include "inspect/sbom/sbom.h"

#include "base/digest.h"
#include "report/renderers.h"
#include "report/sample_report.h"
#include "support/support.h"

namespace seawall::inspect {
namespace {

SbomContent read(const std::string& text) {
  auto content = read_sbom(text, Limits());
  EXPECT_OK(content);
  return content.ok() ? std::move(content).value() : SbomContent();
}

ScanReport sample() {
  ScanReport report = test::sample_report();
  Package rpm;
  rpm.type = PackageType::kRpm;
  rpm.name = "Openssl-Libs";
  rpm.version = "1:1.0.2k-16.el7";
  rpm.architecture = "x86_64";
  rpm.source_name = "openssl";
  rpm.module = "nodejs:18:8060020220523160029:ad008a3a";
  Package jar;
  jar.type = PackageType::kMaven;
  jar.name = "org.apache.commons:commons-text";
  jar.version = "1.9";
  jar.development = true;
  jar.found_by = "maven";
  jar.location.path = "app/pom.xml";
  jar.checksum = "sha1:" + std::string(40, 'a');
  report.inventory.packages.push_back(rpm);
  report.inventory.packages.push_back(jar);
  sort_packages(report.inventory.packages);
  return report;
}

// What advisories are matched by, and where it was found.
std::vector<std::string> told(const std::vector<Package>& packages) {
  std::vector<std::string> list;
  for (const Package& p : packages) {
    list.push_back(std::string(to_string(p.type)) + " " + p.name + " " + p.version + " " +
                   p.architecture + " " + p.advisory_name() + " " + p.advisory_version() + " " +
                   p.module + " " + p.location.path + " " + std::to_string(p.location.layer) +
                   (p.development ? " development" : ""));
  }
  return list;
}

TEST(Sbom, EveryFormatGivesThePackagesBack) {
  const ScanReport report = sample();
  for (const auto render :
       {report::render_cyclonedx, report::render_cyclonedx_17, report::render_cyclonedx_xml,
        report::render_spdx, report::render_spdx_tag_value, report::render_spdx_3}) {
    const SbomContent content = read(render(report));
    EXPECT_EQ(told(content.inventory.packages), told(report.inventory.packages)) << content.format;
    EXPECT_EQ(content.inventory.distribution.id, "debian") << content.format;
    EXPECT_EQ(content.inventory.distribution.version_id, "12");
    EXPECT_EQ(content.artifact_name, report.artifact.name);
    EXPECT_EQ(content.artifact_digest, report.artifact.digest);
    EXPECT_TRUE(content.problems.empty());
  }
}

// All that an inspector says, but for what no document carries (sizes, lines, what needs what).
TEST(Sbom, Spdx3GivesEveryFieldBack) {
  ScanReport report = sample();
  for (Package& package : report.inventory.packages) {
    package.vendor = "Vendor <a@example.org>";
    package.owner = "owner";
    package.direct = true;
    package.installed_size = 0;
    package.depends.clear();
    package.location.line = 0;
  }
  const SbomContent content = read(report::render_spdx_3(report));
  ASSERT_EQ(content.inventory.packages.size(), report.inventory.packages.size());
  for (size_t i = 0; i < report.inventory.packages.size(); ++i) {
    Package expected = report.inventory.packages[i];
    if (expected.license == "mit") expected.license = "MIT";
    EXPECT_TRUE(content.inventory.packages[i] == expected) << expected.name;
  }
}

// A root filesystem is a whole system itself; it must not pass for the distribution in it.
TEST(Sbom, ARootFilesystemIsNotItsDistribution) {
  ScanReport report = sample();
  report.artifact.name = "/srv/root";
  report.artifact.kind = "rootfs";
  for (const auto render :
       {report::render_spdx, report::render_spdx_tag_value, report::render_spdx_3}) {
    const SbomContent content = read(render(report));
    EXPECT_EQ(content.inventory.distribution.id, "debian") << content.format;
    EXPECT_EQ(content.artifact_name, "/srv/root") << content.format;
  }
}

TEST(Sbom, TrivysPropertiesNameTheSource) {
  const SbomContent content = read(R"({"bomFormat":"CycloneDX","specVersion":"1.5","components":[
    {"type":"operating-system","name":"redhat","version":"8.6"},
    {"type":"library","name":"openssl-libs","version":"1.0.2k-16.el7",
     "purl":"pkg:rpm/redhat/openssl-libs@1.0.2k-16.el7?arch=x86_64&epoch=1&distro=redhat-8.6",
     "properties":[{"name":"aquasecurity:trivy:SrcName","value":"openssl"},
                   {"name":"aquasecurity:trivy:SrcVersion","value":"1.0.2k"},
                   {"name":"aquasecurity:trivy:SrcRelease","value":"16.el7"},
                   {"name":"aquasecurity:trivy:SrcEpoch","value":"1"}]}]})");
  EXPECT_EQ(content.inventory.distribution.id, "rhel");
  ASSERT_EQ(content.inventory.packages.size(), 1u);
  const Package& package = content.inventory.packages[0];
  EXPECT_EQ(package.version, "1:1.0.2k-16.el7");
  EXPECT_EQ(package.source_name, "openssl");
  EXPECT_EQ(package.source_version, "") << "the same as the package's";
}

TEST(Sbom, SyftsJsonAndUpstream) {
  const SbomContent content = read(R"({"schema":{"version":"16"},"distro":{"id":"alpine",
    "versionID":"3.19.1"},"artifacts":[{"name":"libcrypto3","version":"3.1.4-r5","type":"apk",
    "purl":"pkg:apk/alpine/libcrypto3@3.1.4-r5?arch=x86_64&upstream=openssl&distro=alpine-3.19.1",
    "locations":[{"path":"/lib/apk/db/installed"}],"licenses":[{"value":"Apache-2.0"}]}]})");
  ASSERT_EQ(content.inventory.packages.size(), 1u);
  EXPECT_EQ(content.inventory.packages[0].source_name, "openssl");
  EXPECT_EQ(content.inventory.packages[0].location.path, "lib/apk/db/installed");
  EXPECT_EQ(content.inventory.distribution.version_id, "3.19.1");
}

TEST(Sbom, Spdx3ByItsPackageUrls) {
  const SbomContent content = read(R"({"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
    "@graph":[{"type":"software_Package","name":"left-pad","software_packageVersion":"1.3.0",
    "software_packageUrl":"pkg:npm/left-pad@1.3.0"},{"type":"Person","name":"x"}]})");
  ASSERT_EQ(content.inventory.packages.size(), 1u);
  EXPECT_EQ(content.inventory.packages[0].name, "left-pad");
}

TEST(Sbom, AttestationsAreOpenedAndSaidToBeUnverified) {
  const std::string statement =
      R"({"_type":"https://in-toto.io/Statement/v0.1","predicateType":"https://cyclonedx.org/bom",
      "subject":[{"name":"shop/api","digest":{"sha256":")" +
      std::string(64, 'a') + R"("}}],"predicate":{"Data":)" + report::render_cyclonedx(sample()) +
      "}}";
  const SbomContent content = read(R"({"payloadType":"application/vnd.in-toto+json","payload":")" +
                                   to_base64(statement) + "\",\"signatures\":[]}\n");
  EXPECT_EQ(told(content.inventory.packages), told(sample().inventory.packages));
  EXPECT_EQ(content.artifact_digest, test::digest('a'));
  ASSERT_EQ(content.notes.size(), 1u);
  EXPECT_THAT(content.notes[0].message, testing::HasSubstr("not verified"));
}

TEST(Sbom, SaysWhatItLeavesOut) {
  const SbomContent content = read(R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[
    {"type":"library","name":"nameless"},{"type":"library","name":"a","purl":"pkg:oci/a@1"},
    {"type":"library","name":"b","purl":"nonsense"},
    {"type":"application","name":"c","components":[
      {"type":"library","name":"d","version":"1","purl":"pkg:npm/d@1"}]}]})");
  ASSERT_EQ(content.inventory.packages.size(), 1u) << "components nest";
  EXPECT_EQ(content.notes.size(), 2u);
  ASSERT_EQ(content.problems.size(), 1u);
  EXPECT_THAT(content.problems[0].message, testing::HasSubstr("nonsense"));
}

TEST(Sbom, XmlThatIsNoUtf8GivesValidText) {
  const SbomContent content = read(
      "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><components><component>"
      "<name>a\xff</name><purl>pkg:npm/a@1</purl><licenses><license><name>\xff</name>"
      "</license></licenses></component></components></bom>");
  ASSERT_EQ(content.inventory.packages.size(), 1u);
  EXPECT_EQ(content.inventory.packages[0].license, "\xEF\xBF\xBD");
}

TEST(Sbom, OtherTextIsRefused) {
  for (const char* text :
       {"", "{}", "[]", "<a/>", "SPDX", "{\"bomFormat\":\"Other\"}",
        "{\"bomFormat\":", "SPDXVersion: SPDX-2.3\nPackageName: a\nPackageComment: <text>no end\n",
        "{\"payloadType\":\"x\",\"payload\":\"%%%\"}"}) {
    EXPECT_FALSE(read_sbom(text, Limits()).ok()) << text;
  }
  Limits few;
  few.packages = 1;
  EXPECT_EQ(read_sbom(report::render_spdx(sample()), few).error().code(), Code::kLimit);
}

}  // namespace
}  // namespace seawall::inspect
