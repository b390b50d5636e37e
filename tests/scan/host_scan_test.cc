// What a host runs: its own packages and those of its containers' images.
#include "scan/host_scan.h"

#include "artifact/running_images.h"
#include "report/report.h"
#include "support/dockerd.h"
#include "support/http_server.h"
#include "support/image_builder.h"

namespace seawall::scan {
namespace {

using test::http_answer;
using test::HttpCall;
using test::HttpServer;
using test::Peer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kId = "sha256:" + std::string(64, 'c');

// A host in a directory, and an engine that tells of two containers of one image and one of an
// image that it has no more.
class HostScanTest : public testing::Test {
 protected:
  HostScanTest() {
    scratch_.write("root/etc/os-release", test::kDebian12);
    scratch_.write("root/var/lib/dpkg/status", test::dpkg_status({{"fine", "3"}}));
    scratch_.write("root/var/lib/docker/overlay2/x/diff/var/lib/dpkg/status.d/demo",
                   test::dpkg_status({{"demo", "1.0-1"}}));
    options_.target = "host:" + scratch_.path() + "/root";
    options_.database = test::write_database(scratch_);
    options_.max_database_age = 0;
    options_.categories = static_cast<uint8_t>(inspect::Category::kPackages);
    options_.open.engine_socket = scratch_.path() + "/socket";
    options_.open.http.stall_seconds = 1;
    options_.open.http.retries = 0;
  }

  void start() {
    server_ = std::make_unique<HttpServer>(
        [this](const HttpCall& call, Peer& peer) {
          if (call.target == "/containers/json") return peer.send(http_answer(200, containers_));
          if (call.target == "/images/" + kId + "/json") {
            return peer.send(
                http_answer(200, fmt::format(R"({{"Id": "{}", "RootFS": {{"Layers": ["{}"]}}}})",
                                             kId, digest_of(layer_).text())));
          }
          if (call.target == "/images/" + kId + "/history")
            return peer.send(http_answer(200, R"([{"CreatedBy": "COPY a b", "Size": 3}])"));
          if (call.target == "/images/" + kId + "/get")
            return peer.send(
                http_answer(200, test::tar_file("x/layer.tar", layer_) + test::tar_end()));
          peer.send(http_answer(404, R"({"message": "No such image"})"));
        },
        options_.open.engine_socket);
  }

  test::ScratchDirectory scratch_;
  std::string layer_ = test::debian_layer({{"demo", "1.0-1"}});
  std::string containers_ = fmt::format(
      R"([{{"Id": "2", "Names": ["/web"], "Image": "app:1", "ImageID": "{0}"}},
          {{"Id": "1", "Names": ["/api"], "Image": "app:1", "ImageID": "{0}"}}])",
      kId);
  ScanOptions options_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HostScanTest, ScansTheHostAndWhatItRuns) {
  start();
  const auto scanned = scan_host(options_);
  ASSERT_OK(scanned);
  EXPECT_EQ(scanned->host.artifact.kind, "host");
  ASSERT_EQ(scanned->host.inventory.packages.size(), 1u) << "layers of images are none of its own";
  EXPECT_EQ(scanned->host.inventory.packages[0].name, "fine");
  // Docker and Podman are asked at the one socket that was named.
  ASSERT_EQ(scanned->images.size(), 2u);
  EXPECT_EQ(scanned->images[0].artifact.name, "app:1 (api, web)");
  EXPECT_EQ(scanned->images[0].findings.at(0).rule_id, "CVE-2026-1001");
  EXPECT_EQ(exit_code_of(*scanned), 1) << "what an image has is denied";
}

TEST_F(HostScanTest, SaysWhatCouldNotBeScanned) {
  containers_ = R"([{"Id": "1", "Names": ["/gone"], "Image": "lost", "ImageID": "sha256:00"}])";
  start();
  const auto scanned = scan_host(options_);
  ASSERT_OK(scanned);
  ASSERT_FALSE(scanned->host.problems.empty());
  EXPECT_EQ(scanned->host.problems[0].where, "image lost (gone)");
  EXPECT_EQ(scanned->host.state, AssessmentState::kError);
  EXPECT_EQ(exit_code_of(*scanned), 2);
}

TEST_F(HostScanTest, AnEngineThatTalksNonsenseIsAProblem) {
  for (const char* answer : {"<html>", "{}", "[", "{\"message\": \"no\"}"}) {
    containers_ = answer;
    start();
    const auto scanned = scan_host(options_);
    ASSERT_OK(scanned);
    EXPECT_FALSE(scanned->host.problems.empty()) << answer;
    EXPECT_TRUE(scanned->images.empty());
  }
}

TEST_F(HostScanTest, WithoutAnEngineTheHostAloneIsScanned) {
  const auto scanned = scan_host(options_);
  ASSERT_OK(scanned);
  EXPECT_TRUE(scanned->host.problems.empty());
  EXPECT_EQ(exit_code_of(*scanned), 0);
}

TEST_F(HostScanTest, ReportsStandTogether) {
  start();
  const auto scanned = scan_host(options_);
  ASSERT_OK(scanned);
  const std::vector<const ScanReport*> reports = {&scanned->host, &scanned->images[0]};
  const auto json = report::render_together("json", reports, 1, {});
  ASSERT_OK(json);
  auto document = parse_json(*json);
  ASSERT_OK(document);
  EXPECT_EQ(document->root()["reports"].size(), 2u);
  EXPECT_EQ(document->root()["exitCode"].integer(), 1);
  const auto sarif = report::render_together("sarif", reports, 1, {});
  ASSERT_OK(sarif);
  document = parse_json(*sarif);
  ASSERT_OK(document);
  EXPECT_EQ(document->root()["runs"].size(), 2u);
  EXPECT_THAT(*report::render_together("table", reports, 1, {}), HasSubstr("app:1 (api, web)"));
  EXPECT_EQ(report::render_together("spdx", reports, 1, {}).error().code(), Code::kUsage);
}

}  // namespace
}  // namespace seawall::scan
