#include "inspect/dockerfile/lint.h"

#include "inspect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall::inspect;
  return fuzz_inspector(inspect_dockerfile, "Dockerfile", data, size);
}
