// URLs of http and https, taken apart strictly and put together again in one canonical form, so
// that what is checked here (scheme, host, port) is what libcurl connects to.
//
//   SEAWALL_TRY(Url url, parse_url("https://example.org:8443/a?b=c"));
//   SEAWALL_TRY(Url next, resolve_url(url, "../d"));
//
// Spaces and bytes outside ASCII are percent-encoded; control characters, other schemes, and hosts
// with characters no host has are refused. Fragments are dropped. Source: RFC 3986, sections 3
// and 5.2. ERRORS: kUsage, without the text after the host (it may hold secrets).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace seawall {

struct Url {
  std::string scheme;     // "http" or "https"
  std::string user_info;  // as written, percent-encoded: "name:password"
  std::string host;       // lower case; IPv6 in brackets
  uint16_t port = 0;      // never 0 after parsing
  std::string path;       // starts with '/'
  std::string query;      // without '?'; empty when there is none

  // "https://example.org:8443": what a credential belongs to.
  std::string origin() const;
  // The whole URL without user_info.
  std::string text() const;
  // For messages: without user_info and query, which carry passwords and signatures.
  std::string shown() const;
};

Result<Url> parse_url(std::string_view text);
// What `location` means on the page `base`; an absolute URL, "//host/path", "/path", "path" or
// "?query".
Result<Url> resolve_url(const Url& base, std::string_view location);

// Everything but RFC 3986's unreserved characters as %XX; `keep` lists further ones to leave.
std::string percent_encode(std::string_view text, std::string_view keep = {});
// %XX turned into bytes; a stray '%' stays.
std::string percent_decode(std::string_view text);

// "localhost", "*.localhost", 127.0.0.0/8 and [::1].
bool is_loopback(std::string_view host);

}  // namespace seawall
