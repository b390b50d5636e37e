// Another program, run without a shell and within bounds: time, output, memory.
//
// It runs in a process group of its own, which is killed when the program ends, on a limit and on
// an interruption, so that nothing it started outlives the call. It sees its arguments, the
// environment that is given and the three standard streams; every other descriptor is closed
// (O_CLOEXEC throughout).
//
//   ProgramCall call;
//   call.program = find_program("helm");
//   call.arguments = {"version", "--short"};
//   SEAWALL_TRY(const ProgramAnswer answer, run_program(call));
//
// COST: about a millisecond beside the program's own. FAILURE: closed; what it wrote until a limit
// is thrown away. THREADS: safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace seawall {

struct ProgramCall {
  std::string program;                                  // its path, which nothing is searched for
  std::vector<std::string> arguments;                   // without the program's own name
  std::optional<std::vector<std::string>> environment;  // "NAME=value"; nothing: ours
  std::string input;  // standard input. LIMITS: 4 KiB, which a pipe holds without a reader
  std::chrono::milliseconds time{30'000};
  size_t output_bytes = 64 << 10;  // more is kLimit
  size_t error_bytes = 4 << 10;    // kept of standard error, the first ones; 0: it goes nowhere
  uint64_t memory_bytes = 0;       // of its data; 0: no bound. Source: setrlimit(2), RLIMIT_DATA
};

struct ProgramAnswer {
  int status = 0;  // 128 + the signal that ended it
  std::string output, errors;
};

// ERRORS: kTimeout, kLimit, kCancelled, kIo when it cannot be run. A status other than 0 is none.
Result<ProgramAnswer> run_program(const ProgramCall& call);

// The first executable of this name in $PATH; empty when there is none. Relative directories of
// $PATH are passed over: what lies where we are is not to be run.
std::string find_program(std::string_view name);

}  // namespace seawall
