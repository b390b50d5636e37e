#include "artifact/path_shadow.h"

#include <fmt/format.h>

#include "support/support.h"

namespace seawall::artifact {
namespace {

using Role = PathShadow::Role;

PathShadow shadow_of(std::initializer_list<std::pair<Role, const char*>> entries) {
  PathShadow shadow;
  for (const auto& [role, path] : entries) EXPECT_OK(shadow.add(role, path, {}));
  shadow.finish();
  return shadow;
}

TEST(PathShadow, AFileHidesItsPathAndWhatWasBelow) {
  const PathShadow shadow = shadow_of({{Role::kFile, "usr/lib"}});
  EXPECT_TRUE(shadow.holds("usr/lib"));
  EXPECT_TRUE(shadow.hides("usr/lib"));
  EXPECT_TRUE(shadow.hides("usr/lib/a/b"));
  EXPECT_FALSE(shadow.hides("usr/lib64"));
  EXPECT_FALSE(shadow.hides("usr"));
}

TEST(PathShadow, AWhiteoutHidesButHoldsNothing) {
  const PathShadow shadow = shadow_of({{Role::kWhiteout, "etc/app"}});
  EXPECT_FALSE(shadow.holds("etc/app"));
  EXPECT_TRUE(shadow.hides("etc/app"));
  EXPECT_TRUE(shadow.hides("etc/app/key.pem"));
  EXPECT_FALSE(shadow.hides("etc/apple"));
}

TEST(PathShadow, AnOpaqueDirectoryHidesWhatIsBelowOnly) {
  const PathShadow shadow = shadow_of({{Role::kOpaque, "srv"}});
  EXPECT_FALSE(shadow.hides("srv"));
  EXPECT_TRUE(shadow.hides("srv/x"));
  const PathShadow root = shadow_of({{Role::kOpaque, ""}});
  EXPECT_TRUE(root.hides("anything/at/all"));
  EXPECT_TRUE(root.hides("file"));
}

TEST(PathShadow, ADirectoryReplacesAFileOfItsNameOnly) {
  const PathShadow shadow = shadow_of({{Role::kDirectory, "var/lib/dpkg/status"}});
  EXPECT_TRUE(shadow.hides("var/lib/dpkg/status"));
  EXPECT_FALSE(shadow.hides("var/lib/dpkg/status/x"));
  EXPECT_FALSE(shadow.hides("var/lib/dpkg"));
}

TEST(PathShadow, FindsEachOfManyAndNoOther) {
  PathShadow shadow;
  for (int i = 0; i < 20'000; ++i)
    ASSERT_OK(shadow.add(Role::kFile, fmt::format("d{}/f{}", i % 100, i), {}));
  shadow.finish();
  for (int i = 0; i < 20'000; ++i) {
    EXPECT_TRUE(shadow.holds(fmt::format("d{}/f{}", i % 100, i)));
    EXPECT_FALSE(shadow.hides(fmt::format("e{}/f{}", i % 100, i)));
  }
  PathShadow copy;
  EXPECT_TRUE(copy.assign(shadow.hashes()));
  EXPECT_TRUE(copy.holds("d1/f1"));
  EXPECT_FALSE(copy.assign({3, 2, 1})) << "unsorted hashes are damage";
}

TEST(PathShadow, StopsAtItsLimit) {
  Limits limits;
  limits.shadow_paths = 2;
  PathShadow shadow;
  EXPECT_OK(shadow.add(Role::kFile, "a", limits));
  EXPECT_OK(shadow.add(Role::kFile, "b", limits));
  const auto status = shadow.add(Role::kFile, "c", limits);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), Code::kLimit);
}

}  // namespace
}  // namespace seawall::artifact
