#include "inspect_fuzz.h"

// The first byte picks the file: each name has its own reader.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall::inspect;
  constexpr std::string_view kPaths[] = {
      "etc/os-release",   "etc/lsb-release",  "etc/alpine-release", "etc/debian_version",
      "etc/arch-release", "etc/SuSE-release", "etc/redhat-release"};
  if (size == 0) return 0;
  return fuzz_inspector(parse_os_release, kPaths[data[0] % std::size(kPaths)], data + 1, size - 1);
}
