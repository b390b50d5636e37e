#include "policy/fact_schema.h"

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#include "policy/policy.h"
#include "support/support.h"

namespace seawall::policy {
namespace {

std::string stage_words(StageSet stages) {
  if (stages == kAllStages) return "all";
  std::string words;
  for (unsigned i = 0; i < kStages; ++i) {
    if ((stages & bit(static_cast<Stage>(i))) == 0) continue;
    words += (words.empty() ? "" : ", ") + std::string(to_string(static_cast<Stage>(i)));
  }
  return words;
}

void write_rows(const Fact& fact, std::string& page) {
  if (!fact.path.empty() && fact.name != "finding") {
    page += fmt::format("| `{}` | {} | {} |\n", fact.path, to_string(fact.type), fact.about_en);
  }
  for (const Fact& member : fact.members) write_rows(member, page);
}

std::string expected_page() {
  std::string page =
      "# Facts\n\nWhat the conditions of a [policy](policy.md) may ask for. Times and durations are such: "
      "`image.scanAge > duration(\"168h\")`.\nMade from `content/policy/facts.yaml` by the tests "
      "(`SEAWALL_UPDATE_GOLDEN=1 test_policy`).\n";
  for (const Fact& fact : FactSchema::built_in().roots()) {
    if (fact.name == "finding") {
      page += "\n## finding\n\nOne of `findings`; a condition that names it is asked of each.\n";
      continue;
    }
    page += fmt::format("\n## {}\n\nKnown at: {}.\n\n| fact | type | what |\n|---|---|---|\n", fact.name,
                        stage_words(fact.stages));
    write_rows(fact, page);
  }
  return page;
}

TEST(FactSchema, TheDocumentListsThem) {
  const std::string path = test::source_directory() + "/docs/policy-facts.md";
  if (std::getenv("SEAWALL_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << expected_page();
  EXPECT_EQ(test::read(path), expected_page()) << "SEAWALL_UPDATE_GOLDEN=1 writes it anew";
}

TEST(FactSchema, EveryFactSaysWhatItIsInBothLanguages) {
  const std::function<void(const Fact&)> check = [&](const Fact& fact) {
    EXPECT_FALSE(fact.path.empty()) << fact.name << " has members but no entry of its own";
    EXPECT_FALSE(fact.about_en.empty()) << fact.path;
    EXPECT_FALSE(fact.about_fr.empty()) << fact.path;
    EXPECT_NE(fact.stages, 0) << fact.path;
    for (const Fact& member : fact.members) check(member);
  };
  EXPECT_GE(FactSchema::built_in().roots().size(), 12u);
  for (const Fact& fact : FactSchema::built_in().roots()) check(fact);
}

TEST(FactSchema, NamesWhatIsNotAFact) {
  const FactSchema& schema = FactSchema::built_in();
  EXPECT_EQ(schema.problem_of("image.signatures[].verified"), std::nullopt);
  EXPECT_EQ(schema.problem_of("object.spec.anything[].at.all"), std::nullopt);
  EXPECT_EQ(schema.problem_of("config.labels.any-name"), std::nullopt);
  EXPECT_EQ(schema.problem_of("image.nothing"), "image has no member nothing");
  EXPECT_EQ(schema.problem_of("findings[].severty"), "findings[] has no member severty; did you mean severity?");
  EXPECT_EQ(schema.problem_of("image[].tag"), "image is no list");
  EXPECT_EQ(schema.problem_of("imag.tag"), "there is no fact imag");
}

TEST(FactSchema, TimesBecomeTimes) {
  const auto document = parse_json(
      R"({"created": "2026-01-02T03:04:05Z", "age": "90s", "scanTime": "yesterday", "tag": "1h"})");
  ASSERT_OK(document);
  Arena arena;
  const FactSchema& schema = FactSchema::built_in();
  const cel::Value image = schema.value_of(*schema.root("image"), document->root(), arena);
  cel::Value value;
  ASSERT_TRUE(image.find("created", value));
  EXPECT_TRUE(value.is(cel::Kind::kTimestamp));
  ASSERT_TRUE(image.find("age", value));
  EXPECT_EQ(value.duration(), 90'000'000'000);
  ASSERT_TRUE(image.find("scanTime", value));
  EXPECT_TRUE(value.is(cel::Kind::kString)) << "what is wrong stays, so that a condition fails on it";
  ASSERT_TRUE(image.find("tag", value));
  EXPECT_TRUE(value.is(cel::Kind::kString));
}

}  // namespace
}  // namespace seawall::policy
