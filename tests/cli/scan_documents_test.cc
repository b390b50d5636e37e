// `seawall scan` with documents that others made: attached SBOMs, VEX, ignore files. Exit status
// and messages, as a user sees them.
#include "base/digest.h"
#include "codec/json.h"
#include "support/fake_registry.h"
#include "support/image_builder.h"
#include "support/support.h"

namespace seawall {
namespace {

using test::FakeImages;
using test::HttpCall;
using test::HttpServer;
using test::Peer;
using ::testing::HasSubstr;

constexpr const char* kSpdx = "application/spdx+json";

// "demo" 1.0-1 has one critical vulnerability in the database: CVE-2026-1001.
std::string openvex(const std::string& id, const std::string& status = "not_affected") {
  return R"({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.org/1",
    "author": "a", "timestamp": "2026-01-01T00:00:00Z", "version": 1, "statements": [{
    "vulnerability": {"name": ")" +
         id + R"("}, "products": [{"@id": "pkg:deb/debian/demo"}], "status": ")" + status +
         R"(", "justification": "vulnerable_code_not_present"}]})";
}

class Documents : public testing::Test {
 protected:
  test::RunResult scan(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"scan"});
    arguments.insert(arguments.end(), {"--db", database_, "--max-db-age", "0"});
    return test::seawall(arguments, {"SEAWALL_CACHE_DIR=" + scratch_.path() + "/cache",
                                     "DOCKER_CONFIG=" + scratch_.path()});
  }
  // Only packages: the tiny image has findings of other kinds.
  test::RunResult scan_image(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), image_);
    arguments.insert(arguments.end(), {"--scanners", "packages"});
    return scan(std::move(arguments));
  }
  test::ScratchDirectory scratch_;
  std::string database_ = test::write_database(scratch_);
  std::string image_ = scratch_.write(
      "image.tar", test::docker_archive({{test::debian_layer({{"demo", "1.0-1"}})}}));
};

// -- attached SBOMs ----------------------------------------------------------------------------

class AttachedSbom : public Documents {
 protected:
  AttachedSbom() {
    subject_ = images_.image("linux", "amd64");
    images_.tag("1", subject_);
    const test::RunResult made = test::seawall({"sbom", image_, "--format", "spdx-3"},
                                               {"SEAWALL_CACHE_DIR=" + scratch_.path() + "/cache"});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    sbom_ = made.out;
  }
  test::RunResult scan_registry(const std::vector<std::string>& more = {"--use-attached-sbom"}) {
    HttpServer server([&](const HttpCall& call, Peer& peer) { images_.answer(call, peer); });
    std::vector<std::string> arguments = {"registry:" + server.host() + "/app:1", "--plain-http",
                                          "--platform", "linux/amd64"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const test::RunResult result = scan(std::move(arguments));
    layers_asked_ = 0;
    for (const HttpCall& call : server.calls())
      layers_asked_ += call.target.find(digest_of("layer").text()) != std::string::npos;
    return result;
  }
  FakeImages images_;
  std::string subject_, sbom_;
  int layers_asked_ = 0;
};

TEST_F(AttachedSbom, IsReadInPlaceOfTheLayers) {
  images_.refer(subject_, images_.attach(subject_, kSpdx, sbom_));
  const test::RunResult result = scan_registry({"--use-attached-sbom", "--format", "json"});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_EQ(layers_asked_, 0);
  const auto report = parse_json(result.out);
  ASSERT_OK(report);
  EXPECT_EQ(report->root()["artifact"]["digest"].string(), FakeImages::digest(subject_));
  EXPECT_EQ(report->root()["findings"][0]["ruleId"].string(), "CVE-2026-1001");
  std::string notes;
  for (const Node& note : report->root()["notes"].items()) notes += note["message"].string();
  EXPECT_THAT(notes, HasSubstr(digest_of(sbom_).text()));
  EXPECT_THAT(notes, HasSubstr(kSpdx));
  EXPECT_THAT(notes, HasSubstr("layers were not looked at"));
  EXPECT_THAT(notes, HasSubstr("not verified"));
}

TEST_F(AttachedSbom, LiesInALayoutToo) {
  images_.refer(subject_, images_.attach(subject_, kSpdx, sbom_));
  const std::string layout = images_.write_layout(scratch_);
  const test::RunResult result =
      scan({"oci:" + layout + ":1", "--use-attached-sbom", "--platform", "linux/amd64"});
  EXPECT_EQ(result.exit_code, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr("CVE-2026-1001"));
}

TEST_F(AttachedSbom, NoneIsAnErrorThatSaysWhatToDo) {
  const test::RunResult result = scan_registry();
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("no SBOM is attached"));
  EXPECT_THAT(result.err, HasSubstr("without --use-attached-sbom"));
}

TEST_F(AttachedSbom, AForgedOneIsAnError) {
  images_.refer(subject_, images_.attach(subject_, kSpdx, sbom_));
  std::string forged = sbom_;
  forged[forged.find("1.0-1")] = '9';
  images_.instead = {{digest_of(sbom_).text(), forged}};
  const test::RunResult result = scan_registry();
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("hashes to"));
}

TEST_F(AttachedSbom, WhatIsNoSbomIsAnError) {
  images_.refer(subject_, images_.attach(subject_, kSpdx, "{}"));
  const test::RunResult result = scan_registry();
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("no bill of materials"));
}

TEST_F(AttachedSbom, ArchivesHaveNone) {
  const test::RunResult result = scan({image_, "--use-attached-sbom"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("nothing is attached"));
}

TEST_F(AttachedSbom, VexMayBeAttachedToo) {
  images_.refer(subject_, images_.attach(subject_, kSpdx, sbom_));
  const std::vector<std::string> flags = {"--use-attached-sbom", "--vex", "attached"};
  test::RunResult result = scan_registry(flags);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("no VEX document is attached"));
  images_.refer(subject_,
                images_.attach(subject_, "application/vnd.openvex+json", openvex("CVE-2026-1001")));
  result = scan_registry(flags);
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
}

// -- VEX ---------------------------------------------------------------------------------------

TEST_F(Documents, VexSetsAside) {
  EXPECT_EQ(scan_image({}).exit_code, 1);
  const std::string vex = scratch_.write("a.json", openvex("CVE-2026-1001"));
  EXPECT_EQ(scan_image({"--vex", vex}).exit_code, 0);
  const std::string other = scratch_.write("b.json", openvex("CVE-2026-1001", "affected"));
  EXPECT_EQ(scan_image({"--vex", other}).exit_code, 1);
}

TEST_F(Documents, VexOfADirectory) {
  scratch_.write("vex/inner/nonsense.json", "not looked at");
  const std::string directory = scratch_.path() + "/vex";
  test::RunResult result = scan_image({"--vex", directory});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("holds no VEX document"));
  scratch_.write("vex/1.json", openvex("CVE-2000-1"));
  scratch_.write("vex/2.json", openvex("CVE-2026-1001"));
  EXPECT_EQ(scan_image({"--vex", directory}).exit_code, 0);
  scratch_.write("vex/3.txt", "{}");
  result = scan_image({"--vex", directory});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("vex/3.txt"));
}

TEST_F(Documents, VexThatIsMissingOrWrongIsAnError) {
  test::RunResult result = scan_image({"--vex", scratch_.path() + "/absent.json"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("absent.json"));
  result = scan_image({"--vex", scratch_.write("cut.json", R"({"@context": "https)")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("cut.json"));
}

TEST_F(Documents, VexOutReadsBack) {
  const std::string path = scratch_.path() + "/out.json";
  EXPECT_EQ(scan_image({"--vex-out", path}).exit_code, 1);
  EXPECT_THAT(test::read(path), HasSubstr("CVE-2026-1001"));
  EXPECT_EQ(scan_image({"--vex", path}).exit_code, 1) << "it states that it is affected";
}

// -- ignore files ------------------------------------------------------------------------------

TEST_F(Documents, IgnoreFilesOfEveryForm) {
  const std::string own = scratch_.write(
      "own.yaml", "- id: CVE-2026-1001\n  reason: r\n  owner: o\n  expires: never\n");
  const std::string plain = scratch_.write(".trivyignore", "CVE-2026-1001\n");
  const std::string trivy = scratch_.write(
      ".trivyignore.yaml",
      "vulnerabilities:\n  - id: CVE-2026-1001\n    purls: [\"pkg:deb/debian/demo\"]\n");
  for (const std::string& file : {own, plain, trivy})
    EXPECT_EQ(scan_image({"--ignore-file", file}).exit_code, 0) << file;
}

TEST_F(Documents, WrongIgnoreFilesAreErrors) {
  test::RunResult result = scan_image(
      {"--ignore-file", scratch_.write(".trivyignore.yaml", "vulnerabilities:\n  - ids: a\n")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("line 2"));
  result = scan_image({"--ignore-file", scratch_.path() + "/absent.yaml"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("absent.yaml"));
}

// -- SBOMs as input ----------------------------------------------------------------------------

TEST_F(Documents, EverySbomFormatScansLikeTheImage) {
  for (const char* format :
       {"cyclonedx", "cyclonedx-1.7", "cyclonedx-xml", "spdx", "spdx-tv", "spdx-3"}) {
    const std::string path = scratch_.path() + "/" + format;
    ASSERT_EQ(test::seawall({"sbom", image_, "--format", format, "--output", path},
                            {"SEAWALL_CACHE_DIR=" + scratch_.path() + "/cache"})
                  .exit_code,
              0);
    const test::RunResult result = scan({"sbom:" + path});
    EXPECT_EQ(result.exit_code, 1) << format << result.err;
    EXPECT_THAT(result.out, HasSubstr("CVE-2026-1001")) << format;
  }
}

}  // namespace
}  // namespace seawall
