// What changes a profile or tells of a change: allow(), promotion, diff(), replay, the store.
#include <fmt/format.h>

#include "codec/json.h"
#include "guard/profile/allow.h"
#include "guard/profile/event_builder.h"
#include "guard/profile/profile_diff.h"
#include "guard/profile/profile_read.h"
#include "guard/profile/profile_store.h"
#include "guard/profile/profile_summary.h"
#include "guard/profile/profile_write.h"
#include "guard/profile/promotion.h"
#include "guard/profile/replay.h"
#include "support/support.h"

namespace seawall::guard {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr UnixSeconds kNow = 1795737600;  // 2026-11-27T00:00:00Z

Profile strict() {
  auto profile = read_profile(
      "apiVersion: seawall.dev/v1\nkind: Profile\nmetadata: {name: app}\nmode: enforce\n"
      "executables: {allow: [/usr/bin/app], deny: [/usr/bin/nc], newFiles: deny, modifiedFiles: "
      "deny,"
      " memory: deny, volumes: deny}\n"
      "files: {allow: [{path: /etc/app.conf, access: read}], deny: [{path: /etc/shadow, access: "
      "readWrite}, {path: /secret/**, access: read}]}\n"
      "network: {connect: {allow: [], deny: [{cidr: 203.0.113.7/32, ports: 25, protocol: tcp}, "
      "{cidr: 169.254.0.0/16}]}, listen: {allow: []}, unix: {deny: [engine, /run/a.sock]}, raw: "
      "deny}\ncapabilities: []\nsystemCalls: []\n"
      "deny: [ptrace, mount]\n",
      "p.yaml");
  EXPECT_OK(profile);
  return std::move(*profile);
}

TEST(Allow, EveryKindIsOneStepAndRecorded) {
  for (const char* text : {"execute:/usr/bin/curl",
                           "execute:/usr/bin/nc",
                           "origin:new",
                           "origin:modified",
                           "origin:memory",
                           "origin:volume",
                           "read:/etc/other",
                           "readWrite:/etc/shadow",
                           "write:/etc/app.conf",
                           "readWrite:/srv/**",
                           "connect:10.0.0.0/8:5432/tcp",
                           "connect:203.0.113.7:25/tcp",
                           "connect:db.example:5432",
                           "listen:0.0.0.0/0:80/tcp",
                           "unix:/run/a.sock",
                           "unix:/var/run/docker.sock",
                           "raw",
                           "privilege:mount",
                           "capability:NET_RAW",
                           "call:read"}) {
    Profile profile = strict();
    const auto need = parse_need(text);
    ASSERT_OK(need);
    EXPECT_TRUE(judge(profile, *need).denied) << text;
    ASSERT_OK(allow(profile, *need, {"", "because", "ann", kNow}));
    EXPECT_FALSE(judge(profile, *need).denied) << text;
    ASSERT_EQ(profile.allowances.size(), 1u);
    EXPECT_EQ(profile.allowances[0], (Allowance{need_text(*need), "because", "ann", kNow}));
    EXPECT_TRUE(looser(diff(strict(), profile))) << text;
    const auto again = read_profile(write_profile(profile), "p.yaml");
    ASSERT_OK(again);
    EXPECT_EQ(*again, profile) << text;
  }
}

TEST(Allow, OnlyAsMuchAsWasAsked) {
  Profile profile = strict();
  ASSERT_OK(allow(profile, *parse_need("read:/etc/shadow"), {"", "r", "w", kNow}));
  EXPECT_EQ(profile.files.deny,
            (std::vector<FileRule>{{"/etc/shadow", false, true}, {"/secret/**", true, false}}));
  EXPECT_TRUE(judge(profile, *parse_need("write:/etc/shadow")).denied);
  EXPECT_TRUE(judge(profile, *parse_need("execute:/usr/bin/nc")).denied);
}

TEST(Allow, ErrorsChangeNothing) {
  const struct {
    std::string_view what, reason, who, message;
    Code code;
  } cases[] = {
      {"execute:/usr/bin/app", "r", "w", "app allows execute:/usr/bin/app already", Code::kUsage},
      {"raw", " ", "w", "an allowance has a reason", Code::kUsage},
      {"raw", "r", "", "an allowance has somebody", Code::kUsage},
      {"read:/secret/keys/id", "r", "w", "/secret/keys/id is denied by /secret/**", Code::kUnsupported},
      {"connect:169.254.169.254:80", "r", "w", "is in 169.254.0.0/16", Code::kUnsupported},
  };
  for (const auto& test : cases) {
    Profile profile = strict();
    const Status status = allow(profile, *parse_need(test.what),
                                {"", std::string(test.reason), std::string(test.who), kNow});
    ASSERT_FALSE(status.ok()) << test.what;
    EXPECT_THAT(status.error().text(), HasSubstr(test.message));
    EXPECT_EQ(status.error().code(), test.code);
    EXPECT_EQ(profile, strict());
  }
}

TEST(Allow, AnImagesListGetsOneMore) {
  Profile profile;
  profile.name = "app";
  profile.executables.of_image = true;
  profile.executables.deny_volumes = false;
  Need need = *parse_need("execute:/data/tool");
  need.origin = FileOrigin::kVolume;
  ASSERT_TRUE(judge(profile, need).denied);
  ASSERT_OK(allow(profile, need, {"", "r", "w", kNow}));
  EXPECT_TRUE(profile.executables.of_image);
  EXPECT_EQ(*profile.executables.allow, (std::vector{AllowedExecutable{"/data/tool", ""}}));
}

Profile learned() {
  Profile profile;
  profile.name = "app";
  profile.learned = {.from = kNow - 2 * 86400, .to = kNow, .containers = 2, .events = 1000};
  profile.learned.lost = {{"ring", 0}};
  profile.learned.commands = {"app"};
  return profile;
}

TEST(Promotion, GoesStepByStep) {
  Profile profile = learned();
  Promotion promotion = promotion_of(profile, kNow, {});
  EXPECT_EQ(promotion.next, Mode::kObserve);
  EXPECT_THAT(promotion.reasons, IsEmpty());
  promote(profile, *promotion.next, kNow);
  EXPECT_EQ(profile.observed.since, kNow);
  promotion = promotion_of(profile, kNow + 3600, {});
  EXPECT_EQ(promotion.next, Mode::kEnforce);
  EXPECT_THAT(promotion.reasons, ElementsAre(HasSubstr("it was observed for")));
  promotion = promotion_of(profile, kNow + 72 * 3600, {});
  EXPECT_THAT(promotion.reasons, IsEmpty());
  profile.observed.denials = 1;
  profile.observed.last_denial = kNow + 71 * 3600;
  EXPECT_THAT(promotion_of(profile, kNow + 72 * 3600, {}).reasons,
              ElementsAre(HasSubstr("the last denial was")));
  EXPECT_THAT(promotion_of(profile, kNow + 143 * 3600, {}).reasons, IsEmpty());
  promote(profile, Mode::kEnforce, kNow);
  EXPECT_EQ(profile.observed, Observed());
  EXPECT_FALSE(promotion_of(profile, kNow, {}).next);
}

TEST(Promotion, SaysAllThatIsMissing) {
  const auto reasons_of = [](const Profile& profile, const PromotionCriteria& criteria = {}) {
    return promotion_of(profile, kNow, criteria).reasons;
  };
  Profile profile = learned();
  profile.learned.lost["ring"] = 5;
  EXPECT_THAT(reasons_of(profile), ElementsAre("5 events were lost (ring)"));
  profile = learned();
  profile.learned.flagged = 3;
  EXPECT_THAT(reasons_of(profile), ElementsAre(HasSubstr("3 events are of processes")));
  profile = learned();
  profile.learned.containers = 1;
  profile.learned.from = kNow - 600;
  profile.learned.commands.clear();
  EXPECT_THAT(reasons_of(profile), ElementsAre("the start of no container was seen",
                                               "1 container was seen, 2 are wanted",
                                               HasSubstr("it learned for 10 min")));
  EXPECT_THAT(reasons_of(profile, {.learn_seconds = 60, .containers = 1}),
              ElementsAre("the start of no container was seen"));
  profile.learned = {};
  profile.learned.seeded = true;
  EXPECT_THAT(reasons_of(profile), ElementsAre("nothing was seen"));
  Profile by_hand;
  by_hand.name = "app";
  EXPECT_THAT(reasons_of(by_hand), IsEmpty()) << "who wrote it knows";
  by_hand.mode = Mode::kObserve;
  EXPECT_THAT(reasons_of(by_hand), ElementsAre("it was not observed yet"));
  EXPECT_THAT(summary_of(by_hand, kNow, {}), HasSubstr("Not enforce   it was not observed yet"));
}

TEST(Diff, SaysWhatIsLooserAndWhatIsStricter) {
  const Profile before = strict();
  EXPECT_THAT(diff(before, before), IsEmpty());
  EXPECT_EQ(render_changes({}), "no difference\n");
  Profile after = before;
  after.executables.allow->push_back({"/usr/bin/curl", ""});
  after.files.deny.clear();
  after.network.deny_raw = false;
  after.mode = Mode::kObserve;
  after.denies[static_cast<size_t>(Privilege::kBpf)] = true;
  after.capabilities.reset();
  after.learned.commands = {"app --serve"};
  normalize(after);
  const auto changes = diff(before, after);
  EXPECT_TRUE(looser(changes));
  EXPECT_EQ(render_changes(changes),
            "mode\n"
            "  - looser    enforce\n"
            "executables.allow\n"
            "  + looser    /usr/bin/curl\n"
            "files.deny\n"
            "  - looser    r- /secret/**\n"
            "  - looser    rw /etc/shadow\n"
            "network.raw\n"
            "  - looser    deny\n"
            "capabilities\n"
            "  + looser    (anything)\n"
            "deny\n"
            "  + stricter  bpf\n"
            "learned.commands\n"
            "  +           app --serve\n"
            "6 looser, 1 stricter, 1 neither\n");
  Profile tighter = before;
  tighter.executables.allow->clear();
  EXPECT_FALSE(looser(diff(before, tighter)));
  const auto json = parse_json(changes_json(changes));
  ASSERT_OK(json);
  EXPECT_TRUE(json->root()["looser"].boolean());
  EXPECT_EQ(json->root()["changes"].size(), changes.size());
  EXPECT_EQ(json->root()["changes"][1]["section"].string(), "executables.allow");
  EXPECT_EQ(json->root()["changes"][1]["change"].string(), "added");
  EXPECT_EQ(json->root()["changes"][1]["effect"].string(), "looser");
}

// Of two profiles one is looser in nothing only when it denies at least what the other does.
TEST(Diff, ReversedItSaysTheOpposite) {
  const Profile one = strict(), other = learned();
  const auto there = diff(one, other), back = diff(other, one);
  ASSERT_EQ(there.size(), back.size());
  for (const ProfileChange& change : there) {
    const auto same = std::find_if(back.begin(), back.end(), [&](const ProfileChange& reverse) {
      return reverse.section == change.section && reverse.entry == change.entry &&
             reverse.added != change.added;
    });
    ASSERT_NE(same, back.end()) << change.section;
    if (change.effect != Effect::kNone) {
      EXPECT_NE(same->effect, change.effect) << change.section;
    }
  }
}

TEST(Replay, TellsEachDenialOnceWithItsFirstEvent) {
  Profile profile = strict();
  profile.image = "sha256:" + std::string(64, '1');
  test::Events events;
  events.exec("/usr/bin/app");
  events.exec("/usr/bin/curl");
  events.open("/etc/app.conf", O_RDONLY);
  events.exec("/usr/bin/curl");
  events.connect("203.0.113.9", 443);
  const ReplayResult result = replay(profile, events.all);
  EXPECT_EQ(result.judged, 5u);
  EXPECT_EQ(result.denied, 3u);
  ASSERT_EQ(result.denials.size(), 2u);
  EXPECT_EQ(result.denials[0].number, 2u);
  EXPECT_EQ(result.denials[0].count, 2u);
  EXPECT_EQ(render_replay(profile, result),
            "denied  executables.allow: /usr/bin/curl is not in the list\n"
            "        first at 2026-11-27T00:00:02Z (event 2), 2 times: execve by /usr/bin/curl in "
            "shop_api_1\n"
            "        seawall profile allow app 'execute:/usr/bin/curl' --reason WHY\n"
            "denied  network.connect.allow: 203.0.113.9/32:443/tcp is not in the list\n"
            "        first at 2026-11-27T00:00:05Z (event 5), 1 time: connect by app --serve in "
            "shop_api_1\n"
            "        seawall profile allow app 'connect:203.0.113.9/32:443/tcp' --reason WHY\n"
            "app: 5 events judged, 3 would be denied, 0 are of others\n");
  const auto json = parse_json(replay_json(profile, result));
  ASSERT_OK(json);
  EXPECT_EQ(json->root()["denied"].integer(), 3);
  EXPECT_EQ(json->root()["denials"][1]["allow"].string(), "connect:203.0.113.9/32:443/tcp");
}

// What the report says to do makes the same events pass.
TEST(Replay, AllowingWhatItNamesIsEnough) {
  Profile profile = strict();
  test::Events events;
  events.exec("/usr/bin/curl");
  events.exec("/tmp/new", FileOrigin::kNew);
  events.open("/srv/data", O_RDWR);
  events.connect("203.0.113.9", 443);
  events.bind("0.0.0.0", 80);
  events.unix_socket("/run/docker.sock");
  events.add(EventType::kMount, "mount");
  for (int round = 0; round < 10; ++round) {
    const ReplayResult result = replay(profile, events.all);
    if (result.denials.empty()) break;
    for (const ReplayDenial& denial : result.denials) {
      const auto need = parse_need(denial.judgement.allow);
      ASSERT_OK(need);
      ASSERT_OK(allow(profile, *need, {"", "seen", "ann", kNow}));
    }
  }
  EXPECT_THAT(replay(profile, events.all).denials, IsEmpty());
  EXPECT_EQ(profile.allowances.size(), 8u) << "the new file needed two";
}

TEST(Replay, OthersArePassedOver) {
  Profile profile = strict();
  profile.images = {"registry.example/shop/*"};
  test::Events events;
  events.exec("/usr/bin/curl");
  events.process = std::make_shared<Process>();
  events.exec("/usr/bin/curl");  // of the host
  EXPECT_EQ(replay(profile, events.all).judged, 1u);
  EXPECT_EQ(replay(profile, events.all).passed_over, 1u);
  EXPECT_EQ(replay(profile, events.all, "shop_api_1").judged, 1u);
  EXPECT_EQ(replay(profile, events.all, std::string(12, 'a')).judged, 1u);
  EXPECT_EQ(replay(profile, events.all, "shop_api_2").judged, 0u);
  profile.images = {"registry.example/other/*"};
  EXPECT_EQ(replay(profile, events.all).judged, 0u);
  profile.images.clear();
  profile.image = "sha256:" + std::string(64, '2');
  EXPECT_EQ(replay(profile, events.all).judged, 0u) << "another image";
}

TEST(Replay, IsBounded) {
  const Profile profile = strict();
  test::Events events;
  for (size_t i = 0; i < kMostDenials + 5; ++i) events.exec("/bin/x" + std::to_string(i));
  const ReplayResult result = replay(profile, events.all);
  EXPECT_EQ(result.denials.size(), kMostDenials);
  EXPECT_TRUE(result.cut);
  EXPECT_EQ(result.denied, kMostDenials + 5);
  EXPECT_THAT(render_replay(profile, result), HasSubstr("(only the first 1000 are shown)"));
}

TEST(ProfileStore, KeepsOneFileAProfile) {
  const test::ScratchDirectory scratch;
  const ProfileStore store(scratch.path() + "/profiles");
  EXPECT_THAT(*store.names(), IsEmpty()) << "there is no folder yet";
  ASSERT_OK(store.save(strict()));
  const auto loaded = store.load("app");
  ASSERT_OK(loaded);
  EXPECT_EQ(*loaded, strict());
  Profile other = strict();
  other.name = "other";
  ASSERT_OK(store.save(other));
  scratch.write("profiles/notes.txt", "x");
  scratch.write("profiles/UPPER.yaml", "x");
  EXPECT_THAT(*store.names(), ElementsAre("app", "other"));
  const auto missing = store.load("none");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), Code::kNotFound);
  EXPECT_THAT(missing.error().hint(), HasSubstr("app, other"));
  EXPECT_EQ(store.load("../app").error().code(), Code::kNotFound);
  scratch.write("profiles/renamed.yaml", write_profile(strict()));
  EXPECT_THAT(store.load("renamed").error().text(), HasSubstr("the profile in it is named app"));
  other.name = "../../etc/x";
  EXPECT_FALSE(store.save(other).ok());
}

}  // namespace
}  // namespace seawall::guard
