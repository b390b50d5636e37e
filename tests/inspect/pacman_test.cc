#include "collecting_sink.h"

namespace seawall::inspect {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

CollectingSink desc(std::string_view text) {
  return inspect_text(parse_pacman, "var/lib/pacman/local/a-1-1/desc", text);
}

TEST(Pacman, ReadsADescription) {
  const auto sink = desc(
      "%NAME%\nlib32-gcc-libs\n\n%VERSION%\n1:14.2.1-1\n\n%BASE%\ngcc\n\n%DESC%\nThe\n\n"
      "%ARCH%\nx86_64\n\n%SIZE%\n100\n\n%PACKAGER%\nA "
      "<a@example.org>\n\n%LICENSE%\nGPL-3.0\nLGPL\n\n"
      "%DEPENDS%\nglibc\nbash\n\n");
  EXPECT_THAT(sink.problems, IsEmpty());
  ASSERT_EQ(sink.packages.size(), 1u);
  const Package& found = sink.packages[0];
  EXPECT_EQ(found.type, PackageType::kAlpm);
  EXPECT_EQ(found.name, "lib32-gcc-libs");
  EXPECT_EQ(found.version, "1:14.2.1-1");
  EXPECT_EQ(found.source_name, "gcc");
  EXPECT_EQ(found.architecture, "x86_64");
  EXPECT_EQ(found.vendor, "A <a@example.org>");
  EXPECT_EQ(found.license, "GPL-3.0 AND LGPL");
  EXPECT_EQ(found.installed_size, 100u);
  EXPECT_EQ(found.location.line, 2u);
}

TEST(Pacman, BaseOfTheSameNameIsLeftOut) {
  const auto sink = desc("%NAME%\r\nacl\r\n%VERSION%\r\n2-1\r\n%BASE%\r\nacl\r\n%ISIZE%\r\n7");
  ASSERT_EQ(sink.packages.size(), 1u);
  EXPECT_EQ(sink.packages[0].source_name, "");
  EXPECT_EQ(sink.packages[0].installed_size, 7u);
}

TEST(Pacman, DamagedFiles) {
  EXPECT_THAT(desc("\n\n").problems, IsEmpty());
  EXPECT_THAT(desc("%NAME%\na\n").problems[0], HasSubstr("without %VERSION%"));
  EXPECT_THAT(desc("%VERSION%\n1\n").problems[0], HasSubstr("without %NAME%"));
  EXPECT_THAT(desc("x\n%NAME%\na\n%VERSION%\n1\n").problems[0], HasSubstr("line 1: a value"));
  EXPECT_THAT(desc("%NAME%\n%VERSION%\n").packages, IsEmpty());
}

}  // namespace
}  // namespace seawall::inspect
