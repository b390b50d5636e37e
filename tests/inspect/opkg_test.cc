#include "collecting_sink.h"

namespace seawall::inspect {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

CollectingSink opkg(std::string_view text) {
  return inspect_text(parse_opkg, "usr/lib/opkg/status", text);
}

TEST(Opkg, ReadsOpenWrtAndYocto) {
  const auto sink = opkg(
      "Package: libopenssl3\nVersion: 3.0.13-1\nDepends: libc\nProvides: libopenssl\n"
      "Status: install user installed\nArchitecture: mips_24kc\nSourceName: openssl\n"
      "Source: package/libs/openssl\nLicense: Apache-2.0\nMaintainer: A <a@example.org>\n"
      "Installed-Size: 1234\nInstalled-Time: 1700000000\n\n"
      "Package: zlib\nVersion: 1.3\nSource: zlib_1.3.bb\nStatus: install ok installed\n\n"
      "Package: gone\nVersion: 1\nStatus: deinstall user not-installed\n");
  EXPECT_THAT(sink.problems, IsEmpty());
  ASSERT_EQ(sink.packages.size(), 2u);
  const Package& found = sink.packages[0];
  EXPECT_EQ(found.type, PackageType::kOpkg);
  EXPECT_EQ(found.version, "3.0.13-1");
  EXPECT_EQ(found.source_name, "openssl");
  EXPECT_EQ(found.architecture, "mips_24kc");
  EXPECT_EQ(found.license, "Apache-2.0");
  EXPECT_EQ(found.vendor, "A <a@example.org>");
  EXPECT_EQ(found.installed_size, 1234u);
  EXPECT_EQ(sink.packages[1].source_name, "");
  EXPECT_EQ(sink.packages[1].location.line, 14u);
}

TEST(Opkg, ASourceCountsOnlyWhenItIsAName) {
  EXPECT_EQ(opkg("Package: a\nVersion: 1\nSource: base\n").packages[0].source_name, "base");
  EXPECT_EQ(opkg("Package: a\nVersion: 1\nSource: a\n").packages[0].source_name, "");
  EXPECT_EQ(opkg("Package: a\nVersion: 1\nSource: git://x y\n").packages[0].source_name, "");
}

TEST(Opkg, NamesDamageAndGoesOn) {
  const auto sink = opkg("Package: a\nodd\nVersion: 1\n\nPackage: b\n\nVersion: 1\n");
  ASSERT_EQ(sink.packages.size(), 1u);
  ASSERT_EQ(sink.problems.size(), 3u);
  EXPECT_THAT(sink.problems[0], HasSubstr("line 2"));
  EXPECT_THAT(sink.problems[1], HasSubstr("line 5: an installed package without \"Version\""));
  EXPECT_THAT(sink.problems[2], HasSubstr("without \"Package\""));
}

}  // namespace
}  // namespace seawall::inspect
