#include "benchmark/collectors/daemon_config.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "benchmark/collect.h"
#include "benchmark/collectors/go_flags.h"
#include "benchmark/collectors/settings_text.h"
#include "codec/json_writer.h"

namespace seawall::benchmark {
namespace {

enum class Form { kBool, kText, kList, kMap, kNames };

// A setting: its name in daemon.json, as a flag, its form, and what holds without either.
struct Setting {
  std::string_view key, flag;
  char letter;
  Form form;
  std::string_view otherwise;  // JSON
};
constexpr Setting kSettings[] = {
    {"icc", "icc", 0, Form::kBool, "true"},
    {"log-level", "log-level", 'l', Form::kText, "\"info\""},
    {"debug", "debug", 'D', Form::kBool, "false"},
    {"iptables", "iptables", 0, Form::kBool, "true"},
    {"ip6tables", "ip6tables", 0, Form::kBool, "false"},
    {"insecure-registries", "insecure-registry", 0, Form::kList, "[]"},
    {"registry-mirrors", "registry-mirror", 0, Form::kList, "[]"},
    {"storage-driver", "storage-driver", 's', Form::kText, "\"\""},
    {"hosts", "host", 'H', Form::kList, "[]"},
    {"tls", "tls", 0, Form::kBool, "false"},
    {"tlsverify", "tlsverify", 0, Form::kBool, "false"},
    {"tlscacert", "tlscacert", 0, Form::kText, "\"\""},
    {"tlscert", "tlscert", 0, Form::kText, "\"\""},
    {"tlskey", "tlskey", 0, Form::kText, "\"\""},
    {"default-ulimits", "default-ulimit", 0, Form::kMap, "{}"},
    {"userns-remap", "userns-remap", 0, Form::kText, "\"\""},
    {"cgroup-parent", "cgroup-parent", 0, Form::kText, "\"\""},
    {"storage-opts", "storage-opt", 0, Form::kList, "[]"},
    {"authorization-plugins", "authorization-plugin", 0, Form::kList, "[]"},
    {"log-driver", "log-driver", 0, Form::kText, "\"json-file\""},
    {"log-opts", "log-opt", 0, Form::kMap, "{}"},
    {"no-new-privileges", "no-new-privileges", 0, Form::kBool, "false"},
    {"live-restore", "live-restore", 0, Form::kBool, "false"},
    {"userland-proxy", "userland-proxy", 0, Form::kBool, "true"},
    {"seccomp-profile", "seccomp-profile", 0, Form::kText, "\"\""},
    {"experimental", "experimental", 0, Form::kBool, "false"},
    {"selinux-enabled", "selinux-enabled", 0, Form::kBool, "false"},
    {"data-root", "data-root", 0, Form::kText, "\"/var/lib/docker\""},
    {"exec-root", "exec-root", 0, Form::kText, "\"/var/run/docker\""},
    {"pidfile", "pidfile", 'p', Form::kText, "\"/var/run/docker.pid\""},
    {"group", "group", 'G', Form::kText, "\"docker\""},
    {"bridge", "bridge", 'b', Form::kText, "\"\""},
    {"ipv6", "ipv6", 0, Form::kBool, "false"},
    {"default-runtime", "default-runtime", 0, Form::kText, "\"runc\""},
    {"runtimes", "add-runtime", 0, Form::kNames, "[]"},
};

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::vector<GoFlagName> flag_names() {
  std::vector<GoFlagName> names;
  for (const Setting& setting : kSettings)
    names.push_back({setting.flag, setting.letter, setting.form == Form::kBool});
  names.push_back({"config-file", 0, false});
  names.push_back({"graph", 'g', false});
  for (const std::string_view other : {"rootless", "init", "ip-forward", "ip-masq", "raw-logs",
                                       "validate", "version", "help", "allow-direct-routing"})
    names.push_back({other, 0, true});
  return names;
}

std::string list_json(const std::vector<std::string>& items) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_array();
  for (const std::string& item : items) json.string(without_secrets(item));
  json.end_array();
  return out;
}

// "max-size=10m" as {"max-size": "10m"}.
std::string map_json(const std::vector<std::string>& items) {
  std::map<std::string, std::string> members;
  for (const std::string& item : items) {
    const std::string shown = without_secrets(item);
    const auto [key, value] = split_once(shown, '=');
    members[std::string(key)] = value;
  }
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  for (const auto& [key, value] : members) json.key(key).string(value);
  json.end_object();
  return out;
}

// What flags say: single values by the last one, lists by all of them.
std::optional<std::string> flag_json(const Setting& setting, const std::vector<GoFlag>& flags) {
  std::vector<std::string> given;
  for (const GoFlag& flag : flags) {
    if (flag.name == setting.flag || (setting.key == "data-root" && flag.name == "graph"))
      given.push_back(flag.value);
  }
  if (given.empty()) return std::nullopt;
  switch (setting.form) {
    case Form::kList:
      return list_json(given);
    case Form::kMap:
      return map_json(given);
    case Form::kNames:
      for (std::string& item : given) item.resize(std::min(item.size(), item.find('=')));
      return list_json(given);
    case Form::kText:
      return quoted(given.back());
    case Form::kBool:
      break;
  }
  const auto value = parse_go_bool(given.back());
  // The daemon refuses any other word, so this one cannot be what it runs with.
  if (!value) return error_value(malformed("\"" + given.back() + "\" is no boolean of Go"));
  return *value ? "true" : "false";
}

// What the file says, in the same form.
std::string file_json(const Setting& setting, const Node& value) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  if (setting.form == Form::kNames) {
    json.begin_array();
    for (const Member& member : value.members()) json.string(member.key);
    json.end_array();
  } else {
    write_without_secrets(json, value);
  }
  return out;
}

// A later default: engines from 27 on set up ip6tables, too.
std::string default_json(const Setting& setting, std::string_view version) {
  const auto major = parse_unsigned(version.substr(0, version.find('.')));
  if (setting.key == "ip6tables" && major && *major >= 27) return "true";
  return std::string(setting.otherwise);
}

// Whoever says anything of verifying peers, even that it shall not be done, has TLS turned on; its
// files are then those of the daemon's home unless told otherwise. Source: moby 27,
// cmd/dockerd/options.go SetDefaultOptions and daemon.go loadDaemonCliConfig.
void turn_on_tls(DaemonSettings& settings, const std::string& home) {
  const std::string& verifying = settings.values["tlsverify"];
  const std::string& source = settings.sources["tlsverify"];
  const bool said = source != "default" && (verifying == "true" || verifying == "false");
  if (said && settings.values["tls"] == "false") {
    settings.values["tls"] = "true";
    settings.sources["tls"] = source;
  }
  if (!settings.boolean("tls")) return;
  constexpr std::pair<const char*, std::string_view> kFiles[] = {
      {"tlscacert", "ca.pem"}, {"tlscert", "cert.pem"}, {"tlskey", "key.pem"}};
  for (const auto& [key, name] : kFiles) {
    if (settings.sources[key] == "default" && !home.empty())
      settings.values[key] = quoted(fmt::format("{}/.docker/{}", home, name));
  }
}

}  // namespace

DaemonConfigFile read_daemon_config(std::string path, Result<std::string> text) {
  DaemonConfigFile file;
  file.path = std::move(path);
  if (!text.ok()) {
    if (text.error().code() != Code::kNotFound) file.error = text.error();
    return file;
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text->starts_with(kByteOrderMark)) {
    file.problems.push_back("it begins with a byte order mark, which engines before 23.0 refuse");
    text->erase(0, kByteOrderMark.size());
  }
  if (trim(*text).empty()) return file;
  auto document = parse_json(std::move(*text));
  if (!document.ok()) {
    file.problems.push_back(document.error().text());
    file.error = std::move(document.error()).at(file.path);
  } else if (!document->root().is_object()) {
    file.problems.push_back("it is no object");
    file.error = malformed("it is no object").at(file.path);
  } else {
    file.document = std::move(*document);
  }
  return file;
}

std::string daemon_config_path(const std::vector<std::string>& arguments, std::string path) {
  for (const GoFlag& flag : parse_go_flags(arguments, flag_names())) {
    if (flag.name == "config-file") path = flag.value;
  }
  return path;
}

DaemonSettings daemon_settings(const std::vector<std::string>& arguments, int pid,
                               const DaemonConfigFile& config, std::string_view version,
                               const std::string& home) {
  DaemonSettings settings;
  const std::vector<GoFlag> flags = parse_go_flags(arguments, flag_names());
  for (const Setting& setting : kSettings) {
    const std::string key(setting.key);
    const Node& in_file = config.document ? config.document->root()[key] : Node();
    if (const auto given = flag_json(setting, flags)) {
      settings.values[key] = *given;
      settings.sources[key] = fmt::format("flag --{} (pid {})", setting.flag, pid);
    } else if (in_file.exists()) {
      settings.values[key] = file_json(setting, in_file);
      settings.sources[key] = fmt::format("{}:{}", config.path, in_file.line());
    } else if (config.error) {
      settings.values[key] = error_value(*config.error);
      settings.sources[key] = config.path;
    } else {
      settings.values[key] = default_json(setting, version);
      settings.sources[key] = "default";
    }
  }
  turn_on_tls(settings, home);
  return settings;
}

void DaemonSettings::agree(const std::string& name, const std::string& json,
                           const std::string& source) {
  std::string& value = values[name];
  const bool known = !value.empty() && value.find("\"$error\"") == value.npos && value != "\"\"";
  // A default is what nobody asked for; that the engine does otherwise is no contradiction.
  if (known && value != json && sources[name] != "default")
    disagreements.push_back({name, {{value, sources[name]}, {json, source}}});
  if (value == json) return;
  value = json;
  sources[name] = source;
}

std::string DaemonSettings::text(const std::string& name) const {
  const auto found = values.find(name);
  if (found == values.end()) return {};
  const auto document = parse_json(found->second);
  return document.ok() ? std::string(document->root().string()) : std::string();
}

bool DaemonSettings::boolean(const std::string& name) const {
  const auto found = values.find(name);
  return found != values.end() && found->second == "true";
}

std::vector<std::string> DaemonSettings::list(const std::string& name) const {
  std::vector<std::string> items;
  const auto found = values.find(name);
  if (found == values.end()) return items;
  const auto document = parse_json(found->second);
  if (!document.ok()) return items;
  for (const Node& item : document->root().items()) items.emplace_back(item.string());
  return items;
}

}  // namespace seawall::benchmark
