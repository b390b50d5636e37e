// What docker-bench-security gets wrong, each with the right verdict here. What collectors see
// right (who the daemon is, what Go's flags mean) is shown in tests/benchmark/collectors/ as well.
#include "benchmark/collectors/audit_rules.h"
#include "benchmark/collectors/container_facts.h"
#include "benchmark/collectors/daemon_config.h"
#include "benchmark/judge.h"
#include "codec/json.h"
#include "support/support.h"

namespace seawall::benchmark {
namespace {

using enum ControlVerdict;

struct Case {
  const char* defect;
  const char* number;  // of CIS Docker 1.8.0, or our id
  ControlVerdict wanted;
  const char* facts;
};

// Facts of one container, one file.
#define CONTAINER(members) R"({"containers": [{"name": "c", )" members "}]}"
#define AUDIT(role, path, watch)                                                             \
  R"({"files": [{"role": ")" role R"(", "path": ")" path R"(", "exists": true}], "audit": )" \
  R"({"enabled": true, "watches": [)" watch "]}}"
#define MODE(role, mode)                                         \
  R"({"docker": {"rootless": false}, "files": [{"role": ")" role \
  R"(", "path": "/x", "exists": true, "uid": 0, "gid": 0, "mode": ")" mode R"("}]})"
#define DAEMON(members) R"({"swarm": {"active": false}, "docker": {)" members "}}"

constexpr const char* kNoDaemonProcess =
    DAEMON(R"("effective": {"icc": {"$error": {"message": "no process holds the socket"}}})");

const Case kCases[] = {
    {"F1: flags of a process that only calls itself dockerd", "2.2", ControlVerdict::kError,
     kNoDaemonProcess},
    {"F2: a plain TCP port that is not seen", "2.8", kFail,
     DAEMON(R"("effective": {"tlsverify": false}, "tcp": [{"address": "127.0.0.1", "port": 23751,
               "tls": false, "verifies": false}])")},
    {"F4: 622 is less than 644 as a number", "3.2", kFail, MODE("docker-unit", "0622")},
    {"F4: 437 is less than 444", "3.8", kFail, MODE("registry-ca", "0437")},
    {"F4: 602 is less than 660", "3.24", kFail, MODE("containerd-socket", "0602")},
    {"F5: a socket at another path", "3.16", kFail, MODE("docker-socket", "0666")},
    {"F6: a rule for the shim is none for containerd", "1.1.14", kFail,
     AUDIT("containerd", "/usr/bin/containerd",
           R"({"path": "/usr/bin/containerd-shim", "directory": false, "permissions": "rwxa"})")},
    {"F6: a rule for one file is none for its directory", "1.1.6", kFail,
     AUDIT("etc-docker", "/etc/docker",
           R"({"path": "/etc/docker/daemon.json", "directory": false, "permissions": "rwxa"})")},
    {"F6: what is written is not recorded by a rule for reads", "1.1.6", kFail,
     AUDIT("etc-docker", "/etc/docker",
           R"({"path": "/etc/docker", "directory": true, "permissions": "r"})")},
    {"F7: --user 0:0 is root", "4.1", kFail, CONTAINER(R"("user": "0:0", "rootUser": true)")},
    {"F8: label=disable is no SELinux option", "5.3", kFail,
     R"({"kernel": {"selinux": {"enabled": true}}, "containers": [{"name": "c",
         "host": {"selinux": ["disable"]}, "kernel": {"selinux": "u:r:container_t:s0"}}]})"},
    {"F9: no-new-privileges=false is not set", "5.26", kFail,
     CONTAINER(R"("host": {"securityOptions": ["no-new-privileges=false"]},
                  "kernel": {"noNewPrivileges": false})")},
    {"F9: --no-new-privileges=false of the daemon", "2.15", kFail,
     DAEMON(R"("effective": {"no-new-privileges": false})")},
    {"F10: the daemon mounts its directory onto itself", "1.1.1", kFail,
     DAEMON(R"("dataRootMount": {"target": "/var/lib/docker", "separate": false})")},
    {"F11: debug without a configuration file", "2.3", kFail,
     DAEMON(R"("effective": {"log-level": "debug", "debug": true})")},
    {"F12: --live-restore=false", "2.16", kFail, DAEMON(R"("effective": {"live-restore": false})")},
    {"F13: a cgroup-parent in daemon.json", "2.11", kFail,
     DAEMON(R"("effective": {"cgroup-parent": "/other"})")},
    {"F14: logs that stay, whatever they are called", "2.14", kFail,
     DAEMON(R"("effective": {"log-driver": "local"})")},
    {"F14: logs that go nowhere", "2.14", kFail, DAEMON(R"("effective": {"log-driver": "none"})")},
    {"F15: an IPv6 publish on every address", "5.14", kFail,
     CONTAINER(R"("ports": [{"address": "::", "port": 443, "protocol": "tcp"}])")},
    {"F15: a privileged port over IPv6", "5.8", kFail,
     CONTAINER(R"("ports": [{"address": "::", "port": 443, "protocol": "tcp"}])")},
    {"F16: --restart always", "5.15", kFail,
     CONTAINER(R"("host": {"restart": {"name": "always", "max": 0}})")},
    {"F17: a namespace joined through another container", "5.16", kFail,
     CONTAINER(R"("joined": {"pid": "host"}, "host": {"pid": "container:x"})")},
    {"F18: a process that greps for sshd", "5.7", kPass,
     CONTAINER(R"("kernel": {"sshd": false, "processes": [{"pid": 1, "name": "grep sshd"}]})")},
    {"F19: a profile that allows all", "5.22", kFail,
     CONTAINER(R"("host": {"seccomp": "custom", "seccompAllowsAll": true},
                  "kernel": {"seccomp": "filter"})")},
    {"F19: a privileged container has no filter", "5.22", kFail,
     CONTAINER(R"("host": {"seccomp": "default"}, "kernel": {"seccomp": "disabled"})")},
    {"F20: the directory above the socket", "5.32", kFail,
     CONTAINER(R"("mounts": [{"source": "/run", "destination": "/host/run",
                  "sockets": ["/run/docker.sock"]}])")},
    {"F20: the socket of another engine", "5.32", kFail,
     CONTAINER(R"("mounts": [{"source": "/run/crio/crio.sock", "destination": "/s",
                  "sockets": ["/run/crio/crio.sock"]}])")},
    {"F21: a privileged container has every capability", "5.4", kFail,
     CONTAINER(R"("host": {"privileged": true, "capabilities": []},
                  "kernel": {"capabilities": {"bounding": []}})")},
    {"F21: NET_RAW is kept unasked", "SW-H0801", kFail,
     CONTAINER(R"("host": {"privileged": false, "capabilities": ["CAP_NET_RAW"]})")},
    {"F22: /etc read-only", "5.6", kFail,
     CONTAINER(R"("mounts": [{"source": "/etc", "destination": "/e", "writable": false,
                  "sensitive": "settings and passwords of the host"}])")},
    {"F23: an engine past its end", "1.2.2", kFail,
     DAEMON(R"("version": "20.10.24+dfsg1", "components": {})")},
    {"F24: managers are counted, not leaders", "7.1", kFail,
     R"({"swarm": {"active": true, "manager": true, "managers": 4}})"},
    {"F25: ADDRESS is no ADD", "4.9", kPass,
     R"({"images": [{"id": "1", "tags": ["a:1"], "history": ["CMD", "RUN echo ADDRESS"]}]})"},
    {"F25: the base image's own ADD", "4.9", kPass,
     R"({"images": [{"id": "1", "tags": ["a:1"],
         "history": ["/bin/sh -c #(nop) ADD file:1 in / "]}]})"},
    {"F25: update-ca-certificates updates no list", "4.7", kPass,
     R"({"images": [{"id": "1", "tags": ["a:1"], "history": ["RUN update-ca-certificates"]}]})"},
    {"F26: the daemon's filter is looked at", "2.18", kFail,
     DAEMON(R"("effective": {"seccomp-profile": "unconfined"},
               "info": {"SecurityOptions": ["name=seccomp,profile=unconfined"]})")},
    {"F26: default ulimits are looked at", "2.9", kFail,
     DAEMON(R"("effective": {"default-ulimits": {}})")},
    {"F27: the shell's DOCKER_CONTENT_TRUST says nothing", "4.5", kManual,
     R"({"images": [{"id": "1", "tags": ["a:1"]}]})"},
    {"F28: the other ports of the swarm", "7.2", kFail,
     R"({"swarm": {"active": true}, "listening": [{"protocol": "udp6", "address": "::",
         "port": 7946}]})"},
    {"F29: a health check of NONE is none", "4.6", kFail,
     R"({"images": [{"id": "1", "tags": ["a:1"], "healthCheck": false}]})"},
    {"F31: a user in the group", "1.1.2", kFail,
     R"({"docker": {"rootless": false, "effective": {"group": "docker"}},
         "groups": {"docker": ["alice"]}})"},
    {"F32: the group of a registry's certificate", "3.7", kFail,
     R"({"docker": {"rootless": false}, "files": [{"role": "registry-certificate", "path": "/x",
         "exists": true, "uid": 0, "gid": 1000, "mode": "0444"}]})"},
    {"F32: a registry's key", "3.8", kFail, MODE("registry-key", "0444")},
    {"F33: a kernel without AppArmor", "5.2", kNotApplicable,
     R"({"kernel": {"apparmor": {"enabled": false}}, "containers": [{"name": "c"}]})"},
    {"F34: a CPU quota counts", "5.12", kPass,
     CONTAINER(R"("host": {"cpuQuota": 50000, "nanoCpus": 0, "cpuset": "", "cpuShares": 0})")},
    {"F35: a GPU is a device", "5.18", kFail,
     CONTAINER(R"("host": {"devices": [], "deviceRequests": 1, "deviceRules": [],
                  "privileged": false})")},
    {"F36: any short life of certificates", "7.7", kPass,
     R"({"swarm": {"active": true, "manager": true, "certificateDays": 30}})"},
};

TEST(Defects, HaveTheRightVerdictHere) {
  const auto controls = ControlSet::built_in();
  ASSERT_OK(controls);
  for (const Case& one : kCases) {
    const auto named = controls->named(one.number, "cis-docker-1.8.0");
    ASSERT_EQ(named.size(), 1u) << one.number;
    const auto facts = parse_json(one.facts);
    ASSERT_TRUE(facts.ok()) << one.defect << ": " << facts.error().text();
    const ControlResult result = judge_control(*named[0], facts->root());
    EXPECT_EQ(to_string(result.verdict), to_string(one.wanted)) << one.defect;
  }
}

DaemonSettings settings_of(const std::vector<std::string>& arguments, std::string config = "{}") {
  return daemon_settings(arguments, 812, read_daemon_config("/etc/docker/daemon.json", config),
                         "28.1.0");
}

// F3: tlsverify and hosts of daemon.json. F30: Go's booleans. F37: a path after a space.
TEST(Defects, SettingsAreReadAsTheDaemonReadsThem) {
  EXPECT_TRUE(settings_of({}, R"({"tlsverify": true})").boolean("tlsverify"));
  EXPECT_EQ(settings_of({}, "{\"hosts\": [\n\"unix:///a\",\n\"tcp://0.0.0.0:2376\"]}")
                .list("hosts")
                .size(),
            2u);
  EXPECT_FALSE(settings_of({"--icc=f"}).boolean("icc"));
  EXPECT_FALSE(settings_of({"--iptables=0"}).boolean("iptables"));
  EXPECT_TRUE(settings_of({"--icc", "--live-restore=T"}).boolean("live-restore"));
  EXPECT_EQ(settings_of({"--tlscacert", "/x/ca.pem"}).text("tlscacert"), "/x/ca.pem");
}

// F7: root by every way of writing it.
TEST(Defects, RootIsRootHoweverItIsWritten) {
  for (const char* user : {"", "0", "root", "0:0", "root:root", "00", "0000:5"})
    EXPECT_TRUE(is_root_user(user)) << user;
  for (const char* user : {"1", "10001:0", "nobody", "rooty"})
    EXPECT_FALSE(is_root_user(user)) << user;
}

}  // namespace
}  // namespace seawall::benchmark
