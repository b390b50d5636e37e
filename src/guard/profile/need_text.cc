// Needs as people write them: one word, a colon, and what.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/strings.h"
#include "guard/profile/need.h"
#include "guard/profile/peer.h"

namespace seawall::guard {
namespace {

constexpr std::string_view kForms =
    "execute:PATH, read:PATH, write:PATH, readWrite:PATH, connect:PEER, listen:PEER, unix:PATH, "
    "raw, privilege:WORD, origin:WORD, capability:NAME, call:NAME";

std::string_view access_word(Access access) {
  return access.read && access.write ? "readWrite" : access.write ? "write" : "read";
}

Result<Need> parse_path(NeedKind kind, Access access, std::string_view path) {
  const bool good = kind == NeedKind::kFile ? is_path_rule(path) : is_plain_path(path);
  if (!good || printable(path) != path) {
    return usage_error(fmt::format("\"{}\" is no absolute path", printable(path)))
        .hint(R"(without "..", and "**" at most as its last part: /var/lib/app/**)");
  }
  Need need{.kind = kind};
  need.path = path;
  need.access = access;
  return need;
}

Result<Need> parse_word(std::string_view kind, std::string_view what) {
  Need need;
  if (kind == "privilege") {
    const auto privilege = parse_privilege(what);
    if (!privilege) return usage_error(fmt::format("there is no privilege {}", printable(what)));
    need.kind = NeedKind::kPrivilege;
    need.privilege = *privilege;
  } else if (kind == "origin") {
    need.kind = NeedKind::kOrigin;
    for (const FileOrigin origin :
         {FileOrigin::kModified, FileOrigin::kNew, FileOrigin::kVolume, FileOrigin::kMemory}) {
      if (to_string(origin) == what) need.origin = origin;
    }
    if (need.origin == FileOrigin::kUnknown)
      return usage_error("an origin is new, modified, volume or memory");
  } else if (kind == "capability") {
    const auto name = parse_capability(what);
    if (!name) return usage_error(fmt::format("there is no capability {}", printable(what)));
    need.kind = NeedKind::kCapability;
    need.name = *name;
  } else {
    if (!is_call_name(what))
      return usage_error(fmt::format("\"{}\" is no name of a system call", printable(what)));
    need.kind = NeedKind::kCall;
    need.name = what;
  }
  return need;
}

}  // namespace

std::string need_text(const Need& need) {
  switch (need.kind) {
    case NeedKind::kExecute:
      return "execute:" + need.path;
    case NeedKind::kFile:
      return fmt::format("{}:{}", access_word(need.access), need.path);
    case NeedKind::kConnect:
      return "connect:" + peer_text(need.peer);
    case NeedKind::kListen:
      return "listen:" + peer_text(need.peer);
    case NeedKind::kUnix:
      return "unix:" + need.path;
    case NeedKind::kRaw:
      return "raw";
    case NeedKind::kPrivilege:
      return "privilege:" + std::string(to_string(need.privilege));
    case NeedKind::kOrigin:
      return "origin:" + std::string(to_string(need.origin));
    case NeedKind::kCapability:
      return "capability:" + need.name;
    case NeedKind::kCall:
      return "call:" + need.name;
  }
  return {};
}

Result<Need> parse_need(std::string_view text) {
  if (text == "raw") return Need{.kind = NeedKind::kRaw};
  const auto [kind, what] = split_once(text, ':');
  const struct {
    std::string_view word;
    NeedKind kind;
    Access access;
  } paths[] = {{"execute", NeedKind::kExecute, {}},
               {"unix", NeedKind::kUnix, {}},
               {"read", NeedKind::kFile, {true, false}},
               {"write", NeedKind::kFile, {false, true}},
               {"readWrite", NeedKind::kFile, {true, true}}};
  for (const auto& path : paths) {
    if (kind == path.word) return parse_path(path.kind, path.access, what);
  }
  if (kind == "connect" || kind == "listen") {
    Need need{.kind = kind == "connect" ? NeedKind::kConnect : NeedKind::kListen};
    SEAWALL_TRY(need.peer, parse_peer(what));
    return need;
  }
  if (kind == "privilege" || kind == "origin" || kind == "capability" || kind == "call")
    return parse_word(kind, what);
  return usage_error(fmt::format("\"{}\" is nothing that a profile can allow", printable(text)))
      .hint("one of: " + std::string(kForms));
}

}  // namespace seawall::guard
