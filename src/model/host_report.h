// HostReport: the verdicts of a benchmark's controls on one host. Every format of `seawall host` is
// a function of this and nothing else.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/finding.h"

namespace seawall {

// What a check comes to. Whoever could not look says kError, never kPass.
enum class ControlVerdict : uint8_t { kPass, kFail, kNotApplicable, kManual, kError };
std::string_view to_string(ControlVerdict verdict);  // "pass", "not_applicable" ...
std::optional<ControlVerdict> parse_control_verdict(std::string_view word);

// A value that was seen, and where.
struct ControlEvidence {
  std::string what;    // "docker.effective.icc"
  std::string value;   // JSON, shortened to 300 bytes: "true"
  std::string source;  // "flag --icc (pid 812)"; empty when the fact says no more
  auto operator<=>(const ControlEvidence&) const = default;
};

// One container, image, file ... of a control that is asked of each.
struct ControlSubject {
  std::string name;  // "container web", "file /etc/docker/daemon.json"
  ControlVerdict verdict = ControlVerdict::kPass;
  std::string message;  // why it could not be judged
  std::vector<ControlEvidence> evidence;
  Suppression suppression;  // an exception that holds for it
};

struct ControlText {
  std::string en, fr;
};

struct ControlResult {
  std::string id;                     // "SW-H0202"
  std::string number;                 // in the benchmark asked for: "2.2"; empty when it has none
  std::string section;                // "2", "host": what it is grouped by
  std::vector<std::string> aliases;   // "cis-docker-1.8.0/2.2"
  ControlText title, why, fix, look;  // look: what a person has to look at, of manual ones
  std::string patch;                  // the remediation to paste; may be empty
  Severity severity = Severity::kUnknown;
  int level = 0;  // of the benchmark: 1, 2; 0: none
  bool automated = true;
  std::vector<std::string> frameworks, references;
  ControlVerdict verdict = ControlVerdict::kManual;
  std::string message;  // why it does not apply, or could not be judged
  std::vector<ControlEvidence> evidence;
  std::vector<ControlSubject> subjects;  // by name; of controls asked of each thing
  Suppression suppression;               // an exception that holds for all of it
};

struct HostReport {
  std::string benchmark;                // "cis-docker-1.8.0"
  std::string benchmark_title;          // "CIS Docker 1.8.0"
  std::vector<ControlResult> controls;  // in the order of the benchmark, ours after it
  std::vector<Finding> notes;           // exceptions that ended or that nothing needed
  // Of the facts.
  std::string host, system, kernel, engine;  // "vm-17", "Debian 12.8", "6.1.0-28", "Docker 27.3.1"
  size_t containers = 0;
  std::string collected_at;  // RFC 3339
  std::string facts_digest;  // "sha256:..." of the document
  std::string tool_version;
  std::map<std::string, ControlText> section_titles;
  double seconds = 0;  // human output only
};

// How many controls have each verdict; those that exceptions set aside are in none.
std::map<ControlVerdict, size_t> counts_of(const HostReport& report);
// As everywhere (docs/exit-codes.md): 2 when a control could not be judged, else 1 when one fails,
// else 0; those that exceptions set aside count for nothing.
int exit_code_of(const HostReport& report);

}  // namespace seawall
