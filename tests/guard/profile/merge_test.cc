#include "guard/profile/merge.h"

#include <algorithm>
#include <random>

#include "guard/profile/event_builder.h"
#include "guard/profile/judge.h"
#include "guard/profile/learner.h"
#include "guard/profile/profile_write.h"
#include "support/support.h"

namespace seawall::guard {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Profile profile_of(const std::vector<Event>& events, uint64_t lost = 0) {
  Learner learner;
  for (const Event& event : events) learner.learn(event);
  learner.add_system_calls({"read"});
  learner.add_lost("ring", lost);
  return learner.profile("app", "sha256:" + std::string(64, '1'));
}

TEST(Merge, AllowsWhatOneDidAndDeniesWhatNoneDid) {
  test::Events one, two;
  one.open("/etc/one", O_RDONLY);
  one.exec("/usr/bin/one");
  one.add(EventType::kTrace, "ptrace");
  two.open("/etc/one", O_WRONLY);
  two.open("/etc/two", O_RDONLY);
  two.exec("/new", FileOrigin::kNew);
  Profile first = profile_of(one.all, 3), second = profile_of(two.all, 4);
  second.system_calls = {"write"};
  second.mode = Mode::kEnforce;
  second.learned.commands = {"two"};
  const auto merged = merge({first, second});
  ASSERT_OK(merged);
  EXPECT_EQ(merged->executables.allow->size(), 2u);
  EXPECT_TRUE(allows(*merged->files.allow, "/etc/one", {true, true}));
  EXPECT_TRUE(allows(*merged->files.allow, "/etc/two", {true, false}));
  EXPECT_FALSE(merged->denies[static_cast<size_t>(Privilege::kTrace)]);
  EXPECT_TRUE(merged->denies[static_cast<size_t>(Privilege::kMount)]);
  EXPECT_FALSE(merged->executables.deny_new);
  EXPECT_TRUE(merged->executables.deny_memory);
  EXPECT_THAT(*merged->system_calls, ElementsAre("read", "write"));
  EXPECT_EQ(merged->mode, Mode::kLearn) << "the least strict";
  EXPECT_EQ(merged->learned.lost.at("ring"), 7u);
  EXPECT_EQ(merged->learned.containers, 2u);
  EXPECT_EQ(merged->learned.events, 6u);
  EXPECT_THAT(merged->learned.commands, ElementsAre("two"));
}

TEST(Merge, WhatOneDoesNotRestrictIsNotRestricted) {
  Profile open, closed;
  open.name = closed.name = "app";
  closed.executables.allow = {AllowedExecutable{"/a", ""}};
  closed.executables.of_image = true;
  closed.files.allow = {{"/a", true, false}};
  closed.network.allow_connect.emplace();
  closed.capabilities.emplace();
  closed.system_calls = {"read"};
  for (const auto& pair : {std::vector{open, closed}, std::vector{closed, open}}) {
    const auto merged = merge(pair);
    ASSERT_OK(merged);
    EXPECT_FALSE(merged->executables.allow || merged->executables.of_image);
    EXPECT_FALSE(merged->files.allow || merged->network.allow_connect || merged->capabilities ||
                 merged->system_calls);
  }
  Profile image;
  image.name = "app";
  image.executables.of_image = true;
  const auto both = merge({closed, image});
  ASSERT_OK(both);
  EXPECT_TRUE(both->executables.of_image);
  EXPECT_EQ(both->executables.allow->size(), 1u);
}

TEST(Merge, DenialsStandWhereAllHaveThem) {
  Profile one, two;
  one.name = two.name = "app";
  one.files.deny = {{"/a", true, true}, {"/b", true, false}};
  two.files.deny = {{"/a", true, false}};
  one.executables.deny = {"/usr/bin/nc", "/usr/bin/x"};
  two.executables.deny = {"/usr/bin/nc"};
  one.network.deny_unix = two.network.deny_unix = {"engine"};
  const auto merged = merge({one, two});
  ASSERT_OK(merged);
  EXPECT_EQ(merged->files.deny, (std::vector<FileRule>{{"/a", true, false}}));
  EXPECT_THAT(merged->executables.deny, ElementsAre("/usr/bin/nc"));
  EXPECT_THAT(merged->network.deny_unix, ElementsAre("engine"));
}

TEST(Merge, AnyContentTakesTheDigestsPlace) {
  Profile one, two;
  one.name = two.name = "app";
  one.executables.allow = {{"/a", "sha256:" + std::string(64, '1')}};
  two.executables.allow = {{"/a", "sha256:" + std::string(64, '2')}};
  EXPECT_EQ(merge({one, two})->executables.allow->size(), 2u) << "either content";
  two.executables.allow = {AllowedExecutable{"/a", ""}};
  EXPECT_EQ(*merge({one, two})->executables.allow, (std::vector{AllowedExecutable{"/a", ""}}));
}

TEST(Merge, OtherImagesAndNothingAreErrors) {
  Profile one, two;
  one.name = "one";
  two.name = "two";
  one.image = "sha256:" + std::string(64, '1');
  const auto mixed = merge({one, two});
  ASSERT_FALSE(mixed.ok());
  EXPECT_EQ(mixed.error().code(), Code::kMismatch);
  EXPECT_THAT(mixed.error().text(), HasSubstr("one and two are of different images"));
  EXPECT_EQ(merge({}).error().code(), Code::kUsage);
  EXPECT_EQ(*merge({one}), one) << "alone it stays as it is";
}

// Replicas in any order, at once or in steps: the same bytes, and nothing that one did is denied.
TEST(Merge, TheOrderChangesNothing) {
  std::mt19937 random(1127);
  for (int round = 0; round < 60; ++round) {
    std::vector<Profile> replicas;
    std::vector<Event> all;
    for (int replica = 0; replica < 4; ++replica) {
      test::Events events;
      for (int i = 0; i < 60; ++i) {
        const std::string folder = random() % 2 ? "/srv/one/" : "/srv/one/two/";
        const std::string name =
            folder + static_cast<char>('g' + random() % 20) + static_cast<char>('g' + random() % 4);
        switch (random() % 5) {
          case 0:
            events.exec(name, static_cast<FileOrigin>(random() % 7));
            break;
          case 1:
            events.connect("10.0.0." + std::to_string(random() % 250), 443);
            break;
          case 2:
            events.bind("10.0.0.1", static_cast<uint16_t>(80 + random() % 3));
            break;
          default:
            events.open(name, static_cast<int>(random() % 3));
        }
      }
      all.insert(all.end(), events.all.begin(), events.all.end());
      replicas.push_back(profile_of(events.all, random() % 2));
    }
    const auto merged = merge(replicas);
    ASSERT_OK(merged);
    std::shuffle(replicas.begin(), replicas.end(), random);
    EXPECT_EQ(write_profile(*merge(replicas)), write_profile(*merged));
    const auto left =
        merge({*merge({replicas[0], replicas[1]}), *merge({replicas[2], replicas[3]})});
    EXPECT_EQ(write_profile(*left), write_profile(*merged));
    for (const Event& event : all) {
      const Judgement judgement = judge(*merged, event);
      EXPECT_FALSE(judgement.denied) << judgement.rule << ": " << judgement.reason;
    }
  }
}

}  // namespace
}  // namespace seawall::guard
