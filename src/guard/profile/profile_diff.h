// What changed between two profiles, entry by entry, and whether it allows more or less.
//
//   const std::vector<ProfileChange> changes = diff(before, after);
//   out += render_changes(changes);                          // or changes_json(changes)
//
// Where a profile comes from (learned, observed, allowed) is told, and changes no permission.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "guard/profile/profile.h"

namespace seawall::guard {

enum class Effect : uint8_t { kNone, kStricter, kLooser };
std::string_view to_string(Effect effect);  // "none", "stricter", "looser"

struct ProfileChange {
  std::string section;  // "executables.allow"
  std::string entry;    // "/usr/bin/curl"
  bool added = false;   // else removed
  Effect effect = Effect::kNone;
};

// In the order of a profile; of a section the removed before the added.
std::vector<ProfileChange> diff(const Profile& before, const Profile& after);
bool looser(const std::vector<ProfileChange>& changes);
std::string render_changes(const std::vector<ProfileChange>& changes);
std::string changes_json(const std::vector<ProfileChange>& changes);

}  // namespace seawall::guard
