#include "scan/scan.h"

#include <unistd.h>

#include <algorithm>

#include "base/time.h"
#include "report/report.h"
#include "support/image_builder.h"

namespace seawall::scan {
namespace {

using test::debian_layer;
using test::dpkg_status;
using test::ImageParts;
using test::tar_of;

class Scan : public testing::Test {
 protected:
  ScanOptions options(const std::string& target) {
    ScanOptions options;
    options.target = target;
    options.database = database_;
    options.max_database_age = 0;
    options.jobs = 2;
    options.categories = static_cast<uint8_t>(inspect::Category::kPackages);
    return options;
  }
  std::string archive(ImageParts parts) {
    return scratch_.write(fmt::format("image{}.tar", count_++),
                          test::docker_archive(std::move(parts)));
  }
  ScanReport scan_image(ImageParts parts) {
    auto report = scan(options(archive(std::move(parts))));
    EXPECT_OK(report);
    return report.ok() ? std::move(report).value() : ScanReport();
  }
  static std::vector<std::string> names(const ScanReport& report) {
    std::vector<std::string> names;
    for (const auto& package : report.inventory.packages)
      names.push_back(package.name + " " + package.version);
    return names;
  }

  test::ScratchDirectory scratch_;
  std::string database_ = test::write_database(scratch_);
  int count_ = 0;
};

TEST_F(Scan, FindsMatchesAndDecides) {
  const ScanReport report =
      scan_image({{debian_layer({{"demo", "1.0-1"}, {"other", "1"}, {"fine", "3"}})}});
  EXPECT_EQ(report.state, AssessmentState::kFindings);
  EXPECT_EQ(report.decision.verdict, Verdict::kDeny);
  EXPECT_EQ(exit_code_of(report), 1);
  ASSERT_EQ(report.findings.size(), 2u);
  EXPECT_EQ(report.findings[0].rule_id, "CVE-2026-1001");
  EXPECT_EQ(report.findings[0].vulnerability.fixed_version, "2.0-1");
  EXPECT_EQ(report.findings[0].severity, Severity::kCritical);
  EXPECT_EQ(report.findings[0].package.location.instruction, "RUN step 1");
  ASSERT_EQ(report.actions.size(), 1u);
  EXPECT_EQ(report.actions[0].to_version, "2.0-1");
  EXPECT_EQ(report.artifact.layers.size(), 1u);
  EXPECT_EQ(report.artifact.platform, "linux/amd64");
}

TEST_F(Scan, CleanOnlyWhenNothingIsFound) {
  const ScanReport report = scan_image({{debian_layer({{"demo", "2.0-1"}})}});
  EXPECT_EQ(report.state, AssessmentState::kClean);
  EXPECT_EQ(exit_code_of(report), 0);
}

TEST_F(Scan, KnownExploitedDeniesWithoutAFix) {
  const ScanReport report = scan_image({{debian_layer({{"exploited", "1"}})}});
  ASSERT_EQ(report.decision.outcomes.size(), 1u);
  EXPECT_EQ(report.decision.outcomes[0].rule_id, "known-exploited");
}

TEST_F(Scan, StatesOfNotKnowing) {
  const std::string image = archive({{debian_layer({{"demo", "1"}})}});
  ScanOptions none = options(image);
  none.database = scratch_.path() + "/absent";
  auto report = scan(none);
  ASSERT_OK(report);
  EXPECT_EQ(report->state, AssessmentState::kUnscanned);
  EXPECT_EQ(exit_code_of(*report), 3);
  EXPECT_NE(report->state_hint.find("seawall db update"), std::string::npos);
  EXPECT_EQ(report->inventory.packages.size(), 1u) << "everything else is still reported";

  ScanOptions stale = options(image);
  stale.max_database_age = 3600;
  set_now(now() + 10 * 86400);
  report = scan(stale);
  set_now(-1);
  ASSERT_OK(report);
  EXPECT_EQ(report->state, AssessmentState::kStale);

  const ScanReport unknown =
      scan_image({{tar_of({{"etc/os-release", "ID=mystery\nVERSION_ID=1\n"},
                           {"var/lib/dpkg/status", dpkg_status({{"demo", "1"}})}})}});
  EXPECT_EQ(unknown.state, AssessmentState::kUnsupported);
  EXPECT_EQ(exit_code_of(unknown), 3);
  const ScanReport empty = scan_image({{tar_of({{"hello", "world"}})}});
  EXPECT_EQ(empty.state, AssessmentState::kUnsupported) << "nothing found is never clean";
}

TEST_F(Scan, UpperLayersReplaceAndHide) {
  const std::string base = debian_layer({{"demo", "1.0-1"}, {"other", "1"}});
  const ScanReport upgraded = scan_image(
      {{base,
        tar_of({{"var/lib/dpkg/status", dpkg_status({{"demo", "2.0-1"}, {"other", "1"}})}})}});
  EXPECT_THAT(names(upgraded), testing::ElementsAre("demo 2.0-1", "other 1"));
  EXPECT_EQ(upgraded.inventory.packages[0].location.layer, 1) << "the upgrade came with layer 2";
  EXPECT_EQ(upgraded.inventory.packages[0].location.instruction, "RUN step 2");
  EXPECT_EQ(upgraded.inventory.packages[1].location.layer, 0) << "other was there from the start";

  for (const char* hidden : {"var/lib/dpkg/.wh.status", "var/lib/.wh.dpkg", ".wh.var",
                             "var/lib/dpkg/.wh..wh..opq", "./var/.wh..wh..opq"}) {
    const ScanReport report = scan_image({{base, tar_of({{hidden, ""}})}});
    EXPECT_TRUE(report.inventory.packages.empty()) << hidden;
    EXPECT_TRUE(report.inventory.distribution.known()) << hidden;
  }
  const ScanReport unrelated =
      scan_image({{base, tar_of({{"var/lib/.wh.dpk", ""}, {"var/lib/dpkg/.wh.stat", ""}})}});
  EXPECT_EQ(unrelated.inventory.packages.size(), 2u);
  const ScanReport again =
      scan_image({{base, tar_of({{"var/lib/.wh.dpkg", ""}}),
                   tar_of({{"var/lib/dpkg/status", dpkg_status({{"demo", "1.0-1"}})}})}});
  ASSERT_EQ(again.inventory.packages.size(), 1u);
  EXPECT_EQ(again.inventory.packages[0].location.layer, 2) << "gone in between, so it came anew";
}

TEST_F(Scan, LinksAndDirectoriesTakeAFilesPlace) {
  const std::string base = debian_layer({{"demo", "1.0-1"}});
  using test::tar_end;
  using test::tar_header;
  const std::string symlink =
      tar_header({.name = "var/lib/dpkg/status", .type = '2', .link = "/etc/shadow"}) + tar_end();
  EXPECT_TRUE(scan_image({{base, symlink}}).inventory.packages.empty());
  const std::string above =
      tar_header({.name = "var/lib/dpkg", .type = '2', .link = "/elsewhere"}) + tar_end();
  EXPECT_TRUE(scan_image({{base, above}}).inventory.packages.empty());
  const std::string linked =
      test::tar_file("etc/os-release", test::kDebian12) +
      test::tar_file("data/copy", dpkg_status({{"demo", "1.0-1"}})) +
      tar_header({.name = "var/lib/dpkg/status", .type = '1', .link = "data/copy"}) + tar_end();
  EXPECT_THAT(names(scan_image({{linked}})), testing::ElementsAre("demo 1.0-1"))
      << "a hard link is read in a second walk";
}

TEST_F(Scan, ChainsOfHardLinksAreFollowedAndLooseEndsAreNamed) {
  using test::tar_end;
  using test::tar_file;
  using test::tar_header;
  const auto link = [](const char* name, const char* target) {
    return tar_header({.name = name, .type = '1', .link = target});
  };
  const std::string chain = tar_file("etc/os-release", test::kDebian12) +
                            tar_file("data/real", dpkg_status({{"demo", "1.0-1"}})) +
                            link("data/second", "data/real") +
                            link("var/lib/dpkg/status", "data/second") + tar_end();
  EXPECT_THAT(names(scan_image({{chain}})), testing::ElementsAre("demo 1.0-1"));
  const std::string loose = tar_file("etc/os-release", test::kDebian12) +
                            link("var/lib/dpkg/status", "data/absent") + tar_end();
  const ScanReport report = scan_image({{loose}});
  EXPECT_EQ(exit_code_of(report), 2) << "never passed over in silence";
  ASSERT_FALSE(report.problems.empty());
  EXPECT_THAT(report.problems[0].message, testing::HasSubstr("data/absent"));
  const std::string circle = tar_file("etc/os-release", test::kDebian12) + link("a", "b") +
                             link("b", "a") + link("var/lib/dpkg/status", "a") + tar_end();
  EXPECT_EQ(exit_code_of(scan_image({{circle}})), 2);
}

TEST_F(Scan, ADirectoryTakesAFilesPlace) {
  const ScanReport report =
      scan_image({{debian_layer({{"demo", "1.0-1"}}), tar_of({{"var/lib/dpkg/status/", ""}})}});
  EXPECT_TRUE(report.inventory.packages.empty());
  const ScanReport same = scan_image(
      {{debian_layer({{"demo", "1.0-1"}}), tar_of({{"var/lib/dpkg/", ""}, {"var/", ""}})}});
  EXPECT_EQ(same.inventory.packages.size(), 1u) << "a directory over a directory hides nothing";
}

TEST_F(Scan, PathsThatAreNotUtf8AreTheSameFromTheCache) {
  const std::string one = "Package: demo\nVersion: 1.0-1\n";
  const std::string base = tar_of(
      {{"etc/os-release", std::string(test::kDebian12)}, {"var/lib/dpkg/status.d/\xff", one}});
  const std::string image = archive({{base, tar_of({{"var/lib/dpkg/status.d/.wh.\xff", ""}})}});
  ScanOptions with = options(image);
  with.cache_directory = scratch_.path() + "/cache";
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(scan(with)->inventory.packages.empty()) << i;
}

TEST_F(Scan, AnotherPlatformIsNotTakenForTheOneAskedFor) {
  ScanOptions with = options(archive({{debian_layer({{"demo", "1.0-1"}})}}));
  with.open.platform = "linux/arm64";
  const auto report = scan(with);
  ASSERT_FALSE(report.ok());
  EXPECT_THAT(report.error().text(), testing::HasSubstr("linux/amd64"));
  with.open.platform = "linux/amd64";
  EXPECT_OK(scan(with));
}

TEST_F(Scan, CompressedArchivesOfManySmallLayersAreRead) {
  std::vector<std::string> layers{debian_layer({{"demo", "1.0-1"}})};
  for (int i = 0; i < 11; ++i)
    layers.push_back(
        tar_of({{fmt::format("f{}", i), std::string(7u << 20, static_cast<char>(i))}}));
  const std::string path =
      scratch_.write("many.tar.gz", test::pack(Compression::kGzip, test::docker_archive({layers})));
  const auto report = scan(options(path));
  ASSERT_OK(report);
  EXPECT_TRUE(report->problems.empty()) << report->problems[0].message;
  EXPECT_THAT(names(*report), testing::ElementsAre("demo 1.0-1"));
}

TEST_F(Scan, PackedLayersInsideACompressedArchiveAreRead) {
  const std::string layer = debian_layer({{"demo", "1.0-1"}});
  ImageParts parts{{layer}};
  test::complete(parts);
  const std::string name = test::hex_of(layer) + ".tar.gz";
  const std::string config = test::hex_of(parts.config) + ".json";
  const std::string archive =
      test::tar_file(name, test::pack(Compression::kGzip, layer)) +
      test::tar_file(
          "manifest.json",
          fmt::format(R"([{{"Config":"{}","RepoTags":["a:1"],"Layers":["{}"]}}])", config, name)) +
      test::tar_file(config, parts.config) + test::tar_end();
  const auto report =
      scan(options(scratch_.write("packed.tar.gz", test::pack(Compression::kGzip, archive))));
  ASSERT_OK(report);
  EXPECT_TRUE(report->problems.empty()) << report->problems[0].message;
  EXPECT_THAT(names(*report), testing::ElementsAre("demo 1.0-1"));
}

TEST_F(Scan, BlobsOfACompressedArchiveHaveTheDigestsOfItsManifest) {
  const std::string layer = debian_layer({{"demo", "1.0-1"}});
  ImageParts parts{{layer}};
  parts.compression = Compression::kGzip;
  test::complete(parts);
  const auto scan_of = [&](bool changed) {
    auto files = test::oci_layout(parts);
    // The same content, packed otherwise, under the old name.
    for (auto& [path, bytes] : files) {
      if (changed && bytes == parts.blobs[0]) bytes = test::pack(Compression::kZstd, layer);
    }
    const std::string path = scratch_.write(changed ? "changed.tar.gz" : "good.tar.gz",
                                            test::pack(Compression::kGzip, tar_of(files)));
    auto report = scan(options("oci-archive:" + path));
    EXPECT_OK(report);
    return report.ok() ? std::move(*report) : ScanReport();
  };
  EXPECT_TRUE(scan_of(false).problems.empty());
  const ScanReport report = scan_of(true);
  ASSERT_EQ(report.problems.size(), 1u);
  EXPECT_EQ(report.problems[0].code, Code::kMismatch);
}

TEST_F(Scan, ContainerdsWholeNameIsTheImagesName) {
  test::OciBlobs blobs = test::oci_blobs({{debian_layer({{"demo", "1.0-1"}})}});
  blobs.files.emplace_back("oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
  blobs.files.emplace_back(
      "index.json", test::index_of(test::manifest_descriptor(
                        blobs.manifest,
                        R"(,"annotations":{"io.containerd.image.name":"registry.example/app:1.0",)"
                        R"("org.opencontainers.image.ref.name":"1.0"})")));
  const std::string path = scratch_.write("containerd.tar", tar_of(blobs.files));
  for (const char* which : {"", ":registry.example/app:1.0", ":1.0"}) {
    const auto report = scan(options("oci-archive:" + path + which));
    ASSERT_OK(report);
    EXPECT_THAT(report->artifact.tags, testing::ElementsAre("registry.example/app:1.0")) << which;
  }
  EXPECT_FALSE(scan(options("oci-archive:" + path + ":2.0")).ok());
}

TEST_F(Scan, DistrolessPackagesBelongToTheirOwnLayers) {
  const auto one = [](const char* name) {
    return fmt::format("Package: {}\nVersion: 1.0-1\nArchitecture: amd64\n", name);
  };
  const ScanReport report =
      scan_image({{tar_of({{"etc/os-release", std::string(test::kDebian12)},
                           {"var/lib/dpkg/status.d/demo", one("demo")},
                           {"var/lib/dpkg/status.d/demo.md5sums", "0  usr/bin/demo\n"}}),
                   tar_of({{"var/lib/dpkg/status.d/other", one("other")}})}});
  ASSERT_THAT(names(report), testing::ElementsAre("demo 1.0-1", "other 1.0-1"));
  EXPECT_EQ(report.inventory.packages[1].location.layer, 1);
}

TEST_F(Scan, EveryFormatIsTheSameForAnyNumberOfThreadsAndFromTheCache) {
  std::vector<std::string> layers{debian_layer({{"demo", "1.0-1"}})};
  for (int i = 0; i < 12; ++i) {
    layers.push_back(tar_of(
        {{"var/lib/dpkg/status", dpkg_status({{"demo", "1.0-1"}, {fmt::format("p{}", i), "1"}})}}));
  }
  const std::string image = archive({layers, {}, Compression::kGzip});
  std::vector<std::string> first;
  for (const unsigned jobs : {1u, 2u, 8u, 8u}) {
    ScanOptions with = options(image);
    with.jobs = jobs;
    with.cache_directory = jobs == 8 ? scratch_.path() + "/cache" : "";
    const auto report = scan(with);
    ASSERT_OK(report);
    std::vector<std::string> rendered;
    for (const auto& format : report::formats()) rendered.push_back(format.render(*report));
    if (first.empty()) first = rendered;
    EXPECT_EQ(first, rendered) << jobs;
  }
}

TEST_F(Scan, LeavesOutWhatIsAskedFor) {
  const std::string image = archive({{debian_layer({{"demo", "1.0-1"}, {"other", "1"}})}});
  ScanOptions with = options(image);
  with.ignore_unfixed = true;
  EXPECT_EQ(scan(with)->findings.size(), 1u);
  with = options(image);
  with.least_severity = Severity::kCritical;
  EXPECT_EQ(scan(with)->findings.size(), 1u);
}

TEST_F(Scan, RemembersWhichFeedsItNeeded) {
  ScanOptions with = options(archive({{debian_layer({{"demo", "1"}})}}));
  with.cache_directory = scratch_.path() + "/seen";
  ASSERT_OK(scan(with));
  EXPECT_THAT(feeds_seen(with.cache_directory), testing::ElementsAre("debian"));
}

TEST_F(Scan, RootFilesystemsAreReadInPlaceWithoutFollowingLinks) {
  scratch_.write("root/etc/os-release", test::kDebian12);
  scratch_.write("root/var/lib/dpkg/status", dpkg_status({{"demo", "1.0-1"}}));
  ASSERT_EQ(::symlink("..", (scratch_.path() + "/root/var/loop").c_str()), 0);
  auto report = scan(options("rootfs:" + scratch_.path() + "/root"));
  ASSERT_OK(report);
  EXPECT_THAT(names(*report), testing::ElementsAre("demo 1.0-1"));
  EXPECT_EQ(report->inventory.packages[0].location.layer, -1);
  ASSERT_EQ(::unlink((scratch_.path() + "/root/var/lib/dpkg/status").c_str()), 0);
  scratch_.write("outside", dpkg_status({{"secret", "1"}}));
  ASSERT_EQ(
      ::symlink("../../../../outside", (scratch_.path() + "/root/var/lib/dpkg/status").c_str()), 0);
  report = scan(options(scratch_.path() + "/root"));
  ASSERT_OK(report);
  EXPECT_TRUE(report->inventory.packages.empty()) << "a link is never followed out";
}

// The SBOM of an image has the image's vulnerabilities, whatever its format.
TEST_F(Scan, AnSbomGivesWhatItsImageGives) {
  const ScanReport image =
      scan_image({{debian_layer({{"demo", "1.0-1"}, {"other", "1"}, {"fine", "3"}})}});
  ASSERT_FALSE(image.findings.empty());
  for (const char* name : {"cyclonedx", "cyclonedx-1.7", "cyclonedx-xml", "spdx", "spdx-tv"}) {
    for (const report::Format& format : report::formats()) {
      if (format.name != name) continue;
      const std::string path = scratch_.write(std::string("bom.") + name, format.render(image));
      for (const std::string& target : {path, "sbom:" + path}) {
        auto report = scan(options(target));
        ASSERT_OK(report);
        ASSERT_EQ(report->findings.size(), image.findings.size()) << name;
        for (size_t i = 0; i < image.findings.size(); ++i) {
          EXPECT_EQ(report->findings[i].rule_id, image.findings[i].rule_id) << name;
          EXPECT_EQ(report->findings[i].fingerprint, image.findings[i].fingerprint) << name;
        }
        EXPECT_EQ(report->state, image.state) << name;
        EXPECT_FALSE(report->notes.empty()) << "that nothing but the document was looked at";
      }
    }
  }
}

TEST_F(Scan, ADamagedSbomIsNoEmptyOne) {
  for (const char* text : {"{\"bomFormat\":\"CycloneDX\",", "{}", "SPDXVersion"}) {
    EXPECT_FALSE(scan(options("sbom:" + scratch_.write("bad.json", text))).ok()) << text;
  }
}

TEST_F(Scan, VexThenExceptionsThenThePolicy) {
  ScanOptions with = options(archive({{debian_layer({{"demo", "1.0-1"}})}}));
  const auto before = scan(with);
  ASSERT_OK(before);
  ASSERT_EQ(before->decision.verdict, Verdict::kDeny);
  ScanOptions vexed = with;
  vexed.vex = {scratch_.write("a.openvex.json",
                              R"({"@context":"https://openvex.dev/ns/v0.2.0","statements":[
    {"vulnerability":{"name":"CVE-2026-1001"},"products":[{"@id":"pkg:deb/debian/demo"}],
     "status":"not_affected","justification":"component_not_present"}]})")};
  auto report = scan(vexed);
  ASSERT_OK(report);
  ASSERT_FALSE(report->suppressed.empty());
  EXPECT_EQ(report->suppressed[0].suppression.by, "vex");
  EXPECT_EQ(report->findings.size() + report->suppressed.size(), before->findings.size());
  EXPECT_EQ(report->decision.verdict, Verdict::kAllow);
  vexed = with;
  vexed.ignore_file = scratch_.write(
      "ignore.yaml", "- id: CVE-2026-1001\n  reason: a\n  owner: b\n  expires: never\n");
  report = scan(vexed);
  ASSERT_OK(report);
  ASSERT_FALSE(report->suppressed.empty());
  EXPECT_EQ(report->suppressed[0].suppression.owner, "b");
  ScanOptions broken = with;
  broken.ignore_file = scratch_.write("bad.yaml", "- id: A\n");
  EXPECT_FALSE(scan(broken).ok()) << "nothing goes on without what was asked for";
  broken = with;
  broken.vex = {scratch_.write("bad.json", "{}")};
  EXPECT_FALSE(scan(broken).ok());
}

}  // namespace
}  // namespace seawall::scan
