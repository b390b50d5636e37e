// The guard on this machine's own kernel with a real Docker engine: what it denies in containers,
// from their first program on, and what it lets be.
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include "guard/agent/guard.h"
#include "support/dockerd.h"
#include "support/support.h"

namespace seawall::guard {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr int kKilled = 137;        // 128 + SIGKILL, as Docker tells it
constexpr int kNotPermitted = 126;  // the shell's word for EPERM of an exec

// A guard that turns in a thread of its own.
class RunningGuard {
 public:
  RunningGuard(GuardOptions options, std::string& why) {
    auto started = Guard::start(std::move(options));
    if (!started.ok()) {
      why = started.error().text();
      return;
    }
    guard_ = std::move(*started);
    thread_ = std::thread([this] {
      while (!ends_) {
        const Status turned = guard_->turn(20, [this](const Event& event) {
          const std::lock_guard lock(mutex_);
          events_.push_back(event);
        });
        if (!turned.ok()) ends_ = true;
      }
    });
  }
  ~RunningGuard() { stop(); }
  void stop() {
    ends_ = true;
    if (thread_.joinable()) thread_.join();
  }
  bool started() const { return guard_ != nullptr; }
  // After stop().
  Guard& guard() { return *guard_; }
  std::vector<Event> denials() {
    const std::lock_guard lock(mutex_);
    std::vector<Event> found;
    for (const Event& event : events_) {
      if (event.type == EventType::kDenied) found.push_back(event);
    }
    return found;
  }

 private:
  std::unique_ptr<Guard> guard_;
  std::atomic<bool> ends_{false};
  std::mutex mutex_;
  std::vector<Event> events_;
  std::thread thread_;
};

class GuardOnDocker : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can load programs into the kernel";
    if (!std::filesystem::exists("/bin/busybox")) GTEST_SKIP() << "there is no static busybox";
    std::string why;
    engine_ = test::Dockerd::start(why, "overlay2");
    if (!engine_) GTEST_SKIP() << why;
    std::filesystem::create_directories(scratch_.path() + "/image/bin");
    std::filesystem::create_directories(scratch_.path() + "/image/tmp");
    std::filesystem::copy_file("/bin/busybox", scratch_.path() + "/image/bin/busybox");
    for (const char* name : {"sh", "cp", "ls", "wget", "sleep", "true", "touch"})
      std::filesystem::create_symlink("busybox", scratch_.path() + "/image/bin/" + name);
    const std::string archive = scratch_.path() + "/image.tar";
    ASSERT_EQ(test::run({"tar", "-C", scratch_.path() + "/image", "-cf", archive, "."}).exit_code,
              0);
    const auto imported = docker({"import", archive, "lab:1"});
    ASSERT_EQ(imported.exit_code, 0) << imported.err;
  }

  // The engine's end leaves its containers running.
  void TearDown() override {
    if (engine_) docker({"rm", "-f", "old", "kept"});
  }

  test::RunResult docker(std::vector<std::string> words) const {
    words.insert(words.begin(), {"docker", "-H", "unix://" + engine_->socket()});
    return test::run(words);
  }
  test::RunResult in_container(const std::string& script) const {
    return docker({"run", "--rm", "--network", "none", "lab:1", "/bin/sh", "-c", script});
  }

  GuardOptions options(const Profile& profile) const {
    GuardOptions options;
    options.state_folder = scratch_.path() + "/state";
    options.run_folder = scratch_.path() + "/run";
    options.docker_socket = engine_->socket();
    options.profiles = {profile};
    options.keep = false;
    return options;
  }

  static Profile lab(Mode mode) {
    Profile profile;
    profile.name = "lab";
    profile.images = {"lab:*"};
    profile.mode = mode;
    profile.executables.deny_new = true;
    profile.executables.deny = {"/bin/wget"};
    return profile;
  }

  test::ScratchDirectory scratch_;
  std::unique_ptr<test::Dockerd> engine_;
};

constexpr const char* kDrift = "cp /bin/busybox /tmp/ls; /tmp/ls /; echo status $?";

TEST_F(GuardOnDocker, WhatAProfileDeniesDoesNotRun) {
  EXPECT_THAT(in_container(kDrift).out, HasSubstr("status 0")) << "without a guard it runs";
  std::string why;
  RunningGuard guard(options(lab(Mode::kEnforce)), why);
  if (!guard.started()) GTEST_SKIP() << why;
  EXPECT_THAT(in_container(kDrift).out, AnyOf(HasSubstr("status 137"), HasSubstr("status 126")));
  const test::RunResult first = docker({"run", "--rm", "--network", "none", "lab:1", "wget"});
  EXPECT_THAT(first.exit_code, AnyOf(kKilled, kNotPermitted)) << "the container's first program";
  EXPECT_EQ(in_container("ls /bin/busybox").out, "/bin/busybox\n") << "what is not denied runs";
  guard.stop();
  const std::vector<Event> denials = guard.denials();
  ASSERT_EQ(denials.size(), 2u);
  EXPECT_EQ(denials[0].call, "newFile");
  EXPECT_EQ(denials[0].file.name, "/tmp/ls");
  EXPECT_EQ(denials[0].refused_by, "guard");
  EXPECT_EQ(denials[1].call, "exec");
  ASSERT_TRUE(denials[1].process->container);
  EXPECT_EQ(denials[1].process->container->image, "lab:1") << "never late";
  const GuardStatus status = guard.guard().status();
  EXPECT_TRUE(status.canary_holds) << status.canary;
  EXPECT_EQ(status.counters.at("denied.newFile"), 1u);
  EXPECT_EQ(status.counters.at("lostRing"), 0u);
}

TEST_F(GuardOnDocker, WhatIsOnlyObservedRunsAndIsTold) {
  std::string why;
  RunningGuard guard(options(lab(Mode::kObserve)), why);
  if (!guard.started()) GTEST_SKIP() << why;
  EXPECT_THAT(in_container(kDrift).out, HasSubstr("status 0"));
  guard.stop();
  ASSERT_EQ(guard.denials().size(), 1u);
  EXPECT_EQ(guard.denials()[0].refused_by, "") << "it would have been";
}

TEST_F(GuardOnDocker, AnIncompleteProfileIsNotEnforced) {
  Profile profile = lab(Mode::kEnforce);
  profile.learned.events = 100;
  profile.learned.lost["ring"] = 1;
  std::string why;
  RunningGuard guard(options(profile), why);
  if (!guard.started()) GTEST_SKIP() << why;
  EXPECT_THAT(in_container(kDrift).out, HasSubstr("status 0"));
}

TEST_F(GuardOnDocker, ContainersThatRunAlreadyAreTakenIn) {
  ASSERT_EQ(docker({"run", "-d", "--name", "old", "--network", "none", "lab:1", "/bin/sh", "-c",
                    "while true; do sleep 1; done"})
                .exit_code,
            0);
  std::string why;
  RunningGuard guard(options(lab(Mode::kEnforce)), why);
  if (!guard.started()) GTEST_SKIP() << why;
  EXPECT_THAT(docker({"exec", "old", "wget"}).exit_code, AnyOf(kKilled, kNotPermitted));
  EXPECT_EQ(docker({"exec", "old", "ls", "/bin/busybox"}).exit_code, 0);
  guard.stop();
  const GuardStatus status = guard.guard().status();
  // Containers of other engines of this machine stand there without a name.
  const auto own = std::find_if(status.containers.begin(), status.containers.end(),
                                [](const auto& one) { return one.name == "old"; });
  ASSERT_NE(own, status.containers.end());
  EXPECT_EQ(own->mode, "enforce");
  EXPECT_FALSE(own->late);
}

TEST_F(GuardOnDocker, WhatIsAttachedOutlivesTheGuardAndIsTakenOver) {
  GuardOptions kept = options(lab(Mode::kEnforce));
  kept.keep = true;
  const auto links = [&] {
    size_t count = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(kept.run_folder + "/bpf"))
      count += entry.path().filename().string().starts_with("link-");
    return count;
  };
  const auto denied = AnyOf(kKilled, kNotPermitted);
  std::string why;
  size_t before = 0;
  {
    RunningGuard first(kept, why);
    if (!first.started()) GTEST_SKIP() << why;
    if (!std::filesystem::exists(kept.run_folder + "/bpf")) {
      GTEST_SKIP() << "this system has a BPF file system, which tests leave alone";
    }
    ASSERT_EQ(docker({"run", "-d", "--name", "kept", "--network", "none", "lab:1", "sleep", "600"})
                  .exit_code,
              0);
    EXPECT_THAT(docker({"exec", "kept", "wget"}).exit_code, denied);
    before = links();
  }
  EXPECT_GT(before, 4u);
  EXPECT_THAT(docker({"exec", "kept", "wget"}).exit_code, denied) << "no guard runs";
  {
    RunningGuard second(kept, why);
    ASSERT_TRUE(second.started()) << why;
    EXPECT_THAT(docker({"exec", "kept", "wget"}).exit_code, denied);
    EXPECT_EQ(docker({"exec", "kept", "true"}).exit_code, 0);
    EXPECT_EQ(links(), before) << "those of the first guard are gone";
  }
  docker({"rm", "-f", "kept"});
  const std::string folder = kept.run_folder + "/bpf";
  EXPECT_EQ(::umount(folder.c_str()), 0) << "with it goes what is attached";
}

}  // namespace
}  // namespace seawall::guard
