// The collectors of the system on made trees and made bytes.
#include "benchmark/collectors/system.h"

#include <linux/audit.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <functional>

#include "benchmark/collectors/audit_rules.h"
#include "benchmark/collectors/certificates.h"
#include "benchmark/collectors/listening.h"
#include "benchmark/collectors/mount_info.h"
#include "benchmark/collectors/status_file.h"
#include "benchmark/collectors/units.h"
#include "codec/json.h"
#include "support/support.h"

namespace seawall::benchmark {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SystemFacts : public testing::Test {
 protected:
  SystemFacts() { options_.root = scratch_.path() + "/root"; }
  void write(const std::string& path, const std::string& text) {
    scratch_.write("root" + path, text);
  }
  Document facts_of(std::string (*collect)(const SystemContext&)) {
    SystemContext context{options_, engines_, HostFiles(options_.root), {}};
    context.processes = host_processes(context.files);
    auto document = parse_json(collect(context));
    EXPECT_OK(document);
    return std::move(document).value();
  }
  test::ScratchDirectory scratch_;
  CollectOptions options_;
  EngineFacts engines_;
};

// -- files ---------------------------------------------------------------------------------------

TEST_F(SystemFacts, LinksOfATreeStayInIt) {
  write("/etc/hostname", "inside");
  ASSERT_EQ(::symlink("/etc/hostname", (options_.root + "/etc/link").c_str()), 0);
  ASSERT_EQ(::symlink("../../../../../../etc/passwd", (options_.root + "/etc/out").c_str()), 0);
  ASSERT_EQ(::symlink("loop", (options_.root + "/etc/loop").c_str()), 0);
  const HostFiles files(options_.root);
  EXPECT_EQ(files.value("/etc/link"), "inside");
  EXPECT_FALSE(files.read("/etc/out").ok()) << "there is no passwd inside";
  EXPECT_FALSE(files.read("/etc/loop").ok());
  EXPECT_FALSE(files.read("/etc").ok()) << "a directory is no text";
  write("/etc/large", std::string(3000, 'x'));
  EXPECT_EQ(files.read("/etc/large", 1000).error().code(), Code::kLimit);
}

TEST_F(SystemFacts, FilesHaveModesAndNames) {
  write("/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
  write("/etc/group", "root:x:0:\n");
  write("/etc/docker/daemon.json", "{}");
  ASSERT_EQ(::chmod((options_.root + "/etc/docker/daemon.json").c_str(), 0640), 0);
  const Document facts = facts_of(file_facts);
  bool seen = false, missing = false;
  for (const Node& file : facts.root().items()) {
    if (file["role"].string() == "daemon-config") {
      seen = true;
      EXPECT_EQ(file["mode"].string(), "0640");
      EXPECT_EQ(file["type"].string(), "file");
      EXPECT_TRUE(file["exists"].boolean());
    }
    if (file["role"].string() == "dockerd") missing = !file["exists"].boolean(true);
  }
  EXPECT_TRUE(seen && missing);
}

// -- accounts ------------------------------------------------------------------------------------

TEST_F(SystemFacts, AccountsWithOddLines) {
  write("/etc/passwd",
        "root:x:0:0::/root:/bin/sh\nalice:x:1000:100::/home/alice:/bin/sh\nbroken\n:x:1:1:::\n"
        "bad:x:-1:1:::/bin/sh\n");
  write("/etc/group", "docker:x:999:alice,bob\nusers:x:100:\nodd:x:no:\n");
  write("/etc/shadow", "root:*:1::::::\nalice:$6$x:1::::::\n");
  const Document users = facts_of(user_facts);
  ASSERT_EQ(users.root().size(), 2u);
  EXPECT_FALSE(users.root()[0]["login"].boolean(true));
  EXPECT_TRUE(users.root()[1]["login"].boolean());
  EXPECT_EQ(users.root()[1]["groups"].size(), 2u);
  const Document groups = facts_of(group_facts);
  EXPECT_EQ(groups.root()["users"][0].string(), "alice") << "who has it as his own group is in it";
  EXPECT_EQ(groups.root()["docker"].size(), 2u);
}

TEST_F(SystemFacts, APasswordInPasswdItselfCounts) {
  write("/etc/passwd",
        "root:x:0:0::/root:/bin/sh\ntoor::0:0::/root2:/bin/sh\nold:$1$x:0:0::/o:/bin/sh\n"
        "shut:*:0:0::/s:/bin/sh\n");
  write("/etc/group", "root:x:0:\n");
  write("/etc/shadow", "root:*:1::::::\n");
  const Document users = facts_of(user_facts);
  ASSERT_EQ(users.root().size(), 4u);
  EXPECT_FALSE(users.root()[0]["login"].boolean(true));
  EXPECT_TRUE(users.root()[1]["login"].boolean()) << "it needs no password";
  EXPECT_TRUE(users.root()[2]["login"].boolean());
  EXPECT_FALSE(users.root()[3]["login"].boolean(true));
}

// What another user than root sees of the tree; false when this test may not become one.
bool as_nobody(const std::function<bool()>& holds) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(::setresuid(65534, 65534, 65534) == 0 && holds() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_F(SystemFacts, FoldersAndFilesThatMayNotBeReadAreNeverEmpty) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  write("/proc/cmdline", "mitigations=off\n");
  write("/etc/docker/certs.d/r.example/ca.crt", "x");
  ASSERT_EQ(::chmod((options_.root + "/proc/cmdline").c_str(), 0600), 0);
  ASSERT_EQ(::chmod((options_.root + "/etc/docker/certs.d/r.example").c_str(), 0700), 0);
  ASSERT_EQ(::chmod(scratch_.path().c_str(), 0755), 0);
  EXPECT_TRUE(
      as_nobody([&] { return facts_of(kernel_facts).root()["commandLine"]["$error"].exists(); }));
  write("/sys/fs/selinux/enforce", "1");
  write("/sys/module/apparmor/parameters/enabled", "Y");
  write("/run/reboot-required", "");
  for (const char* path : {"/sys/fs/selinux", "/sys/module/apparmor", "/run"})
    ASSERT_EQ(::chmod((options_.root + path).c_str(), 0700), 0);
  EXPECT_TRUE(as_nobody([&] {
    const Document kernel = facts_of(kernel_facts), updates = facts_of(update_facts);
    return kernel.root()["selinux"]["enabled"]["$error"].exists() &&
           kernel.root()["apparmor"]["enabled"]["$error"].exists() &&
           updates.root()["rebootRequired"]["$error"].exists();
  }));
  EXPECT_TRUE(as_nobody([&] {
    const Document facts = facts_of(certificate_facts);
    return facts.root().size() == 1 && facts.root()[0]["notAfter"]["$error"].exists();
  }));
  EXPECT_TRUE(as_nobody([&] {
    const Document facts = facts_of(file_facts);
    for (const Node& file : facts.root().items()) {
      if (file["role"].string() == "registry-ca") return file["exists"]["$error"].exists();
    }
    return false;
  }));
}

TEST_F(SystemFacts, WhatOnlyRootMaySeeIsAnErrorForOthers) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  write("/proc/self/mountinfo", "30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
  write("/proc/self/status", "Name:\tx\nSeccomp:\t0\n");
  write("/proc/self/net/tcp", "  sl  local_address\n");
  write("/proc/self/net/udp", "  sl  local_address\n");
  write("/sys/devices/system/cpu/vulnerabilities/meltdown", "Not affected\n");
  write("/sys/module/module/parameters/sig_enforce", "Y\n");
  write("/lib/modules/6.1.0-1/modules.dep", "");
  write("/var/lib/apt/lists/x", "");
  write("/etc/systemd/system/docker.service.d/10.conf", "");
  write("/usr/lib/systemd/system/docker.service", "");
  const Document kernel = facts_of(kernel_facts), updates = facts_of(update_facts);
  EXPECT_EQ(kernel.root()["cgroup"].string(), "v2");
  EXPECT_TRUE(kernel.root()["seccomp"].boolean());
  EXPECT_TRUE(kernel.root()["moduleSignatures"].boolean());
  EXPECT_EQ(kernel.root()["vulnerabilities"]["meltdown"].string(), "Not affected");
  EXPECT_EQ(updates.root()["kernelInstalled"].string(), "6.1.0-1");
  EXPECT_FALSE(updates.root()["lastCheck"].string().empty());
  EXPECT_TRUE(facts_of(listening_facts).root().is_array());
  for (const char* path :
       {"/proc/self/mountinfo", "/proc/self/status", "/proc/self/net/tcp", "/lib/modules",
        "/sys/devices/system/cpu/vulnerabilities", "/sys/module/module/parameters", "/var/lib/apt",
        "/etc/systemd/system/docker.service.d"})
    ASSERT_EQ(::chmod((options_.root + path).c_str(), 0), 0) << path;
  ASSERT_EQ(::chmod(scratch_.path().c_str(), 0755), 0);
  for (const char* member : {"cgroup", "seccomp", "moduleSignatures", "vulnerabilities"}) {
    EXPECT_TRUE(as_nobody([&] { return facts_of(kernel_facts).root()[member]["$error"].exists(); }))
        << member;
  }
  for (const char* member : {"kernelInstalled", "lastCheck"}) {
    EXPECT_TRUE(as_nobody([&] { return facts_of(update_facts).root()[member]["$error"].exists(); }))
        << member;
  }
  EXPECT_TRUE(as_nobody([&] { return facts_of(listening_facts).root()["$error"].exists(); }));
  EXPECT_TRUE(
      as_nobody([&] { return facts_of(unit_facts).root()["docker.service"]["$error"].exists(); }));
}

TEST_F(SystemFacts, ExecutablesOfOthersAreHiddenNotMissing) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const pid_t own = ::getpid();
  const auto is_hidden = [](pid_t pid) {
    for (const HostProcess& process : host_processes(HostFiles("/"))) {
      if (process.pid == pid) return process.hidden;
    }
    return false;
  };
  EXPECT_FALSE(is_hidden(own));
  EXPECT_TRUE(as_nobody([&] { return is_hidden(own); }));
}

TEST_F(SystemFacts, WithoutThePlacesThereIsNothingToSay) {
  const Document kernel = facts_of(kernel_facts), updates = facts_of(update_facts);
  for (const char* member : {"cgroup", "vulnerabilities"})
    EXPECT_FALSE(kernel.root()[member].exists()) << member;
  for (const char* member : {"kernelInstalled", "lastCheck", "lastUpdate"})
    EXPECT_FALSE(updates.root()[member].exists()) << member;
}

TEST_F(SystemFacts, AMaskedUnitHasNoFileToJudge) {
  write("/etc/systemd/system/x", "");
  write("/dev/null", "");
  ASSERT_EQ(::symlink("/dev/null", (options_.root + "/etc/systemd/system/docker.service").c_str()),
            0);
  const Document facts = facts_of(file_facts);
  for (const Node& file : facts.root().items()) {
    if (file["role"].string() != "docker-unit") continue;
    EXPECT_FALSE(file["exists"].boolean(true));
  }
}

TEST_F(SystemFacts, DropInsOfAllServicesCount) {
  write("/usr/lib/systemd/system/docker.service", "");
  write("/etc/systemd/system/service.d/10.conf", "");
  write("/etc/systemd/system/service.d/20.conf", "");
  write("/usr/lib/systemd/system/docker.service.d/20.conf", "");
  EXPECT_THAT(unit_files(HostFiles(options_.root), "docker.service").drop_ins,
              ElementsAre("/etc/systemd/system/service.d/10.conf",
                          "/usr/lib/systemd/system/docker.service.d/20.conf"));
}

TEST_F(SystemFacts, WhatMayNotBeReadSaysWhatIsMissing) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  write("/etc/passwd", "root:x:0:0::/root:/bin/sh\n");
  write("/etc/group", "root:x:0:\n");
  write("/etc/shadow", "root:*:1::::::\n");
  ASSERT_EQ(::chmod((options_.root + "/etc/shadow").c_str(), 0600), 0);
  ASSERT_EQ(::chmod(scratch_.path().c_str(), 0755), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setresuid(65534, 65534, 65534) != 0) ::_exit(2);
    const Document users = facts_of(user_facts);
    ::_exit(users.root()[0]["login"]["$error"]["needs"].string() == "root" ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

// -- audit ---------------------------------------------------------------------------------------

std::string rule_bytes(unsigned field, const std::string& text, unsigned permissions,
                       unsigned action = AUDIT_ALWAYS) {
  constexpr size_t kHead = offsetof(audit_rule_data, buf);
  audit_rule_data rule = {};
  for (uint32_t& word : rule.mask) word = UINT32_MAX;
  rule.flags = AUDIT_FILTER_EXIT;
  rule.action = action;
  rule.field_count = 3;
  const std::string key = "docker";
  const std::pair<unsigned, unsigned> fields[] = {
      {field, static_cast<unsigned>(text.size())},
      {AUDIT_PERM, permissions},
      {AUDIT_FILTERKEY, static_cast<unsigned>(key.size())}};
  for (size_t i = 0; i < 3; ++i) {
    rule.fields[i] = fields[i].first;
    rule.values[i] = fields[i].second;
    rule.fieldflags[i] = AUDIT_EQUAL;
  }
  rule.buflen = static_cast<unsigned>(text.size() + key.size());
  std::string bytes(kHead, '\0');
  std::memcpy(bytes.data(), static_cast<const void*>(&rule), kHead);
  return bytes + text + key;
}

TEST(AuditRules, AreReadAsTheKernelHasThem) {
  const auto rule =
      parse_audit_rule(rule_bytes(AUDIT_DIR, "/etc/docker", AUDIT_PERM_WRITE | AUDIT_PERM_ATTR));
  ASSERT_OK(rule);
  ASSERT_TRUE(rule->watch);
  EXPECT_EQ(rule->watch->path, "/etc/docker");
  EXPECT_TRUE(rule->watch->directory);
  EXPECT_EQ(rule->watch->permissions, "wa");
  EXPECT_EQ(rule->watch->key, "docker");
  EXPECT_EQ(rule->text, "-a always,exit -F dir=/etc/docker -F perm=wa -k docker");
  EXPECT_FALSE(parse_audit_rule(rule_bytes(AUDIT_WATCH, "/x", AUDIT_PERM_EXEC, AUDIT_NEVER))->watch)
      << "what is never recorded is not watched";
}

// Who records one user, one program or one call records little of what is done with a file.
TEST(AuditRules, ThoseOfSomeUsersOrCallsAreNoWatches) {
  std::string of_one = rule_bytes(AUDIT_WATCH, "/x", AUDIT_PERM_WRITE);
  const uint32_t field = AUDIT_LOGINUID, calls = 4;
  std::memcpy(of_one.data() + offsetof(audit_rule_data, fields) + sizeof field, &field,
              sizeof field);
  EXPECT_FALSE(parse_audit_rule(of_one)->watch);
  std::string some = rule_bytes(AUDIT_WATCH, "/x", AUDIT_PERM_WRITE);
  std::memcpy(some.data() + offsetof(audit_rule_data, mask), &calls, sizeof calls);
  EXPECT_FALSE(parse_audit_rule(some)->watch);
  for (const char* line : {"-a always,exit -F path=/x -F perm=wa -F auid=1000 -k d",
                           "-a always,exit -S execve -F path=/x -k d", "-a never,exit -F path=/x",
                           "-a always,exit -F path=/x -C uid!=euid"})
    EXPECT_FALSE(parse_audit_line(line)->watch) << line;
  EXPECT_TRUE(parse_audit_line("-a always,exit -S all -F path=/x -F perm=wa -k d")->watch);
}

TEST(AuditRules, CutOffOnesAreErrors) {
  const std::string whole = rule_bytes(AUDIT_WATCH, "/usr/bin/dockerd", AUDIT_PERM_EXEC);
  for (const size_t size : {size_t{0}, size_t{10}, whole.size() - 1, whole.size() - 20})
    EXPECT_FALSE(parse_audit_rule(whole.substr(0, size)).ok()) << size;
  std::string many = whole;
  const uint32_t count = 5000;
  std::memcpy(many.data() + offsetof(audit_rule_data, field_count), &count, sizeof count);
  EXPECT_FALSE(parse_audit_rule(many).ok());
}

TEST(AuditRules, AreReadFromFiles) {
  EXPECT_FALSE(parse_audit_line("# -w /etc/docker -p wa"));
  EXPECT_FALSE(parse_audit_line("-b 8192"));
  const auto watch = parse_audit_line("-w /etc/docker/ -p wa -k docker");
  ASSERT_TRUE(watch && watch->watch);
  EXPECT_EQ(watch->watch->path, "/etc/docker");
  EXPECT_TRUE(watch->watch->directory);
  const auto rule = parse_audit_line("-a always,exit -F path=/usr/bin/runc -F perm=x -k d");
  ASSERT_TRUE(rule && rule->watch);
  EXPECT_EQ(rule->watch->permissions, "x");
}

// -- the kernel's tables --------------------------------------------------------------------------

TEST(ProcFiles, MountsWithEscapesAndPropagation) {
  const auto mounts = parse_mount_info(
      "36 35 98:0 /a /mnt\\040two rw,noatime shared:1 master:2 - ext4 /dev/root rw\n"
      "broken line\n37 35 0:5 / /proc rw - proc proc rw\n");
  ASSERT_EQ(mounts.size(), 2u);
  EXPECT_EQ(mounts[0].target, "/mnt two");
  EXPECT_EQ(mounts[0].propagation, "shared");
  EXPECT_THAT(mounts[0].options, ElementsAre("rw", "noatime"));
  EXPECT_EQ(mounts[1].type, "proc");
  EXPECT_EQ(mounts[1].propagation, "private");
}

TEST(ProcFiles, ListeningSocketsOfBothFamilies) {
  const std::string head = "  sl  local_address rem_address st\n";
  const auto four = parse_listening(
      "tcp", head +
                 "   0: 0100007F:0947 00000000:0000 0A 00000000:00000000 00:00000000 00000000 "
                 "0 0 4711 1\n   1: 0100007F:0947 0100007F:8000 01 0:0 0:0 0 0 0 4712 1\nx\n");
  ASSERT_EQ(four.size(), 1u);
  EXPECT_EQ(four[0].address, "127.0.0.1");
  EXPECT_EQ(four[0].port, 2375);
  EXPECT_EQ(four[0].inode, 4711u);
  const auto six =
      parse_listening("tcp6", head +
                                  "0: 00000000000000000000000000000000:1F90 "
                                  "00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 9 1\n");
  ASSERT_EQ(six.size(), 1u);
  EXPECT_EQ(six[0].address, "::");
}

TEST(ProcFiles, StatusLines) {
  const std::string status = "Name:\tx\nUid:\t1\t2\t3\t4\nCapEff:\t00000000a80425fb\nSeccomp:\t2\n";
  EXPECT_EQ(status_ids(status, "Uid"), 2u);
  EXPECT_EQ(status_mask(status, "CapEff"), 0xa80425fbu);
  EXPECT_EQ(status_value(status, "Seccomp"), "2");
  EXPECT_FALSE(status_mask(status, "Name"));
}

// -- units ---------------------------------------------------------------------------------------

TEST_F(SystemFacts, UnitsAreFoundWhereSystemdLooks) {
  write("/usr/lib/systemd/system/docker.service", "[Service]\n");
  write("/etc/systemd/system/docker.service.d/10.conf", "[Service]\n");
  write("/usr/lib/systemd/system/docker.service.d/10.conf", "[Service]\n");
  write("/usr/lib/systemd/system/docker.service.d/20.conf", ".include docker.service\n");
  ASSERT_EQ(::symlink("/dev/null", (options_.root + "/etc/systemd/system/docker.socket").c_str()),
            0);
  const HostFiles files(options_.root);
  const UnitFiles unit = unit_files(files, "docker.service");
  EXPECT_EQ(unit.fragment, "/usr/lib/systemd/system/docker.service");
  EXPECT_THAT(unit.drop_ins, ElementsAre("/etc/systemd/system/docker.service.d/10.conf",
                                         "/usr/lib/systemd/system/docker.service.d/20.conf"));
  const Document facts = facts_of(unit_facts);
  EXPECT_EQ(facts.root()["docker.socket"]["state"].string(), "masked");
}

TEST_F(SystemFacts, UnitsThatLeadInCirclesEnd) {
  write("/etc/systemd/system/x", "");
  ASSERT_EQ(::symlink("docker.service", (options_.root + "/etc/systemd/system/a.service").c_str()),
            0);
  ASSERT_EQ(::symlink("a.service", (options_.root + "/etc/systemd/system/docker.service").c_str()),
            0);
  ASSERT_EQ(::symlink("docker.service.d",
                      (options_.root + "/etc/systemd/system/docker.service.d").c_str()),
            0);
  const Document facts = facts_of(unit_facts);
  EXPECT_EQ(facts.root()["docker.service"]["fragment"].string(),
            "/etc/systemd/system/docker.service");
  EXPECT_EQ(facts.root()["docker.service"]["dropIns"].size(), 0u);
}

// -- the rest ------------------------------------------------------------------------------------

TEST(Certificates, AreDescribed) {
  if (!test::on_path("openssl")) GTEST_SKIP() << "openssl is not installed";
  test::ScratchDirectory scratch;
  const std::string key = scratch.path() + "/key", path = scratch.path() + "/cert";
  ASSERT_EQ(test::run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key,
                       "-out", path, "-days", "30", "-subj", "/CN=docker"})
                .exit_code,
            0);
  const auto facts = read_certificate(test::read(path));
  ASSERT_OK(facts);
  EXPECT_EQ(facts->subject, "CN=docker");
  EXPECT_EQ(facts->key, "rsa");
  EXPECT_EQ(facts->bits, 2048);
  EXPECT_LT(facts->not_before, facts->not_after);
  for (const char* text :
       {"", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    EXPECT_FALSE(read_certificate(text).ok()) << text;
}

TEST_F(SystemFacts, KernelSettings) {
  write("/proc/cmdline", "quiet mitigations=off\n");
  write("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
  write("/sys/kernel/security/lsm", "lockdown,capability,apparmor");
  write("/sys/module/apparmor/parameters/enabled", "Y\n");
  write("/sys/devices/system/cpu/vulnerabilities/mds", "Vulnerable\n");
  write("/proc/modules", "overlay 1 0 - Live 0x0\ndccp 1 0 - Live 0x0\n");
  const Document facts = facts_of(kernel_facts);
  const Node& kernel = facts.root();
  EXPECT_EQ(kernel["commandLine"][1].string(), "mitigations=off");
  EXPECT_EQ(kernel["lockdown"].string(), "integrity");
  EXPECT_TRUE(kernel["moduleSignatures"].boolean()) << "lockdown demands them";
  EXPECT_TRUE(kernel["apparmor"]["enabled"].boolean());
  EXPECT_EQ(kernel["vulnerabilities"]["mds"].string(), "Vulnerable");
  EXPECT_EQ(kernel["modules"][1].string(), "dccp");
  EXPECT_EQ(kernel["sysctl"].size(), 0u) << "what the kernel does not have is left out";
}

TEST(CollectHost, OfThisMachineIsWhole) {
  CollectOptions options;
  options.engine_seconds = 2;
  const auto json = collect_host(options);
  ASSERT_OK(json);
  const auto document = parse_json(*json);
  ASSERT_OK(document);
  for (const char* member : {"host", "containers", "files", "audit", "units", "kernel", "mounts",
                             "users", "groups", "listening", "certificates", "updates"})
    EXPECT_TRUE(document->root()[member].exists()) << member;
  EXPECT_GT(document->root()["kernel"]["sysctl"].size(), 10u);
}

}  // namespace
}  // namespace seawall::benchmark
