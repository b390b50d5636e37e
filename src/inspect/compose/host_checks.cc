// Checks of what a service takes from its host and opens on it: mounts, devices, ports.
#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/path_set.h"
#include "base/strings.h"
#include "inspect/compose/checks.h"

namespace seawall::inspect {
namespace {

using Seen = ComposeObservations;

// "/var//run/" is "var/run", "/" is "", "\\\\.\\pipe\\x" of Windows "pipe/x". Nothing for what is
// no path of the host.
std::optional<std::string> host_path(std::string_view source) {
  std::string path(source);
  if (path.starts_with('\\')) std::replace(path.begin(), path.end(), '\\', '/');
  if (!is_known(path) || (!path.starts_with('/') && !path.starts_with('~'))) return std::nullopt;
  bool escapes = false;
  return normalize_path(path, escapes);
}

// Patterns begin with '/' or '~', as people write paths.
bool is_among(const std::string& path, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](std::string_view pattern) {
    if (pattern.starts_with('/')) pattern.remove_prefix(1);
    return pattern == path || (!pattern.empty() && glob_match(pattern, path));
  });
}

using UseMount =
    std::function<void(std::string_view kind, std::string_view name, const ComposeMount& mount)>;
// Mounts of services and volumes that are directories of the host.
void for_each_mount(const ComposeFile& file, const UseMount& use) {
  for (const ComposeService& service : file.services()) {
    for (const ComposeMount& mount : mounts_of(*service.node)) use("service", service.name, mount);
  }
  file.for_each_member("volumes", [&](std::string_view name, const Node& node) {
    const ComposeMount mount = volume_device(node);
    if (!mount.source.empty()) use("volume", name, mount);
  });
}

void report_mounts(const ComposeFile& file, const ComposeRule& rule, Seen& seen,
                   bool (*wanted)(const ComposeMount& mount)) {
  for_each_mount(file,
                 [&](std::string_view kind, std::string_view name, const ComposeMount& mount) {
                   if (mount.type == "volume" || mount.type == "tmpfs" || !wanted(mount)) return;
                   const auto path = host_path(mount.source);
                   if (path && is_among(*path, rule.values) && !is_among(*path, rule.except))
                     seen.add(kind, name, fmt::format("volumes: {}", mount.written), mount.line);
                 });
}

// values: paths of the host; except: of these, those that are harmless.
void check_mount(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  report_mounts(file, rule, seen, [](const ComposeMount&) { return true; });
}

void check_mount_writable(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  report_mounts(file, rule, seen, [](const ComposeMount& mount) { return !mount.read_only; });
}

void check_mount_read_only(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  report_mounts(file, rule, seen, [](const ComposeMount& mount) { return mount.read_only; });
}

// values: kinds of propagation.
void check_propagation(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  for_each_mount(
      file, [&](std::string_view kind, std::string_view name, const ComposeMount& mount) {
        if (matches_any(mount.propagation, rule.values))
          seen.add(kind, name, fmt::format("volumes: {} is {}", mount.written, mount.propagation),
                   mount.line);
      });
}

// values, except: as of mounts.
void check_device(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    for (const Node& node : (*service.node)["devices"].items()) {
      const Node& source = node.is_object() ? node["source"] : node;
      const std::string text = text_of(source);
      const auto path = host_path(split_once(text, ':').first);
      if (path && is_among(*path, rule.values) && !is_among(*path, rule.except))
        seen.add(service, fmt::format("devices: {}", written(source)), source.line());
    }
  }
}

bool covers_any(const ComposePort& port, const std::vector<std::string>& numbers) {
  return std::any_of(numbers.begin(), numbers.end(), [&](const std::string& number) {
    const auto value = parse_unsigned(number);
    return value && (covers_port(port.host, *value) || covers_port(port.container, *value));
  });
}

void report_ports(const ComposeFile& file, Seen& seen,
                  const std::function<bool(const ComposePort& port)>& wanted) {
  for (const ComposeService& service : file.services()) {
    for (const ComposePort& port : ports_of(*service.node)) {
      if (wanted(port)) seen.add(service, fmt::format("ports: {}", port.written), port.line);
    }
  }
}

// values: ports that must not be open to every network.
void check_open_port(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  report_ports(file, seen, [&](const ComposePort& port) {
    return port.on_all_addresses() && covers_any(port, rule.values);
  });
}

// except: ports that another rule speaks of.
void check_any_open_port(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  report_ports(file, seen, [&](const ComposePort& port) {
    return port.on_all_addresses() && !covers_any(port, rule.except);
  });
}

// values: ports inside the container.
void check_container_port(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  report_ports(file, seen, [&](const ComposePort& port) {
    return std::any_of(rule.values.begin(), rule.values.end(), [&](const std::string& number) {
      return covers_port(port.container, parse_unsigned(number).value_or(0));
    });
  });
}

// except: host ports below 1024 that are usual.
void check_privileged_port(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  report_ports(file, seen, [&](const ComposePort& port) {
    const auto number = parse_unsigned(split_once(port.host, '-').first);
    return number && *number > 0 && *number < 1024 && !matches_any(port.host, rule.except);
  });
}

struct Publisher {
  std::set<std::string> addresses;  // "" is all of them
  std::string_view first;           // the service
};

// Two services of which no profile decides that take the same port of the host.
void check_duplicate_port(const ComposeFile& file, const ComposeRule&, Seen& seen) {
  std::map<std::string, Publisher> publishers;
  for (const ComposeService& service : file.services()) {
    if ((*service.node)["profiles"].size() != 0) continue;
    for (const ComposePort& port : ports_of(*service.node)) {
      if (port.host.empty() || port.host == "0" || !is_known(port.host + port.host_ip)) continue;
      const std::string address = port.on_all_addresses() ? "" : port.host_ip;
      const std::string protocol = port.protocol.empty() ? "tcp" : port.protocol;
      Publisher& other = publishers[port.host + "/" + protocol];
      if (other.addresses.contains(address) || other.addresses.contains("") ||
          (address.empty() && !other.addresses.empty())) {
        seen.add(service,
                 fmt::format("ports: {}: service {} publishes {} too", port.written, other.first,
                             port.host),
                 port.line);
      }
      if (other.addresses.empty()) other.first = service.name;
      other.addresses.insert(address);
    }
  }
}

constexpr std::array<NamedComposeCheck, 10> kChecks = {{{"mount", check_mount},
                                                        {"mount-writable", check_mount_writable},
                                                        {"mount-read-only", check_mount_read_only},
                                                        {"propagation", check_propagation},
                                                        {"device", check_device},
                                                        {"open-port", check_open_port},
                                                        {"any-open-port", check_any_open_port},
                                                        {"container-port", check_container_port},
                                                        {"privileged-port", check_privileged_port},
                                                        {"duplicate-port", check_duplicate_port}}};

}  // namespace

std::span<const NamedComposeCheck> host_checks() {
  return kChecks;
}

}  // namespace seawall::inspect
