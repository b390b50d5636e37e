// JSON and YAML documents, and the JSON writer.

#include <cmath>

#include "codec/json.h"
#include "codec/json_writer.h"
#include "codec/yaml.h"
#include "support/support.h"

namespace seawall {
namespace {

TEST(Json, ReadsEveryKindWithItsPlace) {
  const auto document = parse_json(
      "{\n  \"a\": [1, -2.5e2, true, null, \"x\\u00e9\\ud83d\\ude00\"],\n  \"b\": {}\n}\n");
  ASSERT_OK(document);
  const Node& root = document->root();
  const Node& list = root["a"];
  EXPECT_EQ(list[0].integer(), 1);
  EXPECT_EQ(list[1].number(), -250.0);
  EXPECT_TRUE(list[2].boolean());
  EXPECT_TRUE(list[3].is_null());
  EXPECT_TRUE(list[3].exists());
  EXPECT_EQ(list[4].string(), "x\xc3\xa9\xf0\x9f\x98\x80");
  EXPECT_EQ(list[4].line(), 2u);
  EXPECT_EQ(list[4].column(), 32u);
  EXPECT_EQ(root["b"].line(), 3u);
  EXPECT_FALSE(root["c"].exists());
  EXPECT_FALSE(root["c"]["d"][7].exists()) << "asking further gives nothing, not a failure";
  EXPECT_EQ(parse_json("9223372036854775807")->root().integer(), INT64_MAX);
  EXPECT_EQ(parse_json("9223372036854775808")->root().number(), 9223372036854775808.0);
  EXPECT_EQ(parse_json("\"\\ud800\"")->root().string(), "\xef\xbf\xbd") << "a lone surrogate";
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* bad :
       {"",     " ",       "{",         "[1,]",     "{\"a\":1,}", "{a:1}",     "'a'",
        "01",   "1.",      ".5",        "+1",       "1e",         "tru",       "nul",
        "\"",   "\"\\x\"", "\"\\u12\"", "\"\n\"",   "[1 2]",      "{\"a\" 1}", "{} {}",
        "[1]x", "// c\n1", "1e400",     "\"\xff\"", "\xef\xbb",   "NaN"}) {
    EXPECT_FALSE(parse_json(bad).ok()) << bad;
  }
  const auto error = parse_json("{\n  \"a\": 1,\n  \"b\": x\n}");
  ASSERT_FALSE(error.ok());
  EXPECT_THAT(error.error().text(), testing::HasSubstr("line 3, column 8"));
}

TEST(Json, RefusesDuplicateKeysInSmallAndLargeObjects) {
  EXPECT_FALSE(parse_json(R"({"a":1,"a":2})").ok());
  EXPECT_FALSE(parse_json("{\"a\":1,\"\\u0061\":2}").ok()) << "escapes do not hide one";
  std::string large = "{";
  for (int i = 0; i < 100; ++i) large += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_OK(parse_json(large + "\"last\":0}"));
  EXPECT_FALSE(parse_json(large + "\"k50\":0}").ok());
}

TEST(Json, StopsAtItsLimits) {
  Limits limits;
  limits.depth = 10;
  limits.nodes = 100;
  limits.document_bytes = 1000;
  EXPECT_OK(parse_json(std::string(10, '[') + std::string(10, ']'), limits));
  EXPECT_EQ(parse_json(std::string(11, '[') + std::string(11, ']'), limits).error().code(),
            Code::kLimit);
  std::string many = "[0";
  for (int i = 0; i < 200; ++i) many += ",0";
  EXPECT_EQ(parse_json(many + "]", limits).error().code(), Code::kLimit);
  EXPECT_EQ(parse_json(std::string(1001, ' '), limits).error().code(), Code::kLimit);
}

TEST(Json, EveryPrefixOfADocumentIsRefused) {
  const std::string whole = R"({"a":[1,2,{"b":"c\u00e9"}],"d":null,"e":-1.5e3})";
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(parse_json(whole.substr(0, length)).ok()) << length;
  EXPECT_OK(parse_json(whole));
}

TEST(Json, OneParserReadsManyDocuments) {
  JsonParser parser;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = "{\"n\":" + std::to_string(i) + ",\"s\":\"\\t" +
                             std::string(static_cast<size_t>(i), 'x') + "\"}";
    const auto root = parser.parse(text);
    ASSERT_OK(root);
    EXPECT_EQ((**root)["n"].integer(), i);
    EXPECT_EQ((**root)["s"].string().size(), static_cast<size_t>(i) + 1);
  }
}

TEST(JsonWriting, ReadsBackTheSame) {
  for (const auto style : {JsonWriter::kCompact, JsonWriter::kPretty}) {
    std::string text;
    JsonWriter json(text, style);
    json.begin_object()
        .key("a")
        .begin_array()
        .integer(-1)
        .number(0.1)
        .boolean(false)
        .null()
        .end_array();
    json.key("s").string("quote \" back \\ line \n bell \x07 bad \xff");
    json.key("n")
        .number(NAN)
        .key("o")
        .begin_object()
        .end_object()
        .optional("left out", "")
        .end_object();
    const auto document = parse_json(text);
    ASSERT_OK(document);
    EXPECT_EQ(document->root()["a"][1].number(), 0.1);
    EXPECT_EQ(document->root()["s"].string(),
              "quote \" back \\ line \n bell \x07 bad \xef\xbf\xbd");
    EXPECT_TRUE(document->root()["n"].is_null());
    EXPECT_EQ(document->root().size(), 4u);
  }
}

const Node& only(const Result<std::vector<Document>>& documents) {
  return documents->front().root();
}

TEST(JsonWriter, EscapesEveryByteAtEveryPlace) {
  for (int code = 0; code < 0x80; ++code) {
    for (size_t at = 0; at < 20; ++at) {
      std::string text(20, 'a');
      text[at] = static_cast<char>(code);
      std::string json;
      append_json_string(json, text);
      for (const char c : json) EXPECT_TRUE(c >= 0x20 && c != 0x7f) << code;
      const auto document = parse_json(json);
      ASSERT_OK(document);
      EXPECT_EQ(document->root().string(), text) << code << " at " << at;
    }
  }
  std::string json;
  append_json_string(json, "\xc3\xa9 \xff");
  EXPECT_EQ(json, "\"\xc3\xa9 \xef\xbf\xbd\"");
}

TEST(Yaml, ReadsScalarsAsKubernetesDoes) {
  const auto documents = parse_yaml(
      "a: yes\nb: 'yes'\nc: 0644\nd: 0x1f\ne: 1.5\nf: ~\ng:\nh: 2026-11-24\ni: !!str 12\nj: -7\nk: "
      ".inf\nl: on\nm: \"1\"\n");
  ASSERT_OK(documents);
  const Node& root = only(documents);
  EXPECT_TRUE(root["a"].boolean());
  EXPECT_EQ(root["b"].string(), "yes");
  EXPECT_EQ(root["c"].integer(), 0644);
  EXPECT_EQ(root["d"].integer(), 31);
  EXPECT_EQ(root["e"].number(), 1.5);
  EXPECT_TRUE(root["f"].is_null());
  EXPECT_TRUE(root["g"].is_null());
  EXPECT_EQ(root["h"].string(), "2026-11-24");
  EXPECT_EQ(root["i"].string(), "12");
  EXPECT_EQ(root["j"].integer(), -7);
  EXPECT_TRUE(std::isinf(*root["k"].number()));
  EXPECT_TRUE(root["l"].boolean());
  EXPECT_EQ(root["m"].string(), "1");
  EXPECT_EQ(root["e"].line(), 5u);
  EXPECT_EQ(root["e"].column(), 4u);
}

TEST(Yaml, AppliesMergesAndAliases) {
  const auto documents =
      parse_yaml("base: &b {x: 1, y: 2}\nmine:\n  <<: *b\n  y: 3\nlist: [*b, *b]\n");
  ASSERT_OK(documents);
  EXPECT_EQ(only(documents)["mine"]["x"].integer(), 1);
  EXPECT_EQ(only(documents)["mine"]["y"].integer(), 3)
      << "what is written wins over what is merged";
  EXPECT_EQ(only(documents)["list"][1]["y"].integer(), 2);
  EXPECT_FALSE(parse_yaml("a: *nowhere\n").ok());
  EXPECT_FALSE(parse_yaml("<<: 3\n").ok());
}

TEST(Yaml, RefusesDuplicateKeysAndDamage) {
  const auto twice = parse_yaml("a: 1\nb: 2\na: 3\n");
  ASSERT_FALSE(twice.ok());
  EXPECT_THAT(twice.error().text(), testing::HasSubstr("line 3"));
  for (const char* bad : {"a: [", "a: b: c", "\tx: 1", "{a: 1", "? [a]\n: 1", "\xff", "a: 'x"}) {
    EXPECT_FALSE(parse_yaml(bad).ok()) << bad;
  }
}

TEST(Yaml, ManyTagDirectivesAreALimit) {
  std::string text;
  for (int i = 0; i < 101; ++i) text += "%TAG !" + std::to_string(i) + "! tag:example.org:\n";
  const auto document = parse_yaml(text + "--- a\n");
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.error().code(), Code::kLimit);
  EXPECT_OK(parse_yaml("%TAG !e! tag:example.org:\n--- a\n"));
  EXPECT_OK(parse_yaml("a: 100 %TAG\n"));
}

TEST(Yaml, ReadsSeveralDocuments) {
  const auto documents = parse_yaml("a: 1\n---\nb: 2\n---\n# empty\n");
  ASSERT_OK(documents);
  ASSERT_EQ(documents->size(), 3u);
  EXPECT_EQ((*documents)[1].root()["b"].integer(), 2);
  EXPECT_EQ((*documents)[1].root()["b"].line(), 3u);
  EXPECT_TRUE((*documents)[2].root().is_null());
  EXPECT_TRUE(parse_yaml("")->empty());
}

TEST(Yaml, BombsAndDeepNestingEndSoon) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j ? ",*a" : "*a") + std::to_string(i - 1);
    bomb += "]\n";
  }
  EXPECT_EQ(parse_yaml(bomb).error().code(), Code::kLimit);
  EXPECT_FALSE(parse_yaml(std::string(200'000, '[')).ok());
}

}  // namespace
}  // namespace seawall
