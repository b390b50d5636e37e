// Fields of documents that are written by people: what is not known is an error.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/result.h"
#include "codec/node.h"

namespace seawall::policy {

// ERRORS: kMalformed with "file:line:column" when the node is no mapping or has another field than
// these, with the nearest known one.
Status check_fields(const Node& node, std::string_view file, std::string_view what,
                    std::initializer_list<std::string_view> known);

}  // namespace seawall::policy
