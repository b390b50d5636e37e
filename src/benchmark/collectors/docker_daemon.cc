#include "benchmark/collectors/docker_daemon.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "benchmark/collectors/accounts.h"
#include "benchmark/collectors/container_kernel.h"
#include "benchmark/collectors/daemon_config.h"
#include "benchmark/collectors/daemon_process.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/host_paths.h"
#include "benchmark/collectors/listening.h"
#include "benchmark/collectors/mount_info.h"
#include "benchmark/collectors/settings_text.h"

namespace seawall::benchmark {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

bool has_security_option(const Node& info, std::string_view name) {
  const auto options = info["SecurityOptions"].items();
  return std::any_of(options.begin(), options.end(), [&](const Node& option) {
    const std::string_view text = option.string();
    return text == name || text == fmt::format("name={}", name) ||
           text.starts_with(fmt::format("name={},", name));
  });
}

// With userns-remap the engine works in a folder of its own below: "/var/lib/docker/100000.100000".
void agree_on_data_root(DaemonSettings& settings, std::string_view root) {
  if (root.empty()) return;
  const std::string told = settings.text("data-root");
  const bool below =
      !told.empty() && root.starts_with(told) && root.substr(told.size()).starts_with('/');
  if (below) {
    settings.values["data-root"] = quoted(root);
  } else {
    settings.agree("data-root", quoted(root), "engine");
  }
}

// The engine says of itself what it does; that counts more than what it was told.
void agree_with_engine(DaemonSettings& settings, const Node& info) {
  const auto flag = [&](const std::string& key, const char* name) {
    if (info[name].exists()) settings.agree(key, info[name].boolean() ? "true" : "false", "engine");
  };
  const auto text = [&](const std::string& key, const char* name) {
    if (!info[name].string().empty()) settings.agree(key, quoted(info[name].string()), "engine");
  };
  flag("live-restore", "LiveRestoreEnabled");
  flag("experimental", "ExperimentalBuild");
  flag("debug", "Debug");
  text("log-driver", "LoggingDriver");
  text("storage-driver", "Driver");
  agree_on_data_root(settings, info["DockerRootDir"].string());
  text("default-runtime", "DefaultRuntime");
  // Engines before 23.0 do not tell: only that it is there says something.
  if (has_security_option(info, "no-new-privileges"))
    settings.agree("no-new-privileges", "true", "engine");
  if (has_security_option(info, "selinux")) settings.agree("selinux-enabled", "true", "engine");
}

// What the default bridge was made with, which outlives a change of settings.
void agree_with_bridge(DaemonSettings& settings, const EngineApi& api) {
  const auto bridge = api.get("/networks/bridge");
  if (!bridge.ok()) return;
  const Node& icc = bridge->root()["Options"]["com.docker.network.bridge.enable_icc"];
  if (icc.string() == "true" || icc.string() == "false")
    settings.agree("icc", std::string(icc.string()), "network bridge");
}

void write_settings(JsonWriter& json, const DaemonSettings& settings, std::string& out) {
  json.key("effective").begin_object();
  bool first = true;
  for (const auto& [key, value] : settings.values) {
    out += first ? "" : ",";
    out += quoted(key) + ":" + value;
    first = false;
  }
  json.end_object();
  json.key("sources").begin_object();
  for (const auto& [key, source] : settings.sources) json.key(key).string(source);
  json.end_object();
}

void write_process(JsonWriter& json, const Result<DaemonProcess>& process,
                   const Accounts& accounts) {
  json.key("process");
  if (!process.ok()) return write_error(json, process.error());
  json.begin_object();
  json.key("pid").integer(process->pid);
  json.key("executable").string(process->executable);
  write_texts(json, "arguments", words_without_secrets(process->arguments));
  const std::string name = accounts.user_name(process->uid);
  json.key("user").string(name.empty() ? fmt::format("{}", process->uid) : name);
  json.key("foundBy").string(process->found_by);
  json.end_object();
}

// TCP sockets that the daemon holds, whatever it was told to open.
void write_tcp(JsonWriter& json, const Result<DaemonProcess>& process, const HostFiles& files,
               const DaemonSettings& settings) {
  json.key("tcp");
  if (!process.ok()) return write_error(json, process.error());
  const std::string folder = fmt::format("/proc/{}/fd", process->pid);
  const auto names = files.names(folder);
  if (!names.ok()) return write_error(json, names.error());
  std::vector<std::string> held;
  for (const std::string& name : *names) {
    if (const auto target = files.link_target(folder + "/" + name); target.ok())
      held.push_back(*target);
  }
  // In the daemon's network, which is its own where it runs without root.
  const auto sockets =
      listening_sockets(files, fmt::format("/proc/{}/net", process->pid), {"tcp", "tcp6"});
  if (!sockets.ok()) return write_error(json, sockets.error());
  json.begin_array();
  for (const ListeningSocket& socket : *sockets) {
    const std::string target = fmt::format("socket:[{}]", socket.inode);
    if (std::find(held.begin(), held.end(), target) == held.end()) continue;
    const bool verifies = settings.boolean("tlsverify");
    json.begin_object();
    json.key("address").string(socket.address);
    json.key("port").integer(socket.port);
    json.key("tls").boolean(verifies || settings.boolean("tls"));
    json.key("verifies").boolean(verifies);
    json.end_object();
  }
  json.end_array();
}

const MountInfo* mount_of(const std::vector<MountInfo>& mounts, std::string_view path) {
  const MountInfo* best = nullptr;
  for (const MountInfo& mount : mounts) {
    const std::string_view target = mount.target;
    const bool holds = target == "/" || path == target ||
                       (path.starts_with(target) && path.substr(target.size()).starts_with('/'));
    if (holds && (best == nullptr || target.size() >= best->target.size())) best = &mount;
  }
  return best;
}

// By the device: the daemon mounts its directory onto itself, which makes no partition.
void write_data_root_mount(JsonWriter& json, const HostFiles& files, const std::string& data_root) {
  json.key("dataRootMount");
  const auto text = files.read("/proc/self/mountinfo", 16u << 20);
  if (!text.ok()) return write_error(json, text.error());
  const std::vector<MountInfo> mounts = parse_mount_info(*text);
  const MountInfo* mount = mount_of(mounts, resolved(files, data_root));
  const MountInfo* root = mount_of(mounts, "/");
  json.begin_object();
  if (mount != nullptr && root != nullptr) {
    json.key("target").string(mount->target);
    json.key("source").string(mount->source);
    json.key("device").string(mount->device);
    json.key("separate").boolean(mount->device != root->device);
  }
  json.end_object();
}

void write_components(JsonWriter& json, const Node& version) {
  json.key("version").string(version["Version"].string());
  json.optional("apiVersion", version["ApiVersion"].string());
  json.key("components").begin_object();
  for (const Node& component : version["Components"].items())
    json.key(component["Name"].string()).string(component["Version"].string());
  json.end_object();
}

std::string containerd_socket_of(const Node& info, const HostFiles& files) {
  std::string address(info["Containerd"]["Address"].string());
  if (!address.empty()) return address;
  for (const char* path :
       {"/run/containerd/containerd.sock", "/run/docker/containerd/containerd.sock"}) {
    if (files.exists(path)) return path;
  }
  return {};
}

void find_containerd(EngineFacts& engines, const Node& info, const HostFiles& files,
                     const std::vector<HostProcess>& processes) {
  engines.containerd_socket = containerd_socket_of(info, files);
  if (engines.containerd_socket.empty()) return;
  const auto process = find_daemon(files, processes, engines.containerd_socket, "containerd");
  if (process.ok()) engines.containerd_pid = process->pid;
}

// The home of the daemon's user; empty when it is not known.
std::string home_of(const Result<DaemonProcess>& process, const Accounts& accounts) {
  if (!process.ok()) return {};
  const auto user = std::find_if(accounts.users.begin(), accounts.users.end(),
                                 [&](const HostUser& one) { return one.uid == process->uid; });
  const bool known = user != accounts.users.end() && user->home.starts_with('/');
  return known ? user->home : std::string();
}

// Where the daemon's own view of files begins: empty when it is that of the host.
std::string root_of(const Result<DaemonProcess>& process, const HostFiles& files) {
  if (!process.ok()) return {};
  const Namespaces own = namespaces_of(files, process->pid), host = host_namespaces(files);
  const auto mine = own.find("mnt"), hosts = host.find("mnt");
  if (mine == own.end() || hosts == host.end() || mine->second == hosts->second) return {};
  return fmt::format("/proc/{}/root", process->pid);
}

}  // namespace

DockerDaemon docker_daemon(const EngineApi& api, const Document& version,
                           const Result<Document>& info, const HostFiles& files,
                           const std::vector<HostProcess>& processes, EngineFacts& engines) {
  DockerDaemon out;
  const auto process = find_daemon(files, processes, api.socket(), "dockerd");
  const std::vector<std::string> arguments =
      process.ok() ? process->arguments : std::vector<std::string>();
  const Accounts accounts = read_accounts(files);
  const std::string home = home_of(process, accounts);
  // A daemon without root looks in its user's home.
  const bool own = process.ok() && process->uid != 0 && !home.empty();
  const std::string config_path =
      own ? daemon_config_path(arguments, home + "/.config/docker/daemon.json")
          : daemon_config_path(arguments);
  const DaemonConfigFile config =
      read_daemon_config(config_path, files.read(root_of(process, files) + config_path));
  DaemonSettings settings = daemon_settings(arguments, process.ok() ? process->pid : 0, config,
                                            version.root()["Version"].string(), home);
  if (!process.ok()) {
    // Flags that nobody could see may say anything.
    for (auto& [key, value] : settings.values) value = error_value(process.error());
  }
  if (info.ok()) agree_with_engine(settings, info->root());
  agree_with_bridge(settings, api);

  JsonWriter json(out.json, JsonWriter::kCompact);
  json.begin_object();
  json.key("socket").string(api.socket());
  write_components(json, version.root());
  if (info.ok()) {
    json.key("rootless").boolean(has_security_option(info->root(), "rootless"));
    json.key("userns").boolean(has_security_option(info->root(), "userns"));
    json.key("info");
    write_without_secrets(json, info->root());
  } else {
    for (const char* key : {"rootless", "userns", "info"}) {
      json.key(key);
      write_error(json, info.error());
    }
  }
  write_process(json, process, accounts);
  json.key("configFile").string(config.path);
  if (config.document) {
    json.key("config");
    write_without_secrets(json, config.document->root());
  }
  write_texts(json, "configProblems", config.problems);
  write_settings(json, settings, out.json);
  write_tcp(json, process, files, settings);
  engines.data_root = settings.text("data-root");
  write_data_root_mount(json, files,
                        engines.data_root.empty() ? "/var/lib/docker" : engines.data_root);
  json.end_object();

  engines.docker_socket = api.socket();
  engines.docker_version = version.root()["Version"].string();
  engines.config_file = config.path;
  engines.tls_ca = settings.text("tlscacert");
  engines.tls_certificate = settings.text("tlscert");
  engines.tls_key = settings.text("tlskey");
  if (info.ok()) find_containerd(engines, info->root(), files, processes);
  engines.docker_pid = process.ok() ? process->pid : 0;
  for (const Conflict& conflict : settings.disagreements)
    out.conflicts += (out.conflicts.empty() ? "" : ",") + conflict_json("docker", conflict);
  return out;
}

}  // namespace seawall::benchmark
