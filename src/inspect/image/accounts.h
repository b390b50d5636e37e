// Rules on the accounts inside an image or root filesystem: etc/passwd, etc/shadow, etc/group,
// etc/gshadow, etc/sudoers and etc/sudoers.d/*. Ids SW-I0101 and up; data in
// content/image/accounts.yaml with a native check each. Sources: passwd(5), shadow(5), group(5),
// gshadow(5), crypt(5), sudoers(5).
//
// No finding shows a password or its hash. LIMITS: a file of 1 MiB, kMostFindings a rule; each is a
// problem when reached. THREADS: safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "inspect/inspector.h"
#include "model/finding.h"
#include "rules/rule.h"

namespace seawall::inspect {

enum class AccountFileKind : uint8_t { kNone, kPasswd, kShadow, kGroup, kGroupShadow, kSudoers };
// By the normalised path: "etc/passwd". kNone for what sudo passes over ("etc/sudoers.d/a~",
// "etc/sudoers.d/README.txt": names that end in '~' or hold a '.').
AccountFileKind account_file_kind(std::string_view path);

struct AccountLine {
  uint32_t number = 0;                   // of its first line; sudoers continue lines with '\'
  std::string text;                      // without comment
  std::vector<std::string_view> fields;  // between colons; of sudoers none
};

struct AccountFile {
  AccountFileKind kind = AccountFileKind::kNone;
  uint32_t mode = 0;
  std::vector<AccountLine> lines;  // neither empty nor comment
};

struct AccountObservation {
  std::string evidence;  // one line
  uint32_t line = 0;     // 0: about the file
  std::string secret_hash;
};
using AccountCheck = void (*)(const AccountFile& file, std::vector<AccountObservation>& seen);

struct AccountRule {
  static constexpr size_t kMostFindings = 100;  // of one rule in one file

  rules::Rule rule;
  AccountCheck check = nullptr;
};

// The built-in rules, in the order of their ids. ERRORS: kMalformed; only a broken build has them.
Result<std::vector<AccountRule>> load_account_rules();
// The check that a rule names; null when there is none of that name.
AccountCheck find_account_check(std::string_view name);

struct AccountLint {
  std::vector<Finding> findings;  // by line, then rule id; location.path is the caller's
  std::vector<Error> problems;
};
// `mode` holds the permission bits. A path that is no account file gives nothing.
AccountLint check_accounts(std::string_view path, std::string_view text, uint32_t mode,
                           const std::vector<AccountRule>& rules);

// The inspector "accounts".
void inspect_accounts(const FileInput& file, InspectorSink& sink);

}  // namespace seawall::inspect
