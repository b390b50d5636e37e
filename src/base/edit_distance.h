// How far one word is from another, for "did you mean".
#pragma once

#include <cstddef>
#include <string_view>

namespace seawall {

// Characters to insert, delete or replace (Levenshtein), in bytes. COST: the product of the
// lengths.
size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace seawall
