#include "codec/toml.h"

#include "support/support.h"

namespace seawall {
namespace {

using ::testing::HasSubstr;

TEST(Toml, GivesNodesWithLines) {
  const auto document = parse_toml(
      "# a lock file\nversion = 3\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.2\"\n"
      "dependencies = [\n \"a\",\n \"b 1.0\",\n]\n[metadata]\nwhen = 2024-01-02\nratio = 1.5\n"
      "good = true\n");
  ASSERT_OK(document);
  const Node& root = document->root();
  EXPECT_EQ(root["version"].integer(), 3);
  const Node& package = root["package"][0];
  EXPECT_EQ(package["name"].string(), "serde");
  EXPECT_EQ(package["name"].line(), 5u);
  EXPECT_EQ(package["dependencies"][1].string(), "b 1.0");
  EXPECT_EQ(package["dependencies"][1].line(), 9u);
  EXPECT_EQ(root["metadata"]["when"].string(), "2024-01-02");
  EXPECT_EQ(root["metadata"]["ratio"].number(), 1.5);
  EXPECT_TRUE(root["metadata"]["good"].boolean());
}

TEST(Toml, NamesTheDamagedLine) {
  const auto document = parse_toml("a = 1\nb = \n");
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.error().code(), Code::kMalformed);
  EXPECT_THAT(document.error().text(), HasSubstr("line 2"));
  EXPECT_FALSE(parse_toml("a = 1\na = 2\n").ok()) << "a key twice";
  EXPECT_FALSE(parse_toml("a = \"\xff\"\n").ok()) << "no UTF-8";
  EXPECT_OK(parse_toml(""));
}

TEST(Toml, IsBounded) {
  const std::string deep = "a = " + std::string(5000, '[') + std::string(5000, ']');
  EXPECT_FALSE(parse_toml(deep).ok());
  Limits limits;
  limits.nodes = 10;
  const auto many = parse_toml("a = [1,2,3,4,5,6,7,8,9,10,11]", limits);
  ASSERT_FALSE(many.ok());
  EXPECT_EQ(many.error().code(), Code::kLimit);
  limits = {};
  limits.document_bytes = 3;
  EXPECT_EQ(parse_toml("a = 1", limits).error().code(), Code::kLimit);
}

}  // namespace
}  // namespace seawall
