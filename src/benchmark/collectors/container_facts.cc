#include "benchmark/collectors/container_facts.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "benchmark/collectors/capabilities.h"
#include "benchmark/collectors/conflict.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/host_paths.h"
#include "benchmark/collectors/security_options.h"
#include "benchmark/collectors/settings_text.h"

namespace seawall::benchmark {
namespace {

constexpr int kMostJoins = 32;  // container:a that joins container:b ...

std::vector<std::string> texts_of(const Node& list) {
  std::vector<std::string> texts;
  for (const Node& item : list.items()) texts.emplace_back(item.string());
  return texts;
}

std::vector<std::string> keys_of(const Node& object) {
  std::vector<std::string> keys;
  for (const Member& member : object.members()) keys.emplace_back(member.key);
  return keys;
}

class ContainerWriter {
 public:
  ContainerWriter(const Node& inspected, const ContainerContext& context)
      : node_(inspected),
        host_(inspected["HostConfig"]),
        config_(inspected["Config"]),
        context_(context),
        options_(texts_of(inspected["HostConfig"]["SecurityOpt"])),
        privileged_(host_["Privileged"].boolean()),
        json_(out_.json, JsonWriter::kCompact) {
    const int pid = static_cast<int>(node_["State"]["Pid"].integer().value_or(0));
    if (pid > 0)
      kernel_ = container_kernel(context.files, pid, node_["Id"].string(), context.of_host,
                                 context.in_cgroup);
    out_.process_seen = pid <= 0 || kernel_.known;
  }

  ContainerFacts write() {
    json_.begin_object();
    write_identity();
    write_config();
    write_host();
    write_joined();
    write_mounts();
    write_ports();
    write_texts(json_, "networks", keys_of(node_["NetworkSettings"]["Networks"]));
    json_.end_object();
    // The kernel's part is JSON already.
    out_.json.pop_back();
    out_.json += ",\"kernel\":" + (kernel_.json.empty() ? "null" : kernel_.json) + "}";
    find_conflicts();
    return std::move(out_);
  }

 private:
  void text(std::string_view key, const Node& value) { json_.key(key).string(value.string()); }
  void number(std::string_view key, const Node& value) {
    json_.key(key).integer(value.integer().value_or(0));
  }

  void write_identity() {
    text("id", node_["Id"]);
    json_.key("name").string(container_name(node_));
    json_.key("engine").string(context_.engine);
    text("image", config_["Image"]);
    text("imageId", node_["Image"]);
    text("created", node_["Created"]);
    text("started", node_["State"]["StartedAt"]);
    number("pid", node_["State"]["Pid"]);
    json_.key("labels");
    if (config_["Labels"].is_object()) {
      write_without_secrets(json_, config_["Labels"]);
    } else {
      json_.begin_object().end_object();
    }
    text("user", config_["User"]);
    write_root_user();
    const std::string_view health = node_["State"]["Health"]["Status"].string();
    json_.key("health").string(health.empty() ? "none" : health);
  }

  // A name says little without the container's own list of users: the kernel has the number.
  void write_root_user() {
    const std::string_view user = config_["User"].string();
    const bool by_name = is_root_user(user);
    json_.key("rootUser");
    if (kernel_.known || by_name || parse_unsigned(user.substr(0, user.find(':')))) {
      json_.boolean(kernel_.known ? kernel_.root : by_name);
    } else {
      write_error(json_, Error(Code::kPermission, "the number of user " + printable(user)));
    }
  }

  // Values of environment variables are left out, as they may be secret.
  void write_config() {
    json_.key("config").begin_object();
    const Node& test = config_["Healthcheck"]["Test"];
    json_.key("healthCheck").boolean(test.size() > 0 && test[0].string() != "NONE");
    json_.key("environment").begin_array();
    for (const Node& variable : config_["Env"].items())
      json_.string(variable.string().substr(0, variable.string().find('=')));
    json_.end_array();
    write_texts(json_, "entrypoint", words_without_secrets(texts_of(config_["Entrypoint"])));
    write_texts(json_, "exposed", keys_of(config_["ExposedPorts"]));
    json_.end_object();
  }

  void write_host() {
    json_.key("host").begin_object();
    json_.key("privileged").boolean(privileged_);
    write_capabilities();
    write_security();
    json_.key("readOnlyRoot").boolean(host_["ReadonlyRootfs"].boolean());
    for (const auto& [key, name] :
         {std::pair("pid", "PidMode"), std::pair("ipc", "IpcMode"),
          std::pair("network", "NetworkMode"), std::pair("uts", "UTSMode"),
          std::pair("userns", "UsernsMode"), std::pair("cgroupns", "CgroupnsMode"),
          std::pair("cpuset", "CpusetCpus"), std::pair("cgroupParent", "CgroupParent"),
          std::pair("runtime", "Runtime")})
      text(key, host_[name]);
    for (const auto& [key, name] :
         {std::pair("memory", "Memory"), std::pair("memorySwap", "MemorySwap"),
          std::pair("cpuShares", "CpuShares"), std::pair("cpuQuota", "CpuQuota"),
          std::pair("nanoCpus", "NanoCpus")})
      number(key, host_[name]);
    // 0 and -1 both mean that there is no limit.
    json_.key("pidsLimit").integer(std::max<int64_t>(0, host_["PidsLimit"].integer().value_or(0)));
    json_.key("restart").begin_object();
    text("name", host_["RestartPolicy"]["Name"]);
    number("max", host_["RestartPolicy"]["MaximumRetryCount"]);
    json_.end_object();
    write_devices();
    write_ulimits();
    json_.key("publishAll").boolean(host_["PublishAllPorts"].boolean());
    json_.end_object();
  }

  void write_capabilities() {
    std::vector<std::string> added, dropped;
    for (const std::string& word : texts_of(host_["CapAdd"]))
      added.push_back(capability_name(word));
    for (const std::string& word : texts_of(host_["CapDrop"]))
      dropped.push_back(capability_name(word));
    write_texts(json_, "capAdd", added);
    write_texts(json_, "capDrop", dropped);
    write_texts(json_, "capabilities",
                effective_capabilities(context_.engine, privileged_, added, dropped));
  }

  void write_security() {
    write_texts(json_, "securityOptions", shortened(options_));
    json_.key("noNewPrivileges").boolean(forbids_new_privileges(options_));
    text("apparmor", node_["AppArmorProfile"]);
    write_texts(json_, "selinux", selinux_labels(options_));
    json_.key("seccomp").string(seccomp_choice(options_, privileged_));
    if (const auto all = seccomp_allows_all(options_)) json_.key("seccompAllowsAll").boolean(*all);
    // Docker's command line takes systempaths=unconfined out of the options and empties the list.
    const Node& masked = host_["MaskedPaths"];
    json_.key("unmaskedPaths")
        .boolean((masked.is_array() && masked.size() == 0) || unmasks_paths());
  }

  bool unmasks_paths() const {
    return std::any_of(options_.begin(), options_.end(), [](const std::string& option) {
      return option.starts_with("systempaths") || option.starts_with("unmask");
    });
  }

  // A profile stands in its option as a whole, some 10 kB.
  static std::vector<std::string> shortened(std::vector<std::string> options) {
    for (std::string& option : options) {
      if (option.size() > 200) option = to_valid_utf8(option.substr(0, 197)) + "...";
    }
    return options;
  }

  void write_devices() {
    json_.key("devices").begin_array();
    for (const Node& device : host_["Devices"].items()) {
      json_.begin_object();
      text("path", device["PathOnHost"]);
      text("container", device["PathInContainer"]);
      text("permissions", device["CgroupPermissions"]);
      json_.end_object();
    }
    json_.end_array();
    json_.key("deviceRequests").integer(static_cast<int64_t>(host_["DeviceRequests"].size()));
    write_texts(json_, "deviceRules", texts_of(host_["DeviceCgroupRules"]));
  }

  void write_ulimits() {
    json_.key("ulimits").begin_array();
    for (const Node& limit : host_["Ulimits"].items()) {
      json_.begin_object();
      text("name", limit["Name"]);
      number("soft", limit["Soft"]);
      number("hard", limit["Hard"]);
      json_.end_object();
    }
    json_.end_array();
  }

  // The mode that a container which joins another one's namespace ends up with.
  std::string root_of(std::string_view mode_key) const {
    const Node* container = &node_;
    std::string joined;
    for (int i = 0; i < kMostJoins; ++i) {
      const std::string_view mode = (*container)["HostConfig"][mode_key].string();
      if (mode == "host") return "host";
      if (!mode.starts_with("container:")) break;
      const Node* next = container_called(mode.substr(10));
      if (next == nullptr) return "container " + to_valid_utf8(mode.substr(10));
      container = next;
      joined = "container " + container_name(*container);
    }
    return joined.empty() ? "private" : joined;
  }

  // By name, id or the beginning of an id.
  const Node* container_called(std::string_view name) const {
    constexpr size_t kShortId = 12;
    const auto found = context_.by_name.lower_bound(name);
    if (found == context_.by_name.end() || name.empty()) return nullptr;
    const bool id = name.size() >= kShortId && (*found->second)["Id"].string() == found->first;
    return found->first == name || (id && found->first.starts_with(name)) ? found->second : nullptr;
  }

  bool is_hosts_by_kernel(const std::string& name) const {
    const auto own = kernel_.namespaces.find(name), host = context_.of_host.find(name);
    return own != kernel_.namespaces.end() && host != context_.of_host.end() &&
           own->second == host->second;
  }

  void write_joined() {
    struct Kind {
      std::string_view name, mode, of_kernel;
    };
    // A user namespace of its own exists only where the engine makes one.
    constexpr Kind kKinds[] = {{"pid", "PidMode", "pid"},
                               {"ipc", "IpcMode", "ipc"},
                               {"network", "NetworkMode", "net"},
                               {"uts", "UTSMode", "uts"},
                               {"user", "UsernsMode", "user"}};
    json_.key("joined").begin_object();
    for (const Kind& kind : kKinds) {
      const std::string of_kernel(kind.of_kernel);
      std::string by_engine = root_of(kind.mode);
      const bool seen =
          kernel_.namespaces.contains(of_kernel) && context_.of_host.contains(of_kernel);
      // A container that it joined may have stopped since: what that one had, nobody can say. And
      // an engine without root means by "host" the namespaces that it lives in itself.
      if (seen && is_hosts_by_kernel(of_kernel)) {
        if (by_engine == "private" && kind.name != "user")
          conflicts_.push_back(
              {std::string(kind.name) + " namespace", {{by_engine, "engine"}, {"host", "kernel"}}});
        by_engine = "host";
      } else if (seen && by_engine == "host" && is_hosts_by_kernel("user")) {
        conflicts_.push_back(
            {std::string(kind.name) + " namespace", {{"host", "engine"}, {"private", "kernel"}}});
      }
      json_.key(kind.name).string(by_engine);
    }
    json_.end_object();
  }

  // The folder of the host that a named volume binds; empty for one with its own.
  std::string_view device_of(const Node& mount) const {
    if (!context_.volume_devices.ok()) return {};
    const auto found = context_.volume_devices->find(mount["Name"].string());
    return found == context_.volume_devices->end() ? std::string_view() : found->second;
  }

  void write_mounts() {
    json_.key("mounts").begin_array();
    for (const Node& mount : node_["Mounts"].items()) {
      const std::string_view type = mount["Type"].string("bind");
      const std::string_view device = type == "volume" ? device_of(mount) : std::string_view();
      const bool binding = !device.empty();
      std::string source(binding ? device : mount["Source"].string());
      if (binding || type == "bind") source = resolved(context_.files, source);
      json_.begin_object();
      json_.key("type").string(type);
      json_.key("source").string(source);
      text("destination", mount["Destination"]);
      json_.key("writable").boolean(mount["RW"].boolean());
      text("propagation", mount["Propagation"]);
      const bool bind = (binding || type == "bind") && !source.empty();
      if (type == "volume" && !context_.volume_devices.ok()) {
        // It may bind any folder of the host.
        for (const char* key : {"sockets", "sensitive"}) {
          json_.key(key);
          write_error(json_, context_.volume_devices.error());
        }
        json_.end_object();
        continue;
      }
      write_texts(json_, "sockets",
                  bind ? sockets_below(context_.files, source, context_.known_sockets)
                       : std::vector<std::string>());
      if (bind) json_.optional("sensitive", sensitivity_of(source));
      json_.end_object();
    }
    json_.end_array();
  }

  void write_ports() {
    json_.key("ports").begin_array();
    for (const Member& port : node_["NetworkSettings"]["Ports"].members()) {
      const auto [number, protocol] = split_once(port.key, '/');
      for (const Node& binding : port.value.items()) {
        json_.begin_object();
        text("address", binding["HostIp"]);
        const auto on_host = parse_unsigned(binding["HostPort"].string());
        json_.key("port").integer(static_cast<int64_t>(on_host.value_or(0) & 0xffff));
        json_.key("containerPort")
            .integer(static_cast<int64_t>(parse_unsigned(number).value_or(0) & 0xffff));
        json_.key("protocol").string(protocol);
        json_.end_object();
      }
    }
    json_.end_array();
  }

  // Where the engine says one thing and the kernel another.
  void find_conflicts() {
    if (kernel_.known) {
      const std::string_view asked = seccomp_choice(options_, privileged_);
      if (asked != "unconfined" && kernel_.seccomp == "disabled")
        conflicts_.push_back({"seccomp", {{std::string(asked), "engine"}, {"disabled", "kernel"}}});
      if (forbids_new_privileges(options_) && !kernel_.no_new_privileges)
        conflicts_.push_back({"no-new-privileges", {{"true", "engine"}, {"false", "kernel"}}});
      find_extra_capabilities();
    }
    for (const Conflict& conflict : conflicts_) {
      out_.conflicts += out_.conflicts.empty() ? "" : ",";
      out_.conflicts += conflict_json("container " + container_name(node_), conflict);
    }
  }

  // Those that the process has and its engine did not give: its own user's set may be smaller.
  void find_extra_capabilities() {
    if (privileged_) return;
    const auto given = effective_capabilities(context_.engine, false, texts_of(host_["CapAdd"]),
                                              texts_of(host_["CapDrop"]));
    std::string extra;
    for (const std::string& name : kernel_.capabilities) {
      if (std::find(given.begin(), given.end(), name) == given.end())
        extra += (extra.empty() ? "" : ", ") + name;
    }
    if (!extra.empty())
      conflicts_.push_back({"capabilities", {{"without " + extra, "engine"}, {extra, "kernel"}}});
  }

  const Node& node_;
  const Node& host_;
  const Node& config_;
  const ContainerContext& context_;
  const std::vector<std::string> options_;
  const bool privileged_;
  ContainerKernel kernel_;
  std::vector<Conflict> conflicts_;
  ContainerFacts out_;
  JsonWriter json_;
};

}  // namespace

ContainerFacts container_facts(const Node& inspected, const ContainerContext& context) {
  return ContainerWriter(inspected, context).write();
}

std::string container_name(const Node& inspected) {
  std::string_view name = inspected["Name"].string();
  if (name.starts_with('/')) name.remove_prefix(1);
  return to_valid_utf8(name.empty() ? inspected["Id"].string().substr(0, 12) : name);
}

bool is_root_user(std::string_view user) {
  const std::string_view name = user.substr(0, user.find(':'));
  return name.empty() || name == "root" || parse_unsigned(name) == 0u;
}

}  // namespace seawall::benchmark
