// The first byte picks what reads the file: jars, Go, Rust, known programs, notes.
#include "inspect/packages/binaries.h"

#include "inspect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall::inspect;
  static const auto formats = binary_inspectors();
  if (size == 0) return 0;
  const Inspector& format = formats[data[0] % formats.size()];
  return fuzz_inspector(format.parse, "usr/bin/nginx", data + 1, size - 1);
}
