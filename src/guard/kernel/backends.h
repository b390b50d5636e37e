// How each kind of thing is enforced on this kernel, chosen by trying (never by reading a list):
//
//   kind        first             else                          else
//   exec        kernel hook       killed before its first       not enforced
//                                 instruction
//   files       kernel hook                                     not enforced
//   network     kernel hook       programs of control groups    not enforced
//   privilege   kernel hook                                     seccomp profile (exported)
//
// Kernel hooks (BPF LSM) refuse with EPERM before anything happens; a killed program never ran.
//
//   const Backends backends = choose_backends(try_kernel());
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "codec/json_writer.h"

namespace seawall::guard {

enum class Backend : uint8_t {
  kNone,
  kHook,          // BPF LSM: synchronous EPERM
  kKill,          // SIGKILL at the exec tracepoint
  kGroupProgram,  // programs of control groups: EPERM of connect, sendmsg, bind, socket
};
std::string_view to_string(Backend backend);  // "BPF LSM", "tracepoint and signal", ...

// What was tried; an error says why it is not there.
struct Trials {
  Status tracepoints, hooks, group_programs;
};
Trials try_kernel();

struct Backends {
  Backend exec = Backend::kNone, files = Backend::kNone, network = Backend::kNone,
          privilege = Backend::kNone;
  // Why the best is not there, for people; empty when it is.
  std::string hooks_missing;

  // "exec: BPF LSM   files: BPF LSM   ..."
  std::string line() const;
  void write(JsonWriter& json) const;
};
// ERRORS: that of the tracepoints, without which nothing is seen.
Result<Backends> choose_backends(const Trials& trials);

// The programs of the kernel part that a choice needs. `unified`: where control group programs are
// attached is mounted. `older`: hooks and tracepoints that this kernel does not have stay out.
std::vector<std::string> programs_of(const Backends& backends);

}  // namespace seawall::guard
