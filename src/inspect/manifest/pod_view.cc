// Places and words. The kinds of fields are in pod_kinds.cc.
#include "inspect/manifest/pod_view.h"

#include <cmath>

#include <fmt/format.h>

namespace seawall::inspect {
namespace {

template <typename Names>
std::string quote_all(const Names& names) {
  std::string out;
  for (const std::string_view name : names) {
    if (!out.empty()) out += ", ";
    out.append("\"").append(name).append("\"");
  }
  return out;
}

}  // namespace

bool PodView::in_user_namespace() const {
  return is_false(spec["hostUsers"]);
}

std::optional<int64_t> whole_number(const Node& node) {
  if (node.kind() != NodeKind::kDouble) return node.integer();
  const double value = *node.number();
  constexpr double kTooLarge = 9223372036854775808.0;  // 2^63
  if (std::trunc(value) != value || value >= kTooLarge || value < -kTooLarge) return std::nullopt;
  return static_cast<int64_t>(value);
}

FieldPlace place_of(const Node& from, std::string from_path, FieldPath path) {
  FieldPlace place{std::move(from_path), from.line(), from.column(), !is_set(from)};
  const Node* at = &from;
  for (const PathStep& step : path) {
    at = step.is_index ? &(*at)[step.index] : &(*at)[step.key];
    place.json_path = step.is_index ? json_path_of(place.json_path, step.index)
                                    : json_path_of(place.json_path, step.key);
    place.missing = !is_set(*at);
    if (!at->exists()) continue;
    place.line = at->line();
    place.column = at->column();
  }
  return place;
}

FieldPlace place_in(const PodView& pod, FieldPath path) {
  return place_of(pod.spec, std::string(pod.spec_path), path);
}

FieldPlace place_in(const PodView& pod, const PodContainer& container, FieldPath path) {
  return place_of(*container.node, path_of(container, pod.spec_path), path);
}

std::string quoted(const std::vector<std::string_view>& names) {
  return quote_all(names);
}

std::string quoted(const std::set<std::string_view>& names) {
  return quote_all(names);
}

std::string counted(std::string_view singular, std::string_view plural,
                    const std::vector<std::string_view>& names) {
  return fmt::format("{} {}", names.size() == 1 ? singular : plural, quoted(names));
}

std::string assignment(std::string_view name, std::string_view value) {
  std::string out = fmt::format("{}=\"", name);
  for (const char c : value) {
    constexpr std::string_view kEscaped = "\a\b\f\n\r\t\v\\\"", kLetters = "abfnrtv\\\"";
    const size_t at = kEscaped.find(c);
    if (at != kEscaped.npos)
      out.append("\\").append(1, kLetters[at]);
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out += '"';
}

void Setters::add_pod(FieldPath path) {
  by_pod_ = true;
  fields_.push_back(place_in(pod_, path));
}

void Setters::add(const PodContainer& container, FieldPath path) {
  if (last_ != &container) names_.push_back(container.name);
  last_ = &container;
  fields_.push_back(place_in(pod_, container, path));
}

std::string Setters::text() const {
  if (names_.empty()) return by_pod_ ? "pod" : "";
  return (by_pod_ ? "pod and " : "") + containers_named(names_);
}

Setters forbidden_profiles(const PodView& pod, const char* field,
                           std::set<std::string_view>& types) {
  Setters setters(pod);
  const auto forbidden = [&](const Node& security) {
    const Node& profile = security[field];
    const std::string_view type = profile["type"].string();
    if (!is_set(profile) || type == "RuntimeDefault" || type == "Localhost") return false;
    types.insert(type);
    return true;
  };
  if (forbidden(pod.security())) setters.add_pod({"securityContext", field, "type"});
  for (const PodContainer& container : pod.containers) {
    if (forbidden((*container.node)["securityContext"]))
      setters.add(container, {"securityContext", field, "type"});
  }
  return setters;
}

}  // namespace seawall::inspect
