#include "advisory/database.h"

#include <set>
#include <thread>

#include <fmt/format.h>

#include "support/support.h"

namespace seawall::advisory {
namespace {

Affected affected(std::string ecosystem, std::string package, std::string fixed) {
  Affected one;
  one.ecosystem = std::move(ecosystem);
  one.package = std::move(package);
  if (!fixed.empty()) one.ranges.push_back({"", std::move(fixed), ""});
  return one;
}

Record record(std::string feed, std::string id, std::vector<std::string> aliases,
              std::vector<Affected> list) {
  Record one;
  one.feed = std::move(feed);
  one.id = std::move(id);
  one.aliases = std::move(aliases);
  one.affected = std::move(list);
  return one;
}

// A few records of each shape: a plain CVE, a GHSA with aliases, notices with and without packages.
std::vector<Record> debian_records() {
  auto expat = record("debian", "CVE-2024-45491", {},
                      {affected("debian:12", "expat", "2.5.0-1+deb12u1"),
                       affected("debian:11", "expat", "2.2.10-2+deb11u6")});
  expat.summary = "expat: integer overflow in dtdCopy";
  expat.severity = Severity::kMedium;
  expat.published = "2024-08-30";
  expat.references = {"https://tracker.example/CVE-2024-45491"};
  auto notice = record("debian", "DSA-5770-1", {}, {});
  notice.covers = {"CVE-2024-45491", "CVE-2024-45492"};
  auto open = record("debian", "CVE-2005-2541", {}, {affected("debian:12", "tar", "")});
  open.affected[0].state = FixState::kWillNotFix;
  open.affected[0].severity = Severity::kNegligible;
  open.affected[0].note = "intended behaviour";
  return {expat, notice, open};
}

std::vector<Record> language_records() {
  auto ghsa = record("npm", "GHSA-jf85-cpcp-j695", {"CVE-2019-10744"},
                     {affected("npm", "lodash", "4.17.12")});
  ghsa.affected[0].ranges = {{"0", "4.17.12", ""}};
  ghsa.affected[0].versions = {"4.17.11", "5.0.0-weird"};
  ghsa.summary = "Prototype pollution in lodash";
  ghsa.cvss = {{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H", "ghsa", 9.1}};
  ghsa.cwes = {"CWE-20", "CWE-1321", "odd"};
  ghsa.references = {"https://nvd.example/CVE-2019-10744", "https://g.example/GHSA-jf85-cpcp-j695"};
  auto snyk = record("npm", "SNYK-1", {"GHSA-jf85-cpcp-j695"}, {});
  auto bad = record("npm", "MAL-2024-1", {}, {affected("npm", "lodahs", "")});
  bad.malicious = true;
  auto gone = record("npm", "GHSA-gone", {}, {affected("npm", "lodash", "")});
  gone.withdrawn = true;
  return {ghsa, snyk, bad, gone};
}

std::vector<Record> redhat_records() {
  auto notice = record("redhat", "RHSA-2024:6754", {}, {});
  notice.covers = {"CVE-2024-45490", "CVE-2024-45491"};
  notice.summary = "Moderate: expat security update";
  notice.severity = Severity::kMedium;
  for (const char* name : {"expat", "expat-devel"}) {
    for (const char* arch : {"x86_64", "aarch64"}) {
      auto one = affected("redhat:9", name, "2.5.0-2.el9_4.1");
      one.architectures = {arch};
      notice.affected.push_back(one);
    }
  }
  return {notice};
}

void add(DatabaseBuilder& builder, std::vector<Record> records) {
  for (auto& one : records) builder.record(std::move(one));
}

void add_signals(DatabaseBuilder& builder) {
  FeedStatus feed;
  feed.name = "epss";
  feed.etag = "\"abc\"";
  builder.begin_feed(feed);
  builder.data_date(1000);
  builder.epss({"CVE-2019-10744", 0.01234, 0.86});
  builder.epss({"CVE-2024-99999999", 1.0, 1.0});
  builder.epss({"not a cve", 0.5, 0.5});
  feed.name = "kev";
  builder.begin_feed(feed);
  builder.known_exploited({"CVE-2019-10744", "2022-01-10", "2022-07-10", true});
  feed.name = "eol";
  builder.begin_feed(feed);
  builder.end_of_life({"debian", "12", "2028-06-30"});
  builder.end_of_life({"debian", "11", "2026-08-31"});
}

std::string build(const std::vector<std::vector<Record>>& lists, bool signals = true) {
  DatabaseBuilder builder;
  for (const auto& list : lists) add(builder, list);
  if (signals) add_signals(builder);
  const test::ScratchDirectory scratch;
  EXPECT_OK(builder.write(scratch.path() + "/db", 1700000000));
  return test::read(scratch.path() + "/db");
}

std::string build_all() {
  return build({debian_records(), language_records(), redhat_records()});
}

// All rows of a package as text, for comparing.
std::vector<std::string> rows(const Database& database, std::string_view ecosystem,
                              std::string_view package) {
  std::vector<std::string> lines;
  const auto status = database.find(ecosystem, package, [&](const Match& match) {
    std::string line = fmt::format("{} {} {} {} {}", match.id, match.advisory, match.feed,
                                   to_string(match.state), to_string(match.severity));
    for (const auto& range : match.ranges) {
      line += fmt::format(" [{},{},{}]", range.introduced, range.fixed, range.last_affected);
    }
    for (const auto& version : match.versions) line += fmt::format(" ={}", version);
    for (const auto& name : match.architectures) line += fmt::format(" @{}", name);
    lines.push_back(line + fmt::format(" {}{}", match.module, match.note));
  });
  EXPECT_OK(status);
  return lines;
}

TEST(Database, GivesBackWhatWasPutIn) {
  const std::string bytes = build_all();
  auto database = Database::from_bytes(bytes);
  ASSERT_OK(database);
  EXPECT_OK(database->verify());
  EXPECT_EQ(database->built(), 1700000000);
  EXPECT_THAT(database->ecosystems(),
              testing::ElementsAre("debian:11", "debian:12", "npm", "redhat:9"));
  EXPECT_TRUE(database->has_ecosystem("npm"));
  EXPECT_FALSE(database->has_ecosystem("pypi"));
  EXPECT_THAT(rows(*database, "debian:12", "expat"),
              testing::ElementsAre("CVE-2024-45491  debian fixed medium [,2.5.0-1+deb12u1,] "));
  EXPECT_THAT(
      rows(*database, "debian:12", "tar"),
      testing::ElementsAre("CVE-2005-2541  debian will_not_fix negligible intended behaviour"));
  EXPECT_TRUE(rows(*database, "debian:12", "nothing").empty());
  EXPECT_TRUE(rows(*database, "debian:99", "expat").empty());
}

TEST(Database, DropsVersionsThatARangeHoldsAndWithdrawnRecords) {
  const std::string bytes = build_all();
  auto database = Database::from_bytes(bytes);
  ASSERT_OK(database);
  EXPECT_THAT(rows(*database, "npm", "lodash"),
              testing::ElementsAre("CVE-2019-10744  npm fixed unknown [,4.17.12,] =5.0.0-weird "));
}

TEST(Database, NoticesBecomeRowsOfWhatTheyCover) {
  const std::string bytes = build_all();
  auto database = Database::from_bytes(bytes);
  ASSERT_OK(database);
  const std::string rest =
      " RHSA-2024:6754 redhat fixed unknown [,2.5.0-2.el9_4.1,] @aarch64 @x86_64 ";
  const std::vector<std::string> expected = {"CVE-2024-45490" + rest, "CVE-2024-45491" + rest};
  EXPECT_EQ(rows(*database, "redhat:9", "expat"), expected);
  EXPECT_EQ(rows(*database, "redhat:9", "expat-devel"), expected);
  EXPECT_EQ(database->rows(), 3u + 2u + 4u);
}

TEST(Database, MergesDetailsOfAnAliasClass) {
  const std::string bytes = build_all();
  auto database = Database::from_bytes(bytes);
  ASSERT_OK(database);
  for (const char* name : {"CVE-2019-10744", "GHSA-jf85-cpcp-j695", "SNYK-1"}) {
    auto detail = database->find_vulnerability(name);
    ASSERT_OK(detail);
    EXPECT_EQ(detail->id, "CVE-2019-10744");
    EXPECT_THAT(detail->aliases, testing::ElementsAre("GHSA-jf85-cpcp-j695", "SNYK-1"));
    EXPECT_EQ(detail->summary, "Prototype pollution in lodash");
    ASSERT_EQ(detail->cvss.size(), 1u);
    EXPECT_DOUBLE_EQ(detail->cvss[0].score, 9.1);
    EXPECT_THAT(detail->cwes, testing::ElementsAre("CWE-20", "CWE-1321", "odd"));
    EXPECT_THAT(detail->references, testing::ElementsAre("https://nvd.example/CVE-2019-10744",
                                                         "https://g.example/GHSA-jf85-cpcp-j695"));
    ASSERT_TRUE(detail->epss.has_value());
    EXPECT_DOUBLE_EQ(detail->epss->score, 0.01234);
    ASSERT_TRUE(detail->known_exploited.has_value());
    EXPECT_TRUE(detail->known_exploited->ransomware);
    EXPECT_EQ(detail->known_exploited->due_date, "2022-07-10");
  }
}

TEST(Database, AddsNamesOfNoticesWithoutPackagesAndBorrowsTheirText) {
  const std::string bytes = build_all();
  auto database = Database::from_bytes(bytes);
  ASSERT_OK(database);
  auto detail = database->find_vulnerability("CVE-2024-45491");
  ASSERT_OK(detail);
  EXPECT_THAT(detail->advisories, testing::ElementsAre(testing::Pair("debian", "DSA-5770-1")));
  EXPECT_EQ(detail->summary, "expat: integer overflow in dtdCopy");
  detail = database->find_vulnerability("CVE-2024-45490");
  ASSERT_OK(detail);
  EXPECT_EQ(detail->summary, "Moderate: expat security update");
  EXPECT_EQ(detail->severity, Severity::kMedium);
  EXPECT_TRUE(detail->advisories.empty());
}

TEST(Database, SignalsAloneAreFoundToo) {
  const std::string bytes = build_all();
  auto database = Database::from_bytes(bytes);
  ASSERT_OK(database);
  auto detail = database->find_vulnerability("CVE-2024-99999999");
  ASSERT_OK(detail);
  EXPECT_DOUBLE_EQ(detail->epss->percentile, 1.0);
  EXPECT_EQ(database->find_vulnerability("CVE-2000-1").error().code(), Code::kNotFound);
  EXPECT_EQ(database->detail(4000000000).error().code(), Code::kNotFound);
  EXPECT_EQ(database->end_of_life("debian", "12")->date, "2028-06-30");
  EXPECT_FALSE(database->end_of_life("debian", "13").has_value());
  EXPECT_FALSE(database->end_of_life("zlinux", "1").has_value());
}

TEST(Database, ARecordWithTwoCveAliasesCoversBoth) {
  const std::string bytes =
      build({{record("npm", "GHSA-two", {"CVE-2024-1111", "CVE-2024-2222", "SNYK-2"},
                     {affected("npm", "two", "2.0.0")})}});
  auto database = Database::from_bytes(bytes);
  ASSERT_OK(database);
  EXPECT_THAT(rows(*database, "npm", "two"),
              testing::ElementsAre("CVE-2024-1111 GHSA-two npm fixed unknown [,2.0.0,] ",
                                   "CVE-2024-2222 GHSA-two npm fixed unknown [,2.0.0,] "));
  auto detail = database->find_vulnerability("CVE-2024-1111");
  ASSERT_OK(detail);
  EXPECT_TRUE(detail->aliases.empty());
}

TEST(Database, TheSameContentGivesTheSameBytesInAnyOrder) {
  const std::string one = build({debian_records(), language_records(), redhat_records()});
  EXPECT_EQ(one, build({debian_records(), language_records(), redhat_records()}));
  EXPECT_EQ(one, build({redhat_records(), debian_records(), language_records()}));
}

TEST(Database, KeepsFeedsOfAnOlderDatabase) {
  const std::string bytes = build_all();
  auto old = Database::from_bytes(bytes);
  ASSERT_OK(old);
  const test::ScratchDirectory scratch;
  DatabaseBuilder all;
  for (const auto& feed : old->feeds()) ASSERT_OK(all.keep_feed(*old, feed.name));
  ASSERT_OK(all.write(scratch.path() + "/all", 1700000000));
  EXPECT_TRUE(test::read(scratch.path() + "/all") == bytes) << "keeping everything changed it";

  DatabaseBuilder partial;
  partial.record(record("debian", "CVE-2025-1", {}, {affected("debian:12", "curl", "8")}));
  for (const char* feed : {"npm", "redhat", "epss", "kev", "eol"}) {
    ASSERT_OK(partial.keep_feed(*old, feed));
  }
  EXPECT_EQ(partial.keep_feed(*old, "nobody").error().code(), Code::kNotFound);
  ASSERT_OK(partial.write(scratch.path() + "/partial", 1));
  auto updated = Database::open(scratch.path() + "/partial");
  ASSERT_OK(updated);
  EXPECT_TRUE(rows(*updated, "debian:12", "expat").empty());
  EXPECT_EQ(rows(*updated, "debian:12", "curl").size(), 1u);
  EXPECT_EQ(rows(*updated, "npm", "lodash"), rows(*old, "npm", "lodash"));
  EXPECT_EQ(rows(*updated, "redhat:9", "expat"), rows(*old, "redhat:9", "expat"));
  auto detail = updated->find_vulnerability("SNYK-1");
  ASSERT_OK(detail);
  EXPECT_EQ(detail->summary, "Prototype pollution in lodash");
  EXPECT_TRUE(detail->epss && detail->known_exploited);
  EXPECT_TRUE(updated->end_of_life("debian", "11").has_value());
}

TEST(Database, FeedsAreCountedDatedAndSorted) {
  const std::string bytes = build_all();
  auto database = Database::from_bytes(bytes);
  ASSERT_OK(database);
  const auto feeds = database->feeds();
  std::vector<std::string> names;
  for (const auto& feed : feeds) names.push_back(feed.name);
  EXPECT_THAT(names, testing::ElementsAre("debian", "eol", "epss", "kev", "npm", "redhat"));
  EXPECT_EQ(feeds[0].records, 3u);
  EXPECT_EQ(feeds[2].date, 1000);
  EXPECT_EQ(feeds[2].etag, "\"abc\"");
  EXPECT_EQ(feeds[4].records, 3u) << "withdrawn records do not count";
}

TEST(Database, ProblemsNameTheirFeed) {
  DatabaseBuilder builder;
  builder.begin_feed({"debian", 0, 0, 0, "", "", ""});
  builder.problem(malformed("line 3 is no object"));
  ASSERT_EQ(builder.problems().size(), 1u);
  EXPECT_EQ(builder.problems()[0].text(), "debian: line 3 is no object");
}

TEST(Database, AnEmptyOneIsValid) {
  const std::string bytes = build({}, false);
  auto database = Database::from_bytes(bytes);
  ASSERT_OK(database);
  EXPECT_OK(database->verify());
  EXPECT_TRUE(database->ecosystems().empty());
  EXPECT_TRUE(database->feeds().empty());
}

TEST(Database, ReadersKeepTheirMapWhenTheFileIsReplaced) {
  const test::ScratchDirectory scratch;
  const std::string path = scratch.path() + "/db";
  ASSERT_OK(write_file(path, build_all()));
  auto reader = Database::open(path);
  ASSERT_OK(reader);
  ASSERT_OK(write_file(path, build({}, false)));
  EXPECT_EQ(rows(*reader, "npm", "lodash").size(), 1u);
  EXPECT_OK(reader->verify());
  EXPECT_EQ(reader->path(), path);
}

TEST(Database, ManyThreadsReadAtOnce) {
  std::vector<Record> many;
  for (int i = 0; i < 3000; ++i) {
    auto one = record("npm", fmt::format("CVE-2024-{}", 10000 + i), {},
                      {affected("npm", fmt::format("p{}", i % 7), fmt::format("1.{}", i))});
    one.summary = fmt::format("something wrong in part {} of the whole", i);
    many.push_back(std::move(one));
  }
  const std::string bytes = build({many});
  auto database = Database::from_bytes(bytes);
  ASSERT_OK(database);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = t; i < 3000; i += 5) {
        const auto detail = database->find_vulnerability(fmt::format("CVE-2024-{}", 10000 + i));
        ASSERT_OK(detail);
        EXPECT_EQ(detail->summary, fmt::format("something wrong in part {} of the whole", i));
      }
    });
  }
}

TEST(Database, LongTextsAndListsAreCut) {
  auto one = record("npm", "CVE-2024-7", {}, {affected("npm", std::string(5000, 'n'), "1")});
  one.summary = std::string(300, 'a') + "\n";
  one.references.assign(50, "https://x.example/" + std::string(2000, 'r'));
  one.published = "2024-01-01\x01";
  const std::string bytes = build({{one}});
  auto database = Database::from_bytes(bytes);
  ASSERT_OK(database);
  EXPECT_EQ(database->rows(), 0u);
  auto detail = database->find_vulnerability("CVE-2024-7");
  ASSERT_OK(detail);
  EXPECT_EQ(detail->summary.size(), 200u);
  EXPECT_LE(detail->references.size(), 3u);
}

// Everything a reader can be asked; what it says does not matter here, that it returns does.
void use(std::string_view bytes) {
  auto database = Database::from_bytes(bytes);
  if (!database.ok()) return;
  for (const auto& ecosystem : database->ecosystems()) {
    for (const char* package : {"expat", "lodash", "tar", "expat-devel"}) {
      (void)database->find(ecosystem, package, [](const Match&) {}).ok();
    }
  }
  for (uint32_t i = 0; i < 16; ++i) (void)database->detail(i).ok();
  for (const char* name : {"SNYK-1", "CVE-2019-10744"}) {
    (void)database->find_vulnerability(name).ok();
  }
  (void)database->end_of_life("debian", "12");
  DatabaseBuilder builder;
  for (const auto& feed : database->feeds()) (void)builder.keep_feed(*database, feed.name).ok();
}

TEST(DamagedDatabase, EveryTruncationIsRefused) {
  const std::string bytes = build_all();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(Database::from_bytes(std::string_view(bytes).substr(0, size)).ok()) << size;
  }
}

TEST(DamagedDatabase, EveryFlippedByteIsNoticedAndHarmless) {
  const std::string bytes = build_all();
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (at % 2 ? 0xff : 0x01));
    use(damaged);
    const auto database = Database::from_bytes(damaged);
    EXPECT_FALSE(database.ok() && database->verify().ok()) << at;
  }
}

TEST(DamagedDatabase, ErrorsSayWhatToDo) {
  EXPECT_EQ(Database::from_bytes("hello").error().code(), Code::kMalformed);
  std::string newer = build_all();
  newer[8] = 99;
  const auto database = Database::from_bytes(newer);
  EXPECT_EQ(database.error().code(), Code::kUnsupported);
  EXPECT_FALSE(database.error().hint().empty());
  const test::ScratchDirectory scratch;
  const auto path = scratch.write("db", "not a database");
  EXPECT_THAT(Database::open(path).error().text(), testing::HasSubstr(path));
  EXPECT_FALSE(Database::open(scratch.path() + "/absent").ok());
}

TEST(DatabaseBuilder, AFeedThatIsGivenUpLeavesNothingBehind) {
  test::ScratchDirectory scratch;
  const auto build = [&](bool with_failure) {
    DatabaseBuilder builder;
    builder.begin_feed({.name = "debian", .date = 1000, .etag = "", .source = "", .problem = ""});
    for (Record& one : debian_records()) builder.record(std::move(one));
    if (with_failure) {
      builder.begin_feed({.name = "npm", .date = 2000, .etag = "", .source = "", .problem = ""});
      builder.data_date(5000);
      for (Record& one : language_records()) builder.record(std::move(one));
      builder.known_exploited({"CVE-2019-10744", "2024-01-01", "2024-02-01", true});
      builder.epss({"CVE-2019-10744", 0.5, 0.9});
      builder.end_of_life({"node", "12", "2022-04-30"});
      builder.problem(malformed("cut short"));
      builder.abandon_feed();
      EXPECT_TRUE(builder.problems().empty());
    }
    builder.begin_feed({.name = "kev", .date = 3000, .etag = "", .source = "", .problem = ""});
    builder.known_exploited({"CVE-2024-45491", "2024-09-01", "2024-10-01", false});
    const std::string path = scratch.path() + (with_failure ? "/with" : "/without");
    EXPECT_OK(builder.write(path, 10'000));
    return test::read(path);
  };
  EXPECT_EQ(build(true), build(false)) << "byte for byte";
}

TEST(DatabaseBuilder, ADateThatTheDataSaysReplacesTheFilesDate) {
  test::ScratchDirectory scratch;
  DatabaseBuilder builder;
  const auto begin = [&](std::string name, UnixSeconds date) {
    FeedStatus status;
    status.name = std::move(name);
    status.date = date;
    builder.begin_feed(std::move(status));
  };
  begin("kev", 9000);  // copied today
  builder.data_date(1000);
  builder.known_exploited({"CVE-2024-45491", "", "", false});
  builder.data_date(2000);
  begin("kev", 9500);  // another file of the same feed
  begin("plain", 7000);
  for (Record& one : debian_records()) {
    one.feed = "plain";
    builder.record(std::move(one));
  }
  ASSERT_OK(builder.write(scratch.path() + "/db", 10'000));
  const auto database = Database::open(scratch.path() + "/db");
  ASSERT_OK(database);
  for (const FeedStatus& feed : database->feeds())
    EXPECT_EQ(feed.date, feed.name == "kev" ? 2000 : 7000) << feed.name;
}

TEST(DatabaseBuilder, KnownExploitedEntriesWithADateAreFoundFirst) {
  test::ScratchDirectory scratch;
  DatabaseBuilder builder;
  builder.known_exploited({"CVE-2024-45491", "", "", false});
  builder.known_exploited({"CVE-2024-45491", "2024-09-01", "2024-10-01", true});
  for (Record& one : debian_records()) builder.record(std::move(one));
  ASSERT_OK(builder.write(scratch.path() + "/db", 10'000));
  const auto database = Database::open(scratch.path() + "/db");
  ASSERT_OK(database);
  const auto detail = database->find_vulnerability("CVE-2024-45491");
  ASSERT_OK(detail);
  ASSERT_TRUE(detail->known_exploited.has_value());
  EXPECT_EQ(detail->known_exploited->date_added, "2024-09-01");
  EXPECT_TRUE(detail->known_exploited->ransomware);
}

}  // namespace
}  // namespace seawall::advisory
