// The kernel part, loaded and attached: its tables by name, and its ring.
//
//   SEAWALL_TRY(const auto part, KernelPart::start(layout, backends, "/sys/fs/bpf/seawall"));
//   SEAWALL_CHECK(part->wait_for("3f2a...", {profile, wire::SW_ENFORCE}));
//   part->poll(100, [&](std::span<const unsigned char> record) { ... });
//
// FAILURE: what is attached is kept at `folder` (a BPF file system) and goes on enforcing when the
// guard dies; the next one attaches its own before it takes the old away, over the same tables.
// Without such a folder enforcement ends with the process. THREADS: one.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "guard/kernel/backends.h"
#include "guard/kernel/bpf_calls.h"
#include "guard/kernel/layout.h"

namespace seawall::guard {

class KernelPart {
 public:
  static Result<std::unique_ptr<KernelPart>> start(const GroupLayout& layout,
                                                   const Backends& backends,
                                                   const std::string& folder);

  // A container that runs, by its control group's id; and one to come, by its own id.
  Status bind(uint64_t group, const wire::sw_container& state);
  Status unbind(uint64_t group);
  // Rules hold for what runs already in the groups that are bound.
  Status take_in();
  Status wait_for(const std::string& container_id, const wire::sw_container& state);
  Status forget(const std::string& container_id);
  Status set_profile(uint32_t number, const wire::sw_profile& profile);
  Status set_executable(const wire::sw_exec_key& key, uint32_t verdict);
  Status set_file(const wire::sw_file_key& key, uint32_t verdict);
  Status set_peer(const wire::sw_peer_key& key, const wire::sw_peer& peer);
  Status set_socket(const wire::sw_socket_key& key);
  // Rows of a profile that no longer holds.
  Status clear_profile(uint32_t number);

  // Starts or ends counting system calls of the groups that learn; it costs every system call.
  Status learn_calls(bool on);
  Result<wire::sw_learned> learned(uint64_t group) const;
  Status start_learning(uint64_t group);
  struct Wanted {
    uint32_t number, reading;
  };
  // Sends these up when they end, in place of those before; none: ends it.
  Status want_calls(const std::vector<Wanted>& calls);

  // Sums over all processors; by wire::sw_counter.
  Result<std::vector<uint64_t>> counters() const;
  Result<uint64_t> lost(uint64_t group) const;

  // REQUIRES: the same `record` every time.
  Result<size_t> poll(int milliseconds,
                      const std::function<void(std::span<const unsigned char>)>& record);
  const std::vector<std::string>& programs() const { return programs_; }
  // Programs that this kernel does not have the place for: "sw_hook_namespace: ...".
  const std::vector<std::string>& missing() const { return missing_; }
  bool kept() const { return !folder_.empty(); }

 private:
  KernelPart() = default;
  Status attach_all(const GroupLayout& layout);
  void take_over(const std::string& base) const;
  Status put(const char* table, const void* key, const void* value) const;
  std::unique_ptr<KernelObject> object_;
  std::vector<std::string> programs_, missing_;
  std::string folder_, mark_;  // `mark_`: in the names of what this one keeps
  bool learns_calls_ = false, sends_calls_ = false, ring_open_ = false;
};

}  // namespace seawall::guard
