// Licence text as package metadata carries it: the parser must end, and what it accepts it must
// accept again in its own spelling.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/spdx_license.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto expression = seawall::parse_spdx_expression(text);
  if (!expression || expression->text.size() > 8192) return 0;
  const auto again = seawall::parse_spdx_expression(expression->text);
  if (!again || again->text != expression->text) std::abort();
  return 0;
}
