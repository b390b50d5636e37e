// What a container's --security-opt words mean. Each is "name=value", or "name:value" as engines
// before 1.11 wrote it; the last of a name counts. Source: moby 27, daemon/daemon_unix.go
// parseSecurityOpt.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::benchmark {

// "no-new-privileges" alone, or with a Go word for true.
bool forbids_new_privileges(const std::vector<std::string>& options);
// What follows "label=": "disable", "type:svirt_lxc_net_t".
std::vector<std::string> selinux_labels(const std::vector<std::string>& options);
// "unconfined", "default" (also "builtin", or nothing said), else "custom": a profile of its own.
std::string_view seccomp_choice(const std::vector<std::string>& options, bool privileged);
// Whether a profile of its own lets every call through. Nothing when it is not at hand.
std::optional<bool> seccomp_allows_all(const std::vector<std::string>& options);

}  // namespace seawall::benchmark
