#include "inspect/packages/ownership.h"

#include "collecting_sink.h"
#include "inspect/packages/rpm_header.h"
#include "rpm_builder.h"

namespace seawall::inspect {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(Ownership, KnowsWhereALanguagePackageCouldBe) {
  for (const char* path :
       {"usr/lib/python3/dist-packages/six-1.16.0.egg-info", "usr/share/java/a.jar",
        "usr/share/nodejs/semver/package.json", "usr/bin/python3.11", "usr/sbin/nginx",
        "usr/lib/x86_64-linux-gnu/libssl.so.3", "usr/lib/go-1.19/pkg/tool/linux_amd64/link",
        "usr/lib/python3/dist-packages/a-1.dist-info/METADATA"}) {
    EXPECT_TRUE(may_hold_package(path)) << path;
  }
  for (const char* path : {"usr/share/doc/a/README", "usr/share/man/man1/a.1.gz", "etc/a.conf",
                           "usr/lib/python3/dist-packages/six.py", "usr/include/a.h"}) {
    EXPECT_FALSE(may_hold_package(path)) << path;
  }
}

TEST(Ownership, OneKeyForBothNamesOfAMergedUsr) {
  EXPECT_EQ(ownership_key("usr/bin/sh"), ownership_key("bin/sh"));
  EXPECT_EQ(ownership_key("usr/lib64/libc.so.6"), ownership_key("lib64/libc.so.6"));
  EXPECT_NE(ownership_key("usr/share/bin/sh"), ownership_key("share/bin/sh"));
  EXPECT_NE(ownership_key("usr/local/bin/sh"), ownership_key("usr/bin/sh"));
}

TEST(Ownership, DpkgLists) {
  const auto list =
      inspect_text(parse_dpkg_files, "var/lib/dpkg/info/libssl3:amd64.list",
                   "/.\n/usr\n/usr/lib/x86_64-linux-gnu/libssl.so.3\n/usr/share/doc/x\n");
  EXPECT_THAT(list.owned, ElementsAre(Pair("usr/lib/x86_64-linux-gnu/libssl.so.3", "libssl3")));
  const auto sums = inspect_text(parse_dpkg_files, "var/lib/dpkg/status.d/base.md5sums",
                                 "0123  usr/bin/tool\n4567  etc/motd\n");
  EXPECT_THAT(sums.owned, ElementsAre(Pair("usr/bin/tool", "base")));
}

TEST(Ownership, ApkAndPacman) {
  const auto apk = inspect_text(parse_apk, "lib/apk/db/installed",
                                "P:busybox\nV:1.36\nF:bin\nR:busybox\nF:etc\nR:passwd\n\n"
                                "P:other\nV:1\nF:usr/bin\nR:tool\nR:tool2\n");
  EXPECT_THAT(apk.owned, ElementsAre(Pair("bin/busybox", "busybox"), Pair("usr/bin/tool", "other"),
                                     Pair("usr/bin/tool2", "other")));
  const auto pacman =
      inspect_text(parse_pacman_files, "var/lib/pacman/local/python-six-1.16.0-8/files",
                   "%FILES%\nusr/\nusr/bin/x\n\n%BACKUP%\nusr/bin/y\n");
  EXPECT_THAT(pacman.owned, ElementsAre(Pair("usr/bin/x", "python-six")));
}

TEST(Ownership, RpmHeadersOfBothGenerations) {
  std::vector<std::string> paths;
  const auto use = [&](std::string_view path) { paths.emplace_back(path); };
  test_rpm::HeaderBuilder builder;
  builder.text(1000, "a").text(1001, "1");
  std::string data = builder.build();
  for_each_rpm_file(data, use);
  EXPECT_THAT(paths, IsEmpty());
  // Indexes 1 and 0, two base names, two directories.
  const std::string indexes = test_rpm::number(1, 4, true) + test_rpm::number(0, 4, true);
  const std::string names = std::string("tool\0libx.so\0", 13);
  const std::string folders = std::string("/usr/lib/\0/usr/bin/\0", 20);
  const std::string header =
      test_rpm::number(3, 4, true) +
      test_rpm::number(indexes.size() + names.size() + folders.size(), 4, true) +
      test_rpm::number(1116, 4, true) + test_rpm::number(4, 4, true) +
      test_rpm::number(0, 4, true) + test_rpm::number(2, 4, true) +
      test_rpm::number(1117, 4, true) + test_rpm::number(8, 4, true) +
      test_rpm::number(8, 4, true) + test_rpm::number(2, 4, true) +
      test_rpm::number(1118, 4, true) + test_rpm::number(8, 4, true) +
      test_rpm::number(21, 4, true) + test_rpm::number(2, 4, true) + indexes + names + folders;
  for_each_rpm_file(header, use);
  EXPECT_THAT(paths, ElementsAre("/usr/bin/tool", "/usr/lib/libx.so"));
  for (size_t cut = 0; cut < header.size(); ++cut) for_each_rpm_file(header.substr(0, cut), use);
}

}  // namespace
}  // namespace seawall::inspect
