#include "benchmark/collectors/units.h"

#include <algorithm>
#include <map>

#include "base/strings.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/system.h"

namespace seawall::benchmark {
namespace {

// The first that has a unit counts.
constexpr std::string_view kFolders[] = {
    "/etc/systemd/system.control",   "/run/systemd/system.control",  "/run/systemd/transient",
    "/run/systemd/generator.early",  "/etc/systemd/system",          "/etc/systemd/system.attached",
    "/run/systemd/system",           "/run/systemd/system.attached", "/run/systemd/generator",
    "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",      "/lib/systemd/system",
    "/run/systemd/generator.late",
};

constexpr std::string_view kUnits[] = {"docker.service",          "docker.socket",
                                       "containerd.service",      "crio.service",
                                       "podman.service",          "podman.socket",
                                       "auditd.service",          "apparmor.service",
                                       "apt-daily-upgrade.timer", "unattended-upgrades.service",
                                       "dnf-automatic.timer",     "systemd-timesyncd.service",
                                       "chrony.service",          "chronyd.service"};

// Running services have a control group; without systemd nothing can be said.
std::string state_of(const HostFiles& files, const std::string& name, const UnitFiles& unit) {
  if (const auto target = files.link_target(unit.fragment); target.ok() && *target == "/dev/null")
    return "masked";
  if (!files.exists("/run/systemd/system")) return {};
  for (const char* folder : {"/sys/fs/cgroup/system.slice/", "/sys/fs/cgroup/systemd/system.slice/",
                             "/sys/fs/cgroup/unified/system.slice/"}) {
    if (files.exists(folder + name)) return "active";
  }
  // Sockets and timers have no group of their own: their activation leaves no trace that could be
  // read without asking systemd.
  return name.ends_with(".service") ? "inactive" : "";
}

}  // namespace

UnitFiles unit_files(const HostFiles& files, const std::string& name) {
  UnitFiles unit;
  // Drop-ins of the same name: the folder that comes first has the one that counts.
  std::map<std::string, std::string> drop_ins;
  for (const std::string_view folder : kFolders) {
    const std::string path = std::string(folder) + "/" + name;
    if (!unit.fragment.empty()) break;
    const auto status = files.link_status(path);
    if (status.ok()) unit.fragment = path;
    if (!status.ok() && status.error().code() != Code::kNotFound) unit.unseen = status.error();
  }
  // Those of the unit come before those of all units of its type.
  for (const std::string& owner : {name, name.substr(name.rfind('.') + 1)}) {
    for (const std::string_view folder : kFolders) {
      const std::string path = std::string(folder) + "/" + owner + ".d";
      const auto names = files.names(path);
      if (!names.ok() && names.error().code() == Code::kPermission) unit.unseen = names.error();
      if (!names.ok()) continue;
      for (const std::string& one : *names) {
        if (one.ends_with(".conf")) drop_ins.emplace(one, path + "/" + one);
      }
    }
  }
  for (const auto& [one, path] : drop_ins) unit.drop_ins.push_back(path);
  return unit;
}

std::string unit_facts(const SystemContext& context) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  for (const std::string_view name : kUnits) {
    const UnitFiles unit = unit_files(context.files, std::string(name));
    if (unit.unseen) {
      json.key(name);
      write_error(json, *unit.unseen);
      continue;
    }
    if (unit.fragment.empty()) continue;
    json.key(name).begin_object();
    json.key("fragment").string(to_valid_utf8(unit.fragment));
    json.key("dropIns").begin_array();
    for (const std::string& path : unit.drop_ins) json.string(path);
    json.end_array();
    json.optional("state", state_of(context.files, std::string(name), unit));
    json.end_object();
  }
  json.end_object();
  return out;
}

}  // namespace seawall::benchmark
