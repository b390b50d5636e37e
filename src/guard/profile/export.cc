#include "guard/profile/export.h"

#include <algorithm>
#include <set>

#include "guard/profile/path_rules.h"
#include "guard/profile/profile_write.h"

namespace seawall::guard {
namespace {

Result<std::string> export_itself(const Profile& profile, const ExportOptions&) {
  return write_profile(profile);
}

constexpr ExportFormat kFormats[] = {
    {"profile", export_itself},    {"seccomp", export_seccomp},
    {"apparmor", export_apparmor}, {"network-policy", export_network_policy},
    {"pod", export_pod},           {"docker-run", export_docker_run}};

// File systems of their own in every container.
constexpr std::string_view kOwn[] = {"/proc/**", "/sys/**", "/dev/**"};
// Folders below the root that an image leaves empty.
constexpr std::string_view kEmpty[] = {"/tmp", "/run"};

bool is_in_own(std::string_view path) {
  return std::any_of(std::begin(kOwn), std::end(kOwn),
                     [&](std::string_view rule) { return covers(rule, path); });
}

// Whether an empty folder may stand in this one's place: nothing in it is only read or executed.
bool can_be_empty(const Profile& profile, const std::string& folder) {
  const std::string all = folder + "/**";
  if (folder.rfind('/') == 0 &&
      std::find(std::begin(kEmpty), std::end(kEmpty), folder) == std::end(kEmpty))
    return false;
  for (const FileRule& rule : *profile.files.allow) {
    if (covers(all, rule.path) && !rule.write && rule.path != folder) return false;
  }
  if (!profile.executables.allow) return true;
  return std::none_of(profile.executables.allow->begin(), profile.executables.allow->end(),
                      [&](const AllowedExecutable& one) { return covers(all, one.path); });
}

}  // namespace

std::span<const ExportFormat> export_formats() {
  return kFormats;
}

Hardening hardening_of(const Profile& profile) {
  Hardening out;
  if (!profile.files.allow) {
    out.why_writable = "no list says which files are written";
    return out;
  }
  std::set<std::string> folders;
  for (const FileRule& rule : *profile.files.allow) {
    if (!rule.write || is_in_own(rule.path)) continue;
    const std::string folder = rule.path.substr(0, rule.path.rfind('/'));
    if (folder.empty() || !can_be_empty(profile, folder)) {
      out.why_writable = rule.path + " is written";
      return out;
    }
    folders.insert(folder);
  }
  out.read_only_root = true;
  for (const std::string& folder : folders) {
    const bool below = std::any_of(folders.begin(), folders.end(), [&](const std::string& other) {
      return other != folder && covers(other + "/**", folder);
    });
    if (!below) out.writable.push_back(folder);
  }
  return out;
}

}  // namespace seawall::guard
