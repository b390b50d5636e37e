// Ports, volumes and variables: short and long syntax into one shape.
#include <algorithm>

#include "base/strings.h"
#include "inspect/compose/compose_file.h"

namespace seawall::inspect {
namespace {

bool is_true(const Node& node) {
  return equal_ignoring_case(text_of(node), "true");
}

ComposePort long_port(const Node& node) {
  ComposePort port{text_of(node["host_ip"]),
                   text_of(node["published"]),
                   text_of(node["target"]),
                   text_of(node["protocol"]),
                   node.line(),
                   {}};
  port.written = port.host.empty() ? port.container : port.host + ":" + port.container;
  if (!port.host_ip.empty()) port.written = port.host_ip + ":" + port.written;
  return port;
}

// [[IP:]HOST:]CONTAINER[/PROTOCOL]; an IPv6 address may stand in brackets.
ComposePort short_port(const Node& node) {
  ComposePort port;
  port.line = node.line();
  port.written = written(node);
  const std::string text = text_of(node);
  const auto [numbers, protocol] = split_once(text, '/');
  port.protocol = protocol;
  std::string_view rest = numbers;
  if (rest.starts_with('[')) {
    const size_t end = std::min(rest.find(']'), rest.size() - 1);
    port.host_ip = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
  }
  const size_t last = rest.rfind(':');
  port.container = rest.substr(last + 1);
  if (last == rest.npos) return port;
  rest = rest.substr(0, last);
  const size_t before = rest.rfind(':');
  port.host = rest.substr(before + 1);
  if (before != rest.npos && before > 0) port.host_ip = rest.substr(0, before);
  return port;
}

ComposeMount long_mount(const Node& node) {
  ComposeMount mount;
  mount.type = text_of(node["type"]);
  mount.source = text_of(node["source"]);
  mount.target = text_of(node["target"]);
  mount.read_only = is_true(node["read_only"]);
  mount.propagation = text_of(node["bind"]["propagation"]);
  mount.line = node["source"].exists() ? node["source"].line() : node.line();
  mount.written = written(node["source"]) + ":" + written(node["target"]);
  if (mount.read_only) mount.written += ":ro";
  return mount;
}

bool is_path(std::string_view source) {
  return source.starts_with('/') || source.starts_with('.') || source.starts_with('~') ||
         source.starts_with(kUnknownText) || source.find('\\') != source.npos;
}

void read_option(std::string_view option, ComposeMount& mount) {
  if (option == "ro" || option == "readonly") mount.read_only = true;
  for (const std::string_view word :
       {"shared", "rshared", "slave", "rslave", "private", "rprivate"}) {
    if (option == word) mount.propagation = word;
  }
  mount.options.emplace_back(option);
}

// [SOURCE:]TARGET[:OPTIONS]; a Windows drive's colon belongs to the source.
ComposeMount short_mount(const Node& node) {
  ComposeMount mount;
  mount.line = node.line();
  mount.written = written(node);
  const std::string text = text_of(node);
  const bool drive = text.size() > 2 && text[1] == ':' && (text[2] == '\\' || text[2] == '/') &&
                     ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
  const size_t colon = text.find(':', drive ? 2 : 0);
  if (colon == text.npos) {
    mount.type = "volume";
    mount.target = text;
    return mount;
  }
  mount.source = text.substr(0, colon);
  mount.type = is_path(mount.source) || drive ? "bind" : "volume";
  const auto [target, options] = split_once(std::string_view(text).substr(colon + 1), ':');
  mount.target = target;
  for (const std::string_view option : split(options, ',')) read_option(trim(option), mount);
  return mount;
}

}  // namespace

bool ComposePort::on_all_addresses() const {
  return host_ip.empty() || host_ip == "0.0.0.0" || host_ip == "::" || host_ip == "*" ||
         host_ip == "[::]" || host_ip == "0";
}

std::vector<ComposePort> ports_of(const Node& service) {
  std::vector<ComposePort> ports;
  for (const Node& node : service["ports"].items()) {
    if (node.is_null()) continue;
    ports.push_back(node.is_object() ? long_port(node) : short_port(node));
  }
  return ports;
}

bool covers_port(std::string_view range, uint64_t port) {
  const auto [first, last] = split_once(range, '-');
  const auto from = parse_unsigned(trim(first));
  const auto to = last.empty() ? from : parse_unsigned(trim(last));
  return from && to && *from <= port && port <= *to;
}

std::vector<ComposeMount> mounts_of(const Node& service) {
  std::vector<ComposeMount> mounts;
  for (const Node& node : service["volumes"].items()) {
    if (node.is_null()) continue;
    mounts.push_back(node.is_object() ? long_mount(node) : short_mount(node));
  }
  return mounts;
}

ComposeMount volume_device(const Node& volume) {
  ComposeMount mount;
  const Node& options = volume["driver_opts"];
  const std::string how = text_of(options["o"]);
  const std::vector<std::string_view> words = split(how, ',');
  const auto has = [&](std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (!has("bind") && !has("rbind")) return mount;
  mount.type = "bind";
  mount.source = text_of(options["device"]);
  mount.read_only = has("ro");
  mount.line = options["device"].line();
  mount.written = "device: " + written(options["device"]);
  return mount;
}

std::vector<ComposeVariable> variables_of(const Node& node) {
  std::vector<ComposeVariable> variables;
  for (const Member& member : node.members()) {
    const Node& value = member.value;
    variables.push_back({std::string(member.key), text_of(value), !value.is_null(),
                         value.kind() == NodeKind::kBool || value.is_number(), value.line()});
  }
  for (const Node& item : node.items()) {
    const std::string text = text_of(item);
    const size_t equals = text.find('=');
    ComposeVariable variable;
    variable.name = text.substr(0, equals);
    variable.line = item.line();
    if (equals != text.npos) {
      variable.has_value = true;
      variable.value = text.substr(equals + 1);
    }
    variables.push_back(std::move(variable));
  }
  return variables;
}

std::vector<ComposeWord> words_of(const Node& node) {
  std::vector<ComposeWord> words;
  const auto add = [&](const Node& part) {
    std::string text = text_of(part);
    std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    for (const std::string_view word : split(text, ' ')) {
      if (!word.empty()) words.push_back({std::string(word), part.line()});
    }
  };
  for (const Node& item : node.items()) add(item);
  if (node.is_string()) add(node);
  return words;
}

}  // namespace seawall::inspect
