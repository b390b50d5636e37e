#include "inspect/inspector.h"

#include <cstdlib>
#include <set>

#include "base/path_set.h"
#include "collecting_sink.h"

namespace seawall::inspect {
namespace {

TEST(Inspectors, AreCompleteAndNamedOnce) {
  std::set<std::string_view> names;
  for (const Inspector& inspector : inspectors()) {
    EXPECT_TRUE(names.insert(inspector.name).second) << inspector.name;
    EXPECT_GE(inspector.version, 1u);
    EXPECT_TRUE(!inspector.paths.empty() || inspector.classes != 0) << inspector.name;
    EXPECT_FALSE(inspector.finds.empty()) << inspector.name;
    EXPECT_NE(inspector.parse, nullptr) << inspector.name;
  }
}

TEST(Inspectors, FingerprintIsStable) {
  EXPECT_EQ(inspectors_fingerprint({}).size(), 64u);
  EXPECT_EQ(inspectors_fingerprint({}), inspectors_fingerprint({}));
}

TEST(Inspectors, EachTakesAnEmptyFile) {
  for (const Inspector& inspector : inspectors()) {
    for (std::string_view path : inspector.paths) {
      EXPECT_EQ(inspect_text(inspector.parse, path, "").packages.size(), 0u) << path;
    }
  }
}

TEST(Inspectors, WantTheirFiles) {
  PathSet set;
  for (const Inspector& inspector : inspectors()) {
    for (std::string_view path : inspector.paths) set.add(path, 0);
  }
  for (std::string_view wanted : {"var/lib/dpkg/status", "var/lib/dpkg/status.d/base",
                                  "etc/os-release", "usr/lib/os-release"}) {
    EXPECT_TRUE(set.matches(wanted)) << wanted;
  }
  for (std::string_view other : {"var/lib/dpkg/status-old", "var/lib/dpkg/info/a.postinst",
                                 "home/etc/os-release", "home/etc/passwd"}) {
    EXPECT_FALSE(set.matches(other)) << other;
  }
}

// The list in docs/inspectors.md is made from the descriptors; SEAWALL_UPDATE_GOLDEN=1 writes it.
TEST(Inspectors, TheDocumentListsThemAll) {
  constexpr std::string_view kBegin = "<!-- made from the descriptors -->\n", kEnd = "<!-- end -->";
  std::string table = "| inspector | looks in | files | finds |\n|---|---|---|---|\n";
  for (const Inspector& inspector : inspectors()) {
    std::string files;
    for (const std::string_view path : inspector.paths)
      files += (files.empty() ? "`" : ", `") + std::string(path) + "`";
    constexpr std::pair<uint8_t, std::string_view> kClasses[] = {
        {kText, "every text"}, {kElf, "ELF executables"}, {kPe, "PE executables"}};
    for (const auto& [bit, word] : kClasses) {
      if (inspector.classes & bit) files += (files.empty() ? "" : ", ") + std::string(word);
    }
    const std::string_view scope = inspector.scope == Scope::kBoth     ? "both"
                                   : inspector.scope == Scope::kSource ? "source trees"
                                                                       : "images, root filesystems";
    table += "| " + std::string(inspector.name) + " | " + std::string(scope) + " | " + files +
             " | " + std::string(inspector.finds) + " |\n";
  }
  const std::string path = test::source_directory() + "/docs/inspectors.md";
  std::string text = test::read(path);
  const size_t begin = text.find(kBegin), end = text.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const size_t from = begin + kBegin.size();
  if (const char* update = std::getenv("SEAWALL_UPDATE_GOLDEN"); update && *update == '1') {
    text.replace(from, end - from, table);
    ASSERT_OK(write_file(path, text));
  }
  EXPECT_EQ(test::read(path).substr(from, table.size()), table)
      << "run this test with SEAWALL_UPDATE_GOLDEN=1";
}

}  // namespace
}  // namespace seawall::inspect
