#include <cstdint>

#include "codec/toml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  seawall::Limits limits;
  limits.depth = 32;
  limits.nodes = 10'000;
  (void)seawall::parse_toml({reinterpret_cast<const char*>(data), size}, limits);
  return 0;
}
