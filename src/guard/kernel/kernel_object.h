// The compiled kernel part (guard/kernel/bpf), as this binary carries it.
#pragma once

#include <string_view>

namespace seawall::guard {

std::string_view kernel_object();

}  // namespace seawall::guard
