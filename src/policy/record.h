// Records of decisions: what a decision was made of and what it was, one line of JSON each, so that
// another policy can be asked the same (docs/formats/decision-record.md).
//
//   SEAWALL_CHECK(append_record(path, record_of(Stage::kScan, facts, decision, now())));
//
// LIMITS: 64 MiB a line. ERRORS: kMalformed naming file and line. THREADS: appending is safe
// between processes; each line is written in one piece.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "codec/json.h"
#include "model/finding.h"
#include "policy/stage.h"

namespace seawall::policy {

// The line, its end included. `facts` is a JSON object.
std::string record_of(Stage stage, std::string_view facts, const Decision& decision,
                      UnixSeconds time);
Status append_record(const std::string& path, std::string_view line);

// One line as read. Views are of the line.
struct DecisionRecord {
  std::string_view id;  // 16 hexadecimal digits, from the content
  UnixSeconds time = 0;
  Stage stage = Stage::kScan;
  Verdict verdict = Verdict::kAllow;
  std::vector<std::string_view> denied_by;  // rules
  const Node* facts = nullptr;
};
// ERRORS: kMalformed saying what is wrong with it.
Result<DecisionRecord> read_record(const Node& line);
// All lines of a file, or of the *.jsonl files of a directory by name. ERRORS: kNotFound, kIo.
Result<std::vector<std::string>> record_files(const std::string& path);

}  // namespace seawall::policy
