// The runtime agent: chooses backends by trying, binds profiles to containers before they run,
// reads what the kernel tells, and proves by its canary that what it denies is denied.
//
//   GuardOptions options;
//   options.profiles = {...};
//   SEAWALL_TRY(const auto guard, Guard::start(options));
//   while (!interrupted()) SEAWALL_CHECK(guard->turn(100, [](const Event& event) { ... }));
//
// FAILURE: what is attached enforces on when the agent dies (kernel_part.h) and is taken over by
// the next one. When memory is short events are lost first, counted; never rules. Who the guard is
// not sure of - no engine answers, no profile fits - is observed, never stopped. The agent itself
// and the host's own processes are never judged.
// LIMITS: 4,000 profiles; events that user space cannot keep up with are lost in the ring, counted
// by container. THREADS: one, and one that listens to the engine.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "guard/agent/engine_watch.h"
#include "guard/agent/event_maker.h"
#include "guard/agent/status.h"
#include "guard/canary/canary.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

struct GuardOptions {
  std::string state_folder = "/var/lib/seawall";
  std::string run_folder = "/run/seawall";
  std::string docker_socket = "/var/run/docker.sock";
  std::vector<Profile> profiles;
  std::vector<std::string> calls;  // system calls that are sent up, by name
  bool keep = true;                // what is attached outlives the agent
  unsigned canary_seconds = 60;
};

class Guard {
 public:
  static Result<std::unique_ptr<Guard>> start(GuardOptions options);
  ~Guard();
  // Handles what came, waiting at most `milliseconds` for it; every few seconds the work of the
  // house: canary, engine sockets, status.
  Status turn(int milliseconds, const std::function<void(const Event&)>& see);

  GuardStatus status();
  const Backends& backends() const { return backends_; }
  const KernelPart& kernel() const { return *part_; }

 private:
  struct Bound {
    std::string id;
    uint32_t profile = 0;
    Mode mode = Mode::kLearn;
    bool late = false;  // after its control group was made
  };
  explicit Guard(GuardOptions options) : options_(std::move(options)) {}
  Status prepare();
  Status load_profile(uint32_t number, const Profile& profile);
  // The number and mode of the profile for a container; 0: none.
  std::pair<uint32_t, Mode> profile_for(const std::string& container_id);
  void expect(const std::string& container_id, const std::string& image);
  // By its reference alone: asks nobody. None: no profile names it.
  std::optional<std::pair<uint32_t, Mode>> profile_named(const std::string& image) const;
  std::pair<uint32_t, Mode> numbered(size_t index) const;
  void bind_group(uint64_t group, const std::string& container_id, bool late);
  void handle(std::span<const unsigned char> bytes);
  void keep_house();
  void try_canary();
  void refresh_sockets();

  GuardOptions options_;
  GroupLayout layout_;
  Backends backends_;
  std::unique_ptr<KernelPart> part_;
  std::unique_ptr<ContainerDirectory> directory_;
  std::unique_ptr<EventMaker> maker_;
  std::optional<Canary> canary_;
  std::optional<CanaryResult> canary_result_;
  std::string canary_error_;
  std::vector<std::string> problems_;
  std::mutex mutex_;  // of expected_
  std::map<std::string, std::pair<uint32_t, Mode>> expected_;
  std::map<uint64_t, Bound> bound_;
  uint64_t damaged_ = 0, late_ = 0;
  std::function<void(const Event&)> see_;
  std::chrono::steady_clock::time_point canary_at_, house_at_;
  std::unique_ptr<EngineWatch> watch_;  // last: its thread ends first
};

}  // namespace seawall::guard
