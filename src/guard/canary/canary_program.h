// The canary's program (canary.c), as this binary carries it.
#pragma once

#include <string_view>

namespace seawall::guard {

std::string_view canary_program();

}  // namespace seawall::guard
