// Judges the facts of a host by controls.
//
//   SEAWALL_TRY(const HostFacts facts, HostFacts::read(json));
//   const HostReport report = judge(controls, facts, options);
//
// A control whose condition reads a fact that could not be looked at has the verdict kError with
// what is missing, as has one whose condition fails; it never passes then. COST: some microseconds
// a control and subject. LIMITS: cel::kPerCallLimit an expression; kMostSubjects a control.
// THREADS: safe.
#pragma once

#include <string>
#include <vector>

#include "base/limits.h"
#include "benchmark/control.h"
#include "codec/json.h"
#include "model/host_report.h"

namespace seawall::benchmark {

// A document of facts; see docs/formats/host-facts.md.
class HostFacts {
 public:
  // ERRORS: kMalformed when it is not JSON, kUnsupported for another version.
  static Result<HostFacts> read(std::string json, const Limits& limits = {});
  const Node& root() const { return document_.root(); }
  const std::string& digest() const { return digest_; }  // "sha256:..."

 private:
  Document document_;
  std::string digest_;
};

inline constexpr size_t kMostSubjects = 20'000;

struct JudgeOptions {
  std::string benchmark = "cis-docker-1.8.0";
  bool beyond = true;                   // also controls that the benchmark does not have
  std::vector<std::string> only, skip;  // ids, numbers, sections
};

// ERRORS: kUsage for a benchmark, id or section that does not exist.
Result<HostReport> judge(const ControlSet& controls, const HostFacts& facts,
                         const JudgeOptions& options);

// One control on facts that need not be whole; for examples.
ControlResult judge_control(const Control& control, const Node& facts);

}  // namespace seawall::benchmark
