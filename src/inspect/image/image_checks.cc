// What each rule on images looks at. A check gives what is against its rule, and nothing when that
// cannot be told.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/image/image_rules.h"

namespace seawall::inspect {
namespace {

using Seen = std::vector<Observation>;

constexpr size_t kNamesShown = 4;
constexpr uint64_t kWorthAWord = 5 << 20;  // bytes of waste from which on it is reported
constexpr int64_t kOldDays = 180;

std::string names_of(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size() && i < kNamesShown; ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kNamesShown) text += fmt::format(" and {} more", names.size() - kNamesShown);
  return text;
}

// One observation for all of a kind of file: a list, not a flood.
Seen about_files(const std::vector<const VisibleFile*>& files, std::string_view what) {
  if (files.empty()) return {};
  std::vector<std::string> names;
  for (const VisibleFile* file : files) names.push_back("/" + file->file->path);
  Observation seen{
      fmt::format("{} {}{}: {}", files.size(), what, files.size() == 1 ? "" : "s", names_of(names)),
      {},
      static_cast<int>(files.front()->layer)};
  if (files.size() == 1) seen.path = files.front()->file->path;
  return {std::move(seen)};
}

template <typename Condition>
std::vector<const VisibleFile*> visible(const ImageFacts& facts, Condition condition) {
  std::vector<const VisibleFile*> files;
  for (const VisibleFile& file : facts.notable()) {
    if (file.hidden_by < 0 && condition(*file.file)) files.push_back(&file);
  }
  return files;
}

// The programs of a list that are in the image.
Seen about_programs(const ImageFacts& facts, std::span<const std::string_view> paths,
                    std::string_view what) {
  std::vector<std::string> names;
  for (const std::string_view path : paths) {
    if (facts.surely_exists(path)) names.push_back("/" + std::string(path));
  }
  if (names.empty()) return {};
  return {{fmt::format("{}: {}", what, names_of(names)), {}, -1}};
}

Seen root_user(const ImageFacts& facts) {
  const std::string_view user = facts.text("User");
  const std::string_view name = user.substr(0, user.find(':'));
  if (!name.empty() && name != "root" && name != "0") return {};
  return {
      {name.empty() ? "no USER is set, so processes start as root" : fmt::format("USER {}", user),
       {},
       -1}};
}

Seen no_healthcheck(const ImageFacts& facts) {
  const Node& check = facts.config()["Healthcheck"];
  const std::string_view first = check["Test"][0].string();
  if (first == "NONE") return {{"HEALTHCHECK NONE", {}, -1}};
  if (check.exists() && !first.empty()) return {};
  return {{"no HEALTHCHECK is set", {}, -1}};
}

struct Port {
  uint64_t number = 0;
  std::string text;  // "22/tcp"
};

std::vector<Port> exposed_ports(const ImageFacts& facts) {
  std::vector<Port> ports;
  for (const Member& member : facts.config()["ExposedPorts"].members()) {
    const auto [number, protocol] = split_once(member.key, '/');
    if (const auto value = parse_unsigned(number))
      ports.push_back({*value, std::string(member.key)});
  }
  return ports;
}

Seen ssh_port(const ImageFacts& facts) {
  for (const Port& port : exposed_ports(facts)) {
    if (port.number == 22) return {{"EXPOSE " + port.text, {}, -1}};
  }
  return {};
}

Seen privileged_port(const ImageFacts& facts) {
  Seen seen;
  for (const Port& port : exposed_ports(facts)) {
    if (port.number < 1024 && port.number != 22) seen.push_back({"EXPOSE " + port.text, {}, -1});
  }
  if (seen.size() > 1) seen.resize(1);
  return seen;
}

Seen debug_port(const ImageFacts& facts) {
  // Debuggers and consoles: JDWP, node --inspect, delve, X11, Docker's API without TLS, VNC.
  constexpr std::array<uint64_t, 7> kPorts = {5005, 9229, 2345, 6000, 2375, 5900, 8787};
  for (const Port& port : exposed_ports(facts)) {
    if (std::find(kPorts.begin(), kPorts.end(), port.number) != kPorts.end())
      return {{"EXPOSE " + port.text, {}, -1}};
  }
  return {};
}

Seen setuid_files(const ImageFacts& facts) {
  return about_files(visible(facts, [](const NotableFile& f) { return (f.mode & 06000) != 0; }),
                     "setuid or setgid file");
}

Seen world_writable_files(const ImageFacts& facts) {
  return about_files(visible(facts,
                             [](const NotableFile& f) {
                               return !f.directory && f.link.empty() && (f.mode & 0002) != 0;
                             }),
                     "file");
}

Seen world_writable_directories(const ImageFacts& facts) {
  return about_files(visible(facts,
                             [](const NotableFile& f) {
                               return f.directory && (f.mode & 0002) != 0 && (f.mode & 01000) == 0;
                             }),
                     "directory without the sticky bit");
}

Seen package_manager(const ImageFacts& facts) {
  constexpr std::array<std::string_view, 15> kPrograms = {
      "usr/bin/apt-get", "usr/bin/apt",       "usr/bin/dpkg", "sbin/apk",          "usr/bin/yum",
      "usr/bin/dnf",     "usr/bin/microdnf",  "usr/bin/rpm",  "usr/bin/zypper",    "usr/bin/pacman",
      "usr/bin/pip3",    "usr/local/bin/pip", "usr/bin/npm",  "usr/local/bin/npm", "usr/bin/gem"};
  return about_programs(facts, kPrograms, "package managers");
}

Seen shell(const ImageFacts& facts) {
  constexpr std::array<std::string_view, 7> kPrograms = {
      "bin/sh", "bin/bash", "bin/dash", "bin/ash", "bin/zsh", "bin/busybox", "busybox/sh"};
  return about_programs(facts, kPrograms, "shells");
}

Seen build_tools(const ImageFacts& facts) {
  constexpr std::array<std::string_view, 12> kPrograms = {"usr/bin/gcc",
                                                          "usr/bin/g++",
                                                          "usr/bin/clang",
                                                          "usr/bin/make",
                                                          "usr/bin/cmake",
                                                          "usr/bin/mvn",
                                                          "usr/bin/gradle",
                                                          "usr/local/go/bin/go",
                                                          "usr/bin/go",
                                                          "usr/bin/rustc",
                                                          "usr/local/cargo/bin/cargo",
                                                          "usr/bin/javac"};
  return about_programs(facts, kPrograms, "build tools");
}

Seen remote_tools(const ImageFacts& facts) {
  constexpr std::array<std::string_view, 6> kPrograms = {"usr/sbin/sshd",       "usr/sbin/dropbear",
                                                         "usr/sbin/in.telnetd", "usr/sbin/telnetd",
                                                         "usr/sbin/vsftpd",     "usr/sbin/xrdp"};
  return about_programs(facts, kPrograms, "servers for remote access");
}

Seen sudo(const ImageFacts& facts) {
  constexpr std::array<std::string_view, 3> kPrograms = {"usr/bin/sudo", "usr/bin/doas",
                                                         "usr/local/bin/sudo"};
  return about_programs(facts, kPrograms, "found");
}

Seen package_caches(const ImageFacts& facts) {
  constexpr std::array<std::string_view, 10> kPlaces = {
      "var/lib/apt/lists/",   "var/cache/apt/",       "var/cache/apk/",   "var/cache/dnf/",
      "var/cache/yum/",       "var/cache/zypp/",      "root/.cache/pip/", "root/.npm/_cacache/",
      "root/.m2/repository/", "root/.cache/go-build/"};
  uint64_t bytes = 0;
  const auto files = visible(facts, [&](const NotableFile& file) {
    const bool inside = std::any_of(kPlaces.begin(), kPlaces.end(), [&](std::string_view place) {
      return file.path.starts_with(place);
    });
    if (inside) bytes += file.size;
    return inside && file.size > 0;
  });
  if (files.empty()) return {};
  return {{fmt::format("{} in {} large files below /{}", human_bytes(bytes), files.size(),
                       files.front()->file->path.substr(0, files.front()->file->path.rfind('/'))),
           {},
           static_cast<int>(files.front()->layer)}};
}

// Large files that a later layer deletes or replaces: shipped all the same.
Seen wasted_space(const ImageFacts& facts) {
  struct Waste {
    uint64_t bytes = 0;
    std::vector<std::string> names;
  };
  std::map<std::pair<size_t, int>, Waste> by_layers;
  for (const VisibleFile& file : facts.notable()) {
    if (file.hidden_by < 0 || file.file->size == 0) continue;
    Waste& waste = by_layers[{file.layer, file.hidden_by}];
    waste.bytes += file.file->size;
    waste.names.push_back("/" + file.file->path);
  }
  Seen seen;
  for (const auto& [layers, waste] : by_layers) {
    if (waste.bytes < kWorthAWord) continue;
    seen.push_back({fmt::format("{} added in layer {} are gone or replaced in layer {}: {}",
                                human_bytes(waste.bytes), layers.first + 1, layers.second + 1,
                                names_of(waste.names)),
                    waste.names.front().substr(1), static_cast<int>(layers.first)});
  }
  return seen;
}

Seen old_image(const ImageFacts& facts) {
  const auto created = parse_time(facts.created);
  // Reproducible builds write a date of no meaning, the epoch or a little later.
  if (!created || *created < 86400 * 365 || facts.time <= *created) return {};
  const int64_t days = (facts.time - *created) / 86400;
  if (days < kOldDays) return {};
  return {{fmt::format("built {} days ago ({})", days, facts.created.substr(0, 10)), {}, -1}};
}

Seen missing_labels(const ImageFacts& facts) {
  constexpr std::array<std::string_view, 3> kWanted = {"org.opencontainers.image.source",
                                                       "org.opencontainers.image.revision",
                                                       "org.opencontainers.image.version"};
  std::vector<std::string> missing;
  for (const std::string_view name : kWanted) {
    if (facts.config()["Labels"][name].string().empty()) missing.emplace_back(name);
  }
  if (missing.empty()) return {};
  return {{"missing: " + names_of(missing), {}, -1}};
}

Seen latest_tag(const ImageFacts& facts) {
  for (const std::string& tag : facts.tags) {
    const size_t slash = tag.rfind('/');
    const size_t colon = tag.find(':', slash == std::string::npos ? 0 : slash);
    const std::string_view name = std::string_view(tag).substr(0, colon);
    if (colon != std::string::npos && tag.substr(colon + 1) == "latest" && facts.tags.size() == 1)
      return {{fmt::format("the only tag of {} is latest", name), {}, -1}};
  }
  return {};
}

// The file that a start would run; empty when the image names none.
std::string first_word(const ImageFacts& facts) {
  for (const std::string_view key : {"Entrypoint", "Cmd"}) {
    const auto words = facts.list(key);
    if (!words.empty()) return words.front();
  }
  return {};
}

Seen no_command(const ImageFacts& facts) {
  if (facts.layers().empty() || !facts.config().exists() || !first_word(facts).empty()) return {};
  return {{"neither ENTRYPOINT nor CMD is set", {}, -1}};
}

Seen missing_entrypoint(const ImageFacts& facts) {
  const std::string program = first_word(facts);
  if (program.empty() || program.find('$') != std::string::npos) return {};
  if (program.find('/') != std::string::npos) {
    const std::string path =
        program.starts_with('/') ? program : std::string(facts.text("WorkingDir")) + "/" + program;
    if (facts.exists(path).value_or(true)) return {};
    return {{fmt::format("{} does not exist in the image", path), {}, -1}};
  }
  for (const std::string& directory : facts.search_path()) {
    if (facts.exists(directory + "/" + program).value_or(true)) return {};
  }
  return {{fmt::format("{} is in no directory of PATH", program), {}, -1}};
}

Seen sensitive_volume(const ImageFacts& facts) {
  constexpr std::array<std::string_view, 11> kPlaces = {"/",
                                                        "/etc",
                                                        "/boot",
                                                        "/proc",
                                                        "/sys",
                                                        "/usr",
                                                        "/lib",
                                                        "/dev",
                                                        "/var/run/docker.sock",
                                                        "/run/docker.sock",
                                                        "/root"};
  for (const Member& member : facts.config()["Volumes"].members()) {
    std::string_view path = member.key;
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    if (std::find(kPlaces.begin(), kPlaces.end(), path) != kPlaces.end())
      return {{fmt::format("VOLUME {}", member.key), {}, -1}};
  }
  return {};
}

Seen unsafe_environment(const ImageFacts& facts) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kUnsafe = {
      {{"NODE_TLS_REJECT_UNAUTHORIZED", "0"},
       {"PYTHONHTTPSVERIFY", "0"},
       {"GIT_SSL_NO_VERIFY", "*"},
       {"CURL_INSECURE", "*"},
       {"NPM_CONFIG_STRICT_SSL", "false"},
       {"GODEBUG", "x509ignoreCN=0"}}};
  for (const auto& [name, bad] : kUnsafe) {
    const std::string value = facts.environment(name);
    if (value.empty()) continue;
    const bool set = bad == "*" ? value != "0" && value != "false" : value == bad;
    if (set) return {{fmt::format("ENV {}={}", name, value), {}, -1}};
  }
  for (const std::string_view name : {"LD_PRELOAD", "LD_LIBRARY_PATH"}) {
    const std::string value = facts.environment(name);
    if (value.find("/tmp") != std::string::npos)
      return {{fmt::format("ENV {}={}", name, value), {}, -1}};
  }
  for (const std::string& directory : facts.search_path()) {
    if (!directory.starts_with('/') || directory.starts_with("/tmp"))
      return {{fmt::format("PATH holds \"{}\"", directory), {}, -1}};
  }
  return {};
}

constexpr std::array<std::pair<std::string_view, ImageCheck>, 22> kChecks = {{
    {"root-user", root_user},
    {"no-healthcheck", no_healthcheck},
    {"ssh-port", ssh_port},
    {"privileged-port", privileged_port},
    {"debug-port", debug_port},
    {"setuid-files", setuid_files},
    {"world-writable-files", world_writable_files},
    {"world-writable-directories", world_writable_directories},
    {"package-manager", package_manager},
    {"shell", shell},
    {"build-tools", build_tools},
    {"remote-tools", remote_tools},
    {"sudo", sudo},
    {"package-caches", package_caches},
    {"wasted-space", wasted_space},
    {"old-image", old_image},
    {"missing-labels", missing_labels},
    {"latest-tag", latest_tag},
    {"no-command", no_command},
    {"missing-entrypoint", missing_entrypoint},
    {"sensitive-volume", sensitive_volume},
    {"unsafe-environment", unsafe_environment},
}};

}  // namespace

ImageCheck find_image_check(std::string_view name) {
  for (const auto& [known, check] : kChecks) {
    if (known == name) return check;
  }
  return nullptr;
}

}  // namespace seawall::inspect
