// A bill of materials from outside: whatever it says, what leaves the reader is valid text.
#include <cstdint>
#include <cstdlib>

#include "base/strings.h"
#include "inspect/sbom/sbom.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  Limits limits;
  limits.document_bytes = 1 << 20;
  limits.packages = 1000;
  const auto content =
      inspect::read_sbom(std::string(reinterpret_cast<const char*>(data), size), limits);
  if (!content.ok()) return 0;
  for (const Package& package : content->inventory.packages) {
    for (const std::string* text : {&package.name, &package.version, &package.license,
                                    &package.location.path, &package.source_name}) {
      if (!is_valid_utf8(*text)) std::abort();
    }
  }
  return 0;
}
