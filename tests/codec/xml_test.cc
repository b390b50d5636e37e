#include "codec/xml.h"

#include "support/support.h"

namespace seawall {
namespace {

using ::testing::HasSubstr;

TEST(Xml, GivesElementsWithLines) {
  const auto document = XmlDocument::parse(
      "<?xml version=\"1.0\"?>\n<project xmlns=\"urn:x\">\n <dependencies>\n"
      "  <dependency scope='test'>\n   <artifactId> a &amp; b </artifactId>\n  </dependency>\n"
      "  <dependency/>\n </dependencies>\n</project>\n");
  ASSERT_OK(document);
  const XmlNode root = (*document)->root();
  EXPECT_EQ(root.name(), "project");
  const auto list = root.child("dependencies").children("dependency");
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].line(), 4u);
  EXPECT_EQ(list[0].attribute("scope"), "test");
  EXPECT_EQ(list[0].child("artifactId").text(), "a & b");
  EXPECT_EQ(list[1].line(), 7u);
  EXPECT_FALSE(list[1].child("artifactId"));
  EXPECT_EQ(list[1].child("artifactId").child("x").text(), "");
}

TEST(Xml, ExpandsNothingFromOutside) {
  const auto document = XmlDocument::parse(
      "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a><b>&x;</b></a>");
  ASSERT_OK(document);
  EXPECT_EQ((*document)->root().child("b").text(), "&x;");
}

TEST(Xml, IsBoundedAndNamesTheLine) {
  const auto cut = XmlDocument::parse("<a>\n<b>\n");
  ASSERT_FALSE(cut.ok());
  EXPECT_THAT(cut.error().text(), HasSubstr("line"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  const auto nested = XmlDocument::parse(deep);
  ASSERT_FALSE(nested.ok());
  EXPECT_EQ(nested.error().code(), Code::kLimit);
  EXPECT_FALSE(XmlDocument::parse("").ok());
  EXPECT_FALSE(XmlDocument::parse("no xml").ok());
  EXPECT_FALSE(XmlDocument::parse("<a>\xff</a>").ok());
}

}  // namespace
}  // namespace seawall
