// AppArmor: paths, capabilities, families of sockets. No includes, so that it loads on hosts
// without the abstractions. Source: apparmor.d(5) of AppArmor 3.0.
#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "guard/profile/export.h"
#include "guard/profile/peer.h"

namespace seawall::guard {
namespace {

// In quotes, with AppArmor's own pattern characters taken literally; a folder is asked for with "/"
// at its end.
std::string quoted(std::string_view path) {
  const bool folder = path.ends_with("/**");
  if (folder) path.remove_suffix(3);
  std::string out = "\"";
  for (const char c : path) {
    if (std::string_view("?*[]{}^\"\\@,").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  if (folder) return out + (path.empty() ? "/**\"" : "{,/,/**}\"");
  return out + (path == "/" ? "\"" : "{,/}\"");
}

class AppArmorWriter {
 public:
  explicit AppArmorWriter(const Profile& profile) : profile_(profile) {}

  std::string write() {
    const std::string name = "seawall-" + profile_.name;
    out_ = fmt::format("# {}: made by seawall profile export --as apparmor\n", profile_.name);
    out_ += fmt::format("profile {} flags=(attach_disconnected,mediate_deleted) {{\n", name);
    signals(name);
    capabilities();
    network();
    privileges();
    files();
    executables();
    return out_ + "}\n";
  }

 private:
  void line(std::string_view text) { out_ += fmt::format("  {}\n", text); }
  bool denies(Privilege one) const { return profile_.denies[static_cast<size_t>(one)]; }

  void signals(const std::string& name) {
    for (const std::string_view peer : {"unconfined", "runc", "crun"})
      line(fmt::format("signal (receive) peer={},", peer));
    line(fmt::format("signal (send, receive) peer={},", name));
    if (!denies(Privilege::kOtherProcesses)) line("signal,");
  }

  void capabilities() {
    if (!profile_.capabilities) return line("capability,");
    for (const std::string& one : *profile_.capabilities)
      line(fmt::format("capability {},", to_lower(one)));
  }

  bool speaks(std::string_view protocol) const {
    const NetworkRules& rules = profile_.network;
    if (!rules.allow_connect || !rules.allow_listen) return true;
    for (const auto* list : {&*rules.allow_connect, &*rules.allow_listen}) {
      for (const Peer& peer : *list) {
        if (peer.protocol.empty() || peer.protocol == protocol) return true;
      }
    }
    return false;
  }
  void network() {
    line("# addresses and ports are no matter of AppArmor; families and types are");
    line("network unix,");
    line("network netlink,");
    for (const std::string_view family : {"inet", "inet6"}) {
      if (speaks("tcp")) line(fmt::format("network {} stream,", family));
      if (speaks("udp")) line(fmt::format("network {} dgram,", family));
      if (!profile_.network.deny_raw) line(fmt::format("network {} raw,", family));
    }
    if (!profile_.network.deny_raw) line("network packet,");
    for (const std::string& path : profile_.network.deny_unix) {
      if (path != "engine") {
        line(fmt::format("deny {} rwl,", quoted(path)));
        continue;
      }
      for (const std::string_view socket :
           {"docker.sock", "podman/podman.sock", "containerd/containerd.sock", "crio/crio.sock"}) {
        line(fmt::format("deny \"/{{,var/}}run/{}\" rwl,", socket));
      }
    }
  }

  void privileges() {
    line(denies(Privilege::kTrace) ? "ptrace (tracedby, readby)," : "ptrace,");
    if (!denies(Privilege::kMount)) {
      line("mount,");
      line("umount,");
      line("pivot_root,");
    }
    if (denies(Privilege::kKernelSettings)) {
      line("deny \"/proc/sys/**\" wl,");
      line("deny \"/proc/sysrq-trigger\" wl,");
      line("deny \"/sys/**\" wl,");
    }
  }

  void files() {
    for (const FileRule& rule : profile_.files.deny) {
      line(fmt::format("deny {} {}{},", quoted(rule.path), rule.read ? "r" : "",
                       rule.write ? "wl" : ""));
    }
    if (!profile_.files.allow) return line("\"/**\" rwlkm,");
    for (const FileRule& rule : *profile_.files.allow) {
      // What is only read may be mapped as code: libraries are.
      const std::string_view access = rule.read && rule.write ? "rwlk" : rule.write ? "wlk" : "rm";
      line(fmt::format("{} {},", quoted(rule.path), access));
    }
  }

  void executables() {
    const ExecutableRules& rules = profile_.executables;
    for (const std::string& path : rules.deny) line(fmt::format("deny {} x,", quoted(path)));
    if (rules.of_image || !rules.allow) {
      if (rules.of_image)
        line("# which executables are the image's is no matter of AppArmor: all may run");
      return line("\"/**\" rix,");
    }
    for (const AllowedExecutable& one : *rules.allow)
      line(fmt::format("{} rmix,", quoted(one.path)));
  }

  const Profile& profile_;
  std::string out_;
};

}  // namespace

Result<std::string> export_apparmor(const Profile& profile, const ExportOptions&) {
  return AppArmorWriter(profile).write();
}

}  // namespace seawall::guard
