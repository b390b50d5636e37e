#include "inspect/packages/rpm.h"

#include <set>

#include <fmt/format.h>

#include "base/strings.h"
#include "collecting_sink.h"
#include "rpm_builder.h"

namespace seawall::inspect {
namespace {

using test_rpm::BdbBuilder;
using test_rpm::build_ndb;
using test_rpm::simple_header;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

CollectingSink rpm(std::string_view bytes, const Limits& limits = {}) {
  return inspect_text(parse_rpm, "var/lib/rpm/Packages", bytes, limits);
}

TEST(Rpm, EmptyAndForeignFiles) {
  EXPECT_THAT(rpm("").problems, IsEmpty());
  EXPECT_THAT(rpm("hello, this is text").problems, Contains(HasSubstr("neither a Berkeley DB")));
}

class RpmBdb : public ::testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(ByteOrders, RpmBdb, ::testing::Values(false, true));

TEST_P(RpmBdb, ReadsShortAndOverflowingHeaders) {
  BdbBuilder builder(GetParam());
  builder.add(0, "last");
  builder.add(1, simple_header("short", "1"));
  builder.add(2, simple_header("long", "2", 3000));
  builder.add(3, simple_header("other", "3"));
  const auto sink = rpm(builder.build());
  EXPECT_THAT(sink.problems, IsEmpty());
  ASSERT_EQ(sink.packages.size(), 3u);
  EXPECT_EQ(sink.packages[0].name, "short");
  EXPECT_EQ(sink.packages[1].name, "long");
  EXPECT_EQ(sink.packages[1].version, "2-1");
}

TEST_P(RpmBdb, ACircleIsAProblemAndTheRestCounts) {
  BdbBuilder builder(GetParam());
  builder.add(1, simple_header("circle", "1", 3000));
  builder.set_next(2, 1);
  builder.add(2, simple_header("fine", "1", 3000));
  const auto sink = rpm(builder.build());
  ASSERT_EQ(sink.packages.size(), 1u);
  EXPECT_EQ(sink.packages[0].name, "fine");
  EXPECT_THAT(sink.problems, Contains(HasSubstr("in use elsewhere")));
}

TEST_P(RpmBdb, AChainIntoNothingIsAProblem) {
  BdbBuilder builder(GetParam());
  builder.add(1, simple_header("cut", "1", 3000));
  builder.set_next(1, 4000);
  EXPECT_THAT(rpm(builder.build()).problems, Contains(HasSubstr("not there")));
}

TEST_P(RpmBdb, EveryCutAndEveryByteIsSurvived) {
  BdbBuilder builder(GetParam());
  builder.add(1, simple_header("a", "1"));
  builder.add(2, simple_header("b", "1", 700));
  const std::string whole = builder.build();
  for (size_t size = 1; size < whole.size(); size += 3) {
    EXPECT_FALSE(rpm(whole.substr(0, size)).problems.empty()) << size;
  }
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(~damaged[at]);
    EXPECT_LE(rpm(damaged).packages.size(), 2u);
  }
}

TEST(RpmBdbMeta, RefusesEncryptionAndOddPages) {
  BdbBuilder builder(false);
  builder.add(1, simple_header("a", "1"));
  std::string file = builder.build();
  std::string encrypted = file, pages = file;
  encrypted[24] = 1;
  pages[20] = 7;
  EXPECT_THAT(rpm(encrypted).problems, Contains(HasSubstr("encrypted")));
  EXPECT_THAT(rpm(pages).problems, Contains(HasSubstr("no page size")));
}

TEST(RpmNdb, ReadsBlobs) {
  const auto sink = rpm(build_ndb({{1, simple_header("a", "1")},
                                   {2, simple_header("gpg-pubkey", "1")},
                                   {7, simple_header("b", "2", 5000)}}));
  EXPECT_THAT(sink.problems, IsEmpty());
  ASSERT_EQ(sink.packages.size(), 2u);
  EXPECT_EQ(sink.packages[1].name, "b");
}

TEST(RpmNdb, DamagedBlobsAreNamedAndTheRestCounts) {
  const std::string whole = build_ndb({{1, simple_header("a", "1")}, {2, simple_header("b", "1")}});
  const auto with = [&](size_t at, std::string_view bytes) {
    std::string file = whole;
    file.replace(at, bytes.size(), bytes);
    return rpm(file);
  };
  constexpr size_t kSlot = 32;
  EXPECT_THAT(with(kSlot + 8, "\xff\xff\xff\xff").problems, Contains(HasSubstr("leaves the file")));
  EXPECT_THAT(with(kSlot + 12, std::string(4, '\0')).problems, Contains(HasSubstr("too short")));
  EXPECT_THAT(with(kSlot, "slot").problems, Contains(HasSubstr("no slot at offset 32")));
  EXPECT_THAT(with(4096, "blbs").problems, Contains(HasSubstr("does not start")));
  EXPECT_THAT(with(4096 + 12, "\xff\xff").problems, Contains(HasSubstr("longer than its blocks")));
  EXPECT_EQ(with(4096, "blbs").packages.size(), 1u);
  EXPECT_THAT(with(4, "\1").problems, Contains(HasSubstr("version 1 is not known")));
  EXPECT_THAT(with(12, "\xff\xff").problems, Contains(HasSubstr("slots of")));
  for (size_t size = 1; size < whole.size(); size += 7) rpm(whole.substr(0, size));
}

TEST(RpmNdb, OneBlobForManySlotsIsRefused) {
  std::string file = build_ndb({{1, simple_header("a", "1", 4000)}});
  for (size_t at = 48; at < 4096; at += 16) file.replace(at, 16, file.substr(32, 16));
  EXPECT_THAT(rpm(file).problems, Contains(HasSubstr("over each other")));
}

TEST(Rpm, HeadersThatAreDamagedAreNamedByRecord) {
  const auto sink = rpm(build_ndb({{9, "rubbish"}, {10, simple_header("b", "1")}}));
  EXPECT_THAT(sink.problems, Contains(HasSubstr("package record 9: a header of less than 8")));
  EXPECT_EQ(sink.packages.size(), 1u);
}

TEST(Rpm, TheNumberOfPackagesIsBounded) {
  Limits limits;
  limits.packages = 1;
  const auto sink =
      rpm(build_ndb({{1, simple_header("a", "1")}, {2, simple_header("b", "1")}}), limits);
  EXPECT_EQ(sink.packages.size(), 1u);
  EXPECT_THAT(sink.problems, Contains(HasSubstr("more than 1 packages")));
}

// A database of the real rpm; its rows in rpm's own words are the oracle.
class RpmSqlite : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!test::on_path("rpm") || !test::on_path("rpmbuild")) GTEST_SKIP() << "rpm is not installed";
    const std::string spec = scratch_.write("tiny.spec",
                                            "Name: tiny\nEpoch: 2\nVersion: 1.5\nRelease: 3.el9\n"
                                            "Summary: x\nLicense: MIT\nVendor: Example\n"
                                            "BuildArch: noarch\nModularityLabel: tiny:1:2:ab\n"
                                            "%description\nx\n"
                                            "%package -n tiny-libs\nSummary: y\nEpoch: 0\n"
                                            "%description -n tiny-libs\ny\n"
                                            "%files\n%files -n tiny-libs\n");
    const std::string top = scratch_.path() + "/top";
    const auto built = test::run({"rpmbuild", "-bb", "--define", "_topdir " + top, spec});
    if (built.exit_code != 0) GTEST_SKIP() << "rpmbuild cannot build here: " << built.err;
    const auto listed = test::run({"find", top + "/RPMS", "-name", "*.rpm"});
    std::vector<std::string> install = {
        "rpm", "--define", "_db_backend sqlite", "--dbpath",   database_folder(),
        "-i",  "--justdb", "--nodeps",           "--ignoreos", "--ignorearch"};
    for_each_line(listed.out,
                  [&](std::string_view line, size_t) { install.push_back(std::string(line)); });
    const auto installed = test::run(install);
    if (installed.exit_code != 0) GTEST_SKIP() << "rpm cannot install here: " << installed.err;
    database_ = test::read(database_folder() + "/rpmdb.sqlite");
    ASSERT_FALSE(database_.empty());
  }
  std::string database_folder() const { return scratch_.path() + "/db"; }

  test::ScratchDirectory scratch_;
  std::string database_;
};

TEST_F(RpmSqlite, AgreesWithRpm) {
  const auto queried =
      test::run({"rpm", "--dbpath", database_folder(), "-qa", "--qf",
                 "%{NAME}|%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}|%{ARCH}|%{VENDOR}|%{LICENSE}|"
                 "%{SIZE}|%{MODULARITYLABEL}\n"});
  ASSERT_EQ(queried.exit_code, 0) << queried.err;
  std::multiset<std::string> expected, found;
  for_each_line(queried.out, [&](std::string_view line, size_t) {
    // rpm prints an epoch of 0 that was set; Seawall leaves it out.
    const std::string text = replace_all(line, "|0:", "|");
    expected.insert(replace_all(text, "(none)", ""));
  });
  const auto sink = rpm(database_);
  for (const Package& package : sink.packages) {
    found.insert(fmt::format("{}|{}|{}|{}|{}|{}|{}", package.name, package.version,
                             package.architecture, package.vendor, package.license,
                             package.installed_size, package.module));
  }
  EXPECT_EQ(found, expected);
  EXPECT_EQ(found.size(), 2u);
  EXPECT_THAT(sink.problems, IsEmpty());
  ASSERT_NE(sink.find("tiny-libs"), nullptr);
  EXPECT_EQ(sink.find("tiny-libs")->source_name, "tiny");
  EXPECT_EQ(sink.find("tiny")->version, "2:1.5-3.el9");
}

TEST_F(RpmSqlite, WalModeIsReadAndTheInputIsLeftAlone) {
  std::string wal = database_;
  wal[18] = wal[19] = 2;
  const std::string before = wal;
  EXPECT_EQ(rpm(wal).packages.size(), 2u);
  EXPECT_EQ(wal, before);
  std::string journal = database_;
  journal[18] = journal[19] = 1;
  EXPECT_EQ(rpm(journal).packages.size(), 2u);
}

TEST_F(RpmSqlite, CutAndDamagedFilesAreProblems) {
  EXPECT_FALSE(rpm(database_.substr(0, 50)).problems.empty());
  EXPECT_FALSE(rpm(database_.substr(0, 4096)).problems.empty());
  for (size_t at = 100; at < database_.size(); at += 997) {
    std::string damaged = database_;
    damaged[at] = static_cast<char>(~damaged[at]);
    EXPECT_LE(rpm(damaged).packages.size(), 2u);
  }
}

TEST(RpmSqliteSchema, AViewIsNotRun) {
  if (!test::on_path("sqlite3")) GTEST_SKIP() << "sqlite3 is not installed";
  const auto database_of = [](const std::string& sql) {
    test::ScratchDirectory scratch;
    const std::string path = scratch.path() + "/rpmdb.sqlite";
    test::run({"sqlite3", path, sql});
    return test::read(path);
  };
  EXPECT_FALSE(rpm(database_of("CREATE VIEW Packages AS SELECT 1 AS hnum, zeroblob(9) AS blob"))
                   .problems.empty());
  EXPECT_THAT(rpm(database_of("CREATE TABLE Other(x)")).problems,
              Contains(HasSubstr("no such table")));
  EXPECT_THAT(rpm(database_of("CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob);"
                              "INSERT INTO Packages VALUES(5, NULL)"))
                  .problems,
              Contains(HasSubstr("package record 5")));
  EXPECT_FALSE(rpm(database_of("CREATE TABLE Packages(hnum INTEGER PRIMARY KEY, blob AS "
                               "(zeroblob(900000)));INSERT INTO Packages VALUES(5)"))
                   .problems.empty());
}

}  // namespace
}  // namespace seawall::inspect
