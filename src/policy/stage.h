// The moments at which a policy decides.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace seawall::policy {

enum class Stage : uint8_t { kBuild, kScan, kRegistry, kAdmission, kRun };
inline constexpr unsigned kStages = 5;

std::string_view to_string(Stage stage);  // "build", "scan", "registry", "admission", "run"
std::optional<Stage> parse_stage(std::string_view word);

// A set of stages.
using StageSet = uint8_t;
constexpr StageSet bit(Stage stage) {
  return static_cast<StageSet>(1u << static_cast<unsigned>(stage));
}
inline constexpr StageSet kAllStages = (1u << kStages) - 1;

}  // namespace seawall::policy
