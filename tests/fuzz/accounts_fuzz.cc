// Any bytes as an account file; the first one says which.
#include "inspect/image/accounts.h"

#include "inspect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall::inspect;
  constexpr std::string_view kPaths[] = {"etc/passwd", "etc/shadow", "etc/group", "etc/gshadow",
                                         "etc/sudoers"};
  if (size == 0) return 0;
  return fuzz_inspector(inspect_accounts, kPaths[data[0] % 5], data + 1, size - 1);
}
