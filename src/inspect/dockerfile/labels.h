// What a label's value may be.
#pragma once

#include <string_view>

namespace seawall::inspect {

// "text", "url", "rfc3339", "spdx", "hash" (of git), "semver", "email".
bool is_label_kind(std::string_view kind);

// Whether the value fits the kind; a value with a variable in it does. "text" takes anything.
bool fits_label_kind(std::string_view kind, std::string_view value);

}  // namespace seawall::inspect
