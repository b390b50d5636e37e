// Which files OS packages own, so that a language package among them is left to the distribution.
#pragma once

#include <string_view>

namespace seawall::inspect {

// A path as it is compared: without a leading "usr/" before bin, sbin and lib*, since a merged /usr
// makes both names the same file.
std::string_view ownership_key(std::string_view path);

}  // namespace seawall::inspect
