#include "guard/profile/path_rules.h"

#include <algorithm>
#include <cctype>

#include "base/limits.h"
#include "base/strings.h"

namespace seawall::guard {
namespace {

constexpr std::string_view kAll = "/**";
constexpr std::string_view kTemporary[] = {"/tmp", "/var/tmp", "/dev/shm"};

bool all(std::string_view text, int (*is)(int)) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [is](char c) { return is(static_cast<unsigned char>(c)); });
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0)
      return false;
  }
  return true;
}

// Six letters and digits behind ".", "-" or "_", of both cases or with a digit among letters: what
// mkstemp(3) makes.
bool is_mkstemp(std::string_view name) {
  if (name.size() < 7) return false;
  const char before = name[name.size() - 7];
  const std::string_view tail = name.substr(name.size() - 6);
  if ((before != '.' && before != '-' && before != '_') || !all(tail, std::isalnum)) return false;
  const auto some = [&](int (*is)(int)) {
    return std::any_of(tail.begin(), tail.end(),
                       [is](char c) { return is(static_cast<unsigned char>(c)) != 0; });
  };
  return some(std::isupper) && (some(std::islower) || some(std::isdigit));
}

bool has_hex_run(std::string_view name) {
  size_t run = 0, digits = 0;
  for (const char c : name) {
    const bool hex = std::isdigit(static_cast<unsigned char>(c)) || (c >= 'a' && c <= 'f');
    run = hex ? run + 1 : 0;
    digits = hex ? digits + (std::isdigit(static_cast<unsigned char>(c)) != 0) : 0;
    if (run >= 8 && digits > 0) return true;
  }
  return false;
}

bool has_digit_run(std::string_view name, size_t least) {
  size_t run = 0;
  for (const char c : name) {
    run = std::isdigit(static_cast<unsigned char>(c)) ? run + 1 : 0;
    if (run >= least) return true;
  }
  return false;
}

bool is_made_up(std::string_view segment, bool last, bool writes) {
  return all(segment, std::isdigit) || is_uuid(segment) || is_mkstemp(segment) ||
         has_hex_run(segment) || (last && writes && has_digit_run(segment, 3));
}

std::string folder_rule(std::string_view folder) {
  return std::string(folder) + std::string(kAll);
}

// "/a/b" of "/a/b/c"; empty for what stands directly below the root.
std::string_view folder_of(std::string_view path) {
  return path.substr(0, path.rfind('/'));
}

// Whether an entry of `paths` other than the rule itself covers it with this access.
bool is_covered(const PathAccess& paths, std::string_view rule, bool Access::* access) {
  std::string_view folder = rule.ends_with(kAll) ? rule.substr(0, rule.size() - 3) : rule;
  for (bool itself = rule.ends_with(kAll); !folder.empty(); itself = false) {
    if (!itself) {
      const auto found = paths.find(folder_rule(folder));
      if (found != paths.end() && found->second.*access) return true;
    }
    folder = folder_of(folder);
  }
  const auto root = paths.find(kAll);
  return rule != kAll && root != paths.end() && root->second.*access;
}

void fold_folders(PathAccess& paths, bool Access::* access) {
  std::map<std::string, size_t, std::less<>> files;  // of each folder
  for (const auto& [path, used] : paths) {
    if (used.*access && !path.ends_with(kAll)) ++files[std::string(folder_of(path))];
  }
  for (const auto& [folder, count] : files) {
    if (count > kMostRulesOfFolder && folder.rfind('/') != 0 && !folder.empty())
      paths[folder_rule(folder)].*access = true;
  }
}

}  // namespace

bool covers(std::string_view rule, std::string_view path) {
  if (!rule.ends_with(kAll)) return rule == path;
  const std::string_view folder = rule.substr(0, rule.size() - kAll.size());
  if (!path.starts_with(folder)) return false;
  return folder.empty() || path.size() == folder.size() || path[folder.size()] == '/';
}

bool allows(const std::vector<FileRule>& rules, std::string_view path, Access access) {
  bool read = !access.read, write = !access.write;
  for (const FileRule& rule : rules) {
    if (!covers(rule.path, path)) continue;
    read = read || rule.read;
    write = write || rule.write;
  }
  return read && write;
}

std::string generalize(std::string_view path, bool writes) {
  for (const std::string_view folder : kTemporary) {
    if (covers(folder_rule(folder), path)) return folder_rule(folder);
  }
  if (path.starts_with("/proc/") && path.size() > 6 &&
      std::isdigit(static_cast<unsigned char>(path[6])))
    return "/proc/**";
  for (size_t start = 1; start < path.size();) {
    const size_t end = std::min(path.find('/', start), path.size());
    if (start > 1 && is_made_up(path.substr(start, end - start), end == path.size(), writes))
      return folder_rule(path.substr(0, start - 1));
    start = end + 1;
  }
  return std::string(path);
}

std::vector<FileRule> fold(const PathAccess& seen) {
  PathAccess paths = seen;
  for (bool Access::* access : {&Access::read, &Access::write}) fold_folders(paths, access);
  std::vector<FileRule> rules;
  for (const auto& [path, used] : paths) {
    const bool read = used.read && !is_covered(paths, path, &Access::read);
    const bool write = used.write && !is_covered(paths, path, &Access::write);
    if (read || write) rules.push_back({path, read, write});
  }
  return rules;
}

bool is_plain_path(std::string_view path) {
  if (path == "/") return true;
  if (!path.starts_with('/') || path.ends_with('/') || path.size() > Limits{}.path_bytes)
    return false;
  for (const std::string_view segment : split(path.substr(1), '/')) {
    if (segment.empty() || segment == "." || segment == ".." || segment == "**") return false;
  }
  return true;
}

bool is_path_rule(std::string_view path) {
  if (path == kAll) return true;
  return is_plain_path(path.ends_with(kAll) ? path.substr(0, path.size() - kAll.size()) : path);
}

}  // namespace seawall::guard
