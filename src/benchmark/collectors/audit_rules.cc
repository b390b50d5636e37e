#include "benchmark/collectors/audit_rules.h"

#include <linux/audit.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::benchmark {
namespace {

constexpr std::pair<unsigned, char> kPermissions[] = {{AUDIT_PERM_READ, 'r'},
                                                      {AUDIT_PERM_WRITE, 'w'},
                                                      {AUDIT_PERM_EXEC, 'x'},
                                                      {AUDIT_PERM_ATTR, 'a'}};

std::string permissions_of(unsigned bits) {
  std::string text;
  for (const auto& [bit, letter] : kPermissions) {
    if ((bits & bit) != 0) text += letter;
  }
  return text;
}

// Whether the field's value is the length of a text in the buffer.
bool is_text(unsigned field) {
  return (field >= AUDIT_SUBJ_USER && field <= AUDIT_SUBJ_CLR) ||
         (field >= AUDIT_OBJ_USER && field <= AUDIT_OBJ_LEV_HIGH) || field == AUDIT_WATCH ||
         field == AUDIT_DIR || field == AUDIT_FILTERKEY || field == AUDIT_EXE;
}

std::string field_name(unsigned field) {
  switch (field) {
    case AUDIT_PID:
      return "pid";
    case AUDIT_UID:
      return "uid";
    case AUDIT_EUID:
      return "euid";
    case AUDIT_GID:
      return "gid";
    case AUDIT_LOGINUID:
      return "auid";
    case AUDIT_ARCH:
      return "arch";
    case AUDIT_MSGTYPE:
      return "msgtype";
    case AUDIT_EXIT:
      return "exit";
    case AUDIT_SUCCESS:
      return "success";
    case AUDIT_WATCH:
      return "path";
    case AUDIT_DIR:
      return "dir";
    case AUDIT_PERM:
      return "perm";
    case AUDIT_EXE:
      return "exe";
    case AUDIT_FSTYPE:
      return "fstype";
    default:
      return fmt::format("f{}", field);
  }
}

std::string_view operator_text(unsigned flags) {
  switch (flags & AUDIT_OPERATORS) {
    case AUDIT_NOT_EQUAL:
      return "!=";
    case AUDIT_LESS_THAN:
      return "<";
    case AUDIT_GREATER_THAN:
      return ">";
    case AUDIT_LESS_THAN_OR_EQUAL:
      return "<=";
    case AUDIT_GREATER_THAN_OR_EQUAL:
      return ">=";
    case AUDIT_BIT_MASK:
      return "&";
    case AUDIT_BIT_TEST:
      return "&=";
    default:
      return "=";
  }
}

std::string_view list_name(unsigned list) {
  switch (list & ~static_cast<unsigned>(AUDIT_FILTER_PREPEND)) {
    case AUDIT_FILTER_USER:
      return "user";
    case AUDIT_FILTER_TASK:
      return "task";
    case AUDIT_FILTER_EXCLUDE:
      return "exclude";
    case AUDIT_FILTER_FS:
      return "filesystem";
    case AUDIT_FILTER_URING_EXIT:
      return "io_uring";
    default:
      return "exit";
  }
}

struct Field {
  unsigned field = 0, flags = 0, value = 0;
  std::string text;
};

// The fields with their texts, which lie behind each other in the buffer.
Result<std::vector<Field>> fields_of(const audit_rule_data& rule, std::string_view buffer) {
  std::vector<Field> fields;
  for (unsigned i = 0; i < rule.field_count; ++i) {
    Field field{rule.fields[i], rule.fieldflags[i], rule.values[i], {}};
    if (is_text(field.field)) {
      if (field.value > buffer.size()) return malformed("a text of an audit rule is cut off");
      field.text = to_valid_utf8(buffer.substr(0, field.value));
      buffer.remove_prefix(field.value);
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

// Whether the rule speaks of some system calls only; those of watches speak of all.
bool some_calls(const audit_rule_data& rule) {
  constexpr size_t kWords = 8;  // 256 calls, among which are all that open, change and run files
  const auto* end = rule.mask + kWords;
  const auto all = [&](uint32_t word) {
    return std::all_of(rule.mask, end, [&](uint32_t one) { return one == word; });
  };
  return !all(UINT32_MAX) && !all(0);
}

// A rule that says no to recording watches nothing, nor does one that records some users, programs
// or calls only.
std::optional<AuditWatch> watch_of(const std::vector<Field>& fields, bool records) {
  AuditWatch watch;
  watch.permissions = "rwxa";
  for (const Field& field : fields) {
    const bool equal = operator_text(field.flags) == "=";
    if (field.field == AUDIT_WATCH && equal) watch.path = field.text;
    if (field.field == AUDIT_DIR && equal) {
      watch.path = field.text;
      watch.directory = true;
    }
    if (field.field == AUDIT_PERM) watch.permissions = permissions_of(field.value);
    if (field.field == AUDIT_FILTERKEY) watch.key = field.text;
    const bool of_watches = field.field == AUDIT_WATCH || field.field == AUDIT_DIR ||
                            field.field == AUDIT_PERM || field.field == AUDIT_FILTERKEY;
    if (!of_watches || (!equal && field.field != AUDIT_FILTERKEY)) return std::nullopt;
  }
  if (!records || watch.path.empty()) return std::nullopt;
  return watch;
}

std::string text_of(const audit_rule_data& rule, const std::vector<Field>& fields) {
  std::string text = fmt::format("-a {},{}", rule.action == AUDIT_NEVER ? "never" : "always",
                                 list_name(rule.flags));
  std::string key;
  for (const Field& field : fields) {
    if (field.field == AUDIT_FILTERKEY) {
      key = field.text;
      continue;
    }
    std::string value = is_text(field.field)        ? field.text
                        : field.field == AUDIT_PERM ? permissions_of(field.value)
                        : field.field == AUDIT_ARCH ? fmt::format("{:#x}", field.value)
                                                    : fmt::format("{}", field.value);
    text += fmt::format(" -F {}{}{}", field_name(field.field), operator_text(field.flags), value);
  }
  return key.empty() ? text : fmt::format("{} -k {}", text, key);
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(line, ' ')) {
    if (!trim(word).empty()) words.push_back(trim(word));
  }
  return words;
}

// "dir=/etc/docker", of "-F". Whether it is one of a watch.
bool read_condition(std::string_view condition, AuditWatch& watch) {
  const auto [name, value] = split_once(condition, '=');
  if (name == "path" || name == "dir") {
    watch.path = to_valid_utf8(value);
    watch.directory = name == "dir";
  } else if (name == "perm") {
    watch.permissions = to_valid_utf8(value);
  } else if (name == "key") {
    watch.key = to_valid_utf8(value);
  } else {
    return false;
  }
  return true;
}

}  // namespace

Result<AuditRule> parse_audit_rule(std::string_view payload) {
  audit_rule_data rule = {};
  constexpr size_t kHead = offsetof(audit_rule_data, buf);
  if (payload.size() < kHead) return malformed("an audit rule is cut off");
  std::memcpy(static_cast<void*>(&rule), payload.data(), kHead);
  if (rule.field_count > AUDIT_MAX_FIELDS) return malformed("an audit rule has too many fields");
  if (rule.buflen > payload.size() - kHead) return malformed("an audit rule's texts are cut off");
  SEAWALL_TRY(const std::vector<Field> fields, fields_of(rule, payload.substr(kHead, rule.buflen)));
  AuditRule out;
  out.watch = watch_of(fields, rule.action == AUDIT_ALWAYS && !some_calls(rule));
  out.text = text_of(rule, fields);
  return out;
}

std::optional<AuditRule> parse_audit_line(std::string_view line) {
  const std::vector<std::string_view> words = words_of(line);
  if (words.empty() || words[0].starts_with('#')) return std::nullopt;
  AuditWatch watch;
  watch.permissions = "rwxa";
  bool rule = false, records = true;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string_view value = words[i + 1];
    if (words[i] == "-w") {
      rule = true;
      watch.directory = value.ends_with('/');
      watch.path = to_valid_utf8(value);
      while (watch.path.size() > 1 && watch.path.ends_with('/')) watch.path.pop_back();
    } else if (words[i] == "-a" || words[i] == "-A") {
      rule = true;
      records = records && value.find("never") == value.npos;
    } else if (words[i] == "-p") {
      watch.permissions = to_valid_utf8(value);
    } else if (words[i] == "-k") {
      watch.key = to_valid_utf8(value);
    } else if (words[i] == "-F") {
      records = read_condition(value, watch) && records;
    } else if (words[i] == "-C" || (words[i] == "-S" && value != "all")) {
      records = false;
    }
  }
  if (!rule) return std::nullopt;
  AuditRule out;
  out.text = to_valid_utf8(trim(line));
  if (records && !watch.path.empty()) out.watch = std::move(watch);
  return out;
}

}  // namespace seawall::benchmark
