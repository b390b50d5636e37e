// URLs and redirects. What parses must print and parse back the same, with the same origin.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "net/url.h"

namespace {

void check(const seawall::Url& url) {
  const auto again = seawall::parse_url(url.text());
  // Encoding can make a URL longer than is read.
  if (!again.ok() && url.text().size() <= 16384) std::abort();
  if (again.ok() && (again->text() != url.text() || again->origin() != url.origin())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto url = seawall::parse_url(text); url.ok()) check(*url);
  static const auto base = seawall::parse_url("https://example.org/a/b/c?d");
  if (const auto next = seawall::resolve_url(*base, text); next.ok()) check(*next);
  (void)seawall::percent_decode(seawall::percent_encode(text));
  return 0;
}
