// ScanReport: everything one scan says. Every report format is a function of this and nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/finding.h"
#include "model/package.h"

namespace seawall {

enum class AssessmentState : uint8_t {
  kClean,  // looked at with fresh data, nothing found
  kFindings,
  kStale,        // the advisory data is older than allowed
  kUnscanned,    // no advisory data for it
  kUnsupported,  // the distribution is unknown
  kError,        // a part could not be read
};
std::string_view to_string(AssessmentState state);

struct LayerInfo {
  Digest diff_id;           // of the unpacked tar
  Digest digest;            // of the blob as stored; empty when unknown
  std::string instruction;  // from the history
  uint64_t size = 0;        // blob bytes
  uint64_t unpacked_size = 0;
  uint64_t files = 0;
  size_t packages = 0;      // that this layer brought
  bool from_cache = false;  // not part of any report (it would differ from run to run)
};

// A part that could not be examined; the rest went on.
struct Problem {
  std::string where;  // "layer 3 of 7 (sha256:77ab...)"
  std::string message;
  std::string hint;
  Code code = Code::kMalformed;
};

// What the image builds on, as far as can be told (inspect/image/base_image.h).
struct BaseImage {
  std::string name;      // "debian:12"; empty: not known
  std::string digest;    // as a label says it; empty: not known
  size_t layers = 0;     // from the bottom; 0: not known
  size_t steps = 0;      // of the history
  std::string known_by;  // "label", "history"
};

// How an image runs, from its configuration; values of environment variables are left out, as they
// may be secret.
struct ImageSettings {
  std::string user, working_directory, stop_signal;
  std::string health_check;  // "CMD-SHELL curl -f http://localhost/"; empty: none
  std::vector<std::string> entry_point, command;
  std::vector<std::string> environment, ports, volumes;     // names, sorted
  std::vector<std::pair<std::string, std::string>> labels;  // sorted
  auto operator<=>(const ImageSettings&) const = default;
};

struct ArtifactInfo {
  std::string name;  // as given: "registry.example/shop/api:1.4.2", "api.tar"
  std::string
      kind;       // "docker-archive", "oci-archive", "oci", "registry", "docker", "rootfs", "dir"
  Digest digest;  // manifest digest, else config digest; empty for file systems
  Digest config_digest;  // the image id
  std::vector<std::string> tags;
  std::string platform;  // "linux/amd64"
  std::string created;   // RFC 3339, as in the config
  uint64_t size = 0;     // unpacked bytes
  BaseImage base;
  ImageSettings settings;
  std::vector<LayerInfo> layers;
};

struct DatabaseInfo {
  bool present = false;
  std::string digest;  // "sha256:..." of its content
  UnixSeconds built = 0;
  UnixSeconds data_date = 0;            // of the oldest feed that mattered for this scan
  int64_t max_age = 0;                  // seconds allowed
  std::vector<std::string> feeds_used;  // "debian 2026-11-22"
};

// Do this first: one upgrade and what it closes.
struct Action {
  std::string what;     // "upgrade expat (libexpat1, libexpat1-dev) to 2.5.0-1+deb12u1"
  std::string package;  // the source package, or the package
  std::string from_version, to_version;
  std::vector<size_t> closes;  // findings
  size_t denials_closed = 0;
  int layer = -1;
  std::string instruction;
};

struct ScanReport {
  ArtifactInfo artifact;
  Inventory inventory;
  std::vector<Finding> findings;    // sorted
  std::vector<Finding> suppressed;  // set aside by VEX, ignore file, comment or baseline; sorted
  std::vector<Action> actions;      // best first
  Decision decision;
  std::vector<Problem> problems;
  std::vector<Problem> notes;  // what limits the answer without making it incomplete
  // The state of the vulnerability answer as a whole; why in state_message, what to do in
  // state_hint.
  AssessmentState state = AssessmentState::kUnscanned;
  std::string state_message, state_hint;
  // Whether vulnerabilities were asked about at all; false for `lint`, whose state then speaks of
  // its findings alone.
  bool asks_vulnerabilities = true;
  DatabaseInfo database;
  std::string tool_version;    // "0.1.0"
  std::string tool_digest;     // of the running binary, when known
  UnixSeconds scanned_at = 0;  // in human output only; machine formats use the data's own dates
  double seconds = 0;          // human output only
};

// 0 passed, 1 denied, 2 could not run or a part was unreadable, 3 cannot say. 2 (problems, kError)
// wins over all, 1 (kDeny) over 3 (kStale, kUnscanned, kUnsupported).
int exit_code_of(const ScanReport& report);

}  // namespace seawall
