#include "guard/falco/source_text.h"

#include "codec/yaml.h"
#include "support/support.h"

namespace seawall::guard::falco {
namespace {

// The place of a word of the value of `key`, as "line:column".
std::string place_of_word(std::string text, const char* key, std::string_view word) {
  const auto file = std::make_shared<RuleFile>(RuleFile{"f.yaml", std::move(text)});
  const auto documents = parse_yaml(file->text);
  if (!documents.ok()) return documents.error().text();
  SourceText source;
  source.append(file, documents->front().root()[key]);
  const size_t at = source.text().find(word);
  if (at == std::string::npos) return "not in: " + source.text();
  const Place place = source.place(at);
  EXPECT_EQ(place.file, "f.yaml");
  return std::to_string(place.line) + ':' + std::to_string(place.column);
}

TEST(SourceText, PlainScalarsOnOneLineAndMore) {
  EXPECT_EQ(place_of_word("c: a and b\n", "c", "b"), "1:10");
  EXPECT_EQ(place_of_word("c: a and b\n", "c", "a"), "1:4");
  EXPECT_EQ(place_of_word("x: 1\nc: a and\n  b or\n    target\n", "c", "target"), "4:5");
}

TEST(SourceText, FoldedAndLiteralScalars) {
  EXPECT_EQ(place_of_word("c: >\n  a and\n  target\n", "c", "target"), "3:3");
  EXPECT_EQ(place_of_word("c: >-\n  a and\n\n     target\n", "c", "target"), "4:6");
  EXPECT_EQ(place_of_word("c: |\n  a and\n  target x\n", "c", "x"), "3:10");
}

TEST(SourceText, QuotedScalars) {
  EXPECT_EQ(place_of_word("c: \"a and target\"\n", "c", "target"), "1:11");
  EXPECT_EQ(place_of_word("c: 'a and\n  target'\n", "c", "target"), "2:3");
}

TEST(SourceText, ColumnsAreCharacters) {
  EXPECT_EQ(place_of_word("c: \xc3\xa9\xc3\xa9 and target\n", "c", "target"), "1:11");
}

TEST(SourceText, AppendedPartsKeepTheirOwnFile) {
  const auto one = std::make_shared<RuleFile>(RuleFile{"one.yaml", "c: a\n"});
  const auto two = std::make_shared<RuleFile>(RuleFile{"two.yaml", "\n\nc: and b\n"});
  const auto first = parse_yaml(one->text), second = parse_yaml(two->text);
  ASSERT_OK(first);
  ASSERT_OK(second);
  SourceText source;
  source.append(one, first->front().root()["c"]);
  source.append(two, second->front().root()["c"]);
  EXPECT_EQ(source.text(), "a and b");
  EXPECT_EQ(source.place(0).file, "one.yaml");
  EXPECT_EQ(source.place(6).file, "two.yaml");
  EXPECT_EQ(source.place(6).line, 3u);
  EXPECT_EQ(source.place(6).column, 8u);
}

TEST(SourceText, PlacesPastTheEndAreTheStart) {
  const auto file = std::make_shared<RuleFile>(RuleFile{"f.yaml", "c: a\n"});
  const auto documents = parse_yaml(file->text);
  ASSERT_OK(documents);
  SourceText source;
  EXPECT_EQ(source.place(0).line, 0u);
  source.append(file, documents->front().root()["c"]);
  EXPECT_EQ(source.place(500).line, 1u);
  SourceText standing;
  standing.stand_at(file, documents->front().root()["c"]);
  EXPECT_EQ(standing.place(0).column, 4u);
  EXPECT_TRUE(standing.text().empty());
}

TEST(Problem, IsOnePrintableLine) {
  Problem problem;
  problem.place = {"a\nb.yaml", 3, 4};
  problem.rule = "shell";
  problem.message = "bad \x1b[31m";
  problem.hint = "do better";
  EXPECT_EQ(problem.line(), "a\\x0ab.yaml:3:4: error: shell: bad \\x1b[31m (do better)");
  problem.severity = Problem::Severity::kWarning;
  problem.place.line = 0;
  problem.rule.clear();
  problem.hint.clear();
  EXPECT_EQ(problem.line(), "a\\x0ab.yaml: warning: bad \\x1b[31m");
}

}  // namespace
}  // namespace seawall::guard::falco
