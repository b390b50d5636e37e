#include "artifact/target.h"

#include "base/strings.h"
#include "support/image_builder.h"

namespace seawall::artifact {
namespace {

class Targets : public testing::Test {
 protected:
  std::string kind_of(const std::string& text) {
    const auto target = parse_target(text, {});
    return target.ok() ? std::string(to_string(target->kind)) : "error: " + target.error().text();
  }
  test::ScratchDirectory scratch_;
};

TEST_F(Targets, AreRecognisedByContent) {
  const test::ImageParts parts{{test::debian_layer({{"a", "1"}})}};
  EXPECT_EQ(kind_of(scratch_.write("docker", test::docker_archive(parts))), "docker-archive");
  EXPECT_EQ(kind_of(scratch_.write("docker.gz",
                                   test::pack(Compression::kGzip, test::docker_archive(parts)))),
            "docker-archive");
  EXPECT_EQ(kind_of(scratch_.write("oci.tar", test::tar_of(test::oci_layout(parts)))),
            "oci-archive");
  EXPECT_EQ(kind_of(scratch_.write("root.tar", parts.layers[0])), "rootfs-archive");
  for (const auto& [path, bytes] : test::oci_layout(parts)) scratch_.write("layout/" + path, bytes);
  EXPECT_EQ(kind_of(scratch_.path() + "/layout"), "oci");
  scratch_.write("root/etc/os-release", test::kDebian12);
  EXPECT_EQ(kind_of(scratch_.path() + "/root"), "rootfs");
  scratch_.write("tree/main.c", "int main;");
  EXPECT_EQ(kind_of(scratch_.path() + "/tree"), "dir");
  EXPECT_EQ(kind_of("debian:12"), "registry");
  EXPECT_EQ(kind_of("docker:debian:12"), "docker");
  EXPECT_EQ(kind_of("rootfs:/"), "rootfs");
  EXPECT_TRUE(kind_of("").starts_with("error"));
  EXPECT_TRUE(kind_of("docker:").starts_with("error"));
  EXPECT_TRUE(kind_of("./absent").starts_with("error"));
  EXPECT_TRUE(kind_of("shop//api:1").starts_with("error"));
}

Result<Image> open(const std::string& text) {
  SEAWALL_TRY(const Target target, parse_target(text, {}));
  OpenOptions options;
  options.platform = "linux/amd64";
  SEAWALL_TRY(Artifact artifact, open_artifact(target, options));
  return std::get<Image>(std::move(artifact));
}

TEST_F(Targets, DockerArchivesInEveryOrderAndGeneration) {
  const test::ImageParts parts{{test::debian_layer({{"a", "1"}}), test::tar_of({{"b", "2"}})}};
  for (const bool first : {false, true}) {
    const auto image = open(scratch_.write("docker.tar", test::docker_archive(parts, first)));
    ASSERT_OK(image);
    EXPECT_EQ(image->layers.size(), 2u);
    EXPECT_EQ(image->layers[1].diff_id.hex, test::hex_of(parts.layers[1]));
    EXPECT_EQ(image->layers[1].instruction, "RUN step 2");
    EXPECT_THAT(image->tags, testing::ElementsAre("app:1.0"));
    EXPECT_EQ(image->platform, "linux/amd64");
  }
  // Before Docker 1.10: `repositories`, and layers that name their parents.
  const auto old = open(scratch_.write(
      "old.tar",
      test::tar_of(
          {{"bbb/json", R"({"id":"bbb","parent":"aaa","os":"linux","architecture":"amd64"})"},
           {"bbb/layer.tar", parts.layers[1]},
           {"aaa/json", R"({"id":"aaa","container_config":{"Cmd":["/bin/sh","-c","true"]}})"},
           {"aaa/layer.tar", parts.layers[0]},
           {"repositories", R"({"app":{"1.0":"bbb"}})"}})));
  ASSERT_OK(old);
  ASSERT_EQ(old->layers.size(), 2u);
  EXPECT_EQ(old->layers[0].size, parts.layers[0].size()) << "from the bottom";
  const auto circle =
      open(scratch_.write("circle.tar", test::tar_of({{"aaa/json", R"({"parent":"aaa"})"},
                                                      {"aaa/layer.tar", ""},
                                                      {"repositories", R"({"a":{"1":"aaa"}})"}})));
  EXPECT_FALSE(circle.ok());
}

TEST_F(Targets, SeveralImagesNeedAChoice) {
  test::ImageParts parts{{test::debian_layer({{"a", "1"}})}};
  test::complete(parts);
  const std::string config = test::hex_of(parts.config) + ".json";
  const auto entry = [&](const char* tag) {
    return fmt::format(R"({{"Config":"{}","RepoTags":["{}"],"Layers":["l/layer.tar"]}})", config,
                       tag);
  };
  // The second layer name is a link to the first, as `docker save` writes repeated layers.
  const std::string link =
      test::tar_header({.name = "again/layer.tar", .type = '2', .link = "../l/layer.tar"});
  const std::string manifest = "[" + entry("one:1") + "," + entry("two:2") + "]";
  const std::string path =
      scratch_.write("two.tar", link + test::tar_of({{"l/layer.tar", parts.layers[0]},
                                                     {config, parts.config},
                                                     {"manifest.json", manifest}}));
  const auto none = open(path);
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().text().find("one:1"), std::string::npos);
  for (const char* which : {":one:1", ":@0"}) {
    const auto image = open("docker-archive:" + path + which);
    ASSERT_OK(image);
    EXPECT_THAT(image->tags, testing::ElementsAre("one:1"));
  }
  EXPECT_FALSE(open("docker-archive:" + path + ":three").ok());
  EXPECT_FALSE(open("docker-archive:" + path + ":@7").ok());
}

TEST_F(Targets, IndexesAreChosenFromByPlatform) {
  const auto blobs = [](const char* architecture) {
    test::ImageParts parts{{test::debian_layer({{architecture, "1"}})}};
    test::complete(parts);
    parts.config = replace_all(parts.config, "amd64", architecture);
    return test::oci_blobs(parts);
  };
  const auto amd = blobs("amd64"), arm = blobs("arm64");
  const std::string inner = test::index_of(
      test::manifest_descriptor(amd.manifest,
                                R"(,"platform":{"os":"linux","architecture":"amd64"})") +
      "," +
      test::manifest_descriptor(
          arm.manifest, R"(,"platform":{"os":"linux","architecture":"arm64","variant":"v8"})"));
  auto files = amd.files;
  files.insert(files.end(), arm.files.begin(), arm.files.end());
  files.emplace_back("blobs/sha256/" + test::hex_of(inner), inner);
  files.emplace_back("oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
  files.emplace_back(
      "index.json",
      test::index_of(fmt::format(
          R"({{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"sha256:{}","size":{}}})",
          test::hex_of(inner), inner.size())));
  const std::string path = scratch_.write("multi.tar", test::tar_of(files));
  OpenOptions options;
  for (const auto& [platform, manifest] :
       {std::pair{"linux/amd64", amd.manifest}, std::pair{"linux/arm64", arm.manifest}}) {
    options.platform = platform;
    const auto artifact = open_artifact({TargetKind::kOciArchive, path, "", true}, options);
    ASSERT_OK(artifact);
    EXPECT_EQ(std::get<Image>(*artifact).manifest_digest.hex, test::hex_of(manifest)) << platform;
  }
  options.platform = "linux/s390x";
  const auto absent = open_artifact({TargetKind::kOciArchive, path, "", true}, options);
  ASSERT_FALSE(absent.ok());
  EXPECT_NE(absent.error().text().find("linux/arm64"), std::string::npos) << "lists what there is";
}

}  // namespace
}  // namespace seawall::artifact
