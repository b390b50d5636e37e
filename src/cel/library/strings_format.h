// "...".format([...]): %s %d %f %e %b %o %x %X %%, with a precision for %f and %e.
// Source: cel-go ext/formatting.go and formatting_v2.go.
#pragma once

#include <string_view>

#include "cel/library.h"

namespace seawall::cel {

// The text, or an error value. LIMITS: precision 1000; 1 MiB of text.
// `classic`: as version 2 of the library, which Kubernetes has.
Value format_text(Call& call, std::string_view format, const Value& arguments, bool classic);

}  // namespace seawall::cel
