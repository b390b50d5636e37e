#include "benchmark/collectors/capabilities.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::benchmark {
namespace {

constexpr std::string_view kNames[] = {"CHOWN",
                                       "DAC_OVERRIDE",
                                       "DAC_READ_SEARCH",
                                       "FOWNER",
                                       "FSETID",
                                       "KILL",
                                       "SETGID",
                                       "SETUID",
                                       "SETPCAP",
                                       "LINUX_IMMUTABLE",
                                       "NET_BIND_SERVICE",
                                       "NET_BROADCAST",
                                       "NET_ADMIN",
                                       "NET_RAW",
                                       "IPC_LOCK",
                                       "IPC_OWNER",
                                       "SYS_MODULE",
                                       "SYS_RAWIO",
                                       "SYS_CHROOT",
                                       "SYS_PTRACE",
                                       "SYS_PACCT",
                                       "SYS_ADMIN",
                                       "SYS_BOOT",
                                       "SYS_NICE",
                                       "SYS_RESOURCE",
                                       "SYS_TIME",
                                       "SYS_TTY_CONFIG",
                                       "MKNOD",
                                       "LEASE",
                                       "AUDIT_WRITE",
                                       "AUDIT_CONTROL",
                                       "SETFCAP",
                                       "MAC_OVERRIDE",
                                       "MAC_ADMIN",
                                       "SYSLOG",
                                       "WAKE_ALARM",
                                       "BLOCK_SUSPEND",
                                       "AUDIT_READ",
                                       "PERFMON",
                                       "BPF",
                                       "CHECKPOINT_RESTORE"};

constexpr std::string_view kDocker[] = {"CHOWN",   "DAC_OVERRIDE", "FSETID",           "FOWNER",
                                        "MKNOD",   "NET_RAW",      "SETGID",           "SETUID",
                                        "SETFCAP", "SETPCAP",      "NET_BIND_SERVICE", "SYS_CHROOT",
                                        "KILL",    "AUDIT_WRITE"};
constexpr std::string_view kPodman[] = {"CHOWN",   "DAC_OVERRIDE",     "FOWNER",    "FSETID",
                                        "KILL",    "NET_BIND_SERVICE", "SETFCAP",   "SETGID",
                                        "SETPCAP", "SETUID",           "SYS_CHROOT"};

std::string full(std::string_view name) {
  return "CAP_" + std::string(name);
}

std::set<std::string> all_names() {
  std::set<std::string> names;
  for (const std::string_view name : kNames) names.insert(full(name));
  return names;
}

std::set<std::string> own_set(std::string_view engine) {
  std::set<std::string> names;
  if (engine == "podman") {
    for (const std::string_view name : kPodman) names.insert(full(name));
  } else {
    for (const std::string_view name : kDocker) names.insert(full(name));
  }
  return names;
}

bool names_all(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return capability_name(word) == "ALL"; });
}

}  // namespace

std::vector<std::string> capability_names(uint64_t mask) {
  std::vector<std::string> names;
  for (unsigned bit = 0; bit < 64; ++bit) {
    if ((mask >> bit & 1) == 0) continue;
    names.push_back(bit < std::size(kNames) ? full(kNames[bit]) : fmt::format("CAP_{}", bit));
  }
  return names;
}

std::string capability_name(std::string_view word) {
  std::string name = to_valid_utf8(trim(word));
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  if (name == "ALL" || name == "CAP_ALL") return "ALL";
  return name.starts_with("CAP_") ? name : "CAP_" + name;
}

// Source: moby oci/caps/utils.go TweakCapabilities: with ALL added, what is dropped by name is
// missing; with ALL dropped, what is added by name is there.
std::optional<int> capability_number(std::string_view word) {
  const std::string name = capability_name(word);
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (name == fmt::format("CAP_{}", kNames[i])) return static_cast<int>(i);
  }
  return std::nullopt;
}

std::vector<std::string> effective_capabilities(std::string_view engine, bool privileged,
                                                const std::vector<std::string>& added,
                                                const std::vector<std::string>& dropped) {
  std::set<std::string> names = own_set(engine);
  if (privileged || names_all(added)) {
    names = all_names();
  } else if (names_all(dropped)) {
    names.clear();
  }
  if (!privileged) {
    for (const std::string& word : dropped) names.erase(capability_name(word));
    // What is dropped by name stays so where all were added.
    const bool all = names_all(added);
    for (const std::string& word : added) {
      if (!all) names.insert(capability_name(word));
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace seawall::benchmark
