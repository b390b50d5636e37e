// Data that ships inside the binary (content/), by its file name; every user lets a path replace
// it.
#pragma once

#include <string_view>

namespace seawall {

// The bytes of content/NAME; empty when it is not built in (cmake/content.cmake lists what is).
std::string_view built_in_content(std::string_view name);

}  // namespace seawall
