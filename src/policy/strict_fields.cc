#include "policy/strict_fields.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/edit_distance.h"
#include "base/strings.h"
#include "policy/match.h"

namespace seawall::policy {

Status check_fields(const Node& node, std::string_view file, std::string_view what,
                    std::initializer_list<std::string_view> known) {
  if (!node.is_object()) return wrong_at(file, node, fmt::format("{} is a mapping", what));
  for (const Member& member : node.members()) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
    Error error =
        wrong_at(file, member.value, fmt::format("{} has no {}", what, printable(member.key)));
    std::string_view best;
    size_t least = 3;
    for (const std::string_view candidate : known) {
      if (const size_t edits = edit_distance(member.key, candidate); edits < least) {
        least = edits;
        best = candidate;
      }
    }
    if (best.empty()) return error;
    return std::move(error).hint(fmt::format("did you mean {}?", best));
  }
  return {};
}

}  // namespace seawall::policy
