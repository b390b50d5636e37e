// What the host is: name, system, kernel, and the container runtimes on it.
#include <sys/utsname.h>

#include "base/strings.h"
#include "base/time.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/os_facts.h"
#include "benchmark/collectors/system.h"

namespace seawall::benchmark {
namespace {

struct Runtime {
  std::string_view name;
  std::vector<std::string_view> executables;
  std::vector<std::string_view> sockets;
};

// What each runtime's daemon is called, and where it listens unless told otherwise.
const std::vector<Runtime>& known_runtimes() {
  static const std::vector<Runtime> list = {
      {"docker", {"dockerd"}, {"/run/docker.sock", "/var/run/docker.sock"}},
      {"containerd",
       {"containerd"},
       {"/run/containerd/containerd.sock", "/run/docker/containerd/containerd.sock"}},
      {"cri-o", {"crio"}, {"/run/crio/crio.sock", "/var/run/crio/crio.sock"}},
      {"podman", {"podman", "conmon"}, {"/run/podman/podman.sock"}}};
  return list;
}

std::string_view base_name(std::string_view path) {
  path = path.substr(path.rfind('/') + 1);
  return path.substr(0, path.find(' '));  // "dockerd (deleted)"
}

const HostProcess* process_of(const Runtime& runtime, const SystemContext& context) {
  for (const std::string_view name : runtime.executables) {
    for (const HostProcess& process : context.processes) {
      const std::string_view seen =
          process.executable.empty() ? process.name : base_name(process.executable);
      if (seen == name) return &process;
    }
  }
  return nullptr;
}

std::string socket_of(const Runtime& runtime, const SystemContext& context) {
  if (runtime.name == "docker" && !context.engines.docker_socket.empty())
    return context.engines.docker_socket;
  if (runtime.name == "containerd" && !context.engines.containerd_socket.empty())
    return context.engines.containerd_socket;
  for (const std::string_view path : runtime.sockets) {
    const auto status = context.files.status(std::string(path));
    if (status.ok() && S_ISSOCK(status->st_mode)) return std::string(path);
  }
  return {};
}

void write_runtimes(JsonWriter& json, const SystemContext& context) {
  json.key("runtimes").begin_array();
  for (const Runtime& runtime : known_runtimes()) {
    const HostProcess* process = process_of(runtime, context);
    const std::string socket = socket_of(runtime, context);
    if (process == nullptr && socket.empty()) continue;
    json.begin_object();
    json.key("name").string(runtime.name);
    json.optional("socket", socket);
    if (process != nullptr) json.key("pid").integer(process->pid);
    json.end_object();
  }
  json.end_array();
}

std::string machine_name(const HostFiles& files) {
  for (const char* path : {"/proc/sys/kernel/hostname", "/etc/hostname"}) {
    if (std::string name = to_valid_utf8(files.value(path)); !name.empty()) return name;
  }
  return {};
}

void write_kernel(JsonWriter& json, const HostFiles& files) {
  json.key("kernel").begin_object();
  json.optional("release", to_valid_utf8(files.value("/proc/sys/kernel/osrelease")));
  json.optional("version", to_valid_utf8(files.value("/proc/sys/kernel/version")));
  struct utsname names;
  if (files.is_live() && ::uname(&names) == 0) json.optional("machine", names.machine);
  json.end_object();
}

void write_boot_time(JsonWriter& json, const HostFiles& files) {
  for_each_line(files.value("/proc/stat"), [&](std::string_view line, size_t) {
    const auto seconds = line.starts_with("btime ") ? parse_unsigned(trim(line.substr(6)))
                                                    : std::optional<uint64_t>();
    if (seconds) json.key("bootTime").string(to_rfc3339(static_cast<UnixSeconds>(*seconds)));
  });
}

}  // namespace

std::string host_facts(const SystemContext& context) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  json.key("name").string(machine_name(context.files));
  const Distribution os = distribution_of(context.files);
  json.key("os").begin_object();
  json.optional("id", os.id);
  json.optional("version", os.minor.empty() ? os.version_id : os.minor);
  json.optional("name", os.pretty_name);
  json.end_object();
  write_kernel(json, context.files);
  write_boot_time(json, context.files);
  write_runtimes(json, context);
  json.end_object();
  return out;
}

}  // namespace seawall::benchmark
