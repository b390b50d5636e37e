// Audit rules, as the kernel gives them and as auditctl's files write them.
//
//   SEAWALL_TRY(const AuditRule rule, parse_audit_rule(payload));   // of a message
//   AUDIT_LIST_RULES if (rule.watch) ... rule.watch->path ...
//
// ERRORS: kMalformed where lengths do not fit. Source: linux/audit.h (struct audit_rule_data),
// Linux 6.1 kernel/auditfilter.c (audit_data_to_entry); auditctl(8).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace seawall::benchmark {

struct AuditWatch {
  std::string path;
  bool directory = false;   // and all below it
  std::string permissions;  // of "rwxa"
  std::string key;
};

struct AuditRule {
  std::optional<AuditWatch> watch;  // of rules that record everybody's use of a file or directory
  std::string text;                 // as auditctl would take it, in so far as it matters here
};

Result<AuditRule> parse_audit_rule(std::string_view payload);
// A line of /etc/audit/rules.d; nothing for what is no rule (a setting, a comment).
std::optional<AuditRule> parse_audit_line(std::string_view line);

}  // namespace seawall::benchmark
