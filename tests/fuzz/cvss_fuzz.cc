// A score lies between 0.0 and 10.0 and has one decimal.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "model/severity.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)seawall::parse_severity(text);
  const auto score = seawall::cvss_base_score(text);
  if (!score.ok()) return 0;
  if (!(*score >= 0 && *score <= 10)) std::abort();
  if (std::abs(*score * 10 - std::round(*score * 10)) > 1e-9) std::abort();
  return 0;
}
