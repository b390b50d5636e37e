#include "guard/profile/judge.h"

#include <algorithm>

#include <fmt/format.h>

#include "guard/profile/path_rules.h"
#include "guard/profile/peer.h"

namespace seawall::guard {
namespace {

Judgement denied(std::string rule, std::string reason, const Need& need) {
  return {true, std::move(rule), std::move(reason), need_text(need)};
}

template <typename T, typename U>
bool holds(const std::vector<T>& list, const U& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

Judgement judge_origin(const ExecutableRules& rules, const Need& need) {
  const struct {
    FileOrigin origin;
    bool denied;
    std::string_view rule, why;
  } origins[] = {
      {FileOrigin::kNew, rules.deny_new, "newFiles", "is a file that was made after the start"},
      {FileOrigin::kModified, rules.deny_modified, "modifiedFiles",
       "is a file of the image whose content was written to"},
      {FileOrigin::kMemory, rules.deny_memory, "memory", "has no name in a file system"},
      {FileOrigin::kVolume, rules.deny_volumes, "volumes", "is on a volume or a tmpfs"},
  };
  for (const auto& one : origins) {
    if (need.origin != one.origin || !one.denied) continue;
    return denied(fmt::format("executables.{}", one.rule),
                  fmt::format("{} {}", need.path.empty() ? "the program" : need.path, one.why),
                  {.kind = NeedKind::kOrigin, .origin = need.origin});
  }
  return {};
}

Judgement judge_executable(const ExecutableRules& rules, const Need& need) {
  for (const std::string& path : {need.path, need.called_as}) {
    if (path.empty() || !holds(rules.deny, path)) continue;
    Need named = need;
    named.path = path;
    return denied("executables.deny", fmt::format("{} is denied by its name", path), named);
  }
  if (Judgement origin = judge_origin(rules, need); origin.denied) return origin;
  if (need.origin == FileOrigin::kMemory || (!rules.allow && !rules.of_image)) return {};
  if (rules.allow) {
    for (const AllowedExecutable& one : *rules.allow) {
      if (one.path == need.path) return {};
    }
  }
  const bool of_image = need.origin == FileOrigin::kImage || need.origin == FileOrigin::kTouched ||
                        need.origin == FileOrigin::kUnknown;
  if (rules.of_image && of_image) return {};
  return denied("executables.allow",
                rules.of_image ? fmt::format("{} is none of the image's", need.path)
                               : fmt::format("{} is not in the list", need.path),
                need);
}

Judgement judge_file(const FileRules& rules, const Need& need) {
  for (const FileRule& rule : rules.deny) {
    const bool asked = (rule.read && need.access.read) || (rule.write && need.access.write);
    if (asked && covers(rule.path, need.path))
      return denied("files.deny", fmt::format("{} is denied by {}", need.path, rule.path), need);
  }
  if (!rules.allow || allows(*rules.allow, need.path, need.access)) return {};
  Need missing = need;
  missing.access.read = need.access.read && !allows(*rules.allow, need.path, {.read = true});
  missing.access.write = need.access.write && !allows(*rules.allow, need.path, {.write = true});
  return denied(
      "files.allow",
      fmt::format("no rule lets {} be {}", need.path, missing.access.write ? "written" : "read"),
      missing);
}

// Whether an allowed or denied peer is about the address of an event, or about all that a text
// names.
bool is_about(const Peer& rule, const Need& need) {
  return need.address.set ? fits(rule, need.address, need.peer.protocol) : covers(rule, need.peer);
}

Judgement judge_connection(const NetworkRules& rules, const Need& need) {
  const bool listens = need.kind == NeedKind::kListen;
  const std::string what = peer_text(need.peer);
  if (!listens) {
    for (const Peer& peer : rules.deny_connect) {
      if (is_about(peer, need))
        return denied("network.connect.deny", fmt::format("{} is in {}", what, peer_text(peer)),
                      need);
    }
  }
  const auto& allow = listens ? rules.allow_listen : rules.allow_connect;
  if (!allow) return {};
  for (const Peer& peer : *allow) {
    if (is_about(peer, need)) return {};
  }
  return denied(listens ? "network.listen.allow" : "network.connect.allow",
                fmt::format("{} is not in the list", what), need);
}

Judgement judge_socket(const NetworkRules& rules, const Need& need) {
  if (holds(rules.deny_unix, need.path))
    return denied("network.unix.deny", fmt::format("{} is denied", need.path), need);
  if (is_engine_socket(need.path) && holds(rules.deny_unix, std::string_view("engine")))
    return denied("network.unix.deny",
                  fmt::format("{} is the socket of a container engine", need.path), need);
  return {};
}

Judgement judge_name(const std::optional<std::vector<std::string>>& allow, std::string_view rule,
                     const Need& need) {
  if (!allow || holds(*allow, need.name)) return {};
  return denied(std::string(rule), fmt::format("{} is not in the list", need.name), need);
}

}  // namespace

Judgement judge(const Profile& profile, const Need& need) {
  switch (need.kind) {
    case NeedKind::kExecute:
      return judge_executable(profile.executables, need);
    case NeedKind::kOrigin:
      return judge_origin(profile.executables, need);
    case NeedKind::kFile:
      return judge_file(profile.files, need);
    case NeedKind::kConnect:
    case NeedKind::kListen:
      return judge_connection(profile.network, need);
    case NeedKind::kUnix:
      return judge_socket(profile.network, need);
    case NeedKind::kRaw:
      if (!profile.network.deny_raw) return {};
      return denied("network.raw", "raw and packet sockets are denied", need);
    case NeedKind::kPrivilege:
      if (!profile.denies[static_cast<size_t>(need.privilege)]) return {};
      return denied("deny", fmt::format("{} is denied", to_string(need.privilege)), need);
    case NeedKind::kCapability:
      return judge_name(profile.capabilities, "capabilities", need);
    case NeedKind::kCall:
      return judge_name(profile.system_calls, "systemCalls", need);
  }
  return {};
}

Judgement judge(const Profile& profile, const Event& event) {
  for (const Need& need : needs_of(event)) {
    if (Judgement judgement = judge(profile, need); judgement.denied) return judgement;
  }
  return {};
}

}  // namespace seawall::guard
