#include "inspect/inspector.h"

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
  for (std::string_view other : {"var/lib/dpkg/status-old", "var/lib/dpkg/info/a.list",
                                 "home/etc/os-release", "etc/passwd"}) {
    EXPECT_FALSE(set.matches(other)) << other;
  }
}

}  // namespace
}  // namespace seawall::inspect
