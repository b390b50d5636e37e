#include <filesystem>
#include <map>

#include "advisory/feed_walk.h"
#include "support/support.h"

namespace seawall::advisory {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Formats of the tests' own: {"a":...} and {"b":...} documents, arrays of numbers, "#t" texts. A
// record's id is the format's letter and the document's value, its summary the context's path.
struct Collector : RecordSink {
  std::vector<std::string> ids, paths, problems;
  void record(Record record) override {
    ids.push_back(record.id);
    paths.push_back(record.summary);
  }
  void known_exploited(KnownExploited) override {}
  void epss(Epss) override {}
  void end_of_life(EndOfLife) override {}
  void data_date(UnixSeconds) override {}
  void problem(Error error) override { problems.push_back(error.text()); }
};

void note(FeedContext& context, std::string id) {
  Record record;
  record.id = std::move(id);
  record.summary = context.path;
  context.sink.record(std::move(record));
}

template <char kLetter>
FeedFormat letter_format(std::string_view name) {
  static constexpr char kKey[] = {kLetter, 0};
  FeedFormat format;
  format.name = name;
  format.accepts = [](const Node& node) { return node[kKey].exists(); };
  format.parse = [](const Node& node, FeedContext& context) {
    note(context, kKey + std::to_string(node[kKey].integer().value_or(-1)));
  };
  return format;
}

FeedFormat text_format() {
  FeedFormat format;
  format.name = "text";
  format.accepts_text = [](std::string_view line) { return line == "#t"; };
  format.parse_text = [](Reader& text, FeedContext& context) -> Status {
    SEAWALL_TRY(std::string all, read_all(text, 1u << 20));
    note(context, "t" + std::to_string(all.size()));
    return {};
  };
  return format;
}

FormatList formats() {
  static const FeedFormat a = letter_format<'a'>("first"), b = letter_format<'b'>("second"),
                          t = text_format();
  return {&a, &b, &t};
}

struct Outcome {
  Collector sink;
  FeedSummary summary;
};
Outcome read_bytes(std::string_view bytes, const Limits& limits = {}) {
  Outcome outcome;
  FeedWalk walk(formats(), outcome.sink, limits);
  walk.stream(std::make_unique<MemoryReader>(bytes), "in");
  outcome.summary = walk.summary();
  return outcome;
}

TEST(FeedStream, ReadsOneDocument) {
  for (const char* text : {R"({"a":1})", "\n {\n \"a\" :\n 1 }\n\n", "\xef\xbb\xbf{\"a\":1}\r\n",
                           "{\"a\":1}\n\n\n", "[{\"a\":1}]", "[\n{\"a\":1}\n]\n"}) {
    const Outcome outcome = read_bytes(text);
    EXPECT_THAT(outcome.sink.ids, ElementsAre("a1")) << text;
    EXPECT_THAT(outcome.sink.problems, IsEmpty()) << text;
    EXPECT_EQ(outcome.summary.documents, 1u);
    EXPECT_THAT(outcome.summary.formats, ElementsAre("first"));
  }
}

TEST(FeedStream, ReadsJsonLines) {
  const Outcome outcome = read_bytes("{\"a\":1}\n\n{\"a\":2}\r\n{\"b\":3}\n{\"a\":4}");
  EXPECT_THAT(outcome.sink.ids, ElementsAre("a1", "a2", "b3", "a4"));
  EXPECT_THAT(outcome.summary.formats, ElementsAre("first", "second"));
  EXPECT_EQ(outcome.summary.not_recognised, 0u);
}

TEST(FeedStream, FindsFormatsBehindForeignLines) {
  const Outcome outcome =
      read_bytes("{\"name\":\"CI\"}\n{\"x\":[]}\n{\"b\":3}\n{\"y\":1}\n{\"b\":4}\n");
  EXPECT_THAT(outcome.sink.ids, ElementsAre("b3", "b4"));
  EXPECT_EQ(outcome.summary.documents, 2u);
  EXPECT_EQ(outcome.summary.not_recognised, 0u);
}

TEST(FeedStream, ReadsArraysOfDocuments) {
  const Outcome outcome = read_bytes("[{\"a\":1},\n 7, {\"c\":1}, {\"b\":2}\n]");
  EXPECT_THAT(outcome.sink.ids, ElementsAre("a1", "b2"));
}

TEST(FeedStream, DamagedLinesDoNotStopIt) {
  const Outcome outcome = read_bytes("{\"a\":1}\n{\"a\":\n{\"a\":3}\n");
  EXPECT_THAT(outcome.sink.ids, ElementsAre("a1", "a3"));
  ASSERT_EQ(outcome.sink.problems.size(), 1u);
  EXPECT_THAT(outcome.sink.problems[0], HasSubstr("in"));
  EXPECT_THAT(outcome.sink.problems[0], HasSubstr("line 2"));
  EXPECT_THAT(outcome.sink.problems[0], HasSubstr("column"));
  // Also when the first line is the damaged one.
  const Outcome first = read_bytes("{\"a\":x}\n{\"a\":2}\n");
  EXPECT_THAT(first.sink.ids, ElementsAre("a2"));
  EXPECT_EQ(first.sink.problems.size(), 1u);
}

TEST(FeedStream, ManyProblemsOfAFileAreSummedUp) {
  std::string text = "{\"a\":1}\n";
  for (int i = 0; i < 1000; ++i) text += "{\n";
  const Outcome outcome = read_bytes(text);
  EXPECT_THAT(outcome.sink.ids, ElementsAre("a1"));
  EXPECT_EQ(outcome.sink.problems.size(), 21u);
  EXPECT_THAT(outcome.sink.problems.back(), HasSubstr("980 more"));
}

TEST(FeedStream, CountsWhatItDoesNotKnow) {
  for (const char* text : {"", "\n\n", "hello\nworld", "{}", "[]", "{\"x\":1}\n{\"x\":2}",
                           "\x7f"
                           "ELF\x02\x01",
                           "{\"a\":"}) {
    const Outcome outcome = read_bytes(text);
    EXPECT_THAT(outcome.sink.ids, IsEmpty()) << text;
    EXPECT_EQ(outcome.summary.not_recognised, 1u) << text;
    EXPECT_EQ(outcome.summary.documents, 0u) << text;
  }
  EXPECT_EQ(read_bytes("{\"a\":").sink.problems.size(), 1u);
}

TEST(FeedStream, GivesTextWholeToItsParser) {
  std::string text = "#t\r\n";
  text += std::string(300'000, 'x');
  const Outcome outcome = read_bytes(text);
  EXPECT_THAT(outcome.sink.ids, ElementsAre("t300004"));
  EXPECT_THAT(outcome.summary.formats, ElementsAre("text"));
}

TEST(FeedStream, LongLinesAndManyLines) {
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    text += "{\"pad\":\"" + std::string(static_cast<size_t>(i) * 37 % 5000, 'x') +
            "\",\"a\":" + std::to_string(i) + "}\n";
  }
  text += "{\"pad\":\"" + std::string(3'000'000, 'y') + "\",\"b\":1}\n{\"a\":3000}\n";
  const Outcome outcome = read_bytes(text);
  ASSERT_EQ(outcome.sink.ids.size(), 3002u);
  EXPECT_EQ(outcome.sink.ids[2999], "a2999");
  EXPECT_EQ(outcome.sink.ids[3000], "b1");
  EXPECT_EQ(outcome.sink.ids[3001], "a3000");
}

TEST(FeedStream, ObeysItsLimits) {
  Limits limits;
  limits.document_bytes = 100'000;
  const Outcome line =
      read_bytes("{\"a\":1}\n{\"pad\":\"" + std::string(400'000, 'x') + "\"}", limits);
  EXPECT_THAT(line.sink.ids, ElementsAre("a1"));
  ASSERT_EQ(line.sink.problems.size(), 1u);
  EXPECT_THAT(line.sink.problems[0], HasSubstr("100000"));
  const Outcome whole = read_bytes("{\n" + std::string(400'000, ' ') + "}", limits);
  EXPECT_EQ(whole.sink.problems.size(), 1u);
  limits.depth = 4;
  const Outcome deep = read_bytes("{\"a\":1}\n[[[[[[[[]]]]]]]]\n{\"a\":2}\n", limits);
  EXPECT_THAT(deep.sink.ids, ElementsAre("a1", "a2"));
  EXPECT_EQ(deep.sink.problems.size(), 1u);
}

// --- files ---

Outcome read_path(const std::string& path) {
  Outcome outcome;
  auto read = read_feed_as(formats(), path, outcome.sink, {});
  EXPECT_TRUE(read.ok()) << read.error().text();
  if (read.ok()) outcome.summary = *read;
  return outcome;
}

TEST(FeedPath, WalksDirectoriesInOrder) {
  test::ScratchDirectory scratch;
  scratch.write("feed/b.json", "{\"a\":2}");
  scratch.write("feed/a/z.json", "{\"a\":1}");
  scratch.write("feed/c.txt", "no feed");
  scratch.write("feed/.git/HEAD.json", "{\"a\":9}");
  scratch.write("outside.json", "{\"a\":8}");
  std::filesystem::create_symlink("../outside.json", scratch.path() + "/feed/link.json");
  std::filesystem::create_directory_symlink("..", scratch.path() + "/feed/up");
  const Outcome outcome = read_path(scratch.path() + "/feed");
  EXPECT_THAT(outcome.sink.ids, ElementsAre("a1", "a2"));
  EXPECT_THAT(outcome.sink.paths, ElementsAre("a/z.json", "b.json"));
  EXPECT_EQ(outcome.summary.not_recognised, 1u);
}

TEST(FeedPath, SaysWhenThereIsNothing) {
  test::ScratchDirectory scratch;
  Collector sink;
  auto missing = read_feed_as(formats(), scratch.path() + "/none", sink, {});
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().text(), HasSubstr("none"));
  EXPECT_EQ(missing.error().code(), Code::kNotFound);
  auto foreign = read_feed_as(formats(), scratch.write("x.json", "{\"x\":1}"), sink, {});
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error().code(), Code::kUnsupported);
  EXPECT_FALSE(foreign.error().hint().empty());
  EXPECT_FALSE(read_feed_as(formats(), scratch.path(), sink, {}).ok());
}

TEST(FeedPath, UnpacksCompressedFiles) {
  const std::pair<const char*, const char*> tools[] = {
      {"gzip", "gz"}, {"xz", "xz"}, {"bzip2", "bz2"}, {"zstd", "zst"}};
  for (const auto& [tool, extension] : tools) {
    if (!test::on_path(tool)) continue;
    test::ScratchDirectory scratch;
    const std::string plain = scratch.write("feed.jsonl", "{\"a\":1}\n{\"a\":2}\n");
    ASSERT_EQ(test::run({tool, plain}).exit_code, 0);
    std::filesystem::remove(plain);
    const Outcome outcome = read_path(scratch.path());
    EXPECT_THAT(outcome.sink.ids, ElementsAre("a1", "a2")) << extension;
    EXPECT_THAT(outcome.sink.problems, IsEmpty());
  }
}

TEST(FeedPath, UnpacksTarsOfCompressedFiles) {
  if (!test::on_path("tar") || !test::on_path("gzip")) GTEST_SKIP() << "tar or gzip is missing";
  test::ScratchDirectory scratch;
  scratch.write("in/3.20/main.json", "{\"a\":1}");
  const std::string packed = scratch.write("in/3.20/other.json", "{\"b\":2}");
  scratch.write("in/.hidden.json", "{\"a\":9}");
  ASSERT_EQ(test::run({"gzip", packed}).exit_code, 0);
  const std::string archive = scratch.path() + "/feed.tar.gz";
  ASSERT_EQ(test::run({"tar", "-czf", archive, "--sort=name", "-C", scratch.path() + "/in", "."})
                .exit_code,
            0);
  const Outcome outcome = read_path(archive);
  EXPECT_THAT(outcome.sink.ids, ElementsAre("a1", "b2"));
  EXPECT_THAT(outcome.sink.paths[0], HasSubstr("3.20/main.json"));
}

TEST(FeedPath, DamagedArchivesAreProblems) {
  test::ScratchDirectory scratch;
  scratch.write("a.json", "{\"a\":1}");
  scratch.write("b.gz", "\x1f\x8b\x08 broken");
  scratch.write("c.zip", "PK\3\4 broken");
  const Outcome outcome = read_path(scratch.path());
  EXPECT_THAT(outcome.sink.ids, ElementsAre("a1"));
  EXPECT_EQ(outcome.sink.problems.size(), 2u);
}

// A zip archive of stored members (APPNOTE 4.3), written here so that no tool is needed.
std::string stored_zip(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string out, directory;
  const auto number = [](std::string& to, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) to += static_cast<char>(i < 8 ? value >> (8 * i) & 0xff : 0);
  };
  for (const auto& [name, bytes] : members) {
    uint32_t crc = 0xffffffffu;
    for (unsigned char c : bytes) {
      crc ^= c;
      for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    std::string common;
    number(common, 20, 2);
    number(common, 0, 2 + 2 + 2 + 2);  // flags, method, time, date
    number(common, ~crc, 4);
    number(common, bytes.size(), 4);
    number(common, bytes.size(), 4);
    number(common, name.size(), 2);
    number(common, 0, 2);
    directory += "PK\1\2";
    number(directory, 20, 2);
    directory += common;
    number(directory, 0, 2 + 2 + 2 + 4);  // comment, disk, attributes
    number(directory, out.size(), 4);
    directory += name;
    out += "PK\3\4" + common + name + bytes;
  }
  const size_t start = out.size();
  out += directory + "PK\5\6";
  number(out, 0, 4);
  number(out, members.size(), 2);
  number(out, members.size(), 2);
  number(out, directory.size(), 4);
  number(out, start, 4);
  number(out, 0, 2);
  return out;
}

TEST(FeedPath, ReadsZipArchives) {
  test::ScratchDirectory scratch;
  const std::string zip = scratch.write(
      "npm/all.zip",
      stored_zip({{"GHSA-1.json", "{\"a\":1}"}, {"dir/", ""}, {"GHSA-2.json", "{\"a\":2}"}}));
  const Outcome outcome = read_path(scratch.path());
  EXPECT_THAT(outcome.sink.ids, ElementsAre("a1", "a2"));
  EXPECT_THAT(outcome.sink.paths, ElementsAre("GHSA-1.json", "GHSA-2.json"));
}

// Real dumps: what must come out of them whatever the parser's details.
TEST(FeedRealData, ReadsEveryLanguageOfTheDumps) {
  const std::string shared = test::shared_data();
  const std::string archive = shared + "/advisories/ghsa.tar.zst";
  if (shared.empty() || !file_exists(archive)) GTEST_SKIP() << "no shared advisories here";
  struct Counter : Collector {
    std::map<std::string, size_t> feeds;
    void record(Record record) override { ++feeds[record.feed]; }
  } sink;
  FormatList osv;
  for (const FeedFormat& format : osv_formats()) osv.push_back(&format);
  Limits limits;
  auto summary = read_feed_as(osv, archive, sink, limits);
  ASSERT_OK(summary);
  EXPECT_EQ(summary->documents, 21587u);
  EXPECT_THAT(sink.problems, IsEmpty());
  const std::map<std::string, size_t> expected = {
      {"cargo", 895}, {"composer", 4348}, {"gem", 892},  {"go", 2125},
      {"hex", 31},    {"maven", 5305},    {"npm", 3792}, {"nuget", 685},
      {"pub", 12},    {"pypi", 3465},     {"swift", 37}};
  EXPECT_EQ(sink.feeds, expected);
}

}  // namespace
}  // namespace seawall::advisory
