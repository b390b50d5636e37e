// A place in a source text.
#pragma once

#include <cstddef>

namespace seawall::inspect {

// Of what does not stand in the source as it is.
inline constexpr size_t kNoPosition = static_cast<size_t>(-1);

// Half-open, in bytes.
struct Span {
  size_t begin = 0, end = 0;
};

}  // namespace seawall::inspect
