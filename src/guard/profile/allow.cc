#include "guard/profile/allow.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "guard/profile/judge.h"

namespace seawall::guard {
namespace {

template <typename T>
void add(std::optional<std::vector<T>>& list, T value) {
  if (list) list->push_back(std::move(value));
}

template <typename T>
void remove(std::vector<T>& list, const T& value) {
  std::erase(list, value);
}

void allow_origin(ExecutableRules& rules, FileOrigin origin) {
  if (origin == FileOrigin::kNew) rules.deny_new = false;
  if (origin == FileOrigin::kModified) rules.deny_modified = false;
  if (origin == FileOrigin::kMemory) rules.deny_memory = false;
  if (origin == FileOrigin::kVolume) rules.deny_volumes = false;
}

void allow_file(FileRules& rules, const Need& need) {
  for (FileRule& rule : rules.deny) {
    if (rule.path != need.path) continue;
    rule.read = rule.read && !need.access.read;
    rule.write = rule.write && !need.access.write;
  }
  std::erase_if(rules.deny, [](const FileRule& rule) { return !rule.read && !rule.write; });
  add(rules.allow, FileRule{need.path, need.access.read, need.access.write});
}

void change(Profile& profile, const Need& need) {
  NetworkRules& network = profile.network;
  switch (need.kind) {
    case NeedKind::kExecute:
      remove(profile.executables.deny, need.path);
      if (profile.executables.of_image && !profile.executables.allow)
        profile.executables.allow.emplace();
      add(profile.executables.allow, AllowedExecutable{need.path, ""});
      return;
    case NeedKind::kOrigin:
      return allow_origin(profile.executables, need.origin);
    case NeedKind::kFile:
      return allow_file(profile.files, need);
    case NeedKind::kConnect:
      remove(network.deny_connect, need.peer);
      return add(network.allow_connect, need.peer);
    case NeedKind::kListen:
      return add(network.allow_listen, need.peer);
    case NeedKind::kUnix:
      remove(network.deny_unix, need.path);
      if (is_engine_socket(need.path)) remove(network.deny_unix, std::string("engine"));
      return;
    case NeedKind::kRaw:
      network.deny_raw = false;
      return;
    case NeedKind::kPrivilege:
      profile.denies[static_cast<size_t>(need.privilege)] = false;
      return;
    case NeedKind::kCapability:
      return add(profile.capabilities, need.name);
    case NeedKind::kCall:
      return add(profile.system_calls, need.name);
  }
}

}  // namespace

Status allow(Profile& profile, const Need& need, Allowance record) {
  if (trim(record.reason).empty()) return usage_error("an allowance has a reason");
  if (trim(record.who).empty()) return usage_error("an allowance has somebody who gave it");
  record.what = need_text(need);
  if (!judge(profile, need).denied)
    return usage_error(fmt::format("{} allows {} already", profile.name, record.what));
  Profile changed = profile;
  change(changed, need);
  normalize(changed);
  if (const Judgement still = judge(changed, need); still.denied) {
    return unsupported(fmt::format("{}: {}", still.rule, still.reason))
        .hint("what denies it is wider than this; change the profile by hand");
  }
  changed.allowances.push_back(std::move(record));
  normalize(changed);
  profile = std::move(changed);
  return {};
}

}  // namespace seawall::guard
