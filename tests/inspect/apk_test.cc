#include "collecting_sink.h"

namespace seawall::inspect {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

CollectingSink apk(std::string_view text, const Limits& limits = {}) {
  return inspect_text(parse_apk, "lib/apk/db/installed", text, limits);
}

TEST(Apk, ReadsRecords) {
  const auto sink =
      apk("C:Q1abc=\nP:libssl3\nV:3.3.2-r0\nA:x86_64\nS:100\nI:500\nT:a library\nU:https://a\n"
          "L:Apache-2.0\no:openssl\nm:A <a@example.org>\nt:1\nc:abc\nD:so:libc\np:so:libssl=3\n"
          "F:lib\nM:0:0:755\nR:libssl.so.3\na:0:0:755\nZ:Q1abc=\n\n"
          "P:busybox\nV:1.36.1-r29\no:busybox\n\n");
  EXPECT_THAT(sink.problems, IsEmpty());
  ASSERT_EQ(sink.packages.size(), 2u);
  const Package& found = sink.packages[0];
  EXPECT_EQ(found.type, PackageType::kApk);
  EXPECT_EQ(found.name, "libssl3");
  EXPECT_EQ(found.version, "3.3.2-r0");
  EXPECT_EQ(found.architecture, "x86_64");
  EXPECT_EQ(found.source_name, "openssl");
  EXPECT_EQ(found.advisory_version(), "3.3.2-r0");
  EXPECT_EQ(found.license, "Apache-2.0");
  EXPECT_EQ(found.vendor, "A <a@example.org>");
  EXPECT_EQ(found.installed_size, 500u);
  EXPECT_EQ(found.location.line, 2u);
  EXPECT_EQ(sink.packages[1].source_name, "");
  EXPECT_EQ(sink.packages[1].architecture, "");
}

TEST(Apk, AcceptsOddLayout) {
  const auto sink = apk("\r\n\nP:a\r\nV:1\r\n\r\n\n\nV:2\nP:b");
  EXPECT_THAT(sink.problems, IsEmpty());
  ASSERT_EQ(sink.packages.size(), 2u);
  EXPECT_EQ(sink.packages[0].version, "1");
  EXPECT_EQ(sink.packages[1].name, "b");
}

TEST(Apk, NamesDamageAndGoesOn) {
  const auto sink = apk("P:a\nnonsense\nV:1\n\nP:b\n\nV:2\n\nP:c\nV:3\nI:-5\n");
  ASSERT_EQ(sink.packages.size(), 2u);
  EXPECT_EQ(sink.packages[1].installed_size, 0u);
  ASSERT_EQ(sink.problems.size(), 3u);
  EXPECT_THAT(sink.problems[0], HasSubstr("line 2: \"nonsense\""));
  EXPECT_THAT(sink.problems[1], HasSubstr("line 5: a package without \"V:\""));
  EXPECT_THAT(sink.problems[2], HasSubstr("line 7: a package without \"P:\""));
}

TEST(Apk, BoundsValues) {
  Limits limits;
  limits.string_bytes = 8;
  const auto sink = apk("P:a\nV:1\nL:" + std::string(9, 'x') + "\n", limits);
  ASSERT_EQ(sink.packages.size(), 1u);
  EXPECT_EQ(sink.packages[0].license, "");
  EXPECT_THAT(sink.problems[0], HasSubstr("line 3: a value of 9 bytes"));
}

}  // namespace
}  // namespace seawall::inspect
