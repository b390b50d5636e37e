#include "guard/profile/profile_read.h"

#include <fmt/format.h>

#include "codec/json.h"
#include "guard/profile/profile_write.h"
#include "support/support.h"

namespace seawall::guard {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kHead =
    "apiVersion: seawall.dev/v1\nkind: Profile\nmetadata: {name: app}\nmode: learn\n";

Result<Profile> read(std::string_view rest) {
  return read_profile(std::string(kHead) + std::string(rest), "p.yaml");
}
std::string error_of(std::string_view rest) {
  const auto profile = read(rest);
  return profile.ok() ? "no error" : profile.error().text() + " " + profile.error().hint();
}

// Every key that there is, in the order in which it is written.
const std::string kFull = fmt::format(
    R"(apiVersion: seawall.dev/v1
kind: Profile
metadata:
  name: shop-api
  image: "sha256:{0}"
mode: enforce
executables:
  allow:
    - image
    - {{path: /bin/sh}}
    - {{path: /usr/sbin/nginx, digest: "sha256:{0}"}}
  deny:
    - /usr/bin/nc
  newFiles: deny
  modifiedFiles: deny
  memory: deny
  volumes: deny
  mapped: deny
files:
  allow:
    - {{path: /etc/nginx/**, access: read}}
    - {{path: "/srv/a b", access: write}}
    - {{path: /var/cache/**, access: readWrite}}
  deny:
    - {{path: /etc/shadow, access: read}}
network:
  connect:
    allow:
      - {{cidr: "10.0.0.0/8", protocol: tcp, ports: "5432"}}
      - {{name: db.example, cidr: "192.0.2.7/32", ports: "8000-8080"}}
    deny:
      - {{cidr: "169.254.169.254/32"}}
  listen:
    allow: []
  unix:
    deny:
      - /run/app.sock
      - engine
  raw: deny
capabilities:
  - NET_BIND_SERVICE
systemCalls: []
deny:
  - ptrace
  - otherProcesses
  - mount
  - namespaces
  - modules
  - bpf
  - perf
  - devices
  - kernelSettings
learned:
  from: "2026-11-26T00:00:00Z"
  to: "2026-11-27T00:00:00Z"
  containers: 3
  events: 120045
  flagged: 2
  lost:
    ring: 0
    "table full": 7
  commands:
    - "nginx -g daemon off;"
  seeded: true
observed:
  since: "2026-11-27T00:00:00Z"
  denials: 1
  lastDenial: "2026-11-27T08:15:00Z"
allowed:
  - what: "execute:/usr/bin/curl"
    reason: "health check: \"quoted\""
    who: ann
    when: "2026-11-27T08:16:00Z"
)",
    std::string(64, '9'));

TEST(ProfileRead, EveryKeyIsReadAndWrittenTheSame) {
  const auto profile = read_profile(kFull, "p.yaml");
  ASSERT_OK(profile);
  EXPECT_EQ(write_profile(*profile), kFull) << "byte by byte";
  EXPECT_EQ(profile->name, "shop-api");
  EXPECT_EQ(profile->mode, Mode::kEnforce);
  EXPECT_TRUE(profile->executables.of_image);
  ASSERT_EQ(profile->executables.allow->size(), 2u);
  EXPECT_EQ(profile->files.allow->at(1).path, "/srv/a b");
  EXPECT_TRUE(profile->files.allow->at(1).write && !profile->files.allow->at(1).read);
  EXPECT_EQ(profile->network.allow_connect->at(1).last_port, 8080);
  EXPECT_EQ(profile->network.deny_connect.at(0).last_port, UINT16_MAX);
  EXPECT_THAT(*profile->network.allow_listen, IsEmpty());
  EXPECT_THAT(profile->network.deny_unix, ElementsAre("/run/app.sock", "engine"));
  EXPECT_THAT(*profile->capabilities, ElementsAre("NET_BIND_SERVICE"));
  EXPECT_THAT(*profile->system_calls, IsEmpty());
  for (const bool denied : profile->denies) EXPECT_TRUE(denied);
  EXPECT_EQ(profile->learned.to - profile->learned.from, 86400);
  EXPECT_EQ(profile->learned.lost.at("table full"), 7u);
  EXPECT_FALSE(profile->learned.complete());
  EXPECT_EQ(profile->observed.denials, 1u);
  EXPECT_EQ(profile->allowances.at(0).reason, "health check: \"quoted\"");
}

TEST(ProfileRead, TheLeastThereIsRestrictsNothing) {
  const auto profile = read("");
  ASSERT_OK(profile);
  Profile expected;
  expected.name = "app";
  EXPECT_EQ(*profile, expected);
  EXPECT_EQ(write_profile(*profile),
            "apiVersion: seawall.dev/v1\nkind: Profile\nmetadata:\n"
            "  name: app\nmode: learn\n");
}

TEST(ProfileRead, ListsComeIntoTheirOrder) {
  const auto profile = read(
      "executables: {allow: [/b, {path: /a}, /b]}\n"
      "files: {allow: [{path: /x, access: write}, {path: /a, access: read}, {path: /x, access: "
      "read}]}\n"
      "network: {connect: {allow: [{cidr: 10.9.9.9/8, ports: 80}, {cidr: 10.1.1.1/8, ports: "
      "\"80\"}]}}\n"
      "capabilities: [net_raw, CAP_CHOWN, NET_RAW]\nsystemCalls: [write, read]\n");
  ASSERT_OK(profile);
  EXPECT_EQ(profile->executables.allow->size(), 2u);
  EXPECT_EQ(profile->executables.allow->at(0).path, "/a");
  EXPECT_EQ(*profile->files.allow,
            (std::vector<FileRule>{{"/a", true, false}, {"/x", true, true}}));
  EXPECT_EQ(*profile->network.allow_connect, (std::vector<Peer>{{"10.0.0.0/8", "", "", 80, 80}}));
  EXPECT_THAT(*profile->capabilities, ElementsAre("CHOWN", "NET_RAW"));
  EXPECT_THAT(*profile->system_calls, ElementsAre("read", "write"));
}

TEST(ProfileRead, AllowImageInAllItsForms) {
  const auto alone = read("executables: {allow: image}\n");
  ASSERT_OK(alone);
  EXPECT_TRUE(alone->executables.of_image && !alone->executables.allow);
  const auto listed = read("executables: {allow: [image]}\n");
  ASSERT_OK(listed);
  EXPECT_TRUE(listed->executables.of_image && listed->executables.allow);
  const auto none = read("executables: {allow: []}\n");
  ASSERT_OK(none);
  EXPECT_TRUE(!none->executables.of_image && none->executables.allow);
  for (const auto* profile : {&alone, &listed, &none}) {
    const auto again = read_profile(write_profile(**profile), "p.yaml");
    ASSERT_OK(again);
    EXPECT_EQ(*again, **profile);
  }
}

TEST(ProfileRead, ErrorsSayWhereAndWhat) {
  const struct {
    std::string_view text, message;
  } cases[] = {
      {"executable: {}", "p.yaml:5:13: a profile has no executable did you mean executables?"},
      {"executables: {denny: [/a]}", "p.yaml:5:22: executables has no denny did you mean deny?"},
      {"executables: {allow: [bin/sh]}", "a path is absolute"},
      {"executables: {allow: [/usr/../sh]}", "a path is absolute"},
      {"executables: {allow: [/bin/**]}", "a path is absolute"},
      {"executables: {allow: all}", "executables.allow is a list"},
      {"executables: {allow: [{path: /a, digest: abc}]}", "p.yaml:5:"},
      {"executables: {allow: [{path: /a, sha: abc}]}", "an executable has no sha"},
      {"executables: {newFiles: no}", "newFiles is deny or allow"},
      {"executables: []", "executables is a mapping"},
      {"files: {allow: [/etc/x]}", "a file is a mapping"},
      {"files: {allow: [{path: /a/**/b, access: read}]}", "has \"**\" at most as its last part"},
      {"files: {allow: [{path: /a}]}", "access is read, write or readWrite"},
      {"files: {deny: [{path: /a, access: all}]}", "access is read, write or readWrite"},
      {"files: {allow: [{access: read}]}", "the path of a file is a text"},
      {"network: {connect: {allow: [{cidr: 10.0.0.0/33}]}}", "p.yaml:5:"},
      {"network: {connect: {allow: [{ports: 80}]}}", "a peer has a cidr or a name"},
      {"network: {connect: {allow: [{cidr: 0.0.0.0/0, ports: 70000}]}}",
       "ports is a number or two"},
      {"network: {connect: {allow: [{cidr: 0.0.0.0/0, ports: \"9-8\"}]}}", "ports is a number or"},
      {"network: {connect: {allow: [{cidr: 0.0.0.0/0, protocol: icmp}]}}",
       "protocol is tcp or udp"},
      {"network: {connect: {allow: [{name: 'a b'}]}}", "name is that of a host"},
      {"network: {listen: {deny: []}}", "listen has no deny"},
      {"network: {unix: {deny: [docker]}}", "a socket is an absolute path, or engine"},
      {"network: {raw: true}", "raw is deny or allow"},
      {"capabilities: [NET_EVERYTHING]", "this is no capability of the kernel NET_BIND_SERVICE"},
      {"systemCalls: [Open]", "a system call is its name: openat"},
      {"deny: [everything]", "this is nothing that can be denied ptrace, otherProcesses"},
      {"learned: {from: yesterday}", "from is a time"},
      {"learned: {events: -1}", "events is a number"},
      {"learned: {lost: [ring]}", "lost is a mapping"},
      {"learned: {seeded: 1}", "seeded is true or false"},
      {"observed: {until: x}", "observed has no until"},
      {"allowed: [{what: raw, reason: r, who: w}]", "when is a time"},
      {"allowed: [{what: raw, who: w, when: 2026-11-27}]", "reason is a text"},
      {"files: {allow: [{path: \"/a\\u202eb\", access: read}]}", "characters that cannot be seen"},
      {"files: {allow: [{path: \"/a\\nb\", access: read}]}", "characters that cannot be seen"},
      {"mode: learn", "p.yaml"},
  };
  for (const auto& test : cases)
    EXPECT_THAT(error_of(test.text), HasSubstr(test.message)) << test.text;
  const struct {
    std::string_view text, message;
  } documents[] = {
      {"", "a profile is one document; this has 0"},
      {"a: b\n---\nc: d\n", "a profile is one document; this has 2"},
      {"apiVersion: v1\nkind: Pod\n", "a profile begins with"},
      {"kind: Profile\n", "a profile begins with"},
      {"apiVersion: seawall.dev/v1\nkind: Policy\n", "a profile begins with"},
      {"apiVersion: seawall.dev/v1\nkind: Profile\nmode: learn\n", "a profile has metadata"},
      {"apiVersion: seawall.dev/v1\nkind: Profile\nmetadata: {name: A}\n", "small letters"},
      {"apiVersion: seawall.dev/v1\nkind: Profile\nmetadata: {name: ../a}\n", "small letters"},
      {"apiVersion: seawall.dev/v1\nkind: Profile\nmetadata: {image: x}\n", "is a text"},
      {"apiVersion: seawall.dev/v1\nkind: Profile\nmetadata: {name: a, image: x}\n", "p.yaml:3"},
      {"apiVersion: seawall.dev/v1\nkind: Profile\nmetadata: {name: a}\n",
       "mode is learn, observe"},
      {"apiVersion: seawall.dev/v1\nkind: Profile\nmetadata: {name: a}\nmode: off\n", "mode is"},
  };
  for (const auto& test : documents) {
    const auto profile = read_profile(test.text, "p.yaml");
    ASSERT_FALSE(profile.ok()) << test.text;
    EXPECT_THAT(profile.error().text(), HasSubstr(test.message)) << test.text;
  }
}

TEST(ProfileRead, IsBounded) {
  std::string calls = "systemCalls: [read";
  for (int i = 0; i < 16'384; ++i) calls += ", c" + std::to_string(i);
  const auto many = read(calls + "]\n");
  ASSERT_FALSE(many.ok());
  EXPECT_EQ(many.error().code(), Code::kLimit);
  EXPECT_THAT(many.error().text(), HasSubstr("p.yaml:5:14: more than 16384 entries"));
  EXPECT_THAT(error_of("learned: {commands: [\"" + std::string(5000, 'a') + "\"]}"),
              HasSubstr("longer than 4096 bytes"));
  const auto large = read("# " + std::string(kMostProfileBytes, 'x') + "\n");
  ASSERT_FALSE(large.ok());
  EXPECT_EQ(large.error().code(), Code::kLimit);
  const test::ScratchDirectory scratch;
  EXPECT_EQ(load_profile(scratch.path() + "/none.yaml").error().code(), Code::kNotFound);
}

TEST(ProfileRead, TruncatedAndFlippedBytesAreErrorsOrProfiles) {
  for (size_t size = 0; size < kFull.size(); size += 7) {
    const auto cut = read_profile(std::string_view(kFull).substr(0, size), "p.yaml");
    EXPECT_TRUE(cut.ok() || !cut.error().text().empty()) << size;
  }
  for (size_t at = 0; at < kFull.size(); at += 3) {
    std::string flipped = kFull;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x11);
    const auto read_one = read_profile(flipped, "p.yaml");
    if (!read_one.ok()) continue;
    const auto again = read_profile(write_profile(*read_one), "q.yaml");
    ASSERT_OK(again);
    EXPECT_EQ(*again, *read_one) << at;
  }
}

TEST(ProfileRead, TheExcerptShowsThePlace) {
  const std::string text = std::string(kHead) + "executables: {denny: [/a]}\n";
  const auto profile = read_profile(text, "p.yaml");
  ASSERT_FALSE(profile.ok());
  EXPECT_EQ(excerpt_of(profile.error(), text, "p.yaml"),
            "    5 | executables: {denny: [/a]}\n      |                      ^\n");
  EXPECT_EQ(excerpt_of(malformed("x"), text, "p.yaml"), "");
  EXPECT_EQ(excerpt_of(malformed("x").at("p.yaml:99:1"), text, "p.yaml"), "");
}

TEST(ProfileRead, NamesAreThoseOfFiles) {
  for (const char* name : {"a", "shop-api", "a.b-1"}) EXPECT_TRUE(is_profile_name(name)) << name;
  for (const char* name : {"", "-a", "a-", ".a", "a/b", "A", "a b", ".."})
    EXPECT_FALSE(is_profile_name(name)) << name;
  EXPECT_FALSE(is_profile_name(std::string(129, 'a')));
}

TEST(ProfileWrite, TextIsPlainOnlyWhereEveryReaderTakesItForText) {
  EXPECT_EQ(yaml_text("/usr/bin/x-1.2"), "/usr/bin/x-1.2");
  EXPECT_EQ(yaml_text("/a/**"), "/a/**");
  for (const char* text : {"", "yes", "No", "null", "1.5", "0x1", "-", "a: b", "a #b", "**", "~",
                           "a\"b", "[a]", "2026-11-27", "on"})
    EXPECT_THAT(yaml_text(text), testing::StartsWith("\"")) << text;
}

// The published schema takes what is written and refuses what the reader refuses.
TEST(ProfileSchema, AgreesWithTheReader) {
  if (test::run({"python3", "-c", "import jsonschema, yaml"}).exit_code != 0)
    GTEST_SKIP() << "python3 with jsonschema and yaml is not installed";
  const test::ScratchDirectory scratch;
  const std::string program =
      "import json,sys,yaml,jsonschema\n"
      "schema=json.load(open(sys.argv[1]+'/docs/schema/profile-1.json'))\n"
      "jsonschema.Draft202012Validator.check_schema(schema)\n"
      "jsonschema.validate(yaml.safe_load(open(sys.argv[2])),schema)\n";
  const auto valid = [&](const std::string& text) {
    return test::run(
        {"python3", "-c", program, test::source_directory(), scratch.write("p.yaml", text)});
  };
  const test::RunResult full = valid(kFull);
  EXPECT_EQ(full.exit_code, 0) << full.err;
  for (const char* text :
       {"", "executables: {allow: image}\n", "executables: {allow: [/a, image]}\n",
        "network: {connect: {allow: [{name: a.example, ports: 80}]}}\n"}) {
    EXPECT_OK(read(text));
    EXPECT_EQ(valid(std::string(kHead) + text).exit_code, 0) << text;
  }
  for (const char* text :
       {"executable: {}\n", "executables: {denny: []}\n", "executables: {newFiles: no}\n",
        "files: {allow: [{path: a, access: read}]}\n", "deny: [everything]\n",
        "network: {connect: {allow: [{ports: 80}]}}\n", "systemCalls: [Open]\n",
        "allowed: [{what: raw}]\n"}) {
    EXPECT_FALSE(read(text).ok()) << text;
    EXPECT_NE(valid(std::string(kHead) + text).exit_code, 0) << text;
  }
}

}  // namespace
}  // namespace seawall::guard
