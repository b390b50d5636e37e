// Any bytes as an account file, the first one says which: findings stand in it.
#include "inspect/image/accounts.h"

#include <algorithm>

#include "inspect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall::inspect;
  constexpr std::string_view kPaths[] = {"etc/passwd", "etc/shadow", "etc/group", "etc/gshadow",
                                         "etc/sudoers"};
  if (size == 0) return 0;
  static const std::vector<AccountRule> rules = load_account_rules().value_or({});
  if (rules.empty()) std::abort();
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto lines = static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n') + 1);
  for (const auto& finding : check_accounts(kPaths[data[0] % 5], text, 0644, rules).findings) {
    if (finding.location.line > lines || finding.fingerprint.empty()) std::abort();
  }
  return fuzz_inspector(inspect_accounts, kPaths[data[0] % 5], data + 1, size - 1);
}
