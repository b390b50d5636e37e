#include "benchmark/collectors/container_kernel.h"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "benchmark/collectors/capabilities.h"
#include "benchmark/collectors/daemon_process.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/status_file.h"

namespace seawall::benchmark {
namespace {

constexpr std::string_view kNamespaces[] = {"pid", "ipc", "net", "user", "uts", "mnt", "cgroup"};
constexpr size_t kMostProcesses = 1000;  // shown of one container
constexpr std::string_view kSshServers[] = {"sshd", "dropbear", "dropbearmulti", "tinysshd",
                                            "sshd-session"};

// The path of the process's control group: that of version 2, else of the memory controller.
struct CgroupPlace {
  std::string version, path;
};
CgroupPlace cgroup_of(const HostFiles& files, int pid) {
  CgroupPlace place;
  for_each_line(files.value(fmt::format("/proc/{}/cgroup", pid)),
                [&](std::string_view line, size_t) {
                  const auto [number, rest] = split_once(line, ':');
                  const auto [controllers, path] = split_once(rest, ':');
                  if (number == "0" && place.version.empty()) place = {"v2", to_valid_utf8(path)};
                  for (const std::string_view controller : split(controllers, ',')) {
                    if (controller == "memory") place = {"v1", to_valid_utf8(path)};
                  }
                });
  return place;
}

// A number, or 0 for "max" and what stands for no limit in version 1.
void write_limit(JsonWriter& json, std::string_view key, const Result<std::string>& text) {
  if (!text.ok()) return write_text(json, key, text);
  constexpr uint64_t kUnlimited = uint64_t{1} << 60;
  const auto value = parse_unsigned(trim(*text));
  json.key(key).integer(value && *value < kUnlimited ? static_cast<int64_t>(*value) : 0);
}

void write_cgroup(JsonWriter& json, const HostFiles& files, const CgroupPlace& place) {
  json.key("cgroup").begin_object();
  json.optional("version", place.version).optional("path", place.path);
  const auto read = [&](std::string_view controller, std::string_view name) {
    const std::string folder = place.version == "v1" ? fmt::format("/sys/fs/cgroup/{}", controller)
                                                     : std::string("/sys/fs/cgroup");
    return files.read(fmt::format("{}{}/{}", folder, place.path, name));
  };
  const auto text = [&](std::string_view key, std::string_view controller, std::string_view name) {
    const auto value = read(controller, name);
    if (value.ok()) json.key(key).string(to_valid_utf8(trim(*value)));
  };
  if (place.version == "v1") {
    write_limit(json, "memoryMax", read("memory", "memory.limit_in_bytes"));
    write_limit(json, "pidsMax", read("pids", "pids.max"));
    text("cpuWeight", "cpu", "cpu.shares");
    text("cpuMax", "cpu", "cpu.cfs_quota_us");
    text("cpuset", "cpuset", "cpuset.cpus");
  } else {
    write_limit(json, "memoryMax", read("", "memory.max"));
    write_limit(json, "pidsMax", read("", "pids.max"));
    text("cpuWeight", "", "cpu.weight");
    text("cpuMax", "", "cpu.max");
    text("cpuset", "", "cpuset.cpus");
  }
  json.end_object();
}

void write_capabilities(JsonWriter& json, std::string_view status) {
  json.key("capabilities").begin_object();
  constexpr std::pair<std::string_view, std::string_view> kSets[] = {{"effective", "CapEff"},
                                                                     {"permitted", "CapPrm"},
                                                                     {"bounding", "CapBnd"},
                                                                     {"ambient", "CapAmb"}};
  for (const auto& [name, line] : kSets) {
    if (const auto mask = status_mask(status, line))
      write_texts(json, name, capability_names(*mask));
  }
  json.end_object();
}

std::string_view seccomp_word(std::string_view number) {
  if (number == "0") return "disabled";
  return number == "1" ? "strict" : number == "2" ? "filter" : "";
}

// The label that AppArmor or SELinux gave the process; empty without either.
Result<std::string> security_label(const HostFiles& files, int pid) {
  auto text = files.read(fmt::format("/proc/{}/attr/apparmor/current", pid));
  if (!text.ok() && text.error().code() == Code::kNotFound)
    text = files.read(fmt::format("/proc/{}/attr/current", pid));
  if (!text.ok()) return text;
  std::string_view label = trim(*text);
  while (label.ends_with('\0')) label.remove_suffix(1);
  return to_valid_utf8(label);
}

// SELinux labels have four parts, AppArmor's none of these.
void write_label(JsonWriter& json, const Result<std::string>& label) {
  if (!label.ok()) {
    // EINVAL: the kernel has no such module.
    if (label.error().code() == Code::kPermission) write_text(json, "apparmor", label);
    return;
  }
  if (label->empty()) return;
  const bool selinux = std::count(label->begin(), label->end(), ':') >= 3;
  json.key(selinux ? "selinux" : "apparmor").string(*label);
}

void write_processes(JsonWriter& json, const Result<std::vector<const HostProcess*>>& processes,
                     const HostFiles& files) {
  if (!processes.ok()) {
    for (const char* key : {"processes", "sshd"}) {
      json.key(key);
      write_error(json, processes.error());
    }
    return;
  }
  json.key("processes").begin_array();
  size_t count = 0;
  bool ssh = false, hidden = false;
  for (const HostProcess* process : *processes) {
    const std::string_view program = process->executable.empty()
                                         ? std::string_view(process->name)
                                         : program_name(process->executable);
    ssh = ssh || std::find(std::begin(kSshServers), std::end(kSshServers), program) !=
                     std::end(kSshServers);
    hidden = hidden || process->hidden;
    if (count++ >= kMostProcesses) continue;
    json.begin_object();
    json.key("pid").integer(process->pid);
    json.key("name").string(process->name);
    json.optional("executable", process->executable);
    const std::string status = files.value(fmt::format("/proc/{}/status", process->pid));
    if (const auto uid = status_ids(status, "Uid")) json.key("uid").integer(*uid);
    json.end_object();
  }
  json.end_array();
  json.key("sshd");
  // A name alone can be anything: only the executable says that there is none.
  if (hidden && !ssh)
    return write_error(json, Error(Code::kPermission, "executables of processes"));
  json.boolean(ssh);
}

// Whose uid inside is 0: the number outside that the map gives for 0.
std::optional<uint32_t> outer_root(std::string_view uid_map) {
  std::optional<uint32_t> outer;
  for_each_line(uid_map, [&](std::string_view line, size_t) {
    std::vector<std::string_view> fields;
    for (const std::string_view field : split(line, ' ')) {
      if (!field.empty()) fields.push_back(field);
    }
    if (fields.size() != 3 || fields[0] != "0") return;
    if (const auto number = parse_unsigned(fields[1]))
      outer = static_cast<uint32_t>(*number & UINT32_MAX);
  });
  return outer;
}

void write_uid_map(JsonWriter& json, std::string_view uid_map) {
  json.key("uidMap").begin_array();
  for_each_line(uid_map, [&](std::string_view line, size_t) {
    std::string text;
    for (const std::string_view field : split(line, ' ')) {
      if (!field.empty()) text += (text.empty() ? "" : " ") + to_valid_utf8(field);
    }
    json.string(text);
  });
  json.end_array();
}

void write_root_mount(JsonWriter& json, const HostFiles& files, int pid) {
  const auto text = files.read(fmt::format("/proc/{}/mountinfo", pid), 16u << 20);
  if (!text.ok()) return write_text(json, "readOnlyRoot", text.error());
  for (const MountInfo& mount : parse_mount_info(*text)) {
    if (mount.target != "/") continue;
    const bool read_only =
        std::find(mount.options.begin(), mount.options.end(), "ro") != mount.options.end();
    json.key("readOnlyRoot").boolean(read_only);
    return;
  }
}

void write_host_namespaces(JsonWriter& json, const Namespaces& own, const Namespaces& of_host) {
  if (own.empty() || of_host.empty()) {
    json.key("hostNamespaces");
    return write_error(json, Error(Code::kPermission, "namespaces of other users' processes"));
  }
  std::vector<std::string> shared;
  for (const auto& [name, number] : own) {
    const auto found = of_host.find(name);
    if (found != of_host.end() && found->second == number) shared.push_back(name);
  }
  write_texts(json, "hostNamespaces", shared);
}

// Engines name the group after the container. A process in the group "/" or in none has no name.
bool is_of_another(std::string_view path, std::string_view id) {
  return path.size() > 1 && !id.empty() && path.find(id) == path.npos;
}

// Up to the part with the container's name: an init system inside makes groups below it.
std::string_view group_of_container(std::string_view path, std::string_view id) {
  const size_t name = id.empty() ? path.npos : path.find(id);
  return name == path.npos ? path : path.substr(0, path.find('/', name));
}

// Processes in the group and in all below it.
Result<std::vector<const HostProcess*>> processes_below(std::string_view group,
                                                        const CgroupMembers& in_cgroup) {
  if (group.size() <= 1)
    return Error(Code::kPermission, "which processes are in the container cannot be told");
  std::vector<const HostProcess*> found;
  for (auto at = in_cgroup.lower_bound(std::string(group));
       at != in_cgroup.end() && at->first.starts_with(group); ++at) {
    if (at->first.size() == group.size() || at->first[group.size()] == '/')
      found.insert(found.end(), at->second.begin(), at->second.end());
  }
  return found;
}

}  // namespace

Namespaces namespaces_of(const HostFiles& files, int pid) {
  Namespaces out;
  for (const std::string_view name : kNamespaces) {
    const auto target = files.link_target(fmt::format("/proc/{}/ns/{}", pid, name));
    if (target.ok()) out[std::string(name)] = *target;
  }
  return out;
}

Namespaces host_namespaces(const HostFiles& files) {
  constexpr std::string_view kFirst = "pid:[4026531836]";  // PROC_PID_INIT_INO, linux/proc_ns.h
  Namespaces of_first = namespaces_of(files, 1);
  if (!of_first.empty() || !files.is_live()) return of_first;
  Namespaces own = namespaces_of(files, ::getpid());
  const auto found = own.find("pid");
  return found != own.end() && found->second == kFirst ? own : Namespaces();
}

CgroupMembers host_cgroups(const HostFiles& files, const std::vector<HostProcess>& processes) {
  CgroupMembers members;
  for (const HostProcess& process : processes)
    members[cgroup_of(files, process.pid).path].push_back(&process);
  return members;
}

ContainerKernel container_kernel(const HostFiles& files, int pid, std::string_view id,
                                 const Namespaces& of_host, const CgroupMembers& in_cgroup) {
  ContainerKernel kernel;
  const auto status = files.read(fmt::format("/proc/{}/status", pid));
  if (!status.ok()) {
    kernel.json = error_value(status.error(), "hidepid=0");
    return kernel;
  }
  const CgroupPlace place = cgroup_of(files, pid);
  if (is_of_another(place.path, id)) {
    kernel.json = error_value(
        unsupported(fmt::format("process {} of this host is in {}, not in a group of the container",
                                pid, printable(place.path))));
    return kernel;
  }
  JsonWriter json(kernel.json, JsonWriter::kCompact);
  json.begin_object();
  kernel.known = true;
  write_capabilities(json, *status);
  kernel.capabilities = capability_names(status_mask(*status, "CapEff").value_or(0));
  kernel.seccomp = seccomp_word(status_value(*status, "Seccomp"));
  json.optional("seccomp", kernel.seccomp);
  if (const auto filters = parse_unsigned(status_value(*status, "Seccomp_filters")))
    json.key("seccompFilters").integer(static_cast<int64_t>(*filters));
  kernel.no_new_privileges = status_value(*status, "NoNewPrivs") == "1";
  json.key("noNewPrivileges").boolean(kernel.no_new_privileges);
  write_label(json, security_label(files, pid));
  const uint32_t uid = status_ids(*status, "Uid").value_or(0);
  json.key("uid").integer(uid);
  const std::string uid_map = files.value(fmt::format("/proc/{}/uid_map", pid));
  write_uid_map(json, uid_map);
  kernel.root = uid == outer_root(uid_map).value_or(0);
  kernel.namespaces = namespaces_of(files, pid);
  write_host_namespaces(json, kernel.namespaces, of_host);
  write_root_mount(json, files, pid);
  write_cgroup(json, files, place);
  write_processes(json, processes_below(group_of_container(place.path, id), in_cgroup), files);
  json.end_object();
  return kernel;
}

}  // namespace seawall::benchmark
