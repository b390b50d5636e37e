// What an expression reads: the members it names, as paths from the variables.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cel/environment.h"

namespace seawall::cel {

struct MemberPath {
  std::string text;       // "image.layers[].size": [] stands for elements and for computed keys
  uint32_t position = 0;  // of its last member, in the expression
};

// Every chain of members and elements that begins with a variable, the longest of each, in the
// order of the expression. The variables of all(), map() and the like stand for what they run over,
// those of cel.bind() for their value. Members of what a call or a conditional gives are left out.
std::vector<MemberPath> member_paths(const Program& program);

}  // namespace seawall::cel
