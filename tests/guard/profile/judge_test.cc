#include "guard/profile/judge.h"

#include <sys/socket.h>

#include "guard/profile/event_builder.h"
#include "guard/profile/peer.h"
#include "guard/profile/profile_read.h"
#include "support/support.h"

namespace seawall::guard {
namespace {

using testing::HasSubstr;

Profile profile_of(std::string_view rest) {
  auto profile = read_profile(
      "apiVersion: seawall.dev/v1\nkind: Profile\nmetadata: {name: app}\nmode: enforce\n" +
          std::string(rest),
      "p.yaml");
  EXPECT_OK(profile);
  return profile.ok() ? *profile : Profile();
}

// "" for allowed, else "rule|what to allow".
std::string verdict(const Profile& profile, const Event& event) {
  const Judgement judgement = judge(profile, event);
  if (!judgement.denied) {
    EXPECT_EQ(judgement.rule + judgement.reason + judgement.allow, "");
    return "";
  }
  EXPECT_FALSE(judgement.reason.empty());
  return judgement.rule + "|" + judgement.allow;
}

TEST(Judge, WithoutListsNothingIsDenied) {
  const Profile profile = profile_of("");
  test::Events events;
  for (int type = 0; type <= static_cast<int>(EventType::kDenied); ++type)
    EXPECT_EQ(verdict(profile, events.add(static_cast<EventType>(type), "x")), "");
  EXPECT_EQ(verdict(profile, events.exec("/tmp/x", FileOrigin::kNew)), "");
  EXPECT_EQ(verdict(profile, events.open("/etc/shadow", O_RDWR)), "");
  EXPECT_EQ(verdict(profile, events.connect("203.0.113.1", 25)), "");
}

TEST(Judge, Executables) {
  test::Events events;
  const Profile listed = profile_of(
      "executables: {allow: [/usr/bin/app, /usr/bin/busybox], deny: [/bin/nc], newFiles: deny, "
      "modifiedFiles: deny, memory: deny, volumes: deny}\n");
  EXPECT_EQ(verdict(listed, events.exec("/usr/bin/app")), "");
  EXPECT_EQ(verdict(listed, events.exec("/usr/bin/curl")),
            "executables.allow|execute:/usr/bin/curl");
  Event& multi_call = events.exec("/usr/bin/busybox");
  multi_call.file.raw_name = "/bin/nc";
  EXPECT_EQ(verdict(listed, multi_call), "executables.deny|execute:/bin/nc")
      << "the name a multi-call program is called by";
  EXPECT_EQ(verdict(listed, events.exec("/usr/bin/app", FileOrigin::kNew)),
            "executables.newFiles|origin:new");
  EXPECT_EQ(verdict(listed, events.exec("/usr/bin/app", FileOrigin::kModified)),
            "executables.modifiedFiles|origin:modified");
  EXPECT_EQ(verdict(listed, events.exec("/usr/bin/app", FileOrigin::kVolume)),
            "executables.volumes|origin:volume");
  EXPECT_EQ(verdict(listed, events.exec("memfd:a", FileOrigin::kMemory)),
            "executables.memory|origin:memory");
  EXPECT_EQ(verdict(listed, events.exec("/usr/bin/app", FileOrigin::kTouched)), "")
      << "a chown does not change a program";

  const Profile image = profile_of("executables: {allow: [image, /data/tool]}\n");
  EXPECT_EQ(verdict(image, events.exec("/usr/bin/curl")), "");
  EXPECT_EQ(verdict(image, events.exec("/usr/bin/curl", FileOrigin::kTouched)), "");
  EXPECT_EQ(verdict(image, events.exec("/usr/bin/curl", FileOrigin::kUnknown)), "");
  EXPECT_EQ(verdict(image, events.exec("/tmp/x", FileOrigin::kNew)),
            "executables.allow|execute:/tmp/x");
  EXPECT_EQ(verdict(image, events.exec("/data/tool", FileOrigin::kVolume)), "");
}

TEST(Judge, Files) {
  test::Events events;
  const Profile profile = profile_of(
      "files: {allow: [{path: /etc/**, access: read}, {path: /var/lib/app/**, access: "
      "readWrite}], deny: [{path: /etc/shadow, access: read}, {path: /var/lib/app/keys/**,"
      " access: write}]}\n");
  EXPECT_EQ(verdict(profile, events.open("/etc/app.conf", O_RDONLY)), "");
  EXPECT_EQ(verdict(profile, events.open("/etc/app.conf", O_RDWR)),
            "files.allow|write:/etc/app.conf");
  EXPECT_EQ(verdict(profile, events.open("/etc/app.conf", O_RDONLY | O_TRUNC)),
            "files.allow|write:/etc/app.conf");
  EXPECT_EQ(verdict(profile, events.open("/home/x", O_RDWR)), "files.allow|readWrite:/home/x");
  EXPECT_EQ(verdict(profile, events.open("/etc/shadow", O_RDONLY)), "files.deny|read:/etc/shadow")
      << "deny wins";
  EXPECT_EQ(verdict(profile, events.open("/var/lib/app/keys/a", O_RDONLY)), "");
  EXPECT_EQ(verdict(profile, events.open("/var/lib/app/keys/a", O_WRONLY)),
            "files.deny|write:/var/lib/app/keys/a");
  Event& creat = events.open("/srv/x", 0);
  creat.call = "creat";
  EXPECT_EQ(verdict(profile, creat), "files.allow|write:/srv/x");
  for (const EventType type : {EventType::kUnlink, EventType::kMakeFolder, EventType::kMode,
                               EventType::kOwner, EventType::kMakeNode}) {
    Event& event = events.add(type, "call");
    event.file.name = "/srv/x";
    EXPECT_EQ(verdict(profile, event), "files.allow|write:/srv/x") << to_string(type);
  }
  Event& rename = events.add(EventType::kRename, "rename");
  rename.arguments = {{"oldpath", "/var/lib/app/a", 0}, {"newpath", "/etc/a", 0}};
  EXPECT_EQ(verdict(profile, rename), "files.allow|write:/etc/a");
  Event& link = events.add(EventType::kSymlink, "symlink");
  link.arguments = {{"target", "/etc/passwd", 0}, {"linkpath", "/srv/l", 0}};
  EXPECT_EQ(verdict(profile, link), "files.allow|write:/srv/l");
  EXPECT_EQ(verdict(profile, events.open("pipe:[81]", O_RDONLY)), "") << "no path";
}

TEST(Judge, WhatFailedByItselfNeedsNothingAndWhatWasRefusedDoes) {
  test::Events events;
  const Profile profile = profile_of("files: {allow: []}\ndeny: [ptrace]\n");
  Event& missing = events.open("/nowhere", O_RDONLY);
  missing.result = -ENOENT;
  EXPECT_EQ(verdict(profile, missing), "");
  Event& refused = events.open("/etc/shadow", O_RDONLY);
  refused.result = -EACCES;
  refused.refused_by = "guard";
  EXPECT_EQ(verdict(profile, refused), "files.allow|read:/etc/shadow");
  Event& denied = events.add(EventType::kDenied, "ptrace");
  denied.result = -EPERM;
  EXPECT_EQ(verdict(profile, denied), "deny|privilege:ptrace");
}

TEST(Judge, Connections) {
  test::Events events;
  const Profile profile = profile_of(
      "network: {connect: {allow: [{cidr: 10.0.0.0/8, protocol: tcp, ports: \"5432\"}, {cidr: "
      "2001:db8::/32}, {name: api.example, ports: 443}, {cidr: 192.0.2.0/24, ports: 8000-8080}], "
      "deny: [{cidr: 10.0.0.1/32}]}, listen: {allow: [{cidr: 0.0.0.0/0, ports: 80}]}}\n");
  EXPECT_EQ(verdict(profile, events.connect("10.1.2.3", 5432)), "");
  EXPECT_EQ(verdict(profile, events.connect("10.1.2.3", 5433)),
            "network.connect.allow|connect:10.1.2.3/32:5433/tcp");
  EXPECT_EQ(verdict(profile, events.connect("10.1.2.3", 5432, "udp")),
            "network.connect.allow|connect:10.1.2.3/32:5432/udp");
  EXPECT_EQ(verdict(profile, events.connect("10.0.0.1", 5432)),
            "network.connect.deny|connect:10.0.0.1/32:5432/tcp");
  EXPECT_EQ(verdict(profile, events.connect("2001:db8::7", 1)), "");
  EXPECT_EQ(verdict(profile, events.connect("2001:db9::7", 1)),
            "network.connect.allow|connect:[2001:db9::7/128]:1/tcp");
  EXPECT_EQ(verdict(profile, events.connect("192.0.2.9", 8080)), "");
  EXPECT_EQ(verdict(profile, events.connect("192.0.2.9", 8081)),
            "network.connect.allow|connect:192.0.2.9/32:8081/tcp");
  EXPECT_EQ(verdict(profile, events.bind("0.0.0.0", 80)), "");
  EXPECT_EQ(verdict(profile, events.bind("172.17.0.2", 80)), "");
  EXPECT_EQ(verdict(profile, events.bind("0.0.0.0", 4444)),
            "network.listen.allow|listen:0.0.0.0/32:4444/tcp");
  Event& in_progress = events.connect("203.0.113.5", 80);
  in_progress.result = -EINPROGRESS;
  EXPECT_NE(verdict(profile, in_progress), "") << "it is on its way";
  Event& datagram = events.connect("203.0.113.5", 53, "udp");
  datagram.type = EventType::kSend;
  EXPECT_EQ(verdict(profile, datagram), "network.connect.allow|connect:203.0.113.5/32:53/udp");
}

TEST(Judge, SocketsOfEnginesAndRawOnes) {
  test::Events events;
  const Profile profile =
      profile_of("network: {unix: {deny: [engine, /run/private.sock]}, raw: deny}\n");
  for (const char* path : {"/var/run/docker.sock", "/run/containerd/containerd.sock",
                           "/mnt/host/run/podman/podman.sock", "/run/crio/crio.sock"})
    EXPECT_EQ(verdict(profile, events.unix_socket(path)),
              "network.unix.deny|unix:" + std::string(path));
  EXPECT_EQ(verdict(profile, events.unix_socket("/run/private.sock")),
            "network.unix.deny|unix:/run/private.sock");
  EXPECT_EQ(verdict(profile, events.unix_socket("/run/postgresql/.s.PGSQL.5432")), "");
  const auto socket = [&](int domain, int type) -> Event& {
    Event& event = events.add(EventType::kSocket, "socket");
    event.arguments = {{"domain", "", domain}, {"type", "", type}};
    return event;
  };
  EXPECT_EQ(verdict(profile, socket(AF_PACKET, SOCK_DGRAM)), "network.raw|raw");
  EXPECT_EQ(verdict(profile, socket(AF_INET6, SOCK_RAW | SOCK_NONBLOCK)), "network.raw|raw");
  EXPECT_EQ(verdict(profile, socket(AF_NETLINK, SOCK_RAW)), "") << "names are looked up with it";
  EXPECT_EQ(verdict(profile, socket(AF_INET, SOCK_STREAM)), "");
}

TEST(Judge, Privileges) {
  test::Events events;
  const Profile profile = profile_of(
      "deny: [ptrace, mount, namespaces, modules, bpf, perf, devices, kernelSettings]\n");
  const struct {
    EventType type;
    std::string_view call, word;
  } cases[] = {{EventType::kTrace, "ptrace", "ptrace"},
               {EventType::kMount, "mount", "mount"},
               {EventType::kNamespace, "unshare", "namespaces"},
               {EventType::kModule, "finit_module", "modules"},
               {EventType::kBpf, "bpf", "bpf"},
               {EventType::kPerf, "perf_event_open", "perf"}};
  for (const auto& test : cases) {
    EXPECT_EQ(verdict(profile, events.add(test.type, test.call)),
              "deny|privilege:" + std::string(test.word));
    Event& denied = events.add(EventType::kDenied, test.call);
    denied.result = -EPERM;
    EXPECT_EQ(verdict(profile, denied), "deny|privilege:" + std::string(test.word))
        << "told by its call, too";
  }
  EXPECT_EQ(verdict(profile, events.add(EventType::kFork, "clone")), "");
  Event& disk = events.open("/dev/vda", O_RDONLY);
  disk.file.kind = FileKind::kDevice;
  EXPECT_EQ(verdict(profile, disk), "deny|privilege:devices");
  Event& null = events.open("/dev/null", O_RDWR);
  null.file.kind = FileKind::kDevice;
  EXPECT_EQ(verdict(profile, null), "");
  for (const char* path : {"/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger",
                           "/sys/fs/cgroup/x/release_agent", "/sys/kernel/uevent_helper"}) {
    EXPECT_EQ(verdict(profile, events.open(path, O_WRONLY)), "deny|privilege:kernelSettings")
        << path;
    EXPECT_EQ(verdict(profile, events.open(path, O_RDONLY)), "") << path;
  }
}

TEST(Judge, NamesOfTexts) {
  const Profile profile = profile_of("capabilities: [CHOWN]\nsystemCalls: [read]\n");
  const auto verdict_of = [&](std::string_view text) {
    const auto need = parse_need(text);
    EXPECT_OK(need);
    return judge(profile, *need).rule;
  };
  EXPECT_EQ(verdict_of("capability:CHOWN"), "");
  EXPECT_EQ(verdict_of("capability:net_raw"), "capabilities");
  EXPECT_EQ(verdict_of("call:read"), "");
  EXPECT_EQ(verdict_of("call:write"), "systemCalls");
}

// What people write is what they are shown.
TEST(Need, TextsAreReadAsTheyAreWritten) {
  for (const char* text :
       {"execute:/usr/bin/curl", "read:/etc/x", "write:/var/**", "readWrite:/a b",
        "unix:/run/a.sock", "raw", "privilege:mount", "origin:new", "origin:volume",
        "capability:NET_RAW", "call:bpf", "connect:10.0.0.0/8:443/tcp", "connect:db.example:5432",
        "connect:[2001:db8::/32]:53/udp", "listen:0.0.0.0/0:8000-8080",
        "connect:*.example.org:0-65535"}) {
    const auto need = parse_need(text);
    ASSERT_OK(need);
    EXPECT_EQ(need_text(*need), text);
  }
  EXPECT_EQ(need_text(*parse_need("connect:10.1.2.3:80")), "connect:10.1.2.3/32:80");
  const struct {
    std::string_view text, message;
  } wrong[] = {{"curl", "is nothing that a profile can allow"},
               {"execute:curl", "is no absolute path"},
               {"execute:/a/**", "is no absolute path"},
               {"read:/a/../b", "is no absolute path"},
               {"read:/a\nb", "is no absolute path"},
               {"connect:10.0.0.0/8", "is no peer"},
               {"connect:10.0.0.0/99:80", "is no peer"},
               {"connect:1.2.3:80", "is no peer"},
               {"connect:[::1:80", "is no peer"},
               {"connect:a:80/icmp", "is no peer"},
               {"privilege:root", "there is no privilege"},
               {"origin:image", "an origin is new"},
               {"capability:ALL", "there is no capability"},
               {"call:Read", "is no name of a system call"}};
  for (const auto& test : wrong) {
    const auto need = parse_need(test.text);
    ASSERT_FALSE(need.ok()) << test.text;
    EXPECT_THAT(need.error().text(), HasSubstr(test.message));
  }
}

TEST(Peers, CoverAndFit) {
  const Peer wide{"10.0.0.0/8", "", "", 0, UINT16_MAX}, narrow{"10.1.0.0/16", "", "tcp", 80, 90};
  EXPECT_TRUE(covers(wide, narrow));
  EXPECT_FALSE(covers(narrow, wide));
  EXPECT_FALSE(covers(Peer{"::/0"}, narrow)) << "the other family";
  EXPECT_TRUE(fits(wide, test::address_of("10.200.0.1", 1), "udp"));
  EXPECT_FALSE(fits(wide, test::address_of("11.0.0.1", 1), "udp"));
  EXPECT_FALSE(fits(Peer{"", "db.example"}, test::address_of("10.0.0.1", 1), "tcp"))
      << "a name alone fits no address";
  EXPECT_TRUE(fits(narrow, test::address_of("10.1.0.1", 85), "")) << "a protocol that is not known";
  EXPECT_EQ(address_text(test::address_of("2001:db8::1", 1)), "2001:db8::1");
  EXPECT_TRUE(is_loopback(test::address_of("127.9.9.9", 1)) &&
              is_loopback(test::address_of("::1", 1)));
  EXPECT_FALSE(is_loopback(test::address_of("::2", 1)));
}

}  // namespace
}  // namespace seawall::guard
