// Need: one thing that must be allowed so that an event can happen; what the learner writes down
// and what judge() asks a profile for. Both read events through this alone, so that nothing that
// was learned is denied afterwards.
//
//   for (const Need& need : needs_of(event)) use(need_text(need));     // "write:/var/log/app.log"
//
// An event that failed by itself (ENOENT) needs nothing; one that was refused needs what it asked
// for. What an event does not say cannot be known: digests of executables, addresses behind names,
// whose process another one is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/event/event.h"
#include "guard/profile/path_rules.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

enum class NeedKind : uint8_t {
  kExecute,     // path, called_as, origin
  kFile,        // path, access
  kConnect,     // peer: one address and port
  kListen,      // peer: the own address
  kUnix,        // path
  kRaw,         // a raw or packet socket
  kPrivilege,   // privilege
  kOrigin,      // to execute files of this origin; only in texts
  kCapability,  // name
  kCall,        // name of a system call
};

struct Need {
  NeedKind kind = NeedKind::kFile;
  std::string path, called_as, name;
  Access access;
  FileOrigin origin = FileOrigin::kUnknown;
  Address address;
  Peer peer;  // of texts, which may name a network or a host
  Privilege privilege = Privilege::kTrace;
};

std::vector<Need> needs_of(const Event& event);

// What `seawall profile allow` takes: "execute:/usr/bin/curl", "read:/etc/app.conf",
// "write:/var/lib/app/**", "readWrite:...", "connect:10.0.0.0/8:443/tcp",
// "listen:0.0.0.0/0:80/tcp", "unix:/run/app.sock", "raw", "privilege:mount", "origin:new"
// (modified, memory, volume), "capability:NET_RAW", "call:ptrace". ERRORS: kUsage.
std::string need_text(const Need& need);
Result<Need> parse_need(std::string_view text);

// The socket of a container engine, by its usual names.
bool is_engine_socket(std::string_view path);
// "NET_RAW" of "net_raw", "CAP_NET_RAW"; nothing for what is no capability.
std::optional<std::string> parse_capability(std::string_view word);
bool is_call_name(std::string_view name);

}  // namespace seawall::guard
