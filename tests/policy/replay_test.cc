#include "policy/replay.h"

#include <fmt/format.h>

#include "policy/evaluator.h"
#include "policy/record.h"
#include "support/support.h"

namespace seawall::policy {
namespace {

using testing::HasSubstr;

constexpr UnixSeconds kNow = 1795737600;  // 2026-11-27T00:00:00Z

Policy policy_of(std::string_view rules) {
  auto policy = read_policy(
      fmt::format("apiVersion: seawall.dev/v1\nkind: Policy\nmetadata: {{name: t}}\n{}", rules),
      "p.yaml", kNow);
  EXPECT_OK(policy);
  return std::move(policy).value();
}

// A hundred decisions an hour apart of four images, by a policy that denies the tag "latest".
std::string records(const Policy& policy) {
  std::string lines;
  for (int i = 0; i < 100; ++i) {
    const std::string facts =
        fmt::format(R"({{"image":{{"name":"r.example/i{}:{}","tag":"{}","scanAge":"{}h"}}}})",
                    i % 4, i % 4 == 0 ? "latest" : "1", i % 4 == 0 ? "latest" : "1", i);
    const UnixSeconds time = kNow - (100 - i) * 3600;
    lines += record_of(Stage::kScan, facts,
                       Evaluator(policy).decide(Stage::kScan, *Facts::read(facts), time), time);
  }
  return lines;
}

TEST(Replay, SaysExactlyWhatWouldChange) {
  const Policy old_policy =
      policy_of("rules: [{id: latest, deny: image.tag == 'latest', message: m}]");
  test::ScratchDirectory scratch;
  const std::string path = scratch.write("d/one.jsonl", records(old_policy));
  const auto same = replay(old_policy, path, {});
  ASSERT_OK(same);
  EXPECT_EQ(same->records, 100u);
  EXPECT_EQ(same->same, 100u);
  EXPECT_TRUE(same->changes.empty());

  const Policy strict = policy_of(
      "rules:\n"
      "  - {id: latest, deny: image.tag == 'latest', message: m}\n"
      "  - {id: old-scan, deny: image.scanAge > duration('49h'), message: m, match: {images: "
      "['*/i1:*']}}\n");
  const auto result = replay(strict, scratch.path() + "/d", {});
  ASSERT_OK(result);
  // i = 53, 57 ... 97 of i1.
  EXPECT_EQ(result->newly_denied, 12u);
  EXPECT_EQ(result->same, 88u);
  ASSERT_EQ(result->changes.size(), 1u);
  EXPECT_EQ(result->changes[0].subject, "r.example/i1:1");
  EXPECT_EQ(result->changes[0].count, 12u);
  EXPECT_EQ(result->changes[0].last, kNow - 3 * 3600);
  EXPECT_THAT(result->changes[0].rules, testing::ElementsAre("old-scan"));

  const auto none = replay(policy_of("rules: [{id: x, deny: 1 > 2, message: m}]"), path, {});
  EXPECT_EQ(none->newly_allowed, 25u);
  const auto recent = replay(strict, path, {.since = kNow - 10 * 3600});
  EXPECT_EQ(recent->records, 10u);
  EXPECT_EQ(recent->left_out, 90u);
  EXPECT_THAT(render_replay(*result, kNow), HasSubstr("newly denied 12 (1 subject)"));
}

TEST(Replay, TheSameForAnyNumberOfThreads) {
  const Policy policy =
      policy_of("rules: [{id: a, deny: image.scanAge > duration('30h'), message: m}]");
  test::ScratchDirectory scratch;
  std::string lines;
  for (int i = 0; i < 20; ++i)
    lines += records(policy_of("rules: [{id: b, deny: 'false', message: m}]"));
  const std::string path = scratch.write("r.jsonl", lines);
  const auto one = replay(policy, path, {.jobs = 1}), many = replay(policy, path, {.jobs = 7});
  EXPECT_EQ(replay_json(*one), replay_json(*many));
}

TEST(Replay, LinesThatAreNoRecordsAreProblems) {
  const Policy policy = policy_of("rules: [{id: a, deny: 'false', message: m}]");
  test::ScratchDirectory scratch;
  const std::string good = record_of(Stage::kScan, "{}", Decision(), kNow);
  const std::string path = scratch.write(
      "r.jsonl", good + "{\n{}\n{\"version\":1,\"id\":\"a\",\"time\":\"x\"}\n" +
                     good.substr(0, 40) + "\n" +
                     record_of(Stage::kScan, "{\"nothing\":1}", Decision(), kNow) + good);
  const auto result = replay(policy, path, {});
  ASSERT_OK(result);
  EXPECT_EQ(result->records, 2u);
  EXPECT_EQ(result->problems.size(), 5u);
  EXPECT_THAT(result->problems[0].where, HasSubstr("r.jsonl:2"));
  EXPECT_FALSE(replay(policy, scratch.path() + "/none", {}).ok());
}

TEST(Record, ItsIdIsItsContent) {
  const std::string one = record_of(Stage::kScan, "{}", Decision(), kNow);
  EXPECT_EQ(one, record_of(Stage::kScan, "{}", Decision(), kNow));
  EXPECT_NE(one.substr(0, 40), record_of(Stage::kRun, "{}", Decision(), kNow).substr(0, 40));
  const auto document = parse_json(one);
  ASSERT_OK(document);
  const auto record = read_record(document->root());
  ASSERT_OK(record);
  EXPECT_EQ(record->id.size(), 16u);
  EXPECT_EQ(record->time, kNow);
}

}  // namespace
}  // namespace seawall::policy
