#include "guard/profile/learner.h"

#include <linux/sched.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <random>

#include "guard/profile/event_builder.h"
#include "guard/profile/judge.h"
#include "guard/profile/profile_read.h"
#include "guard/profile/profile_write.h"
#include "support/support.h"

namespace seawall::guard {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

Profile learn(const std::vector<Event>& events, LearnOptions options = {}) {
  Learner learner(std::move(options));
  for (const Event& event : events) learner.learn(event);
  return learner.profile("app", "sha256:" + std::string(64, '1'));
}

std::vector<std::string> texts(const std::vector<FileRule>& rules) {
  std::vector<std::string> out;
  for (const FileRule& rule : rules)
    out.push_back(rule.path + (rule.read ? " r" : "") + (rule.write ? " w" : ""));
  return out;
}

TEST(Learner, WritesDownWhatWasDone) {
  test::Events events;
  events.exec("/usr/bin/app");
  events.open("/etc/app.conf", O_RDONLY);
  events.open("/var/lib/app/state", O_RDWR | O_CREAT);
  events.connect("10.1.2.3", 5432);
  events.bind("0.0.0.0", 8080);
  const Profile profile =
      learn(events.all, {.digest_of = [](std::string_view path) {
              return path == "/usr/bin/app" ? "sha256:" + std::string(64, 'd') : std::string();
            }});
  ASSERT_TRUE(profile.executables.allow);
  ASSERT_EQ(profile.executables.allow->size(), 1u);
  EXPECT_EQ(profile.executables.allow->front().path, "/usr/bin/app");
  EXPECT_EQ(profile.executables.allow->front().digest, "sha256:" + std::string(64, 'd'));
  ASSERT_TRUE(profile.files.allow);
  EXPECT_THAT(texts(*profile.files.allow),
              ElementsAre("/etc/app.conf r", "/usr/bin/app r", "/var/lib/app/state r w"));
  ASSERT_TRUE(profile.network.allow_connect);
  EXPECT_EQ(*profile.network.allow_connect,
            (std::vector<Peer>{{"10.1.2.3/32", "", "tcp", 5432, 5432}}));
  EXPECT_EQ(*profile.network.allow_listen,
            (std::vector<Peer>{{"0.0.0.0/0", "", "tcp", 8080, 8080}}));
  EXPECT_EQ(profile.learned.events, 5u);
  EXPECT_EQ(profile.learned.containers, 1u);
  EXPECT_EQ(profile.learned.to - profile.learned.from, 4);
  EXPECT_TRUE(profile.learned.complete());
  EXPECT_EQ(profile.mode, Mode::kLearn);
}

TEST(Learner, WhatWasNeverDoneIsDenied) {
  test::Events events;
  events.open("/etc/app.conf", O_RDONLY);
  const Profile quiet = learn(events.all);
  for (size_t i = 0; i < kPrivileges; ++i) EXPECT_TRUE(quiet.denies[i]) << i;
  EXPECT_TRUE(quiet.network.deny_raw);
  EXPECT_THAT(quiet.network.deny_unix, ElementsAre("engine"));
  EXPECT_TRUE(quiet.executables.deny_new && quiet.executables.deny_modified &&
              quiet.executables.deny_memory && quiet.executables.deny_volumes);
  EXPECT_FALSE(quiet.executables.deny_mapped) << "events do not tell of mapped files";
  EXPECT_FALSE(quiet.system_calls) << "nobody told which there were";
  EXPECT_FALSE(quiet.capabilities);

  events.add(EventType::kTrace, "ptrace");
  events.add(EventType::kMount, "mount");
  events.add(EventType::kBpf, "bpf");
  events.add(EventType::kPerf, "perf_event_open");
  events.add(EventType::kModule, "init_module");
  events.add(EventType::kFork, "clone").arguments.push_back({"flags", "", CLONE_NEWUSER});
  Event& node = events.add(EventType::kMakeNode, "mknod");
  node.file.name = "/dev/disk";
  node.arguments.push_back({"mode", "", S_IFBLK | 0600});
  events.open("/proc/sys/kernel/core_pattern", O_WRONLY);
  events.add(EventType::kSocket, "socket").arguments = {{"domain", "", AF_INET},
                                                        {"type", "", SOCK_RAW | SOCK_CLOEXEC}};
  events.unix_socket("/var/run/docker.sock");
  events.exec("/tmp/new", FileOrigin::kNew);
  events.exec("/usr/bin/changed", FileOrigin::kModified);
  events.exec("/data/tool", FileOrigin::kVolume);
  events.exec("memfd:x", FileOrigin::kMemory);
  const Profile busy = learn(events.all);
  for (size_t i = 0; i < kPrivileges; ++i) {
    const auto privilege = static_cast<Privilege>(i);
    EXPECT_EQ(busy.denies[i], privilege == Privilege::kOtherProcesses) << to_string(privilege);
  }
  EXPECT_FALSE(busy.network.deny_raw);
  EXPECT_THAT(busy.network.deny_unix, IsEmpty());
  EXPECT_FALSE(busy.executables.deny_new || busy.executables.deny_modified ||
               busy.executables.deny_memory || busy.executables.deny_volumes);
}

TEST(Learner, NothingIsLearnedOfFlaggedProcessesAndRefusals) {
  test::Events events;
  events.open("/good", O_RDONLY);
  events.open("/etc/shadow", O_RDONLY).refused_by = "guard";
  Event& denied = events.open("/etc/gshadow", O_RDONLY);
  denied.type = EventType::kDenied;
  denied.result = -EPERM;
  events.open("/missing", O_RDONLY).result = -ENOENT;
  events.process = std::make_shared<Process>(*events.process);
  events.process->flagged = true;
  events.open("/stolen", O_RDONLY);
  events.connect("203.0.113.9", 4444);
  const Profile profile = learn(events.all);
  EXPECT_THAT(texts(*profile.files.allow), ElementsAre("/good r"));
  EXPECT_THAT(*profile.network.allow_connect, IsEmpty());
  EXPECT_EQ(profile.learned.flagged, 2u);
  EXPECT_EQ(profile.learned.events, 2u) << "the one that failed by itself was seen";
}

TEST(Learner, LossesMakeItIncomplete) {
  test::Events events;
  events.open("/good", O_RDONLY);
  Learner learner;
  learner.learn(events.last());
  learner.add_lost("ring", 0);
  EXPECT_TRUE(learner.profile("app", "").learned.complete());
  learner.add_lost("ring", 3);
  learner.add_lost("ring", 4);
  const Profile profile = learner.profile("app", "");
  EXPECT_FALSE(profile.learned.complete());
  EXPECT_EQ(profile.learned.lost.at("ring"), 7u);
  events.open("/with\nnewline", O_RDONLY);
  learner.learn(events.last());
  events.open("/with/\xff/byte", O_RDONLY);
  learner.learn(events.last());
  EXPECT_EQ(learner.profile("app", "").learned.lost.at("names"), 2u)
      << "what cannot be written down is not learned, and told";
}

TEST(Learner, IsBounded) {
  test::Events events;
  Learner learner;
  const auto letters = [](size_t number) {  // no digits, no hex: a name that is kept
    std::string text;
    for (int i = 0; i < 4; ++i, number /= 20) text += static_cast<char>('g' + number % 20);
    return text;
  };
  for (size_t i = 0; i < kMostPaths + 10; ++i) {
    events.all.clear();
    events.open("/srv/" + letters(i / 10) + "/" + letters(i), O_RDONLY);
    learner.learn(events.last());
  }
  for (uint32_t i = 0; i < kMostPeersSeen + 5; ++i) {
    events.all.clear();
    events.connect(std::to_string(i / 250 + 1) + ".2.3." + std::to_string(i % 250 + 1), 443);
    learner.learn(events.last());
  }
  const Profile profile = learner.profile("app", "");
  EXPECT_EQ(profile.learned.lost.at("peers"), 5u);
  EXPECT_EQ(profile.network.allow_connect->size(), 1u) << "one port at very many addresses: any";
  EXPECT_EQ(profile.network.allow_connect->front().cidr, "0.0.0.0/0");
  EXPECT_EQ(profile.learned.lost.at("paths"), 10u);
  EXPECT_EQ(profile.files.allow->size(), kMostPaths);
}

TEST(Learner, PeersHaveNamesAndOwnAddressesAreForgotten) {
  test::Events events;
  events.connect("198.51.100.7", 5432);
  events.connect("127.0.0.1", 9000);
  events.connect("::1", 9001);
  events.connect("2001:db8::5", 443).result = -EINPROGRESS;
  events.connect("192.0.2.1", 53, "udp").type = EventType::kSend;
  events.bind("172.17.0.5", 80);
  events.bind("127.0.0.1", 6060);
  events.bind("0.0.0.0", 0);
  const Profile profile = learn(events.all, {.name_of = [](const Address& address) {
                                  return address.port == 5432 ? std::string("DB.example") : "";
                                }});
  EXPECT_EQ(*profile.network.allow_connect,
            (std::vector<Peer>{{"127.0.0.0/8", "", "tcp", 9000, 9000},
                               {"192.0.2.1/32", "", "udp", 53, 53},
                               {"2001:db8::5/128", "", "tcp", 443, 443},
                               {"::1/128", "", "tcp", 9001, 9001},
                               {"198.51.100.7/32", "db.example", "tcp", 5432, 5432}}));
  EXPECT_EQ(
      *profile.network.allow_listen,
      (std::vector<Peer>{{"0.0.0.0/0", "", "tcp", 80, 80}, {"127.0.0.0/8", "", "tcp", 6060, 6060}}))
      << "a port that the kernel chose is none of the program's";
}

TEST(Learner, SystemCallsAndCapabilitiesAreThoseThatWereTold) {
  Learner learner;
  learner.add_system_calls({"read", "openat", "read", "Not A Call"});
  learner.add_system_calls({"write"});
  learner.add_capabilities(1ull << 10 | 1ull << 13);
  const Profile profile = learner.profile("app", "");
  EXPECT_THAT(*profile.system_calls, ElementsAre("openat", "read", "write"));
  EXPECT_THAT(*profile.capabilities, ElementsAre("NET_BIND_SERVICE", "NET_RAW"));
  Learner none;
  none.add_capabilities(0);
  ASSERT_TRUE(none.profile("app", "").capabilities) << "it is known that none was used";
  EXPECT_THAT(*none.profile("app", "").capabilities, IsEmpty());
}

TEST(Learner, CommandsAreThoseOfFirstProcesses) {
  test::Events events;
  auto runtime = std::make_shared<Process>();  // of the host
  events.process->parent = runtime;
  events.add(EventType::kExec, "execve").file.name = "/usr/bin/app";
  events.exec("/usr/bin/child");
  events.all.back().process = [&] {
    auto child = std::make_shared<Process>(*events.process);
    child->parent = events.process;
    child->arguments = {"child", "--of", "app"};
    return child;
  }();
  EXPECT_THAT(learn(events.all).learned.commands, ElementsAre("app --serve"));
}

// Whatever was learned is allowed afterwards: any events, any order.
TEST(Learner, NothingLearnedIsDenied) {
  std::mt19937 random(20261127);
  const std::vector<std::string> folders = {"/etc",   "/var/lib/app", "/tmp",     "/proc/812",
                                            "/srv/a", "/srv/a/b",     "/dev/shm", "/var/log"};
  const std::vector<std::string> names = {"x", "conf", "tmp.aB3dE9", "20261127.log",
                                          "7", "stat", "deadbeef01", "lib.so.6"};
  const auto pick = [&](const auto& list) { return list[random() % list.size()]; };
  for (int round = 0; round < 50; ++round) {
    test::Events events;
    for (int i = 0; i < 120; ++i) {
      switch (random() % 7) {
        case 0:
          events.exec(pick(folders) + "/" + pick(names), static_cast<FileOrigin>(random() % 7));
          break;
        case 1:
          events.connect(
              "10.0." + std::to_string(random() % 4) + "." + std::to_string(random() % 90),
              static_cast<uint16_t>(1 + random() % 3), random() % 2 ? "tcp" : "udp");
          break;
        case 2:
          events.bind(random() % 2 ? "0.0.0.0" : "127.0.0.1", static_cast<uint16_t>(random() % 4));
          break;
        case 3:
          events.add(static_cast<EventType>(random() % 33), "call").file.name =
              pick(folders) + "/" + pick(names);
          break;
        default:
          events.open(pick(folders) + "/" + pick(names) + std::to_string(random() % 60),
                      static_cast<int>(random() % 3));
      }
    }
    const Profile profile = learn(events.all);
    for (const Event& event : events.all) {
      if (event.type == EventType::kDenied) continue;
      const Judgement judgement = judge(profile, event);
      EXPECT_FALSE(judgement.denied) << judgement.rule << ": " << judgement.reason;
    }
    const auto again = read_profile(write_profile(profile), "p.yaml");
    ASSERT_OK(again);
    EXPECT_EQ(*again, profile) << "what is learned can be written and read";
  }
}

}  // namespace
}  // namespace seawall::guard
