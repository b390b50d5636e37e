#include "artifact/manifest.h"

#include <fmt/format.h>

#include "artifact/image_config.h"
#include "artifact/platform.h"
#include "support/support.h"

namespace seawall::artifact {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kA = "sha256:" + std::string(64, 'a');
const std::string kB = "sha256:" + std::string(64, 'b');

std::string manifest_json(const std::string& layers, const std::string& more = "") {
  return fmt::format(R"({{"schemaVersion": 2, {}"config": {{"mediaType":
    "application/vnd.oci.image.config.v1+json", "digest": "{}", "size": 7}}, "layers": [{}]}})",
                     more, kA, layers);
}

std::string descriptor(const std::string& digest, const std::string& size = "5") {
  return fmt::format(R"({{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
    "digest": "{}", "size": {}}})",
                     digest, size);
}

TEST(Manifest, ListsConfigAndLayers) {
  auto manifest = parse_manifest(manifest_json(descriptor(kA) + "," + descriptor(kB, "9")), {});
  ASSERT_OK(manifest);
  EXPECT_EQ(manifest->config.digest.text(), kA);
  EXPECT_EQ(manifest->config.size, 7u);
  ASSERT_EQ(manifest->layers.size(), 2u);
  EXPECT_EQ(manifest->layers[1].digest.text(), kB);
  EXPECT_EQ(manifest->layers[1].size, 9u);
  EXPECT_THAT(manifest->layers[1].media_type, HasSubstr("tar+gzip"));
  EXPECT_OK(check_is_image(*manifest));
}

TEST(Manifest, SaysWhatIsWrong) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "line 1"},
      {"[]", "not a JSON object"},
      {"{}", "no \"layers\""},
      {R"({"layers": 3})", "no \"layers\""},
      {R"({"layers": []})", "config"},
      {R"({"manifests": []})", "index"},
      {manifest_json(descriptor("sha256:zz")), "layer 1"},
      {manifest_json(descriptor(kA) + ", 3"), "layer 2"},
      {manifest_json(descriptor(kA, "-1")), "no size"},
      {manifest_json(descriptor(kA, "\"5\"")), "no size"},
      {manifest_json(descriptor(kA, "1e3")), "no size"},
      {manifest_json(R"({"size": 5})"), "no digest"}};
  for (const auto& [json, why] : cases) {
    auto manifest = parse_manifest(json, {});
    ASSERT_FALSE(manifest.ok()) << json;
    EXPECT_EQ(manifest.error().code(), Code::kMalformed) << json;
    EXPECT_THAT(manifest.error().text(), HasSubstr(why));
  }
}

TEST(Manifest, ExplainsSchema1) {
  for (const char* json :
       {R"({"schemaVersion": 1, "fsLayers": []})",
        R"({"mediaType": "application/vnd.docker.distribution.manifest.v1+prettyjws"})"}) {
    auto manifest = parse_manifest(json, {});
    ASSERT_FALSE(manifest.ok());
    EXPECT_EQ(manifest.error().code(), Code::kUnsupported);
    EXPECT_THAT(manifest.error().text(), HasSubstr("schema 1"));
    EXPECT_FALSE(manifest.error().hint().empty());
  }
  EXPECT_EQ(parse_manifest(R"({"schemaVersion": 3})", {}).error().code(), Code::kUnsupported);
}

TEST(Manifest, KeepsLimits) {
  Limits limits;
  limits.layers = 1;
  EXPECT_EQ(
      parse_manifest(manifest_json(descriptor(kA) + "," + descriptor(kB)), limits).error().code(),
      Code::kLimit);
  limits = {};
  limits.manifest_bytes = 10;
  EXPECT_EQ(parse_manifest(manifest_json(""), limits).error().code(), Code::kLimit);
  limits = {};
  limits.blob_bytes = 4;
  EXPECT_EQ(parse_manifest(manifest_json(descriptor(kA)), limits).error().code(), Code::kLimit);
  EXPECT_EQ(parse_manifest(std::string(1000, '['), {}).error().code(), Code::kLimit);
}

TEST(Manifest, IsOneThingOnly) {
  EXPECT_EQ(*is_index(manifest_json(""), kOciManifest, {}), false);
  EXPECT_EQ(*is_index(R"({"manifests": []})", kDockerManifestList, {}), true);
  EXPECT_EQ(*is_index(R"({"manifests": []})", "application/json", {}), true);
  const std::pair<std::string, std::string_view> bad[] = {
      {R"({"manifests": [], "layers": []})", ""},
      {R"({"manifests": [], "config": {}})", ""},
      {R"({"manifests": []})", kOciManifest},
      {manifest_json(""), kDockerManifestList},
      {manifest_json("", fmt::format(R"("mediaType": "{}", )", kOciIndex)), ""},
      {"{}", kOciIndex}};
  for (const auto& [json, type] : bad) {
    auto index = is_index(json, type, {});
    ASSERT_FALSE(index.ok()) << json;
    EXPECT_EQ(index.error().code(), Code::kMalformed);
  }
}

TEST(Manifest, RefusesOtherArtifacts) {
  Manifest manifest;
  for (const char* type :
       {"", "application/octet-stream", "application/vnd.docker.container.image.v1+json"}) {
    manifest.config.media_type = type;
    EXPECT_OK(check_is_image(manifest));
  }
  manifest.layers.push_back(
      {.media_type = "application/vnd.oci.image.layer.v1.tar+gzip+encrypted"});
  EXPECT_EQ(check_is_image(manifest).error().code(), Code::kUnsupported);
  manifest.config.media_type = "application/vnd.cncf.helm.config.v1+json";
  EXPECT_THAT(check_is_image(manifest).error().text(), HasSubstr("helm"));
  EXPECT_TRUE(is_foreign_layer("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"));
  EXPECT_TRUE(is_foreign_layer("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"));
  EXPECT_FALSE(is_foreign_layer("application/vnd.oci.image.layer.v1.tar+gzip"));
}

// -- indexes and platforms ---------------------------------------------------------------------

TEST(Index, ListsManifestsWithoutAttestations) {
  auto manifests = parse_index(fmt::format(R"({{"schemaVersion": 2, "manifests": [
    {{"digest": "{0}", "size": 1, "platform": {{"os": "linux", "architecture": "arm", "variant": "v7"}}}},
    {{"digest": "{0}", "size": 1, "platform": {{"os": "unknown", "architecture": "unknown"}}}},
    {{"digest": "{0}", "size": 1, "annotations": {{"vnd.docker.reference.type": "attestation-manifest"}}}},
    {{"digest": "{1}", "size": 2}}]}})",
                                           kA, kB),
                               {});
  ASSERT_OK(manifests);
  ASSERT_EQ(manifests->size(), 2u);
  EXPECT_EQ((*manifests)[0].platform, "linux/arm/v7");
  EXPECT_EQ((*manifests)[1].platform, "");
  EXPECT_EQ((*manifests)[1].digest.text(), kB);
}

TEST(Index, SaysWhichEntryIsWrong) {
  auto manifests =
      parse_index(fmt::format(R"({{"manifests": [{{"digest": "{}", "size": 1}}, {{}}]}})", kA), {});
  ASSERT_FALSE(manifests.ok());
  EXPECT_THAT(manifests.error().text(), HasSubstr("entry 2"));
  EXPECT_FALSE(parse_index("{}", {}).ok());
  EXPECT_FALSE(parse_index(R"({"manifests": [], "layers": []})", {}).ok());
}

std::vector<Descriptor> entries(std::initializer_list<const char*> platforms) {
  std::vector<Descriptor> list;
  for (const char* platform : platforms) {
    Descriptor entry;
    entry.platform = platform;
    entry.size = list.size();
    list.push_back(entry);
  }
  return list;
}

TEST(Platform, IsChosenFromAnIndex) {
  const auto list =
      entries({"linux/amd64", "linux/arm/v5", "linux/arm/v7", "linux/arm64/v8", "windows/amd64"});
  const std::pair<const char*, size_t> cases[] = {
      {"linux/amd64", 0},    {"linux/amd64/v1", 0}, {"linux/x86_64", 0}, {"LINUX/AMD64", 0},
      {"linux/arm", 2},      {"linux/arm/v5", 1},   {"linux/arm/7", 2},  {"linux/arm64", 3},
      {"linux/arm64/v8", 3}, {"linux/aarch64", 3},  {"windows/amd64", 4}};
  for (const auto& [platform, index] : cases) {
    auto chosen = choose_platform(list, platform);
    ASSERT_OK(chosen);
    EXPECT_EQ(chosen->size, index) << platform;
  }
}

TEST(Platform, SaysWhatThereIs) {
  auto chosen = choose_platform(entries({"linux/amd64", "linux/s390x", ""}), "linux/riscv64");
  ASSERT_FALSE(chosen.ok());
  EXPECT_EQ(chosen.error().code(), Code::kNotFound);
  EXPECT_THAT(chosen.error().text(), HasSubstr("linux/amd64, linux/s390x"));
  EXPECT_THAT(chosen.error().hint(), HasSubstr("--platform"));
  EXPECT_EQ(choose_platform({}, "linux/amd64").error().code(), Code::kNotFound);
  EXPECT_EQ(choose_platform(entries({"linux/arm/v5"}), "linux/arm/v7").error().code(),
            Code::kNotFound);
  for (const char* bad : {"arm64", "linux/", "/amd64", "linux//v8"}) {
    EXPECT_EQ(choose_platform(entries({"linux/amd64"}), bad).error().code(), Code::kUsage) << bad;
  }
  const std::vector<Descriptor> many(100, entries({"plan9/mips"})[0]);
  EXPECT_LT(choose_platform(many, "linux/amd64").error().text().size(), 1000u);
}

TEST(Platform, DefaultsToThisMachineAndThenTheOnlyOne) {
  const std::string host = host_platform();
  EXPECT_THAT(host, HasSubstr("linux/"));
  std::vector<Descriptor> list = entries({"plan9/mips", host.c_str()});
  EXPECT_EQ(choose_platform(list, "")->size, 1u);
  list.pop_back();
  EXPECT_EQ(choose_platform(list, "")->platform, "plan9/mips");
  EXPECT_FALSE(choose_platform(entries({"plan9/mips", "plan9/arm"}), "").ok());
  EXPECT_OK(choose_platform(entries({""}), "linux/arm64"));  // the configuration will tell
}

TEST(Platform, Fits) {
  EXPECT_TRUE(platform_fits("linux/arm64/v8", "linux/arm64"));
  EXPECT_TRUE(platform_fits("linux/arm64", "linux/arm64/v8"));
  EXPECT_FALSE(platform_fits("linux/arm/v5", "linux/arm/v7"));
  EXPECT_FALSE(platform_fits("linux/amd64", "windows/amd64"));
}

// -- the configuration -------------------------------------------------------------------------

Image image_of(std::string config, size_t layers) {
  Image image;
  image.config = std::move(config);
  image.layers.resize(layers);
  return image;
}

TEST(ImageConfig, FillsTheImage) {
  Image image = image_of(fmt::format(R"({{"os": "linux", "architecture": "arm64", "variant": "v8",
    "created": "2026-01-02T03:04:05.123Z", "rootfs": {{"type": "layers", "diff_ids": ["{}", "{}"]}},
    "history": [{{"created_by": "/bin/sh -c #(nop) ADD file:9f in / "}},
                {{"created_by": "/bin/sh -c #(nop)  CMD [\"sh\"]", "empty_layer": true}},
                {{"created_by": "RUN /bin/sh -c apt-get update # buildkit"}}]}})",
                                     kA, kB),
                         2);
  ASSERT_OK(apply_config(image, {}));
  EXPECT_EQ(image.platform, "linux/arm64/v8");
  EXPECT_EQ(image.created, "2026-01-02T03:04:05.123Z");
  EXPECT_EQ(image.layers[0].diff_id.text(), kA);
  EXPECT_EQ(image.layers[1].diff_id.text(), kB);
  EXPECT_EQ(image.layers[0].instruction, "ADD file:9f in /");
  EXPECT_EQ(image.layers[1].instruction, "RUN apt-get update");
}

TEST(ImageConfig, InventsNoInstructions) {
  for (const char* history : {"[]", R"([{"created_by": "a"}, {"created_by": "b"}])", "null", "3"}) {
    Image image = image_of(
        fmt::format(R"({{"rootfs": {{"diff_ids": ["{}"]}}, "history": {}, "created": "soon"}})", kA,
                    history),
        1);
    ASSERT_OK(apply_config(image, {}));
    EXPECT_EQ(image.layers[0].instruction, "");
    EXPECT_EQ(image.platform, "");
    EXPECT_EQ(image.created, "");
  }
}

TEST(ImageConfig, SaysWhatIsWrong) {
  const std::string one = fmt::format(R"({{"rootfs": {{"diff_ids": ["{}"]}}}})", kA);
  const std::tuple<std::string, size_t, const char*> cases[] = {
      {"", 1, "configuration"},
      {"[]", 0, "not a JSON object"},
      {"{}", 1, "no rootfs.diff_ids"},
      {one, 0, "names 1 layers, but there are 0"},
      {one, 2, "names 1 layers, but there are 2"},
      {R"({"rootfs": {"diff_ids": [3]}})", 1, "line 1"},
      {R"({"rootfs": {"diff_ids": ["sha256:0"]}})", 1, "hex digits"}};
  for (const auto& [json, layers, why] : cases) {
    Image image = image_of(json, layers);
    auto applied = apply_config(image, {});
    ASSERT_FALSE(applied.ok()) << json;
    EXPECT_EQ(applied.error().code(), Code::kMalformed);
    EXPECT_THAT(applied.error().text(), HasSubstr(why));
  }
  Limits limits;
  limits.manifest_bytes = 5;
  Image image = image_of(one, 1);
  EXPECT_EQ(apply_config(image, limits).error().code(), Code::kLimit);
  limits = {};
  limits.layers = 0;
  EXPECT_EQ(apply_config(image, limits).error().code(), Code::kLimit);
}

TEST(ImageConfig, ReadsInstructionsOfAllBuilders) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"/bin/sh -c #(nop) ADD file:9f3c in / ", "ADD file:9f3c in /"},
      {"/bin/sh -c #(nop)  CMD [\"bash\"]", "CMD [\"bash\"]"},
      {"/bin/sh -c apt-get update", "RUN apt-get update"},
      {"|2 A=b C=d e /bin/sh -c make", "RUN make"},
      {"RUN /bin/sh -c make # buildkit", "RUN make"},
      {"RUN |1 A=b /bin/sh -c make # buildkit", "RUN make"},
      {"COPY /a /b # buildkit", "COPY /a /b"},
      {"RUN [\"/x\"]", "RUN [\"/x\"]"},
      {"|1 broken", "|1 broken"},
      {"bazel build ...", "bazel build ..."}};
  for (const auto& [created_by, instruction] : cases) {
    EXPECT_EQ(dockerfile_instruction(created_by), instruction);
  }
}

}  // namespace
}  // namespace seawall::artifact
