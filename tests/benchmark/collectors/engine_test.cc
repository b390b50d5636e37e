// The facts of engines and containers, from engines that say what a test wants and made trees of
// a host.
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "benchmark/collectors/container_kernel.h"
#include "benchmark/collectors/engine_api.h"
#include "benchmark/collectors/engine_document.h"
#include "benchmark/collectors/settings_text.h"
#include "benchmark/collectors/system.h"
#include "support/http_server.h"
#include "support/support.h"

namespace seawall::benchmark {
namespace {

using test::http_answer;
using test::HttpCall;
using test::HttpServer;
using test::Peer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kDocker =
    R"({"Version": "20.10.24", "ApiVersion": "1.41", "Components": [{"Name": "Engine", "Version": "20.10.24"}]})";
const std::string kId = std::string(64, 'a');

class EngineTest : public testing::Test {
 protected:
  EngineTest() {
    options_.root = scratch_.path() + "/root";
    options_.docker_socket = scratch_.path() + "/socket";
    options_.engine_seconds = 1;
    options_.jobs = 4;
    scratch_.write("root/etc/passwd",
                   "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n");
    answers_["/version"] = kDocker;
    answers_["/info"] =
        R"({"LiveRestoreEnabled": false, "SecurityOptions": ["name=seccomp,profile=default"]})";
    answers_["/containers/json"] = "[]";
    answers_["/images/json"] = "[]";
    answers_["/networks"] = "[]";
    answers_["/volumes"] = R"({"Volumes": null})";
  }

  // Answers by target; no answer: not found; "hang": never; "cut": half of one.
  void start() {
    server_ = std::make_unique<HttpServer>(
        [this](const HttpCall& call, Peer& peer) {
          const auto found = answers_.find(call.target);
          if (found == answers_.end())
            return peer.send(http_answer(404, R"({"message": "no such thing"})"));
          if (found->second == "hang") return peer.stall(30);
          if (found->second == "cut") {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Id\": ");
            return peer.stall(30);
          }
          peer.send(http_answer(200, found->second));
        },
        options_.docker_socket);
  }

  const Node& collect() {
    if (!server_) start();
    facts_ = engine_document(options_);
    return facts_.root();
  }

  // A container as an engine tells of it; `host` and `more` are members of HostConfig and of all.
  void add_container(const std::string& id, const std::string& name, int pid,
                     const std::string& host = {}, const std::string& more = {}) {
    const std::string list = answers_["/containers/json"];
    answers_["/containers/json"] =
        list.substr(0, list.size() - 1) + (list == "[]" ? "" : ",") + R"({"Id": ")" + id + "\"}]";
    answers_["/containers/" + id + "/json"] = fmt::format(
        R"({{"Id": "{}", "Name": "/{}", "State": {{"Running": true, "Pid": {}}}, "Image": "sha256:1",
            "Config": {{"Image": "app:1", "User": "app", "Env": ["PASSWORD=secret", "A"]}},
            "HostConfig": {{{}}}{}}})",
        id, name, pid, host, more);
  }

  // A process of the tree. Links of its namespaces are numbered: those of the host with 1.
  void add_process(int pid, const std::string& executable, const std::string& words,
                   const std::string& cgroup, int namespaces = 2, const std::string& status = {}) {
    const std::string folder = fmt::format("root/proc/{}/", pid);
    scratch_.write(folder + "comm", executable.substr(executable.rfind('/') + 1) + "\n");
    scratch_.write(folder + "cmdline", words);
    scratch_.write(folder + "cgroup", "12:memory:" + cgroup + "\n0::" + cgroup + "\n");
    scratch_.write(folder + "uid_map", "         0     100000      65536\n");
    scratch_.write(folder + "status",
                   status.empty() ? "Name:\tx\nUid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb\n"
                                    "NoNewPrivs:\t0\nSeccomp:\t2\nSeccomp_filters:\t1\n"
                                  : status);
    link(folder + "exe", executable);
    for (const char* name : {"pid", "ipc", "net", "user", "uts", "mnt", "cgroup"})
      link(folder + "ns/" + name, fmt::format("{}:[{}]", name, namespaces));
  }

  void link(const std::string& name, const std::string& target) {
    const std::filesystem::path path(scratch_.path() + "/" + name);
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::create_symlink(target, path);
  }

  test::ScratchDirectory scratch_;
  CollectOptions options_;
  std::map<std::string, std::string> answers_;
  std::unique_ptr<HttpServer> server_;
  Document facts_;
};

TEST_F(EngineTest, WithoutAnEngineThereAreNoContainers) {
  options_.docker_socket.clear();
  const EngineFacts facts = collect_engines(options_);
  ASSERT_EQ(facts.members.size(), 3u);
  for (const auto& [name, json] : facts.members) EXPECT_EQ(json, "[]") << name;
}

TEST_F(EngineTest, ASocketThatNobodyAnswersIsAnError) {
  scratch_.write("socket", "");
  const EngineFacts facts = collect_engines(options_);
  ASSERT_FALSE(facts.members.empty());
  for (const auto& [name, json] : facts.members)
    EXPECT_THAT(json, StartsWith("{\"$error\"")) << name;
}

TEST_F(EngineTest, NonsenseIsAnErrorInPlaceOfWhatWasAsked) {
  start();
  for (const char* nonsense : {"<html>", "[", "3", "\"Version\"", "", "null"}) {
    answers_["/version"] = nonsense;
    EXPECT_TRUE(collect()["docker"]["$error"].exists()) << nonsense;
    EXPECT_TRUE(collect()["containers"]["$error"].exists()) << nonsense;
  }
  answers_["/version"] = kDocker;
  const std::pair<const char*, const char*> members[] = {{"/containers/json", "containers"},
                                                         {"/images/json", "images"},
                                                         {"/networks", "networks"},
                                                         {"/volumes", "volumes"},
                                                         {"/info", "swarm"}};
  for (const auto& [question, member] : members) {
    const std::string before = answers_[question];
    for (const char* nonsense : {"<html>", "\"x\"", "", "[{]", "true"}) {
      answers_[question] = nonsense;
      const Node& facts = collect();
      EXPECT_EQ(facts["docker"]["version"].string(), "20.10.24") << question << nonsense;
      EXPECT_TRUE(facts[member]["$error"]["message"].is_string()) << question << nonsense;
    }
    answers_[question] = before;
  }
  answers_["/containers/json"] = "{}";
  EXPECT_TRUE(collect()["containers"]["$error"].exists()) << "an object is no empty list";
}

TEST_F(EngineTest, AnEngineThatHangsIsLeftAfterAWhile) {
  add_container(kId, "web", 0);
  for (auto& [target, answer] : answers_) {
    if (target != "/version" && target != "/containers/json") answer = "hang";
  }
  answers_["/containers/" + kId + "/json"] = "cut";
  options_.jobs = 1;
  const auto before = std::chrono::steady_clock::now();
  const Node& facts = collect();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
  EXPECT_LT(took.count(), 1.5 * EngineApi::kMostTimeouts + 2);
  EXPECT_EQ(facts["docker"]["version"].string(), "20.10.24");
  EXPECT_TRUE(facts["docker"]["info"]["$error"].exists());
  EXPECT_TRUE(facts["docker"]["rootless"]["$error"].exists());
  EXPECT_TRUE(facts["images"]["$error"].exists());
  EXPECT_TRUE(facts["networks"]["$error"].exists());
  EXPECT_TRUE(facts["swarm"]["$error"].exists());
}

TEST_F(EngineTest, OneContainerThatCannotBeSeenLeavesTheOthers) {
  add_container(kId, "web", 0);
  for (const char* id : {"b1", "b2", "b3"}) add_container(id, id, 0);
  answers_["/containers/b1/json"] = "cut";
  answers_["/containers/b2/json"] = R"({"Id": "another"})";
  answers_.erase("/containers/b3/json");
  const Node& list = collect()["containers"];
  ASSERT_EQ(list.size(), 3u) << "what vanished is left out";
  EXPECT_EQ(list[0]["name"].string(), "web");
  EXPECT_FALSE(list[0]["host"]["$error"].exists());
  for (size_t i = 1; i < 3; ++i) {
    for (const char* part : {"host", "kernel", "joined", "mounts", "rootUser", "health"})
      EXPECT_TRUE(list[i][part]["$error"].exists()) << i << part;
  }
}

TEST_F(EngineTest, WhatHasStoppedSinceIsLeftOut) {
  add_container(kId, "web", 0);
  answers_["/containers/" + kId + "/json"] =
      R"({"Id": ")" + kId + R"(", "State": {"Running": false}, "Config": {}, "HostConfig": {}})";
  EXPECT_EQ(collect()["containers"].size(), 0u);
}

TEST_F(EngineTest, MoreThanFiveThousandContainersAreSaid) {
  std::string list = "[";
  for (int i = 0; i < 5002; ++i)
    list += fmt::format("{}{{\"Id\": \"{:064x}\"}}", i == 0 ? "" : ",", i);
  answers_["/containers/json"] = list + "]";
  for (int i = 0; i < 5002; ++i) {
    answers_[fmt::format("/containers/{:064x}/json", i)] =
        fmt::format(R"({{"Id": "{:064x}", "Config": {{}}, "HostConfig": {{}}}})", i);
  }
  const Node& containers = collect()["containers"];
  ASSERT_EQ(containers.size(), 5001u);
  EXPECT_EQ(containers[5000]["name"].string(), "2 more");
  EXPECT_TRUE(containers[5000]["host"]["$error"].exists());
  EXPECT_EQ(containers[4999]["id"].string(), fmt::format("{:064x}", 4999));
}

TEST_F(EngineTest, TellsOfAContainerWhatItsEngineWasTold) {
  add_container(
      kId, "web", 0,
      R"("Privileged": false, "CapAdd": ["net_admin"], "CapDrop": ["NET_RAW"], "ReadonlyRootfs": true,
         "SecurityOpt": ["no-new-privileges=0", "label=disable", "seccomp={\"defaultAction\": \"SCMP_ACT_ALLOW\"}"],
         "PidMode": "host", "Memory": 1048576, "PidsLimit": -1, "Binds": null,
         "RestartPolicy": {"Name": "always", "MaximumRetryCount": 0},
         "Devices": [{"PathOnHost": "/dev/sda", "PathInContainer": "/dev/x", "CgroupPermissions": "rwm"}],
         "Ulimits": [{"Name": "nofile", "Soft": 1, "Hard": 2}], "PublishAllPorts": true, "MaskedPaths": [])",
      R"(, "AppArmorProfile": "docker-default", "Created": "2026-11-01T00:00:00Z",
         "NetworkSettings": {"Networks": {"front": {}}, "Ports": {"80/tcp": [
            {"HostIp": "::", "HostPort": "443"}, {"HostIp": "127.0.0.1", "HostPort": "99999999999999999999"}],
            "53/udp": null}})");
  answers_["/networks"] =
      R"([{"Id": "1", "Name": "front", "Driver": "overlay", "Options": {"encrypted": "false"}},
          {"Id": "2", "Name": "back", "Driver": "overlay", "Options": {"encrypted": ""}}])";
  const Node& facts = collect();
  const Node& web = facts["containers"][0];
  const Node& host = web["host"];
  EXPECT_EQ(web["name"].string(), "web");
  EXPECT_THAT(texts(host["capAdd"]), ElementsAre("CAP_NET_ADMIN"));
  EXPECT_THAT(texts(host["capabilities"]), testing::Contains("CAP_NET_ADMIN"));
  EXPECT_THAT(texts(host["capabilities"]), Not(testing::Contains("CAP_NET_RAW")));
  EXPECT_FALSE(host["noNewPrivileges"].boolean(true)) << "F9: it is turned off";
  EXPECT_THAT(texts(host["selinux"]), ElementsAre("disable"));
  EXPECT_EQ(host["seccomp"].string(), "custom");
  EXPECT_TRUE(host["seccompAllowsAll"].boolean()) << "F19";
  EXPECT_TRUE(host["unmaskedPaths"].boolean()) << "what systempaths=unconfined comes to";
  EXPECT_EQ(host["apparmor"].string(), "docker-default");
  EXPECT_EQ(host["memory"].integer(), 1048576);
  EXPECT_EQ(host["pidsLimit"].integer(), 0) << "-1 is no limit";
  EXPECT_EQ(host["restart"]["name"].string(), "always");
  EXPECT_EQ(host["devices"][0]["path"].string(), "/dev/sda");
  EXPECT_EQ(host["ulimits"][0]["hard"].integer(), 2);
  EXPECT_EQ(web["joined"]["pid"].string(), "host");
  EXPECT_EQ(web["joined"]["ipc"].string(), "private");
  ASSERT_EQ(web["ports"].size(), 2u);
  EXPECT_EQ(web["ports"][0]["address"].string(), "::") << "F15: IPv6 counts, too";
  EXPECT_EQ(web["ports"][0]["port"].integer(), 443);
  EXPECT_EQ(web["ports"][1]["port"].integer(), 0) << "no number of a port";
  EXPECT_THAT(texts(web["config"]["environment"]), ElementsAre("PASSWORD", "A"));
  EXPECT_THAT(std::string(facts_.text()), Not(HasSubstr("secret"))) << "values are not kept";
  EXPECT_TRUE(web["rootUser"]["$error"].exists()) << "nobody knows the number of the name app";
  EXPECT_TRUE(web["kernel"].is_null());
  EXPECT_THAT(texts(facts["networks"][0]["containers"]), ElementsAre("web"));
  EXPECT_FALSE(facts["networks"][0]["encrypted"].boolean(true));
  EXPECT_TRUE(facts["networks"][1]["encrypted"].boolean());
}

// F17: by name, id or the beginning of an id, in circles, or to what runs no more.
TEST_F(EngineTest, JoinedNamespacesAreFollowedToTheirRoot) {
  add_container(kId, "root", 0, R"("PidMode": "host", "IpcMode": "shareable")");
  add_container("b", "byname", 0, R"("PidMode": "container:root", "IpcMode": "container:root")");
  add_container("c", "byid", 0, R"("PidMode": "container:)" + kId.substr(0, 12) + "\"");
  add_container("d", "chain", 0, R"("PidMode": "container:b", "NetworkMode": "container:gone")");
  add_container("e", "circle", 0, R"("PidMode": "container:e")");
  add_container("f", "prefix", 0, R"("PidMode": "container:roo")");
  std::map<std::string, std::string> pid;
  const Node& list = collect()["containers"];
  for (const Node& one : list.items())
    pid.emplace(one["name"].string(), one["joined"]["pid"].string());
  EXPECT_EQ(pid["byname"], "host");
  EXPECT_EQ(pid["byid"], "host");
  EXPECT_EQ(pid["chain"], "host");
  EXPECT_EQ(pid["circle"], "container circle");
  EXPECT_EQ(pid["prefix"], "container roo") << "the beginning of a name names nobody";
  EXPECT_EQ(list[1]["joined"]["ipc"].string(), "container root");
  EXPECT_EQ(list[3]["joined"]["network"].string(), "container gone");
}

// F20 and F22: folders above sockets, and volumes that are really a folder of the host.
TEST_F(EngineTest, MountsTellWhatOfTheHostTheyReach) {
  scratch_.write("root/run/docker.sock", "");
  add_container(
      kId, "web", 0, "",
      R"(, "Mounts": [{"Type": "bind", "Source": "/var/run", "Destination": "/r", "RW": false},
                     {"Type": "volume", "Name": "sly", "Source": "/var/lib/docker/volumes/sly/_data",
                      "Destination": "/v", "RW": true, "Propagation": ""},
                     {"Type": "volume", "Name": "data", "Source": "/var/lib/docker/volumes/data/_data"},
                     {"Type": "bind", "Source": "/srv/app"}])");
  answers_["/volumes"] =
      R"({"Volumes": [{"Name": "sly", "Driver": "local", "Options": {"o": "rw,bind", "device": "/etc"}},
                      {"Name": "data", "Options": {"type": "nfs", "o": "addr=h", "device": ":/x"}}]})";
  const Node& mounts = collect()["containers"][0]["mounts"];
  ASSERT_EQ(mounts.size(), 4u);
  EXPECT_THAT(texts(mounts[0]["sockets"]), ElementsAre("/run/docker.sock"));
  EXPECT_EQ(mounts[0]["sensitive"].string(), "sockets of the host's services");
  EXPECT_EQ(mounts[1]["source"].string(), "/etc");
  EXPECT_EQ(mounts[1]["sensitive"].string(), "settings and passwords of the host");
  EXPECT_FALSE(mounts[2]["sensitive"].exists());
  EXPECT_FALSE(mounts[3]["sensitive"].exists());
}

TEST_F(EngineTest, TheKernelCountsMoreThanTheEngine) {
  add_container(kId, "web", 50, R"("SecurityOpt": ["no-new-privileges"], "PidMode": "")");
  add_process(1, "/sbin/init", "", "/", 1);
  add_process(50, "/app", "", "/docker/" + kId, 1,
              "Uid:\t100000\t100000\t100000\t100000\nCapEff:\t000001ffffffffff\n"
              "NoNewPrivs:\t0\nSeccomp:\t0\n");
  add_process(51, "/usr/sbin/sshd", "", "/docker/" + kId + "/inner.slice/ssh.service");
  add_process(52, "/usr/sbin/sshd", "", "/docker/" + kId + "0");
  scratch_.write("root/proc/50/attr/current", "docker-default (enforce)\n");
  scratch_.write("root/proc/50/mountinfo", "1 0 8:1 / / ro,relatime master:1 - ext4 /dev/sda rw\n");
  scratch_.write("root/sys/fs/cgroup/memory/docker/" + kId + "/memory.limit_in_bytes", "1048576\n");
  scratch_.write("root/sys/fs/cgroup/pids/docker/" + kId + "/pids.max", "max\n");
  const Node& facts = collect();
  const Node& kernel = facts["containers"][0]["kernel"];
  EXPECT_EQ(kernel["capabilities"]["effective"].size(), 41u);
  EXPECT_EQ(kernel["seccomp"].string(), "disabled");
  EXPECT_EQ(kernel["apparmor"].string(), "docker-default (enforce)");
  EXPECT_TRUE(kernel["readOnlyRoot"].boolean());
  EXPECT_EQ(kernel["cgroup"]["version"].string(), "v1");
  EXPECT_EQ(kernel["cgroup"]["memoryMax"].integer(), 1048576);
  EXPECT_EQ(kernel["cgroup"]["pidsMax"].integer(), 0);
  ASSERT_EQ(kernel["processes"].size(), 2u) << "those of groups below, too, and no others";
  EXPECT_TRUE(kernel["sshd"].boolean()) << "F18: by its executable";
  EXPECT_EQ(kernel["hostNamespaces"].size(), 7u);
  EXPECT_TRUE(facts["containers"][0]["rootUser"].boolean()) << "100000 outside is 0 inside";
  EXPECT_EQ(facts["containers"][0]["joined"]["pid"].string(), "host");
  std::vector<std::string> what;
  for (const Node& conflict : facts["conflicts"].items()) {
    EXPECT_EQ(conflict["subject"].string(), "container web");
    what.emplace_back(conflict["what"].string());
  }
  EXPECT_THAT(what, ElementsAre("pid namespace", "ipc namespace", "network namespace",
                                "uts namespace", "seccomp", "no-new-privileges", "capabilities"));
}

TEST_F(EngineTest, AnotherProcessOfTheSameNumberIsNotTheContainers) {
  add_container(kId, "web", 50);
  add_process(50, "/usr/bin/editor", "", "/user.slice/session-1.scope");
  const Node& facts = collect();
  EXPECT_THAT(facts["containers"][0]["kernel"]["$error"]["message"].string(),
              HasSubstr("/user.slice/session-1.scope"));
  EXPECT_EQ(facts["conflicts"].size(), 0u);
}

// As with hidepid: it runs by its engine, and its process is not to be seen.
TEST_F(EngineTest, AHiddenProcessIsAnError) {
  add_container(kId, "web", 50);
  const Node& error = collect()["containers"][0]["kernel"]["$error"];
  EXPECT_EQ(error["needs"].string(), "hidepid=0");
}

TEST_F(EngineTest, TheDaemonIsWhoeverAnswersOnTheSocket) {
  // A process that calls itself dockerd, and one that only runs a file of that name.
  add_process(40, "/bin/sleep", std::string("dockerd\0--icc=false\0", 20), "/");
  add_process(41, "/tmp/dockerd", std::string("dockerd\0--icc=false\0", 20), "/");
  EXPECT_TRUE(collect()["docker"]["process"]["$error"].exists());
  EXPECT_TRUE(collect()["docker"]["effective"]["icc"]["$error"].exists());
  EXPECT_FALSE(collect()["docker"]["effective"]["live-restore"].boolean(true))
      << "which the engine says itself";

  const std::string words("dockerd\0--icc=0\0--log-opt\0a-token=b\0--live-restore\0", 51);
  add_process(::getpid(), "/usr/bin/dockerd (deleted)", words, "/");
  scratch_.write("root/etc/docker/daemon.json", "{\"icc\": true, \"userland-proxy\": false}");
  const Node& docker = collect()["docker"];
  EXPECT_EQ(docker["process"]["pid"].integer(), ::getpid());
  EXPECT_EQ(docker["process"]["foundBy"].string(), "socket peer");
  EXPECT_EQ(docker["process"]["user"].string(), "root");
  EXPECT_THAT(texts(docker["process"]["arguments"]),
              ElementsAre("--icc=0", "--log-opt", "a-token=***", "--live-restore"));
  EXPECT_FALSE(docker["effective"]["icc"].boolean(true));
  EXPECT_EQ(docker["sources"]["icc"].string(), fmt::format("flag --icc (pid {})", ::getpid()));
  EXPECT_EQ(docker["sources"]["userland-proxy"].string(), "/etc/docker/daemon.json:1");
  EXPECT_EQ(docker["sources"]["live-restore"].string(), "engine");
  const Node& conflict = facts_.root()["conflicts"][0];
  EXPECT_EQ(conflict["what"].string(), "live-restore");
}

// systemd opened the socket: its peer is not the daemon, but who holds it is.
TEST_F(EngineTest, ADaemonThatWasGivenItsSocketIsFound) {
  add_process(40, "/bin/sleep", std::string("dockerd\0--icc=false\0", 20), "/");
  add_process(60, "/usr/bin/dockerd", std::string("dockerd\0-H\0fd://\0", 17), "/");
  scratch_.write("root/proc/net/unix",
                 "Num RefCount Protocol Flags Type St Inode Path\n"
                 "0: 00000002 00000000 00010000 0001 01 4711 " +
                     options_.docker_socket + "\n");
  link("root/proc/40/fd/3", "socket:[4711]");
  link("root/proc/60/fd/4", "socket:[4711]");
  const Node& process = collect()["docker"]["process"];
  EXPECT_EQ(process["pid"].integer(), 60);
  EXPECT_EQ(process["foundBy"].string(), "socket holder");
}

TEST_F(EngineTest, ThePidFileIsBelievedWhenTheProgramIsTheDaemon) {
  add_process(40, "/bin/sleep", "dockerd", "/");
  add_process(60, "/usr/bin/dockerd", "dockerd", "/");
  scratch_.write("root/run/docker.pid", "40");
  EXPECT_TRUE(collect()["docker"]["process"]["$error"].exists());
  scratch_.write("root/run/docker.pid", "60\n");
  EXPECT_EQ(collect()["docker"]["process"]["foundBy"].string(), "pid file");
}

// Without root the daemon has a home, a view of files and a network of its own.
TEST_F(EngineTest, ADaemonWithoutRootReadsTheSettingsOfItsUser) {
  add_process(1, "/sbin/init", "", "/", 1);
  add_process(::getpid(), "/usr/bin/dockerd", "dockerd", "/", 7, "Uid:\t1000\t1000\t1000\t1000\n");
  scratch_.write(fmt::format("root/proc/{}/root/home/ann/.config/docker/daemon.json", ::getpid()),
                 "{\"icc\": false}");
  scratch_.write(fmt::format("root/proc/{}/net/tcp", ::getpid()),
                 "  sl\n   0: 0100007F:0947 00000000:0000 0A 00000000:00000000 00:00000000 "
                 "00000000     0        0 99 1\n");
  link(fmt::format("root/proc/{}/fd/3", ::getpid()), "socket:[99]");
  const Node& docker = collect()["docker"];
  EXPECT_EQ(docker["configFile"].string(), "/home/ann/.config/docker/daemon.json");
  EXPECT_FALSE(docker["effective"]["icc"].boolean(true));
  ASSERT_EQ(docker["tcp"].size(), 1u);
  EXPECT_EQ(docker["tcp"][0]["port"].integer(), 2375);
  EXPECT_FALSE(docker["tcp"][0]["tls"].boolean(true));
}

// F10: the daemon mounts its folder onto itself, which makes no partition.
TEST_F(EngineTest, ADataRootOnItsOwnMountIsOnTheSameDevice) {
  answers_["/info"] = R"({"DockerRootDir": "/var/lib/docker/100000.100000"})";
  scratch_.write("root/proc/self/mountinfo",
                 "1 0 8:1 / / rw - ext4 /dev/sda rw\n"
                 "2 1 8:1 /var/lib/docker /var/lib/docker rw - ext4 /dev/sda rw\n");
  EXPECT_FALSE(collect()["docker"]["dataRootMount"]["separate"].boolean(true));
  EXPECT_EQ(facts_.root()["docker"]["effective"]["data-root"].string(),
            "/var/lib/docker/100000.100000");
  scratch_.write("root/proc/self/mountinfo",
                 "1 0 8:1 / / rw - ext4 /dev/sda rw\n"
                 "2 1 8:2 / /var/lib/docker rw - ext4 /dev/sdb rw\n");
  EXPECT_TRUE(collect()["docker"]["dataRootMount"]["separate"].boolean());
}

TEST_F(EngineTest, ImagesTellWhoTheyRunAsAndWhoRunsThem) {
  add_container(kId, "web", 0);
  answers_["/images/json"] = R"([{"Id": "sha256:1"}, {"Id": "sha256:2"}, {"Id": "sha256:3"}])";
  answers_["/images/sha256:1/json"] =
      R"({"RepoTags": ["app:1"], "Config": {"User": "00:0", "Healthcheck": {"Test": ["CMD", "x"]}}})";
  answers_["/images/sha256:1/history"] = R"([{"CreatedBy": "second"}, {"CreatedBy": "first"}])";
  answers_["/images/sha256:2/json"] =
      R"({"Config": {"User": "1000", "Healthcheck": {"Test": ["NONE"]}}})";
  const Node& images = collect()["images"];
  ASSERT_EQ(images.size(), 2u) << "one vanished meanwhile";
  EXPECT_TRUE(images[0]["rootUser"].boolean()) << "F7: 00 is the number 0";
  EXPECT_TRUE(images[0]["healthCheck"].boolean());
  EXPECT_EQ(images[0]["containers"].integer(), 1);
  EXPECT_THAT(texts(images[0]["history"]), ElementsAre("first", "second"));
  EXPECT_FALSE(images[1]["rootUser"].boolean(true));
  EXPECT_FALSE(images[1]["healthCheck"].boolean(true));
  EXPECT_TRUE(images[1]["history"]["$error"].exists());
}

TEST_F(EngineTest, SwarmsTellOfTheirManagersAndAddresses) {
  EXPECT_FALSE(collect()["swarm"]["active"].boolean(true));
  answers_["/info"] =
      R"({"DockerRootDir": "/data", "Swarm": {"LocalNodeState": "active", "ControlAvailable": true,
          "NodeAddr": "192.0.2.1", "Managers": 2, "Nodes": 5, "Cluster": {}}})";
  answers_["/swarm"] =
      R"({"Spec": {"EncryptionConfig": {"AutoLockManagers": true}, "CAConfig": {"NodeCertExpiry": 7776000000000000}}})";
  answers_["/secrets"] = "[{}]";
  scratch_.write("root/data/swarm/docker-state.json", R"({"DataPathAddr": "198.51.100.1"})");
  const Node& swarm = collect()["swarm"];
  EXPECT_EQ(swarm["managers"].integer(), 2) << "F24";
  EXPECT_TRUE(swarm["autolock"].boolean());
  EXPECT_EQ(swarm["certificateDays"].integer(), 90);
  EXPECT_EQ(swarm["listen"].string(), "192.0.2.1");
  EXPECT_EQ(swarm["dataPath"].string(), "198.51.100.1");
  EXPECT_EQ(swarm["secrets"].integer(), 1);
  EXPECT_TRUE(swarm["services"]["$error"].exists());
}

TEST_F(EngineTest, PodmanAnswersAtDockersSocketAsItself) {
  answers_["/version"] = R"({"Version": "4.3.1", "Components": [{"Name": "Podman Engine"}]})";
  answers_["/info"] =
      R"({"SecurityOptions": ["name=seccomp", "name=rootless"], "HttpProxy": "http://a:b@c"})";
  add_container(kId, "web", 0);
  const Node& facts = collect();
  EXPECT_FALSE(facts["docker"].exists());
  EXPECT_FALSE(facts["networks"].exists());
  EXPECT_EQ(facts["podman"]["version"].string(), "4.3.1");
  EXPECT_TRUE(facts["podman"]["rootless"].boolean());
  EXPECT_EQ(facts["podman"]["info"]["HttpProxy"].string(), "http://***@c");
  EXPECT_EQ(facts["containers"][0]["engine"].string(), "podman");
  EXPECT_EQ(facts["containers"][0]["host"]["capabilities"].size(), 11u);
}

TEST_F(EngineTest, VolumesThatNobodyMayListMayBindAnything) {
  add_container(kId, "web", 0, {}, R"(, "Mounts": [
      {"Type": "volume", "Name": "data", "Source": "/var/lib/docker/volumes/data/_data",
       "Destination": "/data", "RW": true},
      {"Type": "bind", "Source": "/etc", "Destination": "/host", "RW": false}])");
  answers_["/volumes"] = R"({"Volumes": [{"Name": "data",
      "Options": {"type": "none", "o": "bind", "device": "/etc"}}]})";
  const Node& seen = collect()["containers"][0]["mounts"];
  EXPECT_EQ(seen[0]["source"].string(), "/etc");
  EXPECT_TRUE(seen[0]["sensitive"].exists() && !seen[0]["sensitive"]["$error"].exists());
  answers_["/volumes"] = "<html>";
  const Node& unseen = collect()["containers"][0]["mounts"];
  EXPECT_TRUE(unseen[0]["sensitive"]["$error"].exists());
  EXPECT_TRUE(unseen[0]["sockets"]["$error"].exists());
  EXPECT_FALSE(unseen[1]["sensitive"]["$error"].exists()) << "a bind mount says itself what it is";
}

TEST_F(EngineTest, SecretsOfImagesAndContainersStayThere) {
  answers_["/images/json"] = R"([{"Id": "sha256:1"}])";
  answers_["/images/sha256:1/json"] = R"({"Id": "sha256:1", "Config": {"Labels":
      {"deploy-token": "4f1c", "maintainer": "ann"}, "Env": ["API_KEY=4f1c"]}})";
  answers_["/images/sha256:1/history"] =
      R"([{"CreatedBy": "ENV DB_PASSWORD=4f1c"}, {"CreatedBy": "CMD [\"sh\"]"}])";
  const Node& image = collect()["images"][0];
  std::string text;
  JsonWriter json(text, JsonWriter::kCompact);
  write_without_secrets(json, collect());
  EXPECT_THAT(texts(image["history"]), ElementsAre("CMD [\"sh\"]", "ENV DB_PASSWORD=***"));
  for (const auto& [name, member] : collect_engines(options_).members)
    EXPECT_THAT(member, Not(HasSubstr("4f1c"))) << name;
}

TEST_F(EngineTest, ExecutablesThatMayNotBeSeenLeaveOpenWhetherThereIsAnSshServer) {
  add_process(812, "/usr/bin/web", "web", "/docker/" + kId);
  const HostFiles files(options_.root);
  HostProcess web{812, "web", "/usr/bin/web"}, other{813, "sleep", ""}, server{814, "sshd", ""};
  const auto ssh = [&](const std::vector<const HostProcess*>& members) {
    const CgroupMembers in_cgroup = {{"/docker/" + kId, members}};
    auto document = parse_json(container_kernel(files, 812, kId, {}, in_cgroup).json);
    EXPECT_OK(document);
    return std::move(document).value();
  };
  EXPECT_FALSE(ssh({&web, &other}).root()["sshd"]["$error"].exists());
  EXPECT_FALSE(ssh({&web, &other}).root()["sshd"].boolean(true));
  other.hidden = server.hidden = true;
  EXPECT_TRUE(ssh({&web, &other}).root()["sshd"]["$error"].exists());
  EXPECT_TRUE(ssh({&web, &server}).root()["sshd"].boolean()) << "its name gives it away";
}

}  // namespace
}  // namespace seawall::benchmark
