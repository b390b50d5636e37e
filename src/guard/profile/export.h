// A profile as what other programs enforce: one function an output, listed in export_formats().
//
//   seccomp         the JSON of Docker, Podman, containerd and CRI-O: what was learned, and what
//   the
//                   runtime itself calls between loading the filter and starting the program
//   apparmor        a profile "seawall-NAME" for apparmor_parser
//   network-policy  a NetworkPolicy of Kubernetes
//   pod             a Pod with the hardened parts of its spec
//   docker-run      the hardened command line
//   profile         the document itself
//
// What a format cannot say is left out and named in a comment of the output, where it has comments;
// never does an output deny less than `deny` says without telling so. ERRORS: kUnsupported where
// the profile says nothing about what the format is for; kUsage for a wrong option.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

struct ExportOptions {
  bool no_new_privileges = false;             // seccomp: for containers that have it
  std::string architecture = "amd64";         // seccomp: amd64, arm64
  std::vector<std::string> system_calls;      // seccomp: of another runtime, by name
  std::string image;                          // pod, docker-run: the reference
  std::map<std::string, std::string> labels;  // network-policy: of the pods
};

struct ExportFormat {
  std::string_view name;
  Result<std::string> (*render)(const Profile& profile, const ExportOptions& options);
};
std::span<const ExportFormat> export_formats();

Result<std::string> export_seccomp(const Profile& profile, const ExportOptions& options);
Result<std::string> export_apparmor(const Profile& profile, const ExportOptions& options);
Result<std::string> export_network_policy(const Profile& profile, const ExportOptions& options);
Result<std::string> export_pod(const Profile& profile, const ExportOptions& options);
Result<std::string> export_docker_run(const Profile& profile, const ExportOptions& options);

// What the runtime calls after the filter is loaded, of runc 1.1 on Linux 6.18, by measurement: 23
// names by default (and fchown for another user than root), 9 with no-new-privileges, and
// rt_sigreturn in both, which Go's scheduler makes of chance.
std::span<const std::string_view> runtime_calls(bool no_new_privileges);

// Which parts of the hardened forms a profile's lists bear out.
struct Hardening {
  bool read_only_root = false;
  std::vector<std::string> writable;  // folders for a tmpfs or an emptyDir
  std::string why_writable;           // what is written that no such folder can stand for
};
Hardening hardening_of(const Profile& profile);

}  // namespace seawall::guard
