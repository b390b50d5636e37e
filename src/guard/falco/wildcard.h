// Patterns as fnmatch(3) reads them without flags, which is what "glob" means to Falco: '*' and '?'
// stand for any bytes, slashes included; [a-z] and [!a-z] for one of a set; '\' takes the meaning.
//
//   wildcard_match("/proc/*/environ", "/proc/1/environ");   // true
//
// COST: the product of the lengths at worst, linear as a rule; no recursion.
#pragma once

#include <string_view>

namespace seawall::guard::falco {

bool wildcard_match(std::string_view pattern, std::string_view text, bool ignore_case = false);

}  // namespace seawall::guard::falco
