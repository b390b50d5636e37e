#include "guard/event/calls.h"

#include <algorithm>

#include "guard/event/address.h"
#include "support/support.h"

namespace seawall::guard {
namespace {

TEST(Calls, AreSortedAndUnique) {
  const auto calls = known_calls();
  EXPECT_GT(calls.size(), 350u);
  EXPECT_LT(calls.size(), 500u);  // sets of calls are 512 bits
  for (size_t at = 1; at < calls.size(); ++at) EXPECT_LT(calls[at - 1].name, calls[at].name);
  for (const Call& call : calls) {
    EXPECT_FALSE(call.name.empty());
    EXPECT_EQ(find_call(call.name), &call);
  }
}

TEST(Calls, HaveTheirKinds) {
  const std::pair<std::string_view, EventType> expected[] = {
      {"execveat", EventType::kExec},   {"clone3", EventType::kFork},
      {"openat2", EventType::kOpen},    {"accept4", EventType::kAccept},
      {"dup3", EventType::kDuplicate},  {"renameat2", EventType::kRename},
      {"rmdir", EventType::kUnlink},    {"fchmodat", EventType::kMode},
      {"ptrace", EventType::kTrace},    {"finit_module", EventType::kModule},
      {"setns", EventType::kNamespace}, {"setuid", EventType::kIdentity},
      {"bpf", EventType::kBpf},         {"userfaultfd", EventType::kFaults},
      {"procexit", EventType::kExit},   {"getpid", EventType::kOther}};
  for (const auto& [name, type] : expected) {
    const Call* call = find_call(name);
    ASSERT_NE(call, nullptr) << name;
    EXPECT_EQ(call->type, type) << name;
  }
  EXPECT_EQ(find_call("open "), nullptr);
  EXPECT_EQ(find_call(""), nullptr);
}

TEST(Calls, EveryTypeButDeniedHasACall) {
  for (int at = 0; at < static_cast<int>(EventType::kDenied); ++at) {
    const auto calls = known_calls();
    EXPECT_TRUE(std::any_of(calls.begin(), calls.end(), [&](const Call& call) {
      return call.type == static_cast<EventType>(at);
    })) << to_string(static_cast<EventType>(at));
  }
}

TEST(Words, AreInverted) {
  for (int at = 0; at <= static_cast<int>(EventType::kDenied); ++at) {
    EventType type{};
    EXPECT_TRUE(event_type_named(to_string(static_cast<EventType>(at)), type));
    EXPECT_EQ(static_cast<int>(type), at);
  }
  for (int at = 0; at <= static_cast<int>(FileOrigin::kMemory); ++at) {
    FileOrigin origin{};
    EXPECT_TRUE(origin_named(to_string(static_cast<FileOrigin>(at)), origin));
    EXPECT_EQ(static_cast<int>(origin), at);
  }
  EventType type{};
  FileOrigin origin{};
  EXPECT_FALSE(event_type_named("Exec", type));
  EXPECT_FALSE(origin_named("", origin));
}

TEST(Addresses, AreReadAndWritten) {
  for (const std::string_view text :
       {"0.0.0.0", "10.0.0.1", "255.255.255.255", "::1", "::", "2001:db8::1", "fe80::1"}) {
    Address address;
    ASSERT_TRUE(parse_address(text, address)) << text;
    EXPECT_TRUE(address.set);
    EXPECT_EQ(address_text(address), text);
    EXPECT_EQ(is_v4(address), text.find(':') == std::string_view::npos) << text;
  }
}

TEST(Addresses, WhatIsNoneIsRefused) {
  for (const std::string_view text :
       {"", "10.0.0", "10.0.0.256", "1.2.3.4/8", "g::", ":::", "10.0.0.1 ", "10.0.0.01x"}) {
    Address address;
    EXPECT_FALSE(parse_address(text, address)) << text;
    EXPECT_FALSE(address.set);
  }
  Address address;
  EXPECT_FALSE(parse_address(std::string_view("1.2.3.4\0", 8), address));
  EXPECT_FALSE(parse_address(std::string(1000, '1'), address));
}

}  // namespace
}  // namespace seawall::guard
