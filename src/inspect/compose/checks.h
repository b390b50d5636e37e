// What the files of checks share: where they put what they see, and their tables.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/compose/compose.h"
#include "inspect/compose/compose_file.h"

namespace seawall::inspect {

struct ComposeObservation {
  std::string evidence;  // "service web: privileged: true"
  uint32_t line = 0;
  std::string secret_hash;
};

// What one check saw in one file.
class ComposeObservations {
 public:
  // `owner` is the kind and name of the part ("service", "web"), `what` one line about it. Both are
  // made short and printable.
  void add(std::string_view kind, std::string_view name, std::string_view what, uint32_t line,
           std::string secret_hash = {});
  void add(const ComposeService& service, std::string_view what, uint32_t line) {
    add("service", service.name, what, line);
  }
  const std::vector<ComposeObservation>& all() const { return all_; }
  size_t left_out() const { return left_out_; }

 private:
  std::vector<ComposeObservation> all_;
  size_t left_out_ = 0;
};

struct NamedComposeCheck {
  std::string_view name;
  ComposeCheck check;
};
std::span<const NamedComposeCheck> value_checks();   // checks.cc: settings by their values
std::span<const NamedComposeCheck> host_checks();    // host_checks.cc: mounts, devices, ports
std::span<const NamedComposeCheck> secret_checks();  // secret_checks.cc

// Whether the text matches one of the patterns, '*' and '?' as in glob_match().
bool matches_any(std::string_view text, const std::vector<std::string>& patterns);

}  // namespace seawall::inspect
