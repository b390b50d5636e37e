#include "inspect/packages/rpm_header.h"

#include "inspect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall::inspect;
  seawall::Limits limits;
  limits.string_bytes = 4096;
  CheckingSink sink;
  auto package = parse_rpm_header({reinterpret_cast<const char*>(data), size}, limits);
  if (!package.ok()) {
    sink.problem(package.error());
  } else if (package->has_value()) {
    sink.package(**package);
  }
  return 0;
}
