// Records of the ring, and the tables that profiles become.
#include "guard/kernel/records.h"

#include <cstring>

#include "guard/agent/event_maker.h"
#include "guard/kernel/calls.h"
#include "guard/kernel/profile_rows.h"
#include "support/support.h"

namespace seawall::guard {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

template <typename T>
std::vector<unsigned char> bytes_of(T fixed, std::string_view texts) {
  std::vector<unsigned char> bytes(sizeof fixed + texts.size());
  std::memcpy(bytes.data(), &fixed, sizeof fixed);
  std::copy(texts.begin(), texts.end(), bytes.begin() + sizeof fixed);
  return bytes;
}

wire::sw_exec an_exec() {
  wire::sw_exec exec = {};
  exec.record.kind = wire::SW_EXEC;
  exec.record.pid = 812;
  exec.executable = 9;
  exec.filename = 2;
  exec.directory = 1;
  exec.arguments = 6;
  return exec;
}
constexpr std::string_view kTexts = "/bin/bashsh/bash\0x";

TEST(RecordsTest, TextsStandBehindTheFixedPart) {
  const auto bytes = bytes_of(an_exec(), std::string_view("/bin/bashsh/bash\0x", 18));
  const auto record = read_record(bytes);
  ASSERT_OK(record);
  const auto* exec = std::get_if<ExecRecord>(&*record);
  ASSERT_NE(exec, nullptr);
  EXPECT_EQ(exec->executable, "/bin/bash");
  EXPECT_EQ(exec->filename, "sh");
  EXPECT_EQ(exec->directory, "/");
  EXPECT_EQ(exec->arguments, std::string_view("bash\0x", 6));
}

TEST(RecordsTest, NoLengthIsBelieved) {
  const auto bytes = bytes_of(an_exec(), kTexts);
  const size_t whole = sizeof(wire::sw_exec) + 18;
  for (size_t size = 0; size < std::min(bytes.size(), whole); ++size)
    EXPECT_FALSE(read_record({bytes.data(), size}).ok()) << size;
  wire::sw_exec exec = an_exec();
  exec.arguments = UINT16_MAX;
  EXPECT_FALSE(read_record(bytes_of(exec, kTexts)).ok());
  exec = an_exec();
  exec.record.kind = 99;
  EXPECT_THAT(read_record(bytes_of(exec, kTexts)).error().message(), HasSubstr("unknown kind 99"));
  wire::sw_denied denied = {};
  denied.record.kind = wire::SW_DENIED;
  for (const uint32_t what : {0u, uint32_t{wire::SW_WHAT_COUNT}, UINT32_MAX}) {
    denied.what = what;
    EXPECT_FALSE(read_record(bytes_of(denied, "")).ok()) << what;
  }
}

TEST(RecordsTest, ATimeThatCannotBeIsTheLastOne) {
  EXPECT_EQ(time_of_day(UINT64_MAX), INT64_MAX);
  EXPECT_GT(time_of_day(1'000'000'000), time_of_day(0));
}

TEST(RecordsTest, EveryKindOfDenialHasAWord) {
  for (uint32_t what = 1; what < wire::SW_WHAT_COUNT; ++what)
    EXPECT_FALSE(denied_word(what).empty()) << what;
  EXPECT_EQ(denied_word(wire::SW_WHAT_SETTING), "kernelSettings");
  EXPECT_EQ(denied_words().size(), size_t{wire::SW_WHAT_COUNT});
  EXPECT_EQ(denied_word(999), "");
}

// -- tables --------------------------------------------------------------------------------------

uint32_t verdict_of(const ProfileRows& rows, const std::string& path) {
  // The longest row that is a prefix, as the kernel's trie finds it.
  const std::string whole = path + '\0';
  size_t longest = 0;
  uint32_t verdict = 0;
  for (const auto& [key, value] : rows.files) {
    const size_t size = (key.bits - 32) / 8;
    if (size > longest && whole.compare(0, size, std::string(key.path, size)) == 0) {
      longest = size;
      verdict = value;
    }
  }
  return verdict;
}

TEST(ProfileRowsTest, DenyWinsWhateverIsLonger) {
  Profile profile;
  profile.files.deny = {{"/etc/**", false, true}};
  profile.files.allow = {{{"/etc/app.conf", true, true}, {"/data/**", true, true}}};
  const ProfileRows rows = rows_of(profile, 7);
  EXPECT_THAT(rows.problems, IsEmpty());
  EXPECT_TRUE(rows.profile.rules & wire::SW_RULE_FILES_ALLOW);
  const uint32_t conf = verdict_of(rows, "/etc/app.conf");
  EXPECT_TRUE(conf & wire::SW_ALLOW) << "to read";
  EXPECT_TRUE((conf >> 2) & wire::SW_DENY) << "the folder's rule holds for it, too";
  EXPECT_EQ(verdict_of(rows, "/etc/app.conf.bak") & wire::SW_ALLOW, 0u) << "another file";
  EXPECT_TRUE(verdict_of(rows, "/data/a/b") & wire::SW_ALLOW);
  EXPECT_EQ(verdict_of(rows, "/dataset"), 0u);
}

TEST(ProfileRowsTest, ADigestIsThatOfTheImagesFile) {
  Profile profile;
  profile.executables.allow = {{{"/bin/a", "sha256:1"}, {"/bin/b", "sha256:2"}, {"/bin/c", ""}}};
  const std::map<std::string, std::string> digests = {{"/bin/a", "sha256:1"},
                                                      {"/bin/b", "sha256:3"}};
  const ProfileRows rows = rows_of(profile, 7, &digests);
  std::vector<std::string> paths;
  for (const auto& [key, verdict] : rows.executables) paths.emplace_back(key.path, key.length);
  EXPECT_THAT(paths, ElementsAre("/bin/a", "/bin/c"));
  EXPECT_TRUE(rows.profile.rules & wire::SW_RULE_MODIFIED) << "its content is what was allowed";
  EXPECT_THAT(rows_of(profile, 7).executables, testing::SizeIs(1)) << "no inventory, no digest";
}

TEST(ProfileRowsTest, WhatCannotBeARowIsNamed) {
  Profile profile;
  profile.executables.deny = {"/" + std::string(300, 'x')};
  profile.capabilities = {{"NET_BIND_SERVICE", "NONE"}};
  for (uint16_t port = 1; port <= 9; ++port) {
    Peer peer;
    peer.cidr = "10.0.0.0/8";
    peer.first_port = peer.last_port = port;
    profile.network.deny_connect.push_back(peer);
  }
  Peer nonsense;
  nonsense.cidr = "10.0.0.0/99";
  profile.network.deny_connect.push_back(nonsense);
  const ProfileRows rows = rows_of(profile, 7);
  EXPECT_EQ(rows.profile.capabilities, uint64_t{1} << 10);
  EXPECT_THAT(rows.problems,
              ElementsAre(HasSubstr("247"), HasSubstr("10.0.0.0/99"), HasSubstr("8 ranges"),
                          HasSubstr("NONE is no capability")));
}

TEST(ProfileRowsTest, ANetworkHasTheRulesOfAllAboveIt) {
  Profile profile;
  Peer wide, narrow;
  wide.cidr = "10.0.0.0/8";
  wide.first_port = wide.last_port = 22;
  narrow.cidr = "10.1.2.3/16";
  narrow.protocol = "tcp";
  profile.network.deny_connect = {wide};
  profile.network.allow_connect = {{narrow}};
  const ProfileRows rows = rows_of(profile, 7);
  ASSERT_EQ(rows.peers.size(), 2u);
  const auto& [key, peer] = rows.peers[1];
  EXPECT_EQ(key.bits, 64u + 16);
  EXPECT_EQ(key.address[1], 1);
  EXPECT_EQ(key.address[2], 0) << "bits behind the prefix are none of it";
  EXPECT_EQ(peer.ports[0].verdict, wire::SW_DENY);
  EXPECT_EQ(peer.ports[0].first, 22);
  EXPECT_EQ(peer.ports[1].verdict, wire::SW_ALLOW);
  EXPECT_EQ(peer.ports[2].verdict, 0);
}

// -- system calls --------------------------------------------------------------------------------

TEST(CallsTest, NumbersAndNamesAreOne) {
  for (const SystemCall* call : calls_of({"openat", "connect", "execve", "none"})) {
    EXPECT_EQ(system_call(call->number), call);
    EXPECT_NE(reading_of(*call), 0u);
  }
  EXPECT_EQ(calls_of({"openat", "openat", "none"}).size(), 1u);
  EXPECT_EQ(system_call(9999), nullptr);
}

TEST(CallsTest, ArgumentsHaveNamesAndWords) {
  const SystemCall* call = calls_of({"openat"})[0];
  Event event;
  event.type = EventType::kOpen;
  event.file.raw_name = "../etc/shadow";
  const uint64_t values[6] = {static_cast<uint64_t>(-100), 0x7fff, 02 | 0100, 0600, 0, 0};
  add_arguments(*call, values, "", event);
  EXPECT_EQ(event.argument("flags")->text, "O_RDWR|O_CREAT");
  EXPECT_EQ(event.argument("name")->text, "../etc/shadow");
  EXPECT_EQ(event.argument("dirfd")->number, -100);
  EXPECT_EQ(event.argument("mode")->text, "0600");
  EXPECT_TRUE(event.writes());
}

}  // namespace
}  // namespace seawall::guard
