// The generated filter on a real Docker engine: the container starts the first time, `docker exec`
// works, and what was not learned fails with EPERM; with and without no-new-privileges.
#include <cerrno>

#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "codec/json.h"
#include "codec/json_writer.h"
#include "guard/profile/export.h"
#include "support/tiny_program.h"
#include "net/http_client.h"
#include "support/dockerd.h"
#include "support/image_builder.h"

namespace seawall::guard {
namespace {

constexpr uint32_t kSocket = 41, kClone = 56, kUmask = 95, kUnshare = 272;
constexpr uint32_t kNewUser = 0x10000000, kNewUts = 0x04000000, kChildSignal = 17;

test::ImageParts image() {
  const auto file = [&](const std::string& name, const std::string& program) {
    return test::tar_header({.name = name, .size = program.size(), .mode = 0755}) +
           test::padded(program);
  };
  test::ImageParts parts;
  parts.tag = "seccomp:1";
  parts.layers = {
      file("wait", test::waiting_program()) + file("umask", test::calling_program(kUmask, 022)) +
      file("unshare", test::calling_program(kUnshare, kNewUser)) +
      file("stream", test::calling_program(kSocket, 2, 1)) +
      file("raw", test::calling_program(kSocket, 2, 3, 1)) +
      file("packet", test::calling_program(kSocket, 17, 2)) +
      file("netlink", test::calling_program(kSocket, 16, 3)) +
      file("fork", test::calling_program(kClone, kChildSignal)) +
      file("namespace", test::calling_program(kClone, kNewUts | kChildSignal)) + test::tar_end()};
  parts.config = fmt::format(
      R"({{"architecture":"amd64","os":"linux","config":{{"Cmd":["/wait"]}},)"
      R"("rootfs":{{"type":"layers","diff_ids":["sha256:{}"]}},"history":[{{"created_by":"COPY . /"}}]}})",
      test::hex_of(parts.layers[0]));
  return parts;
}

class SeccompOnDocker : public testing::TestWithParam<bool> {
 protected:
  static void SetUpTestSuite() {
    engine_ = test::Dockerd::start(why_);
    if (!engine_) return;
    const Status loaded = engine_->load(test::docker_archive(image()));
    if (!loaded.ok()) why_ = loaded.error().text();
    if (!loaded.ok()) engine_.reset();
  }
  static void TearDownTestSuite() { engine_.reset(); }
  void SetUp() override {
#ifndef __x86_64__
    GTEST_SKIP() << "the programs of the image are for x86-64";
#endif
    if (!engine_) GTEST_SKIP() << why_;
  }
  void TearDown() override {
    if (engine_) (void)call("DELETE", "/containers/one?force=1");
  }

  static Result<Document> call(const std::string& method, const std::string& target,
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
    return parse_json(said.empty() ? "{}" : said.front() == '{' ? said : "{}");
  }

  static std::string filter(std::vector<std::string> calls, bool no_new_privileges) {
    Profile profile;
    profile.name = "app";
    profile.system_calls = std::move(calls);
    profile.denies[static_cast<size_t>(Privilege::kNamespaces)] = true;
    profile.network.deny_raw = true;
    const auto json = export_seccomp(profile, {.no_new_privileges = no_new_privileges});
    EXPECT_OK(json);
    return json.ok() ? *json : "";
  }

  // Starts /wait under the filter, as the user given.
  Status start(const std::string& seccomp, const std::string& user = "0") {
    std::string text;
    append_json_string(text, "seccomp=" + seccomp);
    SEAWALL_CHECK(
        call("POST", "/containers/create?name=one",
             fmt::format(R"({{"Image":"seccomp:1","User":"{}","HostConfig":{{"NetworkMode":)"
                         R"("none","SecurityOpt":[{}{}]}}}})",
                         user, text, GetParam() ? R"(,"no-new-privileges")" : "")));
    SEAWALL_CHECK(call("POST", "/containers/one/start"));
    SEAWALL_TRY(const Document state, call("GET", "/containers/one/json"));
    if (!state.root()["State"]["Running"].boolean()) return malformed("it does not run");
    return {};
  }

  // What `docker exec one PROGRAM` exits with.
  int64_t exec(const std::string& program) {
    const auto made =
        call("POST", "/containers/one/exec", fmt::format(R"({{"Cmd":["{}"]}})", program));
    if (!made.ok()) return ADD_FAILURE() << made.error().text(), -1;
    const std::string id(made->root()["Id"].string());
    const auto started = call("POST", "/exec/" + id + "/start", R"({"Detach":true})");
    if (!started.ok()) return ADD_FAILURE() << started.error().text(), -1;
    for (int i = 0; i < 100; ++i) {
      const auto state = call("GET", "/exec/" + id + "/json");
      if (state.ok() && !state->root()["Running"].boolean(true))
        return state->root()["ExitCode"].integer().value_or(-1);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return ADD_FAILURE() << program << " does not end", -1;
  }

  static std::unique_ptr<test::Dockerd> engine_;
  static std::string why_;
};
std::unique_ptr<test::Dockerd> SeccompOnDocker::engine_;
std::string SeccompOnDocker::why_;

// The program itself calls pause() alone: whatever else is needed is the runtime's.
TEST_P(SeccompOnDocker, StartsTheFirstTimeAndExecutes) {
  ASSERT_OK(start(filter({"pause"}, GetParam())));
  EXPECT_EQ(exec("/umask"), EPERM) << "not learned";
  EXPECT_EQ(exec("/unshare"), EPERM);
  EXPECT_EQ(exec("/stream"), EPERM);
  EXPECT_EQ(exec("/fork"), EPERM);
}

TEST_P(SeccompOnDocker, StartsForAnotherUserThanRoot) {
  ASSERT_OK(start(filter({"pause"}, GetParam()), "1000:1000"));
  EXPECT_EQ(exec("/umask"), EPERM);
}

TEST_P(SeccompOnDocker, WhatWasLearnedWorksAndItsDangerousUsesDoNot) {
  ASSERT_OK(start(filter({"pause", "umask", "socket", "clone", "unshare"}, GetParam())));
  EXPECT_EQ(exec("/umask"), 0);
  EXPECT_EQ(exec("/stream"), 0);
  EXPECT_EQ(exec("/netlink"), 0) << "names are looked up with it";
  EXPECT_EQ(exec("/raw"), EPERM) << "network.raw: deny";
  EXPECT_EQ(exec("/packet"), EPERM);
  EXPECT_EQ(exec("/fork"), 0);
  EXPECT_EQ(exec("/namespace"), EPERM) << "deny: [namespaces]";
  EXPECT_EQ(exec("/unshare"), EPERM);
}

// The runtime's own calls are what makes it start: without them it does not (what other generators
// leave to chance).
TEST_P(SeccompOnDocker, WithoutTheRuntimesCallsItDoesNotStart) {
  EXPECT_FALSE(
      start(R"({"defaultAction":"SCMP_ACT_ERRNO","architectures":["SCMP_ARCH_X86_64"],)"
            R"("syscalls":[{"names":["pause","execve","exit"],"action":"SCMP_ACT_ALLOW"}]})")
          .ok());
}

INSTANTIATE_TEST_SUITE_P(, SeccompOnDocker, testing::Bool(), [](const auto& one) {
  return one.param ? "WithNoNewPrivileges" : "ByDefault";
});

}  // namespace
}  // namespace seawall::guard
