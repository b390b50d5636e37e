// Images made in memory, read as they are read everywhere, and what they will start first.
#include "guard/profile/seed.h"

#include <fmt/format.h>

#include "artifact/target.h"
#include "codec/executable_builder.h"
#include "guard/profile/judge.h"
#include "guard/profile/learner.h"
#include "guard/profile/profile_read.h"
#include "guard/profile/profile_write.h"
#include "support/image_builder.h"

namespace seawall::guard {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

// An ELF file that needs this interpreter, these libraries, looked for in this path first.
std::string elf(const std::string& interpreter, const std::vector<std::string>& libraries,
                const std::string& run_path = {}) {
  std::string names(1, '\0'), dynamic;
  const auto entry = [&](uint64_t tag, const std::string& text) {
    dynamic += test::le(tag, 8) + test::le(names.size(), 8);
    names += text + std::string(1, '\0');
  };
  for (const std::string& library : libraries) entry(1, library);
  if (!run_path.empty()) entry(29, run_path);
  dynamic += test::le(0, 16);
  std::vector<std::pair<std::string, std::string>> sections;
  if (!interpreter.empty()) sections.emplace_back(".interp", interpreter + std::string(1, '\0'));
  sections.emplace_back(".dynamic", dynamic);
  sections.emplace_back(".dynstr", names);
  return test::elf_of(sections);
}

std::string file(const std::string& name, const std::string& bytes, unsigned mode = 0755) {
  return test::tar_header({.name = name, .size = bytes.size(), .mode = mode}) + test::padded(bytes);
}
std::string link(const std::string& name, const std::string& target, char type = '2') {
  return test::tar_header({.name = name, .type = type, .link = target, .mode = 0777});
}

// A merged /usr, a shell, a script that starts a program, libraries that need others.
std::string base_layer() {
  return link("bin", "usr/bin") + link("lib64", "usr/lib64") + link("lib", "usr/lib") +
         file("usr/bin/dash", elf("/lib64/ld.so", {"libc.so.6"})) + link("usr/bin/sh", "dash") +
         file("usr/bin/env", elf("/lib64/ld.so", {"libc.so.6"})) +
         file("usr/bin/python3.11", elf("/lib64/ld.so", {"libpython.so", "libc.so.6"})) +
         link("usr/bin/python3", "/usr/bin/python3.11") + file("usr/lib64/ld.so", elf("", {})) +
         file("usr/lib/x86_64-linux-gnu/libc.so.6", elf("", {}), 0644) +
         file("usr/lib/x86_64-linux-gnu/libpython.so", elf("", {"libm.so.6"}), 0644) +
         file("usr/lib/x86_64-linux-gnu/libm.so.6", elf("", {"libc.so.6"}), 0644) +
         file("usr/bin/old", "#!/bin/sh\n") + file("usr/bin/hidden", "#!/bin/sh\n") +
         test::tar_end();
}

struct Made {
  Seed seed;
  ImageFiles files;
  Profile profile;
};

Result<Made> make(const std::vector<std::string>& layers, const std::string& config,
                  bool oci = false) {
  const test::ScratchDirectory scratch;
  test::ImageParts parts;
  parts.layers = layers;
  std::string diffs;
  for (const std::string& layer : layers)
    diffs += fmt::format("{}\"sha256:{}\"", diffs.empty() ? "" : ",", test::hex_of(layer));
  std::string history;
  for (size_t i = 0; i < layers.size(); ++i)
    history += fmt::format("{}{{\"created_by\":\"COPY\"}}", i ? "," : "");
  parts.config = fmt::format(
      R"({{"architecture":"amd64","os":"linux","config":{{{}}},"rootfs":{{"type":"layers",)"
      R"("diff_ids":[{}]}},"history":[{}]}})",
      config, diffs, history);
  std::string target = "docker-archive:" + scratch.path() + "/a.tar";
  if (oci) {
    for (const auto& [name, bytes] : test::oci_layout(parts)) scratch.write("oci/" + name, bytes);
    target = "oci:" + scratch.path() + "/oci";
  } else {
    scratch.write("a.tar", test::docker_archive(parts));
  }
  SEAWALL_TRY(const auto parsed, artifact::parse_target(target, {}));
  SEAWALL_TRY(const auto opened, artifact::open_artifact(parsed, {}));
  const auto& image = std::get<artifact::Image>(opened);
  SEAWALL_TRY(ImageFiles files, ImageFiles::read(image, {}));
  SEAWALL_TRY(Seed seed, seed_of(image, files));
  Profile profile = seed_profile(seed, "app", "sha256:" + std::string(64, '1'));
  return Made{std::move(seed), std::move(files), std::move(profile)};
}

std::vector<std::string> paths(const std::vector<AllowedExecutable>& list) {
  std::vector<std::string> out;
  for (const AllowedExecutable& one : list) out.push_back(one.path);
  return out;
}

TEST(Seed, FollowsEntryPointScriptsLoadersAndLibraries) {
  const std::string script = "#!/usr/bin/env python3\nprint(1)\n";
  for (const bool oci : {false, true}) {
    const auto made = make({base_layer(), file("app/start", script) + test::tar_end()},
                           R"("Entrypoint":["/app/start"],"Cmd":["--serve"])", oci);
    ASSERT_OK(made);
    EXPECT_THAT(paths(made->seed.executables),
                UnorderedElementsAre("/app/start", "/usr/bin/env", "/usr/bin/python3.11"));
    EXPECT_THAT(
        made->seed.files,
        ElementsAre("/app/start", "/usr/bin/env", "/usr/bin/python3.11",
                    "/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/x86_64-linux-gnu/libm.so.6",
                    "/usr/lib/x86_64-linux-gnu/libpython.so", "/usr/lib64/ld.so"));
    EXPECT_THAT(made->seed.missing, IsEmpty());
    EXPECT_EQ(made->seed.command, "/app/start --serve");
    for (const AllowedExecutable& one : made->seed.executables) {
      if (one.path == "/app/start") {
        EXPECT_EQ(one.digest, digest_of(script).text());
      }
    }
    const auto again = read_profile(write_profile(made->profile), "p.yaml");
    ASSERT_OK(again);
    EXPECT_EQ(*again, made->profile);
    EXPECT_TRUE(made->profile.learned.seeded);
    EXPECT_THAT(made->profile.learned.commands, ElementsAre("/app/start --serve"));
  }
}

TEST(Seed, FindsProgramsAlongThePathAndInCommands) {
  const std::string layer = file("opt/bin/server", "#! /bin/sh -e\nexec x\n") +
                            file("opt/bin/worker", elf("", {})) +
                            file("opt/bin/data", "no program", 0644) + test::tar_end();
  const auto made =
      make({base_layer(), layer}, R"("Env":["PATH=/opt/bin:/usr/bin"],"Entrypoint":["server"],)"
                                  R"("Cmd":["worker","data","--flag","nothing"])");
  ASSERT_OK(made);
  EXPECT_THAT(paths(made->seed.executables),
              UnorderedElementsAre("/opt/bin/server", "/usr/bin/dash", "/opt/bin/worker"));
  const auto shell =
      make({base_layer(), layer}, R"("Env":["PATH=/opt/bin:/bin"],"Entrypoint":["/bin/sh","-c"],)"
                                  R"("Cmd":["sleep 1;exec worker \"$@\" && python3 -m x"])");
  ASSERT_OK(shell);
  EXPECT_THAT(paths(shell->seed.executables),
              UnorderedElementsAre("/usr/bin/dash", "/opt/bin/worker", "/usr/bin/python3.11"));
  const auto health =
      make({base_layer(), layer}, R"("Cmd":["/opt/bin/worker"],"Healthcheck":{"Test":["CMD-SHELL",)"
                                  R"("python3 /check.py || exit 1"]})");
  ASSERT_OK(health);
  EXPECT_THAT(paths(health->seed.executables),
              UnorderedElementsAre("/opt/bin/worker", "/usr/bin/dash", "/usr/bin/python3.11"));
  const auto relative =
      make({base_layer(), layer}, R"("WorkingDir":"/opt","Cmd":["./bin/worker"])");
  ASSERT_OK(relative);
  EXPECT_THAT(paths(relative->seed.executables), ElementsAre("/opt/bin/worker"));
}

TEST(Seed, SeesWhatAContainerSees) {
  const std::string upper = file("usr/bin/old", "#!/usr/bin/python3\n") +
                            file("usr/bin/.wh.hidden", "") +
                            link("usr/bin/again", "usr/bin/old", '1') + test::tar_end();
  const auto made = make({base_layer(), upper}, R"("Cmd":["hidden"])");
  ASSERT_OK(made);
  EXPECT_THAT(made->seed.missing, ElementsAre("hidden")) << "a whiteout took it away";
  EXPECT_THAT(made->seed.executables, IsEmpty());
  EXPECT_EQ(made->files.find("/usr/bin/old")->shebang, "/usr/bin/python3") << "the upper one";
  EXPECT_EQ(made->files.resolve("/usr/bin/again"), "/usr/bin/old") << "a hard link";
  EXPECT_EQ(made->files.resolve("/bin/sh"), "/usr/bin/dash") << "two links";
  EXPECT_EQ(made->files.resolve("/bin/none"), "");
  EXPECT_EQ(made->files.find("/usr"), nullptr) << "a folder is no file";
  EXPECT_THAT(made->files.executables(), Not(testing::Contains(testing::Key("/usr/bin/hidden"))));
  EXPECT_THAT(made->files.executables(), testing::Contains(testing::Key("/usr/bin/dash")));
}

TEST(Seed, NamesWhatIsMissing) {
  const std::string layer =
      file("app", elf("/lib64/ld.so", {"libgone.so.1", "libown.so", "/opt/libabsolute.so"},
                      "$ORIGIN/lib:${ORIGIN}/other")) +
      file("other/libown.so", elf("", {}), 0644) + file("opt/libabsolute.so", elf("", {}), 0644) +
      test::tar_end();
  const auto made = make({base_layer(), layer}, R"("Cmd":["/app"])");
  ASSERT_OK(made);
  EXPECT_THAT(made->seed.missing, ElementsAre("libgone.so.1"));
  EXPECT_THAT(made->seed.files, testing::Contains("/other/libown.so"));
  EXPECT_THAT(made->seed.files, testing::Contains("/opt/libabsolute.so"));
}

TEST(Seed, HostileImagesEnd) {
  const std::string loops = link("a", "b") + link("b", "a") + link("c", "../../../c") +
                            file("self", "#!/self\n") + file("one", "#!/two\n") +
                            file("two", "#!/one\n") + file("empty", "#!\n") +
                            file("broken",
                                 "\x7f"
                                 "ELF nothing more") +
                            test::tar_end();
  for (const char* command : {"/a", "/c", "/self", "/one", "/empty", "/broken", "", "/"}) {
    const auto made = make({loops}, fmt::format(R"("Cmd":["{}"])", command));
    ASSERT_OK(made);
    EXPECT_LE(made->seed.executables.size(), 2u) << command;
    EXPECT_OK(read_profile(write_profile(made->profile), "p.yaml"));
  }
  const auto nothing = make({loops}, "");
  ASSERT_OK(nothing);
  EXPECT_THAT(nothing->seed.executables, IsEmpty());
}

TEST(Seed, AddsToWhatWasLearned) {
  const auto made = make({base_layer()}, R"("Cmd":["sh"])");
  ASSERT_OK(made);
  Profile learned = Learner().profile("app", "");
  learned.executables.allow = {AllowedExecutable{"/usr/bin/dash", ""},
                               AllowedExecutable{"/usr/bin/env", ""}};
  learned.learned.events = 5;
  learned.learned.commands = {"seen"};
  add_seed(learned, made->seed);
  ASSERT_EQ(learned.executables.allow->size(), 2u);
  EXPECT_THAT(learned.executables.allow->at(0).digest, HasSubstr("sha256:"))
      << "the image's digest for what was seen by name";
  EXPECT_EQ(learned.executables.allow->at(1).digest, "");
  EXPECT_TRUE(allows(*learned.files.allow, "/usr/lib64/ld.so", {.read = true}));
  EXPECT_TRUE(learned.learned.seeded);
  EXPECT_THAT(learned.learned.commands, ElementsAre("seen"));
  Profile open;
  add_seed(open, made->seed);
  EXPECT_FALSE(open.executables.allow || open.files.allow) << "what allows all stays so";
}

TEST(ElfNeeds, ReadsBothClassesAndRefusesDamage) {
  const std::string whole = elf("/lib/ld.so", {"a.so", "b.so"}, "/x:/y");
  const auto needs = elf_needs_of(MemoryAccess(whole));
  ASSERT_OK(needs);
  EXPECT_EQ(needs->interpreter, "/lib/ld.so");
  EXPECT_THAT(needs->libraries, ElementsAre("a.so", "b.so"));
  EXPECT_THAT(needs->run_paths, ElementsAre("/x", "/y"));
  for (size_t size = 0; size < whole.size(); size += 5) {
    const std::string cut = whole.substr(0, size);
    const auto result = elf_needs_of(MemoryAccess(cut));
    EXPECT_TRUE(!result.ok() || result->libraries.size() <= 2) << size;
  }
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0xff);
    const auto result = elf_needs_of(MemoryAccess(flipped));
    EXPECT_TRUE(!result.ok() || result->libraries.size() <= 4) << at;
  }
  std::vector<std::string> many(1025, "x.so");
  EXPECT_EQ(elf_needs_of(MemoryAccess(elf("", many))).error().code(), Code::kLimit);
}

}  // namespace
}  // namespace seawall::guard
