// The first byte picks the format.
#include "inspect/packages/locks.h"

#include "inspect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall::inspect;
  static const auto formats = lock_inspectors();
  if (size == 0) return 0;
  const Inspector& format = formats[data[0] % formats.size()];
  return fuzz_inspector(format.parse, format.paths[0], data + 1, size - 1);
}
