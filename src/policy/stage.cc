#include "policy/stage.h"

#include <iterator>

namespace seawall::policy {
namespace {
constexpr std::string_view kNames[] = {"build", "scan", "registry", "admission", "run"};
static_assert(std::size(kNames) == kStages);
}  // namespace

std::string_view to_string(Stage stage) {
  return kNames[static_cast<size_t>(stage)];
}

std::optional<Stage> parse_stage(std::string_view word) {
  for (unsigned i = 0; i < kStages; ++i) {
    if (kNames[i] == word) return static_cast<Stage>(i);
  }
  return std::nullopt;
}

}  // namespace seawall::policy
