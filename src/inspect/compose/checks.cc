// Checks of settings by their values. What a rule names in `keys`, `values` and `except` is told
// at each check.
#include "inspect/compose/checks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "artifact/reference.h"
#include "base/path_set.h"
#include "base/strings.h"

namespace seawall::inspect {
namespace {

using Seen = ComposeObservations;

std::string_view last_key(std::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

// As engines compare them: capabilities without CAP_, options with ':' for the older '='.
std::string canonical(std::string_view key, std::string text) {
  text = to_lower(trim(text));
  if (key.starts_with("cap_") && text.starts_with("cap_")) text.erase(0, 4);
  if (key == "security_opt") std::replace(text.begin(), text.end(), '=', ':');
  return text;
}

// Items of a list, a mapping's keys, or the one scalar.
template <typename Use>
void for_each_item(const Node& node, Use use) {
  for (const Node& item : node.items()) use(item);
  if (node.is_string() || node.is_number() || node.kind() == NodeKind::kBool) use(node);
}

// keys: places; values: what must not stand there.
void check_is(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    for (const std::string& key : rule.keys) {
      const Node& node = at_path(*service.node, key);
      const std::string text = to_lower(text_of(node));
      if (!text.empty() && is_known(text) && matches_any(text, rule.values))
        seen.add(service, fmt::format("{}: {}", key, written(node)), node.line());
    }
  }
}

// keys: lists; values: items that must not stand in them; except: of these, those that may.
void check_item(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    for (const std::string& key : rule.keys) {
      for_each_item(at_path(*service.node, key), [&](const Node& item) {
        const std::string text = canonical(last_key(key), text_of(item));
        if (is_known(text) && matches_any(text, rule.values) && !matches_any(text, rule.except))
          seen.add(service, fmt::format("{}: {}", key, written(item)), item.line());
      });
    }
  }
}

// keys: settings that should not be used at all.
void check_present(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    for (const std::string& key : rule.keys) {
      const Node& node = at_path(*service.node, key);
      if (node.is_null() || (node.is_array() && node.size() == 0)) continue;
      const std::string first = node.is_array() ? written(node[0]) : written(node);
      seen.add(service, fmt::format("{}{}{}", key, first.empty() ? "" : ": ", first),
               file.key_line(last_key(key), node));
    }
  }
}

// keys: settings of which one should be there; values: those that are as good as none.
void check_missing(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    if (!service.whole) continue;
    bool set = false;
    for (const std::string& key : rule.keys) {
      const auto found = file.settings(service, key);
      if (found.empty() || found.front()->is_null()) continue;
      set = set || !matches_any(to_lower(text_of(*found.front())), rule.values);
    }
    if (!set) seen.add(service, fmt::format("no {} is set", rule.keys.front()), service.line);
  }
}

// keys: a list; values: items of which one should stand in it.
void check_missing_item(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  const std::string& key = rule.keys.front();
  for (const ComposeService& service : file.services()) {
    if (!service.whole) continue;
    bool found = false;
    for (const Node* list : file.settings(service, key)) {
      for_each_item(*list, [&](const Node& item) {
        const std::string text = canonical(last_key(key), text_of(item));
        found = found || !is_known(text) || matches_any(text, rule.values);
      });
    }
    if (found) continue;
    seen.add(service, fmt::format("{} lacks {}", key, rule.values.front()), service.line);
  }
}

bool is_root(std::string_view user) {
  const std::string_view name = user.substr(0, user.find(':'));
  return name == "root" || (!name.empty() && name.find_first_not_of('0') == name.npos);
}

void check_root_user(const ComposeFile& file, const ComposeRule&, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    const Node& user = (*service.node)["user"];
    if (is_root(text_of(user)))
      seen.add(service, fmt::format("user: {}", written(user)), user.line());
  }
}

// keys: lists of hooks; values: "privileged" or "root".
void check_hook(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  const bool root = matches_any("root", rule.values);
  for (const ComposeService& service : file.services()) {
    for (const std::string& key : rule.keys) {
      for (const Node& hook : (*service.node)[key].items()) {
        const Node& node = hook[root ? "user" : "privileged"];
        const std::string text = text_of(node);
        if (root ? is_root(text) : equal_ignoring_case(text, "true"))
          seen.add(service, fmt::format("{}: {}: {}", key, root ? "user" : "privileged", text),
                   node.line());
      }
    }
  }
}

void check_healthcheck(const ComposeFile& file, const ComposeRule&, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    const Node& check = (*service.node)["healthcheck"];
    const Node& test = check["test"].is_array() ? check["test"][0] : check["test"];
    if (equal_ignoring_case(text_of(check["disable"]), "true"))
      seen.add(service, "healthcheck: disable: true", check["disable"].line());
    else if (text_of(test) == "NONE")
      seen.add(service, "healthcheck: test: NONE", test.line());
  }
}

// The image of a service that is not built here; empty when it is not known.
std::string image_of(const ComposeService& service) {
  const Node& node = *service.node;
  const std::string image = text_of(node["image"]);
  return node["build"].exists() || !is_known(image) ? std::string() : image;
}

void check_image_tag(const ComposeFile& file, const ComposeRule&, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    const auto reference = artifact::parse_reference(image_of(service));
    if (!reference.ok() || !reference->digest.hex.empty() || reference->tag != "latest") continue;
    const Node& node = (*service.node)["image"];
    seen.add(service, fmt::format("image: {}", written(node)), node.line());
  }
}

void check_image_digest(const ComposeFile& file, const ComposeRule&, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    const auto reference = artifact::parse_reference(image_of(service));
    if (!reference.ok() || !reference->digest.hex.empty()) continue;
    const Node& node = (*service.node)["image"];
    seen.add(service, fmt::format("image: {}", written(node)), node.line());
  }
}

// values: kernel settings that belong to a container's own namespaces.
void check_sysctl(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    for (const ComposeVariable& setting : variables_of((*service.node)["sysctls"])) {
      if (setting.name.empty() || !is_known(setting.name)) continue;
      if (!matches_any(setting.name, rule.values))
        seen.add(service, fmt::format("sysctls: {}={}", setting.name, setting.value), setting.line);
    }
  }
}

// values: names of limits that should have an end.
void check_ulimit(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    for (const Member& limit : (*service.node)["ulimits"].members()) {
      if (!matches_any(limit.key, rule.values)) continue;
      for (const Node* node : {&limit.value, &limit.value["soft"], &limit.value["hard"]}) {
        const std::string text = to_lower(text_of(*node));
        if (text != "-1" && text != "unlimited") continue;
        seen.add(service, fmt::format("ulimits: {}: {}", limit.key, text), node->line());
        break;
      }
    }
  }
}

// values: mount options that should not be asked for.
void check_tmpfs(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    for_each_item((*service.node)["tmpfs"], [&](const Node& node) {
      const std::string text = text_of(node);
      for (const std::string_view option : split(split_once(text, ':').second, ',')) {
        if (!matches_any(trim(option), rule.values)) continue;
        seen.add(service, fmt::format("tmpfs: {}", written(node)), node.line());
        break;
      }
    });
  }
}

// values: NAME=VALUE patterns of variables that turn a protection off; case does not count.
void check_variable(const ComposeFile& file, const ComposeRule& rule, Seen& seen) {
  for (const ComposeService& service : file.services()) {
    for (const ComposeVariable& one : variables_of((*service.node)["environment"])) {
      if (!one.has_value || !is_known(one.value) || one.value.size() > 64) continue;
      if (matches_any(to_lower(one.name + "=" + one.value), rule.values))
        seen.add(service, fmt::format("environment: {}={}", one.name, one.value), one.line);
    }
  }
}

void check_overlay(const ComposeFile& file, const ComposeRule&, Seen& seen) {
  file.for_each_member("networks", [&](std::string_view name, const Node& network) {
    const Node& encrypted = network["driver_opts"]["encrypted"];
    if (text_of(network["driver"]) != "overlay") return;
    if (encrypted.exists() && !equal_ignoring_case(text_of(encrypted), "false")) return;
    seen.add("network", name, "driver: overlay, not encrypted", network["driver"].line());
  });
}

constexpr std::array<NamedComposeCheck, 15> kChecks = {{{"is", check_is},
                                                        {"item", check_item},
                                                        {"present", check_present},
                                                        {"missing", check_missing},
                                                        {"missing-item", check_missing_item},
                                                        {"root-user", check_root_user},
                                                        {"hook", check_hook},
                                                        {"healthcheck", check_healthcheck},
                                                        {"image-tag", check_image_tag},
                                                        {"image-digest", check_image_digest},
                                                        {"sysctl", check_sysctl},
                                                        {"ulimit", check_ulimit},
                                                        {"tmpfs", check_tmpfs},
                                                        {"variable", check_variable},
                                                        {"overlay", check_overlay}}};

}  // namespace

bool matches_any(std::string_view text, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return pattern == text || glob_match(pattern, text);
  });
}

std::span<const NamedComposeCheck> value_checks() {
  return kChecks;
}

}  // namespace seawall::inspect
