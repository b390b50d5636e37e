#include "cel/textproto.h"

#include "support/support.h"

namespace seawall::test {
namespace {

TEST(Textproto, ReadsMessagesWithAndWithoutColon) {
  const auto read = read_textproto(
      "# proto-file: x\nname: \"a\" # after\nsection { test: { n: -1, d: 6.022e23; f <g: true> } "
      "}");
  ASSERT_OK(read);
  const TextField& root = read.value();
  EXPECT_EQ(root.text("name"), "a");
  const TextField* test = root.find("section")->find("test");
  ASSERT_NE(test, nullptr);
  EXPECT_TRUE(test->message);
  EXPECT_EQ(test->text("n"), "-1");
  EXPECT_EQ(test->text("d"), "6.022e23");
  EXPECT_TRUE(test->find("f")->is_set("g"));
  EXPECT_EQ(test->find("other"), nullptr);
}

TEST(Textproto, JoinsStringsAndReadsEscapes) {
  const auto read = read_textproto(R"(a: "x\n" 'y"' "\\\'\""
      b: "\377\x41\0101\u00e9\U0001F600\x4g" c: '\?')");
  ASSERT_OK(read);
  EXPECT_EQ(read.value().text("a"), "x\ny\"\\'\"");
  EXPECT_EQ(read.value().text("b"),
            "\xff"
            "A\x08"
            "1\u00e9\U0001F600\x04g");
  EXPECT_EQ(read.value().text("c"), "?");
  EXPECT_TRUE(read.value().find("a")->quoted);
}

TEST(Textproto, ListsAreRepeatedFieldsAndBracketsNameExtensions) {
  const auto read = read_textproto("v: [1, 2] v: 3 m [{a: 1}, {}] [type.example.com/a.B] { c: 1 }");
  ASSERT_OK(read);
  EXPECT_EQ(read.value().all("v").size(), 3u);
  EXPECT_EQ(read.value().all("m").size(), 2u);
  EXPECT_EQ(read.value().find("type.example.com/a.B")->text("c"), "1");
}

TEST(Textproto, RefusesWhatIsCut) {
  for (const char* text : {"a {", "a: \"x", "a: \"\\", "a", "a:", "a: [1", "a: [1 2]", "[a", ": 1",
                           "a: \"\\z\"", "a 1", "}"}) {
    EXPECT_FALSE(read_textproto(text).ok()) << text;
  }
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "a{";
  EXPECT_FALSE(read_textproto(deep).ok());
}

}  // namespace
}  // namespace seawall::test
