#include "rules/rule.h"

#include "support/support.h"

namespace seawall::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kGood = R"(
rules:
  - id: SW-D0001
    aliases: [hadolint/DL3006, cis-docker-1.8.0/4.2]
    title: {en: The base image has a tag, fr: L'image de base a une étiquette}
    why: {en: because, fr: parce que}
    severity: low
    fix: {en: name a tag, fr: nommez une étiquette}
    frameworks: [gc-containers/I9]
    check: from-has-tag
    examples:
      pass: ["FROM debian:12"]
      fail: ["FROM debian"]
)";

TEST(Rules, ReadsTheCommonPartAndLeavesTheRestToItsKind) {
  const auto file = load_rules(kGood, "good.yaml");
  ASSERT_OK(file);
  ASSERT_EQ(file->rules().size(), 1u);
  const Rule& rule = file->rules()[0];
  EXPECT_EQ(rule.id, "SW-D0001");
  EXPECT_THAT(rule.short_aliases(), ElementsAre("DL3006", "4.2"));
  EXPECT_EQ(rule.title.fr, "L'image de base a une étiquette");
  EXPECT_EQ(rule.severity, Severity::kLow);
  EXPECT_EQ(rule.line, 3u);
  EXPECT_EQ(file->node(0)["check"].string(), "from-has-tag");
  EXPECT_EQ(file->node(0)["examples"]["fail"][0].string(), "FROM debian");
}

std::string error_of(std::string_view from, std::string_view to) {
  std::string text(kGood);
  const size_t at = text.find(from);
  text.replace(at, from.size(), to);
  const auto file = load_rules(text, "bad.yaml");
  return file.ok() ? "" : file.error().text();
}

TEST(Rules, RefusesWhatCannotShip) {
  EXPECT_THAT(error_of("id: SW-D0001", "id: D1"), HasSubstr("bad.yaml:3: \"D1\" is no rule id"));
  EXPECT_THAT(error_of("severity: low", "severity: bad"), HasSubstr("has no severity"));
  EXPECT_THAT(error_of(", fr: nommez une étiquette", ""), HasSubstr("needs a fix"));
  EXPECT_THAT(error_of("fail: [\"FROM debian\"]", "fail: []"), HasSubstr("no example that fails"));
  EXPECT_THAT(error_of("pass: [\"FROM debian:12\"]", ""), HasSubstr("no example that passes"));
  EXPECT_THAT(error_of("rules:", "other:"), HasSubstr("no rules in it"));
}

TEST(Rules, RefusesAnIdThatStandsTwice) {
  const std::string twice = std::string(kGood) + std::string(kGood.substr(kGood.find("  - id")));
  const auto file = load_rules(twice, "twice.yaml");
  ASSERT_FALSE(file.ok());
  EXPECT_THAT(file.error().text(), HasSubstr("SW-D0001 stands twice"));
}

}  // namespace
}  // namespace seawall::rules
