// Everything bad at once in one tree: each part is named, nothing else is lost, and it ends.
#include <algorithm>

#include "codec/zip_builder.h"
#include "scan/scan.h"
#include "support/image_builder.h"

namespace seawall::scan {
namespace {

using test::ZipBuilder;
using ::testing::HasSubstr;

class HostileSources : public testing::Test {
 protected:
  ScanReport run(const std::string& target) {
    ScanOptions options;
    options.target = target;
    options.match_vulnerabilities = false;
    options.jobs = 2;
    auto report = scan(options);
    EXPECT_OK(report);
    return report.ok() ? std::move(*report) : ScanReport();
  }
  static bool has_package(const ScanReport& report, const std::string& name) {
    return std::any_of(report.inventory.packages.begin(), report.inventory.packages.end(),
                       [&](const Package& package) { return package.name == name; });
  }
  static std::string text_of(const std::vector<Problem>& problems) {
    std::string out;
    for (const Problem& problem : problems) out += problem.where + ": " + problem.message + "\n";
    return out;
  }
  test::ScratchDirectory scratch_;
};

std::string noise(size_t size) {
  std::string out;
  for (size_t i = 0; i < size; ++i) out += static_cast<char>(i * 7919 >> 3);
  return out;
}

std::string nested_jar(int depth) {
  std::string bytes =
      ZipBuilder()
          .add({"META-INF/maven/g/deep/pom.properties", "groupId=g\nartifactId=deep\nversion=1\n"})
          .build();
  for (int i = 0; i < depth; ++i) bytes = ZipBuilder().add({"lib/inner.jar", bytes, 8}).build();
  return bytes;
}

TEST_F(HostileSources, TheRestOfTheScanGoesOn) {
  const auto write = [&](const std::string& path, const std::string& bytes) {
    scratch_.write("tree/" + path, bytes);
  };
  write("good/requirements.txt", "requests==2.30.0\n");
  write("good/Dockerfile", "FROM debian:latest\nRUN sudo true\n");
  // A single line of 100 MB.
  write("line/package-lock.json", "{\"a\":\"" + std::string(100u << 20, 'x') + "\"}");
  write("cut/package-lock.json",
        R"({"lockfileVersion":3,"packages":{"node_modules/kept":{"version":"1.0.0"},"node_mod)");
  write("newer/package-lock.json",
        R"({"lockfileVersion":9,"packages":{"node_modules/later":{"version":"1.0.0"}}})");
  write("bytes/poetry.lock", "[[package]]\nname = \"\xff\xfe\"\nversion = \"1\"\n");
  std::string bomb = "a0: &a0 [x]\n";
  for (int i = 1; i < 40; ++i)
    bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  write("bomb/pnpm-lock.yaml", "lockfileVersion: '9.0'\n" + bomb);
  write("noise/Dockerfile", "FROM x\n" + noise(100'000));
  write("noise/Cargo.lock", noise(100'000));
  write("noise/pom.xml", noise(100'000));
  const ScanReport report = run("dir:" + scratch_.path() + "/tree");
  EXPECT_TRUE(has_package(report, "requests"));
  EXPECT_TRUE(has_package(report, "later"));
  EXPECT_TRUE(std::any_of(report.findings.begin(), report.findings.end(), [](const Finding& one) {
    return one.rule_id == "SW-D0046" && one.location.path == "good/Dockerfile";
  }));
  const std::string problems = text_of(report.problems), notes = text_of(report.notes);
  for (const char* path : {"cut/package-lock.json", "bytes/poetry.lock", "bomb/pnpm-lock.yaml",
                           "noise/Cargo.lock", "noise/pom.xml"})
    EXPECT_THAT(problems, HasSubstr(path));
  EXPECT_THAT(notes, HasSubstr("newer/package-lock.json"));
  EXPECT_EQ(problems.find("good/"), std::string::npos) << problems;
  EXPECT_EQ(exit_code_of(report), 2);
}

TEST_F(HostileSources, ArchivesInArchivesEnd) {
  // 4 MB of zeros as a stored jar's last member, ten of those in a jar, and so on, four deep: 400
  // GB.
  std::string bomb = ZipBuilder().add({"zeros.class", std::string(4u << 20, '\0'), 0}).build();
  for (int level = 0; level < 4; ++level) {
    ZipBuilder outer;
    for (int i = 0; i < 10; ++i) outer.add({fmt::format("lib/{}.jar", i), bomb, 8});
    bomb = outer.build();
  }
  ZipBuilder liar;
  liar.add({.path = "META-INF/MANIFEST.MF", .content = "a: b\n", .size_lie = 1 << 30});
  const std::string image = scratch_.write(
      "image.tar", test::docker_archive({{test::tar_of({{"srv/bomb.jar", bomb},
                                                        {"srv/liar.jar", liar.build()},
                                                        {"srv/deep30.jar", nested_jar(30)},
                                                        {"srv/deep60.jar", nested_jar(60)},
                                                        {"srv/good.jar", nested_jar(0)}})}}));
  const ScanReport report = run(image);
  const std::string problems = text_of(report.problems);
  EXPECT_THAT(problems, HasSubstr("bomb.jar"));
  EXPECT_THAT(problems, HasSubstr("liar.jar"));
  EXPECT_THAT(problems, HasSubstr("deep60.jar"));
  EXPECT_EQ(problems.find("deep30.jar"), std::string::npos) << problems;
  size_t deep = 0;
  for (const Package& package : report.inventory.packages) deep += package.name == "g:deep";
  EXPECT_EQ(deep, 2u) << "of good.jar and deep30.jar";
}

}  // namespace
}  // namespace seawall::scan
