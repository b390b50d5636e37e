// Which of the documents attached to an image is taken, from every place where one may lie, and
// that no lie about one passes.
#include "artifact/referrers.h"

#include "artifact/registry_push.h"
#include "support/docker_registry.h"
#include "support/fake_registry.h"
#include "support/support.h"

namespace seawall::artifact {
namespace {

using test::FakeImages;
using test::HttpCall;
using test::HttpServer;
using test::Peer;
using ::testing::HasSubstr;

constexpr const char* kSpdx = "application/spdx+json";
constexpr const char* kInToto = "application/vnd.in-toto+json";
constexpr const char* kDsse = "application/vnd.dsse.envelope.v1+json";

OpenOptions quick() {
  OpenOptions options;
  options.platform = "linux/amd64";
  options.plain_http = true;
  options.docker_config = "/nonexistent/config.json";
  options.http.retries = 0;
  return options;
}

std::string statement(const std::string& predicate) {
  return fmt::format(R"({{"_type": "https://in-toto.io/Statement/v1", "predicateType": "{}"}})",
                     predicate);
}

class Referrers : public testing::Test {
 protected:
  Referrers() {
    image_ = images_.image("linux", "amd64");
    images_.tag("1", image_);
  }
  Result<Attached> open(AttachedKind kind = AttachedKind::kSbom) {
    HttpServer server([&](const HttpCall& call, Peer& peer) { images_.answer(call, peer); });
    const Target target{TargetKind::kRegistry, server.host() + "/app:1", "", true};
    return open_attached(target, kind, quick());
  }
  std::string found(AttachedKind kind = AttachedKind::kSbom) {
    auto opened = open(kind);
    EXPECT_OK(opened);
    return opened.ok() ? opened->document.bytes : "";
  }
  Error refused() {
    auto opened = open();
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? Error(Code::kInternal, "") : opened.error();
  }
  FakeImages images_;
  std::string image_;
};

TEST_F(Referrers, AreAskedOfTheRegistry) {
  images_.refer(image_, images_.attach(image_, "application/vnd.example.signature", "other"));
  images_.refer(image_, images_.attach(image_, kSpdx, "document"));
  auto opened = open();
  ASSERT_OK(opened);
  EXPECT_EQ(opened->document.bytes, "document");
  EXPECT_EQ(opened->document.digest, digest_of("document"));
  EXPECT_EQ(opened->document.media_type, kSpdx);
  EXPECT_EQ(opened->image.manifest_digest.text(), FakeImages::digest(image_));
}

TEST_F(Referrers, TheNewestCountsWhateverTheOrderAndThePage) {
  for (const size_t page : {1u, 2u, 1000u}) {
    for (const bool turned : {false, true}) {
      images_ = FakeImages();
      image_ = images_.image("linux", "amd64");
      images_.tag("1", image_);
      images_.page = page;
      std::vector<std::string> list = {
          images_.attach(image_, kSpdx, "none"),
          images_.attach(image_, kSpdx, "new", "2026-03-01T00:00:00Z"),
          images_.attach(image_, "application/vnd.cyclonedx+json", "old", "2026-02-28T23:59:59Z")};
      if (turned) std::swap(list.front(), list.back());
      for (const std::string& one : list) images_.refer(image_, one);
      EXPECT_EQ(found(), "new") << page;
    }
  }
}

TEST_F(Referrers, WithoutTheApiATagHasTheList) {
  images_.has_api = false;
  images_.tag(FakeImages::tag_of(image_), images_.index(images_.attach(image_, kSpdx, "document")));
  auto opened = open();
  ASSERT_OK(opened);
  EXPECT_EQ(opened->document.bytes, "document");
  EXPECT_THAT(opened->document.place, HasSubstr("sha256-"));
}

TEST_F(Referrers, CosignsOlderTagsAreKnown) {
  images_.has_api = false;
  const std::string config = images_.add("{}", "application/vnd.oci.image.config.v1+json");
  const auto envelope = [&](const char* predicate) {
    return images_.add(fmt::format(R"({{"payloadType": "{}", "payload": "{}"}})", kInToto,
                                   to_base64(statement(predicate))),
                       kDsse);
  };
  images_.tag(FakeImages::tag_of(image_) + ".sbom",
              images_.manifest(config, images_.add("tag", "text/spdx+json"), ""));
  EXPECT_EQ(found(), "tag");
  const std::string sbom = envelope("https://spdx.dev/Document");
  images_.tag(
      FakeImages::tag_of(image_) + ".att",
      images_.manifest(config, envelope("https://slsa.dev/provenance/v1") + ", " + sbom, ""));
  auto opened = open();
  ASSERT_OK(opened);
  EXPECT_EQ(opened->document.digest.text(), FakeImages::digest(sbom))
      << "the statement inside decides";
}

TEST_F(Referrers, BuildKitsAttestationOfTheRightImage) {
  const std::string other = images_.image("linux", "arm64");
  const auto attestation = [&](const std::string& subject, const std::string& text) {
    const auto layer = [&](const char* predicate, const std::string& bytes) {
      return images_.add(
          bytes, kInToto,
          fmt::format(R"("annotations": {{"in-toto.io/predicate-type": "{}"}})", predicate));
    };
    return images_.manifest(
        images_.add("{}", "application/vnd.oci.image.config.v1+json"),
        layer("https://slsa.dev/provenance/v0.2", "provenance of " + text) + ", " +
            layer("https://spdx.dev/Document", text),
        "",
        fmt::format(R"("platform": {{"os": "unknown", "architecture": "unknown"}},
          "annotations": {{"vnd.docker.reference.type": "attestation-manifest",
          "vnd.docker.reference.digest": "{}"}})",
                    FakeImages::digest(subject)));
  };
  images_.tag("1", images_.index(other + ", " + attestation(other, "arm") + ", " + image_ + ", " +
                                 attestation(image_, "amd")));
  EXPECT_EQ(found(), "amd");
}

TEST_F(Referrers, OfTheIndexComeLast) {
  const std::string index = images_.index(image_);
  images_.tag("1", index);
  images_.refer(index, images_.attach(index, kSpdx, "of the index"));
  EXPECT_EQ(found(), "of the index");
  images_.refer(image_, images_.attach(image_, kSpdx, "of the image"));
  EXPECT_EQ(found(), "of the image");
}

TEST_F(Referrers, KindsAreToldApart) {
  images_.refer(image_, images_.attach(image_, kInToto, statement("https://openvex.dev/ns")));
  images_.refer(image_, images_.attach(image_, kInToto, statement("https://cyclonedx.org/bom")));
  EXPECT_THAT(found(AttachedKind::kVex), HasSubstr("openvex"));
  EXPECT_THAT(found(AttachedKind::kSbom), HasSubstr("cyclonedx"));
}

TEST_F(Referrers, NothingAttachedIsSaid) {
  images_.refer(image_, images_.attach(image_, "application/vnd.example.signature", "x"));
  const Error error = refused();
  EXPECT_EQ(error.code(), Code::kNotFound);
  EXPECT_THAT(error.text(), HasSubstr("no SBOM is attached"));
}

TEST_F(Referrers, LiesAreErrors) {
  const std::string document = images_.attach(image_, kSpdx, "document");
  images_.refer(image_, document);
  images_.instead = {{digest_of("document").text(), "forged!!"}};
  EXPECT_EQ(refused().code(), Code::kMismatch) << "the same size, another digest";
  images_.instead = {{digest_of("document").text(), "document and more"}};
  EXPECT_FALSE(open().ok()) << "longer than said";
  images_.instead = {{digest_of("document").text(), "docu"}};
  EXPECT_FALSE(open().ok()) << "shorter than said";
  images_.instead = {{FakeImages::digest(document), "{}"}};
  EXPECT_EQ(refused().code(), Code::kMismatch) << "another manifest";
}

TEST_F(Referrers, OfAnotherImageAreErrors) {
  const std::string other = images_.image("linux", "arm64");
  images_.refer(image_, images_.attach(other, kSpdx, "document"));
  const Error error = refused();
  EXPECT_EQ(error.code(), Code::kMismatch);
  EXPECT_THAT(error.text(), HasSubstr("not about this image"));
}

TEST_F(Referrers, AreBounded) {
  for (int i = 0; i < 100; ++i)
    images_.refer(image_, images_.attach(image_, kSpdx, std::to_string(i)));
  EXPECT_EQ(refused().code(), Code::kLimit);
}

TEST_F(Referrers, AnIndexAmongThemIsRefused) {
  std::string index = images_.index(image_);
  for (int i = 0; i < 3; ++i) index = images_.index(index);
  images_.refer(image_, images_.index(index, fmt::format(R"("artifactType": "{}")", kSpdx)));
  EXPECT_EQ(refused().code(), Code::kMalformed);
}

TEST_F(Referrers, IndexesAreNotFollowedForever) {
  std::string index = images_.index(image_);
  for (int i = 0; i < 8; ++i) index = images_.index(index + ", " + image_);
  images_.tag("1", index);
  EXPECT_EQ(refused().code(), Code::kLimit);
}

TEST_F(Referrers, BlobsMayLieElsewhere) {
  images_.refer(image_, images_.attach(image_, kSpdx, "document"));
  FakeImages store = images_;
  HttpServer blobs([&](const HttpCall& call, Peer& peer) { store.answer(call, peer); });
  images_.redirect_blobs = blobs.url("");
  EXPECT_EQ(found(), "document");
  EXPECT_GE(blobs.calls().size(), 2u);
}

TEST_F(Referrers, LieInLayoutsToo) {
  test::ScratchDirectory scratch;
  images_.refer(image_, images_.attach(image_, kSpdx, "document"));
  const Target target{TargetKind::kOciLayout, images_.write_layout(scratch), "1", true};
  auto opened = open_attached(target, AttachedKind::kSbom, quick());
  ASSERT_OK(opened);
  EXPECT_EQ(opened->document.bytes, "document");
  images_.instead = {{digest_of("document").text(), "forged!!"}};
  test::ScratchDirectory forged;
  const Target bad{TargetKind::kOciLayout, images_.write_layout(forged), "1", true};
  EXPECT_EQ(open_attached(bad, AttachedKind::kSbom, quick()).error().code(), Code::kMismatch);
}

TEST_F(Referrers, NeedARegistryOrALayout) {
  const Target target{TargetKind::kDockerArchive, "app.tar", "", true};
  EXPECT_EQ(open_attached(target, AttachedKind::kSbom, quick()).error().code(), Code::kUsage);
}

// A real registry, which keeps no list of referrers: cosign's and ORAS's tags are used.
TEST(RealRegistry, KeepsAttachedSboms) {
  std::string why;
  test::ScratchDirectory scratch;
  const std::string layout = test::make_layout(scratch, why);
  if (layout.empty()) GTEST_SKIP() << why;
  auto registry = test::DockerRegistry::start(why);
  if (!registry) GTEST_SKIP() << why;
  ASSERT_EQ(registry->push(layout, "tests/tiny:1").exit_code, 0);
  OpenOptions options = quick();
  const std::string name = registry->host() + "/tests/tiny:1";
  const Target target{TargetKind::kRegistry, name, "", true};
  auto none = open_attached(target, AttachedKind::kSbom, options);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code(), Code::kNotFound) << none.error().text();

  auto image = open_registry_image(name, options);
  ASSERT_OK(image);
  auto reference = parse_reference(name);
  ASSERT_OK(reference);
  Repository repository(*reference, options, Repository::Access::kPush);
  auto config = push_blob(repository, "application/vnd.oci.image.config.v1+json", "{}");
  auto layer = push_blob(repository, kSpdx, "document");
  ASSERT_OK(config);
  ASSERT_OK(layer);
  const auto descriptor = [](const Descriptor& one) {
    return fmt::format(R"({{"mediaType": "{}", "digest": "{}", "size": {}}})", one.media_type,
                       one.digest.text(), one.size);
  };
  const std::string manifest =
      fmt::format(R"({{"schemaVersion": 2, "mediaType": "{}", "config": {}, "layers": [{}]}})",
                  FakeImages::kManifest, descriptor(*config), descriptor(*layer));
  ASSERT_OK(push_manifest(repository, "sha256-" + image->manifest_digest.hex + ".sbom", manifest,
                          FakeImages::kManifest));
  auto opened = open_attached(target, AttachedKind::kSbom, options);
  ASSERT_OK(opened);
  EXPECT_EQ(opened->document.bytes, "document");
}

}  // namespace
}  // namespace seawall::artifact
