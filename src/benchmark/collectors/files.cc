// Modes and owners of the files that benchmarks speak of.
#include <algorithm>
#include <optional>

#include "base/strings.h"
#include "benchmark/collectors/accounts.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/system.h"
#include "benchmark/collectors/units.h"

namespace seawall::benchmark {
namespace {

constexpr std::string_view kCertificates = "/etc/docker/certs.d";
constexpr size_t kMostRegistries = 1000;

// A role and where its file may be: the first that exists, else the first.
struct Role {
  std::string name;
  std::vector<std::string> paths;
  std::optional<Error> unseen = {};  // why nobody knows whether there are such files
};

std::vector<std::string> in_program_folders(const std::string& name) {
  return {
      "/usr/bin/" + name,        "/usr/sbin/" + name,           "/usr/local/bin/" + name,
      "/usr/local/sbin/" + name, "/usr/libexec/docker/" + name, "/snap/docker/current/bin/" + name};
}

void add_unit(std::vector<Role>& roles, const SystemContext& context, std::string role,
              const std::string& unit) {
  const UnitFiles files = unit_files(context.files, unit);
  const std::string usual = "/usr/lib/systemd/system/" + unit;
  roles.push_back({role, {files.fragment.empty() ? usual : files.fragment}, files.unseen});
  for (const std::string& path : files.drop_ins) roles.push_back({role, {path}});
}

void add_daemon(std::vector<Role>& roles, const EngineFacts& engines) {
  const auto or_else = [](const std::string& path, const char* usual) {
    return std::vector<std::string>{path.empty() ? usual : path};
  };
  roles.push_back({"etc-docker", {"/etc/docker"}});
  roles.push_back({"daemon-config", or_else(engines.config_file, "/etc/docker/daemon.json")});
  roles.push_back({"docker-socket", or_else(engines.docker_socket, "/var/run/docker.sock")});
  roles.push_back(
      {"containerd-socket", or_else(engines.containerd_socket, "/run/containerd/containerd.sock")});
  roles.push_back({"data-root", or_else(engines.data_root, "/var/lib/docker")});
  roles.push_back({"run-containerd", {"/run/containerd"}});
  roles.push_back({"etc-default-docker", {"/etc/default/docker"}});
  roles.push_back({"etc-sysconfig-docker", {"/etc/sysconfig/docker"}});
  roles.push_back({"containerd-config", {"/etc/containerd/config.toml"}});
  if (!engines.tls_ca.empty()) roles.push_back({"tls-ca", {engines.tls_ca}});
  if (!engines.tls_certificate.empty())
    roles.push_back({"tls-certificate", {engines.tls_certificate}});
  if (!engines.tls_key.empty()) roles.push_back({"tls-key", {engines.tls_key}});
}

void add_programs(std::vector<Role>& roles) {
  constexpr std::pair<const char*, const char*> kPrograms[] = {
      {"dockerd", "dockerd"},
      {"containerd", "containerd"},
      {"containerd-shim", "containerd-shim"},
      {"shim-runc-v1", "containerd-shim-runc-v1"},
      {"shim-runc-v2", "containerd-shim-runc-v2"},
      {"runc", "runc"}};
  for (const auto& [role, name] : kPrograms) roles.push_back({role, in_program_folders(name)});
}

void add_accounts(std::vector<Role>& roles) {
  for (const char* name : {"passwd", "shadow", "group", "gshadow", "sudoers", "crontab"})
    roles.push_back({name, {std::string("/etc/") + name}});
  roles.push_back({"boot-config",
                   {"/boot/grub/grub.cfg", "/boot/grub2/grub.cfg", "/boot/loader/loader.conf",
                    "/boot/extlinux/extlinux.conf"}});
  roles.push_back({"sshd-config", {"/etc/ssh/sshd_config"}});
}

// /etc/docker/certs.d/HOST: *.crt are authorities, *.cert and *.key the client's own.
void add_registries(std::vector<Role>& roles, const HostFiles& files) {
  const auto unseen = [&](const std::string& folder, const Error& error) {
    if (error.code() == Code::kPermission) roles.push_back({"registry-ca", {folder}, error});
  };
  const auto registries = files.names(std::string(kCertificates));
  if (!registries.ok()) return unseen(std::string(kCertificates), registries.error());
  size_t count = 0;
  for (const std::string& registry : *registries) {
    if (++count > kMostRegistries) return;
    const std::string folder = std::string(kCertificates) + "/" + registry;
    const auto names = files.names(folder);
    if (!names.ok()) {
      unseen(folder, names.error());
      continue;
    }
    for (const std::string& name : *names) {
      const std::string path = folder + "/" + name;
      if (name.ends_with(".crt")) roles.push_back({"registry-ca", {path}});
      if (name.ends_with(".cert")) roles.push_back({"registry-certificate", {path}});
      if (name.ends_with(".key")) roles.push_back({"registry-key", {path}});
    }
  }
}

std::vector<Role> roles_of(const SystemContext& context) {
  std::vector<Role> roles;
  add_unit(roles, context, "docker-unit", "docker.service");
  add_unit(roles, context, "docker-socket-unit", "docker.socket");
  add_unit(roles, context, "containerd-unit", "containerd.service");
  add_daemon(roles, context.engines);
  add_registries(roles, context.files);
  add_programs(roles);
  add_accounts(roles);
  return roles;
}

std::string_view type_of(unsigned mode) {
  if (S_ISREG(mode)) return "file";
  if (S_ISDIR(mode)) return "directory";
  if (S_ISSOCK(mode)) return "socket";
  return S_ISLNK(mode) ? "link" : "other";
}

void write_status(JsonWriter& json, const struct stat& info, const Accounts& accounts) {
  json.key("type").string(type_of(info.st_mode));
  json.key("mode").string(mode_text(info.st_mode));
  json.key("uid").integer(info.st_uid);
  json.key("gid").integer(info.st_gid);
  json.optional("owner", accounts.user_name(info.st_uid));
  json.optional("group", accounts.group_name(info.st_gid));
}

void write_file(JsonWriter& json, const Role& role, const HostFiles& files,
                const Accounts& accounts) {
  std::string path = role.paths.front();
  auto info = files.status(path);
  for (size_t i = 1; i < role.paths.size() && !info.ok(); ++i) {
    auto other = files.status(role.paths[i]);
    if (!other.ok() && other.error().code() == Code::kNotFound) continue;
    info = std::move(other);
    path = role.paths[i];
  }
  // A masked unit is a link to nothing, whose mode says nothing.
  const auto target = files.link_target(path);
  const bool masked = target.ok() && *target == "/dev/null";
  json.begin_object();
  json.key("role").string(role.name);
  json.key("path").string(to_valid_utf8(path));
  json.key("exists");
  if (role.unseen) {
    write_error(json, *role.unseen);
  } else if (masked) {
    json.boolean(false);
  } else if (info.ok()) {
    json.boolean(true);
    if (target.ok()) json.key("target").string(to_valid_utf8(*target));
    write_status(json, *info, accounts);
  } else if (info.error().code() == Code::kNotFound) {
    json.boolean(false);
  } else {
    write_error(json, info.error());
  }
  json.end_object();
}

}  // namespace

std::string file_facts(const SystemContext& context) {
  const Accounts accounts = read_accounts(context.files);
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_array();
  for (const Role& role : roles_of(context)) write_file(json, role, context.files, accounts);
  json.end_array();
  return out;
}

}  // namespace seawall::benchmark
