// %XX in the parts of URLs, as Go's net/url writes and reads it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace seawall::cel {

enum class UriPart : uint8_t { kPath, kHost, kZone, kUser, kQuery, kFragment };

// Must this byte be written as %XX in that part?
bool must_escape(char byte, UriPart part);
std::string escape(std::string_view text, UriPart part);
// ERRORS: `invalid URL escape "%zz"`, `invalid character " " in host name`.
Result<std::string> unescape(std::string_view text, UriPart part);
// Is everything escaped that must be? Delimiters may stand as they are.
bool is_escaped(std::string_view text, UriPart part);

}  // namespace seawall::cel
