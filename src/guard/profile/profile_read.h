// Reads a profile: one YAML document (docs/formats/profile.md), strictly.
//
//   SEAWALL_TRY(const Profile profile, read_profile(text, "shop-api.yaml"));
//
// A key that is not known, a path that is not absolute, a network that is none, text with
// characters that cannot be seen are errors of the whole document: a typing mistake must not make a
// profile weaker. The outcome is normalized (profile.h). LIMITS: 4 MiB, 16,384 entries a list, 4096
// bytes a text. ERRORS: kMalformed and kLimit with "file:line:column" and, for keys, the nearest
// known one.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

inline constexpr uint64_t kMostProfileBytes = 4u << 20;

Result<Profile> read_profile(std::string_view yaml, const std::string& file);
// A file of that size at most. ERRORS: also kNotFound, kIo.
Result<Profile> load_profile(const std::string& path);

// The line that an error's place ("file:3:9") is about with a caret below the column; empty when it
// names no line of this text.
std::string excerpt_of(const Error& error, std::string_view yaml, std::string_view file);

// Small letters, digits, "-" and ".", at most 128, the first and last neither: it names a file.
bool is_profile_name(std::string_view name);

}  // namespace seawall::guard
