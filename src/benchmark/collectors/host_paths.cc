#include "benchmark/collectors/host_paths.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace seawall::benchmark {
namespace {

struct Sensitive {
  std::string_view path, why;
};
// The most precise first.
constexpr Sensitive kSensitive[] = {
    {"/var/lib/docker", "the engine's own data, all containers included"},
    {"/var/lib/containerd", "the engine's own data, all containers included"},
    {"/var/lib/containers", "the engine's own data, all containers included"},
    {"/var/lib/kubelet", "volumes and credentials of every pod"},
    {"/var/run", "sockets of the host's services"},
    {"/run", "sockets of the host's services"},
    {"/var/log", "logs of the host"},
    {"/var/spool/cron", "jobs that the host runs"},
    {"/var/lib", "data of the host's services"},
    {"/etc", "settings and passwords of the host"},
    {"/boot", "kernel and boot loader"},
    {"/dev", "devices of the host"},
    {"/proc", "processes and settings of the kernel"},
    {"/sys", "settings of the kernel and devices"},
    {"/usr", "programs of the host"},
    {"/bin", "programs of the host"},
    {"/sbin", "programs of the host"},
    {"/lib", "libraries and kernel modules of the host"},
    {"/lib64", "libraries of the host"},
    {"/root", "files of the host's administrator"},
    {"/home", "files and keys of the host's users"},
};
constexpr std::string_view kHarmless[] = {"/etc/localtime",       "/etc/timezone",
                                          "/etc/hosts",           "/etc/hostname",
                                          "/etc/resolv.conf",     "/etc/ssl/certs",
                                          "/etc/ca-certificates", "/etc/pki/ca-trust",
                                          "/usr/share/zoneinfo",  "/usr/share/ca-certificates",
                                          "/etc/os-release",      "/usr/lib/os-release",
                                          "/etc/machine-id"};
// Where engines keep what belongs to one container, such as its volumes.
constexpr std::string_view kOwn[] = {"/var/lib/docker/volumes", "/var/lib/docker/containers",
                                     "/var/lib/containers/storage/volumes"};

bool is_below(std::string_view path, std::string_view folder) {
  return path == folder ||
         (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

std::string without_var(std::string_view path) {
  return std::string(is_below(path, "/var/run") ? path.substr(4) : path);
}

}  // namespace

std::string_view sensitivity_of(std::string_view path) {
  if (path == "/") return "the whole host";
  if (path == "/var") return "data and logs of the host";
  const auto below = [&](std::string_view folder) { return is_below(path, folder); };
  if (std::any_of(std::begin(kHarmless), std::end(kHarmless), below)) return {};
  if (path.size() > 24 && std::any_of(std::begin(kOwn), std::end(kOwn), [&](std::string_view own) {
        return below(own) && path.size() > own.size() + 1;
      }))
    return {};
  for (const Sensitive& one : kSensitive) {
    if (!below(one.path)) continue;
    // Data of one service is that service's; homes are files of people, but of one only.
    if (one.path == "/var/lib" && path != one.path) return {};
    return one.why;
  }
  return {};
}

const std::vector<std::string>& usual_engine_sockets() {
  static const std::vector<std::string> paths = {"/run/docker.sock",
                                                 "/run/containerd/containerd.sock",
                                                 "/run/docker/containerd/containerd.sock",
                                                 "/run/k3s/containerd/containerd.sock",
                                                 "/run/crio/crio.sock",
                                                 "/run/podman/podman.sock",
                                                 "/run/cri-dockerd.sock",
                                                 "/run/buildkit/buildkitd.sock"};
  return paths;
}

std::vector<std::string> sockets_below(const HostFiles& files, std::string_view path,
                                       const std::vector<std::string>& known_sockets) {
  const std::string place = without_var(path);
  std::vector<std::string> reached;
  const auto add = [&](const std::string& socket) {
    const std::string canonical = without_var(socket);
    // What may not be looked at may be there.
    const auto there = files.status(socket);
    const bool missing = !there.ok() && there.error().code() == Code::kNotFound;
    const bool itself = place == canonical;
    const bool parent = place == "/" || is_below(canonical, place);
    if (!itself && (!parent || missing)) return;
    if (std::find(reached.begin(), reached.end(), canonical) == reached.end())
      reached.push_back(canonical);
  };
  for (const std::string& socket : known_sockets) {
    if (!socket.empty()) add(socket);
  }
  for (const std::string& socket : usual_engine_sockets()) add(socket);
  return reached;
}

std::string resolved(const HostFiles& files, const std::string& path) {
  if (!files.is_live()) return path;
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), ::free);
  return real ? std::string(real.get()) : path;
}

}  // namespace seawall::benchmark
