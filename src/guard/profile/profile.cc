#include "guard/profile/profile.h"

#include <algorithm>
#include <iterator>

namespace seawall::guard {
namespace {

constexpr std::string_view kModes[] = {"learn", "observe", "enforce"};
constexpr std::string_view kWords[] = {"ptrace",     "otherProcesses", "mount",
                                       "namespaces", "modules",        "bpf",
                                       "perf",       "devices",        "kernelSettings"};
static_assert(std::size(kWords) == kPrivileges);

}  // namespace

std::string_view to_string(Mode mode) {
  return kModes[static_cast<size_t>(mode)];
}
std::string_view to_string(Privilege privilege) {
  return kWords[static_cast<size_t>(privilege)];
}

std::optional<Privilege> parse_privilege(std::string_view word) {
  const auto found = std::find(std::begin(kWords), std::end(kWords), word);
  if (found == std::end(kWords)) return std::nullopt;
  return static_cast<Privilege>(found - std::begin(kWords));
}

bool Learned::complete() const {
  return events > 0 &&
         std::all_of(lost.begin(), lost.end(), [](const auto& cause) { return cause.second == 0; });
}

}  // namespace seawall::guard
