// Image references and authentication challenges. What parses must print and parse back the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "artifact/reference.h"
#include "artifact/registry_auth.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall::artifact;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto once = parse_reference(text); once.ok()) {
    const auto twice = parse_reference(once->text());
    if (!twice.ok() || twice->text() != once->text()) std::abort();
  }
  if (parse_challenges(text).size() > 16) std::abort();
  return 0;
}
