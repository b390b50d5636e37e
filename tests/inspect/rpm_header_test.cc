#include "inspect/packages/rpm_header.h"

#include "rpm_builder.h"
#include "support/support.h"

namespace seawall::inspect {
namespace {

using test_rpm::HeaderBuilder;
using ::testing::HasSubstr;

Package parsed(const HeaderBuilder& builder) {
  auto result = parse_rpm_header(builder.build(), {});
  EXPECT_OK(result);
  return result.ok() && result->has_value() ? **result : Package();
}

std::string error_of(std::string_view header, const Limits& limits = {}) {
  auto result = parse_rpm_header(header, limits);
  return result.ok() ? "" : result.error().text();
}

HeaderBuilder named(std::string_view name) {
  HeaderBuilder builder;
  builder.text(1000, name).text(1001, "1.1").text(1002, "2.el8");
  return builder;
}

TEST(RpmHeader, ReadsEveryField) {
  const Package found = parsed(named("openssl-libs")
                                   .number32(1003, 1)
                                   .number32(1009, 4000)
                                   .text(1011, "Red Hat, Inc.")
                                   .text(1014, "OpenSSL")
                                   .text(1022, "x86_64")
                                   .text(1004, "summary", 9)
                                   .text(1044, "openssl-1.1-2.el8.src.rpm")
                                   .text(5096, "nodejs:18:1:ad"));
  EXPECT_EQ(found.type, PackageType::kRpm);
  EXPECT_EQ(found.name, "openssl-libs");
  EXPECT_EQ(found.version, "1:1.1-2.el8");
  EXPECT_EQ(found.source_name, "openssl");
  EXPECT_EQ(found.source_version, "");
  EXPECT_EQ(found.architecture, "x86_64");
  EXPECT_EQ(found.vendor, "Red Hat, Inc.");
  EXPECT_EQ(found.license, "OpenSSL");
  EXPECT_EQ(found.module, "nodejs:18:1:ad");
  EXPECT_EQ(found.installed_size, 4000u);
}

TEST(RpmHeader, EpochIsShownOnlyWhenNotZero) {
  EXPECT_EQ(parsed(named("a")).version, "1.1-2.el8");
  EXPECT_EQ(parsed(named("a").number32(1003, 0)).version, "1.1-2.el8");
  EXPECT_EQ(parsed(named("a").number32(1003, 7)).version, "7:1.1-2.el8");
}

TEST(RpmHeader, SourceVersionTakesTheEpoch) {
  const Package found = parsed(named("a").number32(1003, 3).text(1044, "b-9-1.src.rpm"));
  EXPECT_EQ(found.source_name, "b");
  EXPECT_EQ(found.source_version, "3:9-1");
  EXPECT_EQ(parsed(named("a").text(1044, "(none)")).source_name, "");
}

TEST(RpmHeader, LongSizeWins) {
  EXPECT_EQ(parsed(named("a").number32(1009, 1).number64(5009, 5ull << 32)).installed_size,
            5ull << 32);
}

TEST(RpmHeader, KeysAreNoPackages) {
  auto result = parse_rpm_header(named("gpg-pubkey").build(), {});
  ASSERT_OK(result);
  EXPECT_FALSE(result->has_value());
}

TEST(RpmHeader, OtherTypesOfAWantedTagAreIgnored) {
  const Package found = parsed(named("a").raw(1011, 7, 0xffffffff, 9).raw(1003, 6, 0xffffffff, 1));
  EXPECT_EQ(found.vendor, "");
  EXPECT_EQ(found.version, "1.1-2.el8");
}

TEST(RpmHeader, RefusesWhatLeavesTheHeader) {
  EXPECT_THAT(error_of(""), HasSubstr("less than 8 bytes"));
  EXPECT_THAT(error_of(std::string(8, '\xff')), HasSubstr("claims 4294967295 entries"));
  EXPECT_THAT(error_of(std::string(8, '\0')), HasSubstr("without name"));
  EXPECT_THAT(error_of(HeaderBuilder().text(1000, "a").build()), HasSubstr("without version"));
  EXPECT_THAT(error_of(named("a").raw(1011, 6, 0xfffffff0, 1).build()),
              HasSubstr("tag 1011 leaves"));
  EXPECT_THAT(error_of(named("a").raw(1003, 4, 0xffffffff, 1).build()),
              HasSubstr("tag 1003 leaves"));
  std::string unended = HeaderBuilder().text(1000, "a").build();
  unended.back() = 'x';
  EXPECT_THAT(error_of(unended), HasSubstr("tag 1000 leaves"));
  Limits limits;
  limits.string_bytes = 4;
  EXPECT_THAT(error_of(HeaderBuilder().text(1000, "abcde").build(), limits),
              HasSubstr("tag 1000 has 5 bytes"));
}

TEST(RpmHeader, EveryCutIsAnErrorNotACrash) {
  const std::string whole = named("a").number32(1003, 1).number64(5009, 5).build();
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(error_of(whole.substr(0, size)), "") << size;
  }
}

TEST(RpmHeader, SplitsSourceNames) {
  const auto split = [](std::string_view name) {
    const RpmSource source = split_source_rpm(name);
    return std::string(source.name) + "|" + std::string(source.version);
  };
  EXPECT_EQ(split("openssl-3.0.7-24.el9.src.rpm"), "openssl|3.0.7-24.el9");
  EXPECT_EQ(split("java-1.8.0-openjdk-1.8.0.392-1.nosrc.rpm"), "java-1.8.0-openjdk|1.8.0.392-1");
  EXPECT_EQ(split("a-1.src.rpm"), "|");
  EXPECT_EQ(split("-1-1.src.rpm"), "|");
  EXPECT_EQ(split("a-1-1.rpm"), "|");
  EXPECT_EQ(split(""), "|");
}

}  // namespace
}  // namespace seawall::inspect
