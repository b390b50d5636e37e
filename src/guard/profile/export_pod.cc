// The hardened parts of a Pod and of `docker run`: what the lists of a profile bear out, no more.
#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "guard/profile/export.h"
#include "guard/profile/profile_write.h"

namespace seawall::guard {
namespace {

std::string image_of(const Profile& profile, const ExportOptions& options) {
  if (!options.image.empty()) return options.image;
  if (!profile.image.empty()) return profile.name + "@" + profile.image;
  for (const std::string& pattern : profile.images) {
    if (pattern.find_first_of("*?") == pattern.npos) return pattern;
  }
  return profile.name;
}

// A word of a shell's command line.
std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("/._-:=@,+").find(static_cast<char>(c)) != std::string_view::npos;
  });
  return plain ? text : "'" + replace_all(text, "'", "'\\''") + "'";
}

}  // namespace

Result<std::string> export_pod(const Profile& profile, const ExportOptions& options) {
  const Hardening hardening = hardening_of(profile);
  std::string name = profile.name;
  std::replace(name.begin(), name.end(), '.', '-');  // of a container: a label of DNS
  if (name.size() > 63) name = name.substr(0, name.find_last_not_of('-', 62) + 1);
  std::string out = fmt::format(
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {0}\n  labels:\n    app.kubernetes.io/name: "
      "{1}\nspec:\n  automountServiceAccountToken: false\n",
      yaml_text(profile.name), yaml_text(name));
  if (profile.system_calls) {
    out += fmt::format(
        "  securityContext:\n    seccompProfile:\n      # seawall profile export {0} --as seccomp "
        "--no-new-privileges\n      # into /var/lib/kubelet/seccomp/seawall/ of every node\n      "
        "type: Localhost\n      localhostProfile: seawall/{0}.json\n",
        profile.name);
  } else {
    out += "  securityContext:\n    seccompProfile:\n      type: RuntimeDefault\n";
  }
  out += fmt::format("  containers:\n    - name: {}\n      image: {}\n      securityContext:\n",
                     yaml_text(name), yaml_text(image_of(profile, options)));
  out += "        allowPrivilegeEscalation: false\n        privileged: false\n";
  if (hardening.read_only_root) {
    out += "        readOnlyRootFilesystem: true\n";
  } else {
    out +=
        fmt::format("        # the root stays writable: {}\n", printable(hardening.why_writable));
  }
  if (profile.capabilities) {
    out += "        capabilities:\n          drop:\n            - ALL\n";
    if (!profile.capabilities->empty()) out += "          add:\n";
    for (const std::string& one : *profile.capabilities)
      out += fmt::format("            - {}\n", one);
  }
  if (hardening.writable.empty()) return out;
  out += "      volumeMounts:\n";
  for (size_t i = 0; i < hardening.writable.size(); ++i) {
    out += fmt::format("        - name: writable-{}\n          mountPath: {}\n", i + 1,
                       yaml_text(hardening.writable[i]));
  }
  out += "  volumes:\n";
  for (size_t i = 0; i < hardening.writable.size(); ++i)
    out += fmt::format("    - name: writable-{}\n      emptyDir: {{}}\n", i + 1);
  return out;
}

Result<std::string> export_docker_run(const Profile& profile, const ExportOptions& options) {
  const Hardening hardening = hardening_of(profile);
  std::vector<std::string> words = {"docker run", "--security-opt no-new-privileges"};
  if (profile.system_calls)  // of: seawall profile export NAME --as seccomp --no-new-privileges
    words.push_back("--security-opt " + shell_word("seccomp=" + profile.name + ".json"));
  if (profile.capabilities) {
    words.emplace_back("--cap-drop ALL");
    for (const std::string& one : *profile.capabilities) words.push_back("--cap-add " + one);
  }
  if (hardening.read_only_root) words.emplace_back("--read-only");
  for (const std::string& folder : hardening.writable)
    words.push_back("--tmpfs " + shell_word(folder));
  const auto& connect = profile.network.allow_connect;
  const auto& listen = profile.network.allow_listen;
  if (connect && connect->empty() && listen && listen->empty())
    words.emplace_back("--network none");
  words.push_back(shell_word(image_of(profile, options)));
  return join(words, " \\\n  ") + "\n";
}

}  // namespace seawall::guard
