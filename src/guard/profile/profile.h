// Profile: what one image is allowed to do at run time. Learned by the guard or written by hand,
// enforced in the kernel, exported as seccomp, AppArmor, NetworkPolicy and the hardened part of a
// Pod. One YAML document each (docs/formats/profile.md, docs/schema/profile-1.json):
//
//   apiVersion: seawall.dev/v1
//   kind: Profile
//   metadata: {name: shop-api, image: "sha256:..."}     # or images: ["registry.example/shop/*"]
//   mode: enforce                                       # learn, observe, enforce
//   executables:
//     allow: image                     # what its signed inventory holds; or a list
//     deny: [/usr/bin/nc]
//     newFiles: deny
//     memory: deny
//   files: {deny: [{path: /etc/shadow, access: read}]}
//   network: {connect: {allow: [{cidr: 10.0.0.0/8, ports: "5432"}]}, raw: deny}
//   deny: [ptrace, mount, modules]
//   learned: {...}                     # where it comes from
//
// A list `allow` that is there names all that is allowed of its kind; without one, all is but what
// `deny` names. `deny` always wins.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::guard {

enum class Mode : uint8_t {
  kLearn,    // what is done is written down; nothing is judged
  kObserve,  // what would be denied is told
  kEnforce,  // it is denied
};
std::string_view to_string(Mode mode);  // "learn", "observe", "enforce"

struct AllowedExecutable {
  std::string path;    // as the container sees it: "/usr/sbin/nginx"
  std::string digest;  // "sha256:..."; empty: any content
  bool operator==(const AllowedExecutable&) const = default;
};

struct ExecutableRules {
  bool of_image = false;  // `allow: image`: every executable that the image's layers hold
  std::optional<std::vector<AllowedExecutable>> allow;
  std::vector<std::string> deny;  // paths; also the name a multi-call program is called by
  bool deny_new = false;          // files made after the start
  bool deny_modified = false;     // files of the image whose content was written to
  bool deny_memory = false;       // memfd and deleted files
  bool deny_volumes = false;      // files on volumes and tmpfs
  bool deny_mapped = false;       // the same by a loader: mapped as code
  bool operator==(const ExecutableRules&) const = default;
};

// A path, or with "/**" at its end a folder and all below it.
struct FileRule {
  std::string path;
  bool read = false, write = false;
  bool operator==(const FileRule&) const = default;
};
struct FileRules {
  std::optional<std::vector<FileRule>> allow;
  std::vector<FileRule> deny;
  bool operator==(const FileRules&) const = default;
};

struct Peer {
  std::string cidr;      // "10.0.0.0/8", "::/0"; with a name: what it resolved to, or empty
  std::string name;      // "db.example"
  std::string protocol;  // "tcp", "udp"; empty: both
  uint16_t first_port = 0, last_port = UINT16_MAX;
  bool operator==(const Peer&) const = default;
};
struct NetworkRules {
  std::optional<std::vector<Peer>> allow_connect;
  std::vector<Peer> deny_connect;
  std::optional<std::vector<Peer>> allow_listen;  // cidr: the own address
  std::vector<std::string> deny_unix;  // paths; "engine": the socket of any container engine
  bool deny_raw = false;               // raw and packet sockets
  bool operator==(const NetworkRules&) const = default;
};

// Single things, denied or not. The word in `deny:` stands beside.
enum class Privilege : uint8_t {
  kTrace,           // ptrace: of other processes of the container, too
  kOtherProcesses,  // otherProcesses: /proc of, ptrace of, signals to what is not the container's
  kMount,           // mount
  kNamespaces,      // namespaces: making new ones, entering others
  kModules,         // modules: of the kernel
  kBpf,             // bpf
  kPerf,            // perf
  kDevices,         // devices: block devices, and making nodes
  kKernelSettings,  // kernelSettings: core_pattern, release_agent and their kin
};
inline constexpr size_t kPrivileges = static_cast<size_t>(Privilege::kKernelSettings) + 1;
std::string_view to_string(Privilege privilege);
std::optional<Privilege> parse_privilege(std::string_view word);

struct Learned {
  int64_t from = 0, to = 0;  // seconds since 1970
  uint64_t containers = 0;   // replicas it was merged from
  uint64_t events = 0;
  uint64_t flagged = 0;  // events of processes that a rule spoke of: seen, not learned
  std::map<std::string, uint64_t> lost;  // by cause: {"ring": 0}; any above 0 makes it incomplete
  std::vector<std::string> commands;     // command lines of the first processes
  bool seeded = false;                   // from the image's own content, before the first run
  bool complete() const;                 // nothing lost, something seen
  bool operator==(const Learned&) const = default;
};

struct Observed {     // what the mode observe has told so far
  int64_t since = 0;  // seconds since 1970; 0: it has not been observed
  uint64_t denials = 0;
  int64_t last_denial = 0;
  bool operator==(const Observed&) const = default;
};

struct Allowance {  // a denied action that a person allowed afterwards
  std::string what, reason, who;
  int64_t when = 0;
  bool operator==(const Allowance&) const = default;
};

struct Profile {
  std::string name;
  std::string image;                // "sha256:..." of the image's manifest; or empty and
  std::vector<std::string> images;  // patterns of references
  Mode mode = Mode::kLearn;
  ExecutableRules executables;
  FileRules files;
  NetworkRules network;
  std::optional<std::vector<std::string>> capabilities;  // "NET_BIND_SERVICE": all it may use
  std::optional<std::vector<std::string>> system_calls;  // after the runtime's set-up
  bool denies[kPrivileges] = {};
  Learned learned;
  Observed observed;
  std::vector<Allowance> allowances;
  bool operator==(const Profile&) const = default;
};

// Lists in their one order, each entry once; peers as networks ("10.1.2.3/8" is 10.0.0.0/8). What
// makes profiles leaves them so, and profile_write() of equal profiles gives the same bytes.
void normalize(Profile& profile);

}  // namespace seawall::guard
