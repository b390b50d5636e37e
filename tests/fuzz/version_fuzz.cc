// Three versions of one scheme, a line each after the scheme's number: their order must be total.
#include <array>
#include <cstdint>
#include <cstdlib>

#include "advisory/version_vectors.h"
#include "base/strings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  using namespace seawall::advisory;
  constexpr int kSchemes = static_cast<int>(VersionScheme::kGeneric) + 1;
  if (size == 0 || size > 4096) return 0;
  const auto scheme = static_cast<VersionScheme>(data[0] % kSchemes);
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  (void)check_vectors(scheme, text);
  std::array<std::string_view, 3> versions;
  for (std::string_view& version : versions) {
    const auto [first, rest] = split_once(text, '\n');
    version = first;
    text = rest;
    (void)is_valid_version(scheme, version);
  }
  const auto& [a, b, c] = versions;
  const auto ab = compare(scheme, a, b), bc = compare(scheme, b, c), ac = compare(scheme, a, c);
  if (compare(scheme, b, a) != 0 <=> ab || compare(scheme, a, a) != 0) std::abort();
  if (ab <= 0 && bc <= 0 && (ac > 0 || (ac == 0 && (ab < 0 || bc < 0)))) std::abort();
  if (ab >= 0 && bc >= 0 && (ac < 0 || (ac == 0 && (ab > 0 || bc > 0)))) std::abort();
  return 0;
}
