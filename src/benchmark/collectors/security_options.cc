#include "benchmark/collectors/security_options.h"

#include "benchmark/collectors/go_flags.h"
#include "codec/json.h"

namespace seawall::benchmark {
namespace {

std::optional<std::string_view> option_of(const std::vector<std::string>& options,
                                          std::string_view name) {
  std::optional<std::string_view> value;
  for (const std::string_view option : options) {
    if (option == name) value = "true";
    if (option.starts_with(name) && option.size() > name.size() &&
        (option[name.size()] == '=' || option[name.size()] == ':'))
      value = option.substr(name.size() + 1);
  }
  return value;
}

// To log a call is to let it through.
bool lets_through(const Node& action) {
  return action.string() == "SCMP_ACT_ALLOW" || action.string() == "SCMP_ACT_LOG";
}

}  // namespace

bool forbids_new_privileges(const std::vector<std::string>& options) {
  const auto value = option_of(options, "no-new-privileges");
  return value && parse_go_bool(*value).value_or(false);
}

std::vector<std::string> selinux_labels(const std::vector<std::string>& options) {
  std::vector<std::string> labels;
  for (const std::string_view option : options) {
    if (option.starts_with("label=") || option.starts_with("label:"))
      labels.emplace_back(option.substr(6));
  }
  return labels;
}

std::string_view seccomp_choice(const std::vector<std::string>& options, bool privileged) {
  const auto value = option_of(options, "seccomp");
  if (!value) return privileged ? "unconfined" : "default";
  if (*value == "unconfined") return "unconfined";
  return *value == "builtin" || *value == "default" ? "default" : "custom";
}

std::optional<bool> seccomp_allows_all(const std::vector<std::string>& options) {
  const auto value = option_of(options, "seccomp");
  if (!value || !value->starts_with('{')) return std::nullopt;
  const auto profile = parse_json(std::string(*value));
  if (!profile.ok()) return std::nullopt;
  const Node& root = profile->root();
  if (!lets_through(root["defaultAction"])) return false;
  for (const Node& rule : root["syscalls"].items()) {
    if (!lets_through(rule["action"])) return false;
  }
  return true;
}

}  // namespace seawall::benchmark
