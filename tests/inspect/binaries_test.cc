// Archives of classes and executables, made by the tests' own builders.
#include "inspect/packages/binaries.h"

#include "base/content.h"
#include "codec/executable_builder.h"
#include "codec/packing.h"
#include "collecting_sink.h"
#include "inspect/packages/known_binary.h"

namespace seawall::inspect {
namespace {

using test::elf_of;
using test::le;
using test::ZipBuilder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> names(const CollectingSink& sink) {
  std::vector<std::string> out;
  for (const Package& package : sink.packages) out.push_back(package.name + " " + package.version);
  return out;
}

std::string properties(const std::string& group, const std::string& artifact,
                       const std::string& version) {
  return "#Generated\ngroupId=" + group + "\nartifactId=" + artifact + "\nversion=" + version +
         "\n";
}

std::string jar(const std::string& group, const std::string& artifact, const std::string& version) {
  return ZipBuilder()
      .add({"META-INF/maven/" + group + "/" + artifact + "/pom.properties",
            properties(group, artifact, version)})
      .build();
}

TEST(JavaArchive, PropertiesThenManifestThenName) {
  EXPECT_THAT(names(inspect_text(parse_java_archive, "opt/a-1.0.jar", jar("g", "a", "1.0"))),
              ElementsAre("g:a 1.0"));
  const auto manifest = inspect_text(
      parse_java_archive, "opt/commons-lang3-3.12.0.jar",
      ZipBuilder()
          .add({"META-INF/MANIFEST.MF",
                "Manifest-Version: 1.0\r\nBundle-SymbolicName: org.apache.commons.co\r\n"
                " mmons-lang3\r\nBundle-Version: 3.12.0\r\n\r\nName: x\r\nBundle-Version: 9\r\n"})
          .build());
  EXPECT_THAT(names(manifest), ElementsAre("org.apache.commons:commons-lang3 3.12.0"));
  EXPECT_THAT(manifest.packages[0].checksum, HasSubstr("sha1:"));
  EXPECT_THAT(names(inspect_text(parse_java_archive, "opt/plain-2.1.jar",
                                 ZipBuilder().add({"a.class", "x"}).build())),
              ElementsAre("plain 2.1"));
}

TEST(JavaArchive, ShadedAndNestedOnesHaveTheirPlace) {
  const std::string inner = jar("in", "inner", "2.0");
  const std::string outer =
      ZipBuilder()
          .add({"META-INF/maven/g/app/pom.properties", properties("g", "app", "1.0")})
          .add({"META-INF/maven/s/shaded/pom.properties", properties("s", "shaded", "0.1")})
          .add({"BOOT-INF/lib/inner-2.0.jar", inner, 0})
          .add({"WEB-INF/lib/deflated-2.0.jar", jar("d", "deflated", "3.0"), 8})
          .build();
  for (const std::string& prefix : {std::string(), std::string("#!/bin/sh\nexec java -jar $0\n")}) {
    const auto sink = inspect_text(parse_java_archive, "app/app-1.0.jar", prefix + outer);
    EXPECT_THAT(names(sink), UnorderedElementsAre("g:app 1.0", "s:shaded 0.1", "in:inner 2.0",
                                                  "d:deflated 3.0"));
    EXPECT_EQ(sink.find("in:inner")->location.path, "BOOT-INF/lib/inner-2.0.jar");
    EXPECT_THAT(sink.problems, IsEmpty());
  }
}

TEST(JavaArchive, ThirtyDeepWorksAndThereIsAnEnd) {
  for (const int depth : {30, 40}) {
    std::string bytes = jar("deep", "est", "1.0");
    for (int i = 0; i < depth; ++i) bytes = ZipBuilder().add({"n.jar", bytes, 0}).build();
    const auto sink = inspect_text(parse_java_archive, "x.jar", bytes);
    EXPECT_EQ(sink.find("deep:est") != nullptr, depth == 30);
    EXPECT_EQ(sink.problems.size(), depth == 30 ? 0u : 1u);
  }
}

TEST(JavaArchive, DamageIsNamedAndTheRestGoesOn) {
  const std::string bytes = ZipBuilder()
                                .add({"lib/bad.jar", "no zip at all", 0})
                                .add({"lib/good-1.jar", jar("g", "good", "1"), 0})
                                .build();
  const auto sink = inspect_text(parse_java_archive, "x.jar", bytes);
  EXPECT_THAT(names(sink), ElementsAre("g:good 1"));
  EXPECT_THAT(sink.problems, ElementsAre(HasSubstr("lib/bad.jar")));
  for (size_t cut = 0; cut < bytes.size(); cut += 3)
    inspect_text(parse_java_archive, "x.jar", bytes.substr(0, cut));
  // A member that lies about its size.
  const auto lie =
      inspect_text(parse_java_archive, "x.jar",
                   ZipBuilder()
                       .add({.path = "META-INF/MANIFEST.MF", .content = "a: b\n", .size_lie = 7})
                       .build());
  EXPECT_EQ(lie.problems.size(), 1u);
}

std::string varint(size_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  return out + static_cast<char>(value);
}

std::string go_info(const std::string& version, const std::string& modules) {
  const std::string guarded = std::string(16, 's') + modules + std::string(16, 'e');
  return "\xff Go buildinf:" + le(8, 1) + le(2, 1) + le(0, 16) + varint(version.size()) + version +
         varint(guarded.size()) + guarded;
}

TEST(GoBinary, ModulesReplacementsAndTheGoVersion) {
  const std::string modules =
      "path\texample.com/app\nmod\texample.com/app\t(devel)\t\n"
      "dep\tgithub.com/a/b\tv1.2.3\th1:x\ndep\texample.com/old\tv1.0.0\n"
      "=>\texample.com/new\tv2.0.0\th1:y\nbuild\t-ldflags=\"-s -X "
      "example.com/app/version.Version=3.4.5\"\n";
  const auto sink =
      inspect_text(parse_go_binary, "usr/bin/app",
                   elf_of({{".go.buildinfo", go_info("go1.22.4 X:boringcrypto", modules)}}));
  EXPECT_THAT(names(sink), ElementsAre("stdlib 1.22.4", "example.com/app v3.4.5",
                                       "github.com/a/b v1.2.3", "example.com/new v2.0.0"));
  EXPECT_EQ(sink.packages[0].type, PackageType::kGolang);
  EXPECT_TRUE(sink.packages[1].direct);
  EXPECT_THAT(inspect_text(parse_go_binary, "usr/bin/c", elf_of({{".text", "C"}})).packages,
              IsEmpty());
}

TEST(GoBinary, ThePointersOfOlderLinkers) {
  // Two string headers and their bytes behind the information, all in one section.
  const std::string version = "go1.16.5",
                    modules =
                        std::string(16, 's') + "path\tx\nmod\tx\tv1.0.0\t\n" + std::string(16, 'e');
  const uint64_t base = test::kElfBase + 128;  // where the first section lands: 64 + 56, aligned
  const std::string info = "\xff Go buildinf:" + le(8, 1) + le(0, 1) + le(base + 32, 8) +
                           le(base + 48, 8) + le(base + 64, 8) + le(version.size(), 8) +
                           le(base + 64 + version.size(), 8) + le(modules.size(), 8) + version +
                           modules;
  EXPECT_THAT(
      names(inspect_text(parse_go_binary, "usr/bin/app", elf_of({{".go.buildinfo", info}}))),
      ElementsAre("stdlib 1.16.5", "x v1.0.0"));
}

TEST(GoBinary, CutAnywhereItEnds) {
  const std::string bytes = elf_of({{".go.buildinfo", go_info("go1.22.4", "mod\ta\tv1.0.0\t\n")}});
  for (size_t cut = 0; cut < bytes.size(); ++cut)
    inspect_text(parse_go_binary, "a", bytes.substr(0, cut));
}

TEST(RustBinary, CratesWithWhatTheyNeed) {
  const std::string json =
      R"({"packages":[{"name":"app","version":"0.1.0","source":"local","root":true,"dependencies":[1,2]},
      {"name":"serde","version":"1.0.2","source":"crates.io"},
      {"name":"cc","version":"1.0.0","source":"crates.io","kind":"build"}]})";
  const auto sink = inspect_text(parse_rust_binary, "usr/bin/app",
                                 elf_of({{".dep-v0", test::deflate_bytes(json, 15)}}));
  EXPECT_THAT(names(sink), ElementsAre("app 0.1.0", "serde 1.0.2", "cc 1.0.0"));
  EXPECT_THAT(sink.packages[0].depends, ElementsAre("cc@1.0.0", "serde@1.0.2"));
  EXPECT_TRUE(sink.packages[2].development);
  const auto damaged =
      inspect_text(parse_rust_binary, "usr/bin/app", elf_of({{".dep-v0", "no zlib"}}));
  EXPECT_EQ(damaged.problems.size(), 1u);
}

TEST(PackageNote, NamesWhatNoPackageManagerKnows) {
  const auto note = [](const std::string& json) {
    return elf_of({{".note.package", le(4, 4) + le(json.size(), 4) + le(0xcafe1a7e, 4) +
                                         std::string("FDO\0", 4) + json}});
  };
  EXPECT_THAT(names(inspect_text(parse_package_note, "opt/x",
                                 note(R"({"type":"custom","name":"tool","version":"7.1"})"))),
              ElementsAre("tool 7.1"));
  EXPECT_THAT(inspect_text(parse_package_note, "usr/bin/x",
                           note(R"({"type":"deb","name":"tool","version":"7.1"})"))
                  .packages,
              IsEmpty());
}

TEST(KnownBinary, EveryExampleHolds) {
  size_t count = 0;
  for (const ContentFile& file : built_in_content()) {
    if (!file.name.starts_with("binaries/")) continue;
    std::vector<ClassifierExample> examples;
    const auto classifiers = load_classifiers(file.bytes, file.name, &examples);
    ASSERT_OK(classifiers);
    count += classifiers->size();
    for (const ClassifierExample& example : examples) {
      for (const Classifier& classifier : *classifiers) {
        if (classifier.name != example.classifier) continue;
        const MemoryAccess data(example.text);
        EXPECT_EQ(find_version(data, classifier.patterns), example.version) << classifier.name;
      }
    }
  }
  EXPECT_GE(count, 60u);
}

TEST(KnownBinary, ByNameAndOverTheEdgeOfAWindow) {
  std::string bytes =
      elf_of({{".rodata", std::string((1 << 20) - 64 - 56 - 8 - 20, 'x') +
                              "nginx version: nginx/1.25.3" + std::string(1, '\0')}});
  EXPECT_THAT(names(inspect_text(parse_known_binary, "opt/sbin/nginx", bytes)),
              ElementsAre("nginx 1.25.3"));
  EXPECT_THAT(inspect_text(parse_known_binary, "opt/sbin/other", bytes).packages, IsEmpty());
  const std::string python = std::string("x\0removed in Python 3.13\0", 25) + std::string(
                                                                                  "\0"
                                                                                  "3.11.4\0",
                                                                                  8);
  EXPECT_THAT(names(inspect_text(parse_known_binary, "usr/local/lib/libpython3.11.so.1.0", python)),
              ElementsAre("python 3.11.4"));
}

TEST(KnownBinary, RefusesWhatCannotShip) {
  EXPECT_FALSE(load_classifiers(
                   "classifiers:\n- {name: a, files: [a], patterns: ['{v}'], examples: [{}]}", "x")
                   .ok());
  EXPECT_FALSE(
      load_classifiers("classifiers:\n- {name: a, files: [a], patterns: ['a{v}']}", "x").ok());
}

}  // namespace
}  // namespace seawall::inspect
