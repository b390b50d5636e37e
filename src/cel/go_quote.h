// Text in double quotes as Go's %q writes it, which error messages of Kubernetes contain.
#pragma once

#include <string>
#include <string_view>

namespace seawall::cel {

// "a\tb", "\u200b", "\xff" for a byte that is no UTF-8. Source: Go, strconv.Quote.
std::string go_quote(std::string_view text);

}  // namespace seawall::cel
