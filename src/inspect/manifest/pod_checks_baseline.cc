// The checks of the baseline level. Specification: Pod Security Standards, "Baseline"; details in
// the words of the pod security admission of Kubernetes, which people search for.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "inspect/manifest/pod_view.h"

namespace seawall::inspect {
namespace {

using Names = std::set<std::string_view>;

constexpr auto kDefaultCapabilities = std::to_array<std::string_view>(
    {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
     "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"});

struct SafeSysctl {
  uint32_t since;  // minor version of Kubernetes
  std::string_view name;
};
constexpr auto kSafeSysctls = std::to_array<SafeSysctl>({
    {0, "kernel.shm_rmid_forced"},
    {0, "net.ipv4.ip_local_port_range"},
    {0, "net.ipv4.tcp_syncookies"},
    {0, "net.ipv4.ping_group_range"},
    {0, "net.ipv4.ip_unprivileged_port_start"},
    {27, "net.ipv4.ip_local_reserved_ports"},
    {29, "net.ipv4.tcp_keepalive_time"},
    {29, "net.ipv4.tcp_fin_timeout"},
    {29, "net.ipv4.tcp_keepalive_intvl"},
    {29, "net.ipv4.tcp_keepalive_probes"},
    {32, "net.ipv4.tcp_rmem"},
    {32, "net.ipv4.tcp_wmem"},
    {37, "net.ipv4.tcp_slow_start_after_idle"},
    {37, "net.ipv4.tcp_notsent_lowat"},
});

constexpr std::string_view kAppArmorAnnotations = "container.apparmor.security.beta.kubernetes.io/";
constexpr std::string_view kSeccompOfPod = "seccomp.security.alpha.kubernetes.io/pod";
constexpr std::string_view kSeccompOfContainer = "container.seccomp.security.alpha.kubernetes.io/";

std::string_view verb(const std::vector<std::string_view>& subjects) {
  return subjects.size() == 1 ? "uses" : "use";
}

class SeLinuxOptions {
 public:
  explicit SeLinuxOptions(const PodView& pod) : setters_(pod), engine_too_(pod.minor >= 31) {
    judge(pod.security(), [&](const char* field) {
      setters_.add_pod({"securityContext", "seLinuxOptions", field});
    });
    for (const PodContainer& container : pod.containers) {
      judge((*container.node)["securityContext"], [&](const char* field) {
        setters_.add(container, {"securityContext", "seLinuxOptions", field});
      });
    }
  }

  PodCheckResult result() {
    if (setters_.empty()) return {};
    std::string wrong;
    const auto say = [&](std::string_view what) {
      if (!wrong.empty()) wrong += "; ";
      wrong += what;
    };
    if (!types_.empty())
      say(fmt::format("{} {}", types_.size() == 1 ? "type" : "types", quoted(types_)));
    if (user_) say("user may not be set");
    if (role_) say("role may not be set");
    return {
        "seLinuxOptions",
        fmt::format("{} set forbidden securityContext.seLinuxOptions: {}", setters_.text(), wrong),
        setters_.take_fields()};
  }

 private:
  template <typename Add>
  void judge(const Node& security, const Add& add) {
    const Node& options = security["seLinuxOptions"];
    const std::string_view type = options["type"].string();
    if (!is_allowed(type)) {
      types_.insert(type);
      add("type");
    }
    if (!options["user"].string().empty()) {
      user_ = true;
      add("user");
    }
    if (!options["role"].string().empty()) {
      role_ = true;
      add("role");
    }
  }
  bool is_allowed(std::string_view type) const {
    return type.empty() || type == "container_t" || type == "container_init_t" ||
           type == "container_kvm_t" || (engine_too_ && type == "container_engine_t");
  }

  Setters setters_;
  bool engine_too_;
  Names types_;
  bool user_ = false, role_ = false;
};

// Hosts that probes and hooks of the containers ask for.
class HandlerHosts {
 public:
  explicit HandlerHosts(const PodView& pod) : pod_(pod) {}

  void look_into(const PodContainer& container) {
    for (const char* probe : {"livenessProbe", "readinessProbe", "startupProbe"})
      judge(container, (*container.node)[probe], {probe});
    for (const char* hook : {"postStart", "preStop"})
      judge(container, (*container.node)["lifecycle"][hook], {"lifecycle", hook});
  }

  PodCheckResult result() {
    if (fields_.empty()) return {};
    return {"probe or lifecycle host",
            fmt::format("{} {} {} probe or lifecycle host{} {}",
                        containers_.size() == 1 ? "container" : "containers", quoted(containers_),
                        containers_.size() == 1 ? "uses" : "use", hosts_.size() == 1 ? "" : "s",
                        quoted(hosts_)),
            std::move(fields_)};
  }

 private:
  void judge(const PodContainer& container, const Node& handler,
             std::initializer_list<std::string_view> keys) {
    for (const char* action : {"httpGet", "tcpSocket"}) {
      const std::string_view host = handler[action]["host"].string();
      if (host.empty()) continue;
      containers_.insert(container.name);
      hosts_.insert(host);
      std::string path = path_of(container, pod_.spec_path);
      for (const std::string_view key : keys) path = json_path_of(path, key);
      fields_.push_back(place_of(handler, std::move(path), {action, "host"}));
    }
  }

  const PodView& pod_;
  Names containers_, hosts_;
  std::vector<FieldPlace> fields_;
};

PodCheckResult seccomp_annotations(const PodView& pod) {
  std::set<std::string> forbidden;
  std::vector<FieldPlace> fields;
  const auto judge = [&](const std::string& annotation) {
    const Node& node = pod.metadata["annotations"][annotation];
    const std::string_view value = node.string();
    if (!node.exists() || value == "runtime/default" || value == "docker/default" ||
        value.starts_with("localhost/"))
      return;
    // Containers may share a name, though the API server would not have it.
    if (!forbidden.insert(assignment(annotation, value)).second) return;
    fields.push_back(place_of(pod.metadata, std::string(pod.metadata_path),
                              {"annotations", std::string_view(annotation)}));
  };
  judge(std::string(kSeccompOfPod));
  for (const PodContainer& container : pod.containers)
    judge(std::string(kSeccompOfContainer).append(container.name));
  if (forbidden.empty()) return {};
  std::string listed;
  for (const std::string& one : forbidden) listed += (listed.empty() ? "" : ", ") + one;
  return {
      "seccompProfile",
      fmt::format("forbidden {} {}", forbidden.size() == 1 ? "annotation" : "annotations", listed),
      std::move(fields)};
}

}  // namespace

PodCheckResult check_app_armor_profile(const PodView& pod) {
  Names types;
  Setters setters = forbidden_profiles(pod, "appArmorProfile", types);
  std::set<std::string> annotations;
  std::vector<FieldPlace> annotation_fields;
  for (const Member& member : pod.metadata["annotations"].members()) {
    const std::string_view value = member.value.string();
    if (!member.key.starts_with(kAppArmorAnnotations) || value.empty() ||
        value == "runtime/default" || value.starts_with("localhost/"))
      continue;
    annotations.insert(assignment(member.key, value));
    annotation_fields.push_back(
        place_of(pod.metadata, std::string(pod.metadata_path), {"annotations", member.key}));
  }
  if (setters.empty() && annotations.empty()) return {};
  std::vector<std::string_view> values(types.begin(), types.end());
  values.insert(values.end(), annotations.begin(), annotations.end());
  std::string who = setters.text();
  if (!annotations.empty()) {
    if (!who.empty()) who += " and ";
    who += annotations.size() == 1 ? "annotation" : "annotations";
  }
  PodCheckResult result{
      values.size() == 1 ? "forbidden AppArmor profile" : "forbidden AppArmor profiles",
      fmt::format("{} must not set AppArmor profile type to {}", who, quoted(values)),
      setters.take_fields()};
  result.fields.insert(result.fields.end(), annotation_fields.begin(), annotation_fields.end());
  return result;
}

PodCheckResult check_capabilities_baseline(const PodView& pod) {
  Setters setters(pod);
  Names added;
  for (const PodContainer& container : pod.containers) {
    const Node& add = (*container.node)["securityContext"]["capabilities"]["add"];
    for (size_t i = 0; i < add.items().size(); ++i) {
      const std::string_view name = add[i].string();
      if (std::find(kDefaultCapabilities.begin(), kDefaultCapabilities.end(), name) !=
          kDefaultCapabilities.end())
        continue;
      added.insert(name);
      setters.add(container, {"securityContext", "capabilities", "add", i});
    }
  }
  if (setters.empty()) return {};
  return {"non-default capabilities",
          fmt::format("{} must not include {} in securityContext.capabilities.add", setters.text(),
                      quoted(added)),
          setters.take_fields()};
}

PodCheckResult check_host_namespaces(const PodView& pod) {
  PodCheckResult result{"host namespaces", {}, {}};
  for (const char* field : {"hostNetwork", "hostPID", "hostIPC"}) {
    if (!pod.spec[field].boolean()) continue;
    if (!result.detail.empty()) result.detail += ", ";
    result.detail.append(field).append("=true");
    result.fields.push_back(place_in(pod, {field}));
  }
  return result;
}

PodCheckResult check_host_path_volumes(const PodView& pod) {
  std::vector<std::string_view> names;
  std::vector<FieldPlace> fields;
  const Node& volumes = pod.spec["volumes"];
  for (size_t i = 0; i < volumes.items().size(); ++i) {
    if (!is_set(volumes[i]["hostPath"])) continue;
    names.push_back(volumes[i]["name"].string());
    fields.push_back(place_in(pod, {"volumes", i, "hostPath"}));
  }
  if (fields.empty()) return {};
  return {"hostPath volumes", counted("volume", "volumes", names), std::move(fields)};
}

PodCheckResult check_host_ports(const PodView& pod) {
  Setters setters(pod);
  std::set<std::string> ports;
  for (const PodContainer& container : pod.containers) {
    const Node& list = (*container.node)["ports"];
    for (size_t i = 0; i < list.items().size(); ++i) {
      const int64_t port = whole_number(list[i]["hostPort"]).value_or(0);
      if (port == 0) continue;
      ports.insert(std::to_string(port));
      setters.add(container, {"ports", i, "hostPort"});
    }
  }
  if (setters.empty()) return {};
  std::string listed;
  for (const std::string& port : ports) listed += (listed.empty() ? "" : ", ") + port;
  return {"hostPort",
          fmt::format("{} {} hostPort{} {}", setters.text(), verb(setters.names()),
                      ports.size() == 1 ? "" : "s", listed),
          setters.take_fields()};
}

PodCheckResult check_host_probes(const PodView& pod) {
  HandlerHosts hosts(pod);
  for (const PodContainer& container : pod.containers) hosts.look_into(container);
  return hosts.result();
}

PodCheckResult check_privileged(const PodView& pod) {
  Setters setters(pod);
  for (const PodContainer& container : pod.containers) {
    if ((*container.node)["securityContext"]["privileged"].boolean())
      setters.add(container, {"securityContext", "privileged"});
  }
  if (setters.empty()) return {};
  return {"privileged",
          fmt::format("{} must not set securityContext.privileged=true", setters.text()),
          setters.take_fields()};
}

PodCheckResult check_proc_mount_baseline(const PodView& pod) {
  if (pod.minor >= 35 && pod.in_user_namespace()) return {};
  return check_proc_mount_restricted(pod);
}

PodCheckResult check_se_linux_options(const PodView& pod) {
  return SeLinuxOptions(pod).result();
}

// Profiles were annotations before they were fields.
PodCheckResult check_seccomp_baseline(const PodView& pod) {
  if (pod.minor < 19) return seccomp_annotations(pod);
  Names types;
  Setters setters = forbidden_profiles(pod, "seccompProfile", types);
  if (setters.empty()) return {};
  return {"seccompProfile",
          fmt::format("{} must not set securityContext.seccompProfile.type to {}", setters.text(),
                      quoted(types)),
          setters.take_fields()};
}

PodCheckResult check_sysctls(const PodView& pod) {
  PodCheckResult result{"forbidden sysctls", {}, {}};
  const Node& sysctls = pod.security()["sysctls"];
  for (size_t i = 0; i < sysctls.items().size(); ++i) {
    const std::string_view name = sysctls[i]["name"].string();
    if (std::any_of(kSafeSysctls.begin(), kSafeSysctls.end(), [&](const SafeSysctl& safe) {
          return safe.since <= pod.minor && safe.name == name;
        }))
      continue;
    if (!result.fields.empty()) result.detail += ", ";
    result.detail += name;
    result.fields.push_back(place_in(pod, {"securityContext", "sysctls", i, "name"}));
  }
  return result;
}

PodCheckResult check_windows_host_process(const PodView& pod) {
  Setters setters(pod);
  if (pod.security()["windowsOptions"]["hostProcess"].boolean())
    setters.add_pod({"securityContext", "windowsOptions", "hostProcess"});
  for (const PodContainer& container : pod.containers) {
    if ((*container.node)["securityContext"]["windowsOptions"]["hostProcess"].boolean())
      setters.add(container, {"securityContext", "windowsOptions", "hostProcess"});
  }
  if (setters.empty()) return {};
  return {"hostProcess",
          fmt::format("{} must not set securityContext.windowsOptions.hostProcess=true",
                      setters.text()),
          setters.take_fields()};
}

}  // namespace seawall::inspect
