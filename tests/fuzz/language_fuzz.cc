// The first byte picks the format.
#include "inspect/packages/installed.h"

#include "inspect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall::inspect;
  static const auto formats = installed_inspectors();
  if (size == 0) return 0;
  const Inspector& format = formats[data[0] % formats.size()];
  const char* path = format.name == "npm" ? "node_modules/a/package.json" : "x/y";
  return fuzz_inspector(format.parse, path, data + 1, size - 1);
}
