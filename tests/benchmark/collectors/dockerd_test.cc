// The facts of a real Docker engine and real containers: what they were started with must be found
// again in what the engine and the kernel say.
#include <unistd.h>

#include <filesystem>

#include <fmt/format.h>

#include "benchmark/collectors/engine_document.h"
#include "net/http_client.h"
#include "support/dockerd.h"
#include "support/image_builder.h"
#include "support/tiny_program.h"

namespace seawall::benchmark {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

test::ImageParts waiting_image() {
  const std::string program = test::waiting_program();
  const auto file = [&](const std::string& name) {
    return test::tar_header({.name = name, .size = program.size(), .mode = 0755}) + program +
           std::string(512 - program.size() % 512, '\0');
  };
  test::ImageParts parts;
  parts.tag = "wait:1";
  parts.layers = {file("wait") + file("usr/sbin/sshd") +
                  test::tar_file("etc/passwd", "other:x:0:0::/:\n") + test::tar_end()};
  parts.config = fmt::format(
      R"({{"architecture":"amd64","os":"linux","config":{{"Cmd":["/wait"],"User":"10001:10001"}},)"
      R"("rootfs":{{"type":"layers","diff_ids":["sha256:{}"]}},"history":[{{"created_by":"COPY wait /"}}]}})",
      test::hex_of(parts.layers[0]));
  return parts;
}

class DockerdTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    engine_ = test::Dockerd::start(why_);
    if (!engine_) return;
    const Status loaded = engine_->load(test::docker_archive(waiting_image()));
    if (!loaded.ok()) why_ = loaded.error().text();
    if (!loaded.ok()) engine_.reset();
  }
  static void TearDownTestSuite() { engine_.reset(); }

  void SetUp() override {
#ifndef __x86_64__
    GTEST_SKIP() << "the program of the image is for x86-64";
#endif
    if (!engine_) GTEST_SKIP() << why_;
  }
  void TearDown() override {
    for (const std::string& name : started_)
      (void)call("DELETE", "/containers/" + name + "?force=1");
  }

  static Result<std::string> call(const std::string& method, const std::string& target,
                                  const std::string& body = {}) {
    const HttpClient client;
    SEAWALL_TRY(HttpResponse response,
                client.send({.method = method,
                             .url = "http://engine" + target,
                             .unix_socket = engine_->socket(),
                             .headers = {{"Content-Type", "application/json"}},
                             .body = body}));
    SEAWALL_TRY(std::string said, read_all(*response.body, 1 << 20));
    if (response.status / 100 != 2)
      return Error(Code::kNetwork, fmt::format("status {}: {}", response.status, said));
    return said;
  }

  // Whether it runs; `why_` says what this machine does not let a container have.
  bool run(const std::string& name, const std::string& host, const std::string& more = {}) {
    started_.push_back(name);
    auto answer = call("POST", "/containers/create?name=" + name,
                       fmt::format(R"({{"Image":"wait:1"{},"HostConfig":{{{}}}}})", more, host));
    if (answer.ok()) answer = call("POST", "/containers/" + name + "/start");
    if (!answer.ok()) why_ = answer.error().text();
    return answer.ok();
  }

  const Node& collect() {
    CollectOptions options;
    options.docker_socket = engine_->socket();
    facts_ = engine_document(options);
    return facts_.root();
  }

  const Node& container(const std::string& name) const {
    static const Node none;
    for (const Node& one : facts_.root()["containers"].items()) {
      if (one["name"].string() == name) return one;
    }
    ADD_FAILURE() << "no container " << name;
    return none;
  }

  static std::unique_ptr<test::Dockerd> engine_;
  static std::string why_;
  std::vector<std::string> started_;
  Document facts_;
};
std::unique_ptr<test::Dockerd> DockerdTest::engine_;
std::string DockerdTest::why_;

TEST_F(DockerdTest, FindsTheDaemonAndWhatItRunsWith) {
  const Node& docker = collect()["docker"];
  EXPECT_EQ(docker["process"]["foundBy"].string(), "socket peer");
  EXPECT_THAT(docker["process"]["executable"].string(), testing::EndsWith("/dockerd"));
  EXPECT_THAT(docker["configFile"].string(), testing::EndsWith("/daemon.json"));
  EXPECT_NE(docker["configFile"].string(), "/etc/docker/daemon.json");
  const Node& effective = docker["effective"];
  EXPECT_FALSE(effective["iptables"].boolean(true)) << "by its flag";
  EXPECT_EQ(effective["bridge"].string(), "none");
  EXPECT_EQ(effective["storage-driver"].string(), "vfs");
  EXPECT_EQ(effective["data-root"].string(), docker["info"]["DockerRootDir"].string());
  EXPECT_EQ(effective["log-driver"].string(), "json-file");
  EXPECT_EQ(docker["sources"]["log-driver"].string(), "default");
  EXPECT_THAT(docker["sources"]["iptables"].string(), testing::StartsWith("flag --iptables (pid "));
  EXPECT_EQ(docker["tcp"].size(), 0u);
  EXPECT_TRUE(docker["dataRootMount"]["separate"].exists());
  EXPECT_EQ(facts_.root()["conflicts"].size(), 0u) << facts_.text();
  EXPECT_FALSE(facts_.root()["swarm"]["active"].boolean(true));
  const Node& image = facts_.root()["images"][0];
  EXPECT_THAT(texts(image["tags"]), ElementsAre("wait:1"));
  EXPECT_EQ(image["user"].string(), "10001:10001");
  EXPECT_FALSE(image["rootUser"].boolean(true));
  EXPECT_EQ(image["containers"].integer(), 0);
}

TEST_F(DockerdTest, AContainerAsItIsByDefault) {
  ASSERT_TRUE(run("plain", R"("NetworkMode":"none")")) << why_;
  collect();
  const Node& plain = container("plain");
  const Node& kernel = plain["kernel"];
  EXPECT_FALSE(plain["rootUser"].boolean(true));
  EXPECT_EQ(kernel["uid"].integer(), 10001);
  EXPECT_THAT(texts(kernel["capabilities"]["effective"]), IsEmpty())
      << "no capability without root";
  EXPECT_THAT(texts(kernel["capabilities"]["bounding"]),
              UnorderedElementsAreArray(texts(plain["host"]["capabilities"])))
      << "the engine's rules and the kernel agree";
  EXPECT_EQ(kernel["seccomp"].string(), "filter");
  EXPECT_FALSE(kernel["readOnlyRoot"].boolean(true));
  EXPECT_FALSE(kernel["noNewPrivileges"].boolean(true));
  EXPECT_FALSE(kernel["sshd"].boolean(true));
  ASSERT_EQ(kernel["processes"].size(), 1u);
  EXPECT_EQ(kernel["processes"][0]["executable"].string(), "/wait");
  EXPECT_EQ(kernel["processes"][0]["pid"].integer(), plain["pid"].integer());
  EXPECT_EQ(kernel["cgroup"]["memoryMax"].integer(), 0);
  for (const char* name : {"pid", "ipc", "network", "uts"})
    EXPECT_EQ(plain["joined"][name].string(), "private") << name;
  EXPECT_EQ(facts_.root()["images"][0]["containers"].integer(), 1);
  EXPECT_THAT(texts(plain["networks"]), ElementsAre("none"));
  EXPECT_EQ(facts_.root()["conflicts"].size(), 0u) << facts_.text();
}

TEST_F(DockerdTest, AContainerThatWasConfined) {
  ASSERT_TRUE(run("hard",
                  R"("NetworkMode":"none","ReadonlyRootfs":true,"CapDrop":["ALL"],)"
                  R"("CapAdd":["NET_BIND_SERVICE"],"SecurityOpt":["no-new-privileges"],)"
                  R"("Memory":67108864,"PidsLimit":16,"CpuShares":512)",
                  R"(,"User":"0:0")"))
      << why_;
  collect();
  const Node& kernel = container("hard")["kernel"];
  EXPECT_TRUE(container("hard")["rootUser"].boolean()) << "F7: 0:0 is root";
  EXPECT_THAT(texts(kernel["capabilities"]["effective"]), ElementsAre("CAP_NET_BIND_SERVICE"));
  EXPECT_TRUE(kernel["readOnlyRoot"].boolean());
  EXPECT_TRUE(kernel["noNewPrivileges"].boolean());
  EXPECT_EQ(kernel["cgroup"]["memoryMax"].integer(), 67108864);
  EXPECT_EQ(kernel["cgroup"]["pidsMax"].integer(), 16);
  EXPECT_EQ(container("hard")["host"]["cpuShares"].integer(), 512);
  EXPECT_EQ(facts_.root()["conflicts"].size(), 0u) << facts_.text();
}

// F7: a name that the image's own list of users makes root.
TEST_F(DockerdTest, TheKernelKnowsWhoIsRoot) {
  ASSERT_TRUE(run("named", R"("NetworkMode":"none")", R"(,"User":"other")")) << why_;
  collect();
  EXPECT_EQ(container("named")["user"].string(), "other");
  EXPECT_TRUE(container("named")["rootUser"].boolean());
}

// F17, F18, F19, F20.
TEST_F(DockerdTest, AContainerThatWasLetLoose) {
  const test::ScratchDirectory scratch;
  const std::string link = scratch.path() + "/data";
  std::filesystem::create_symlink(std::filesystem::path(engine_->socket()).parent_path(), link);
  ASSERT_TRUE(run("loose",
                  fmt::format(R"("NetworkMode":"host","PidMode":"host","IpcMode":"host",)"
                              R"("UTSMode":"host","SecurityOpt":["seccomp=unconfined",)"
                              R"("no-new-privileges=false"],"Binds":["/etc:/e:ro","{}:/d"])",
                              link),
                  R"(,"User":"0","Cmd":["/usr/sbin/sshd"])"))
      << why_;
  ASSERT_TRUE(run("joins", R"("NetworkMode":"none","PidMode":"container:loose")")) << why_;
  collect();
  const Node& loose = container("loose");
  for (const char* name : {"pid", "ipc", "network", "uts"})
    EXPECT_EQ(loose["joined"][name].string(), "host") << name;
  EXPECT_THAT(texts(loose["kernel"]["hostNamespaces"]), Contains("pid"));
  EXPECT_EQ(container("joins")["joined"]["pid"].string(), "host");
  EXPECT_EQ(container("joins")["joined"]["ipc"].string(), "private");
  EXPECT_EQ(loose["kernel"]["seccomp"].string(), "disabled");
  EXPECT_EQ(loose["host"]["seccomp"].string(), "unconfined");
  EXPECT_FALSE(loose["host"]["noNewPrivileges"].boolean(true));
  EXPECT_TRUE(loose["kernel"]["sshd"].boolean());
  EXPECT_FALSE(container("joins")["kernel"]["sshd"].boolean(true))
      << "it sees the other's processes, and they are none of its own";
  ASSERT_EQ(loose["mounts"].size(), 2u);
  for (const Node& mount : loose["mounts"].items()) {
    if (mount["destination"].string() == "/e") {
      EXPECT_EQ(mount["sensitive"].string(), "settings and passwords of the host");
      EXPECT_FALSE(mount["writable"].boolean(true));
    } else {
      EXPECT_THAT(texts(mount["sockets"]), Contains(engine_->socket())) << "through a link";
    }
  }
  EXPECT_EQ(facts_.root()["conflicts"].size(), 0u) << facts_.text();
}

// F19: a profile that lets everything through is a filter for the kernel.
TEST_F(DockerdTest, AProfileThatAllowsAllIsTold) {
  ASSERT_TRUE(run("open", R"("NetworkMode":"none","SecurityOpt":)"
                          R"(["seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[]}"])"))
      << why_;
  collect();
  EXPECT_EQ(container("open")["host"]["seccomp"].string(), "custom");
  EXPECT_TRUE(container("open")["host"]["seccompAllowsAll"].boolean());
}

// What is privileged here has what the machine lets it have.
TEST_F(DockerdTest, APrivilegedContainer) {
  if (!run("all", R"("NetworkMode":"none","Privileged":true)", R"(,"User":"0")"))
    GTEST_SKIP() << why_;
  collect();
  EXPECT_TRUE(container("all")["host"]["privileged"].boolean());
  EXPECT_EQ(container("all")["host"]["seccomp"].string(), "unconfined");
  EXPECT_EQ(container("all")["kernel"]["seccomp"].string(), "disabled");
  EXPECT_THAT(texts(container("all")["kernel"]["capabilities"]["effective"]),
              Contains("CAP_SYS_ADMIN"));
}

}  // namespace
}  // namespace seawall::benchmark
