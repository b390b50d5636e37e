// Writes a profile as YAML: the same bytes for equal profiles, and read_profile() of them gives an
// equal one. One line an entry, so that a review shows what changed.
//
//   SEAWALL_CHECK(write_file(path, write_profile(profile)));
//
// REQUIRES: normalized, and no text that read_profile() would refuse.
#pragma once

#include <string>
#include <string_view>

#include "guard/profile/profile.h"

namespace seawall::guard {

std::string write_profile(const Profile& profile);
// A YAML scalar: plain where every reader takes it for text, else in double quotes.
std::string yaml_text(std::string_view text);

}  // namespace seawall::guard
