// The canary: proof that what the guard denies is denied on this machine, now. A small program in a
// control group and a root of its own tries to execute, to connect and to open what its profile
// denies; what goes through is a finding. Run once without rules it must be able to do all three,
// else the trial would prove nothing.
//
//   SEAWALL_TRY(Canary canary, Canary::prepare(layout, "/var/lib/seawall"));
//   SEAWALL_TRY(const CanaryResult result, canary.run(*part, backends));
//   if (!result.holds()) ...
//
// LIMITS: kMostSeconds a run. ERRORS: folders or groups that cannot be made; kUnsupported when the
// program cannot do what it shall be denied. THREADS: one.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "guard/kernel/kernel_part.h"

namespace seawall::guard {

struct CanaryResult {
  int64_t time = 0;  // seconds since 1970
  // Of what the backends can deny: whether it was. True for what they cannot: nothing was promised.
  bool executed_denied = true, connected_denied = true, opened_denied = true;
  bool holds() const { return executed_denied && connected_denied && opened_denied; }
  std::string words() const;  // "denied", "went through: exec, connect"
};

class Canary {
 public:
  static constexpr uint32_t kProfile = 1;  // its number among the kernel's profiles
  static constexpr int kMostSeconds = 5;
  static Result<Canary> prepare(const GroupLayout& layout, const std::string& state_folder);
  Canary(Canary&&) noexcept = default;
  ~Canary();
  // The first run tries without rules, too.
  Result<CanaryResult> run(KernelPart& part, const Backends& backends);
  // Its control group: what it is denied is no event.
  uint64_t group() const { return group_id_; }

 private:
  Canary() = default;
  // The bits of canary.c.
  Result<int> try_all() const;
  std::string folder_, group_;
  uint64_t group_id_ = 0;
  bool able_ = false;
};

}  // namespace seawall::guard
