#include "inspect/manifest/object_checks.h"

#include <algorithm>

#include <fmt/format.h>

namespace seawall::inspect {
namespace {

const NamedCheck* find_check(std::string_view name) {
  for (const auto checks : {reference_checks(), workload_checks()}) {
    const auto found = std::find_if(checks.begin(), checks.end(),
                                    [&](const NamedCheck& one) { return one.name == name; });
    if (found != checks.end()) return &*found;
  }
  return nullptr;
}

}  // namespace

void ObjectFaults::add(const Node& node, std::string json_path, std::string words,
                       std::string_view container) {
  if (all_.size() >= kMostFaults) return;
  all_.push_back({node.line(), std::move(json_path), std::move(words), std::string(container)});
}

std::string path_in(const ManifestObject& object, std::string_view path) {
  return object.json_path.empty() ? std::string(path)
                                  : fmt::format("{}.{}", object.json_path, path);
}

void at_spec(const ManifestObject& object, const char* key, std::string words,
             ObjectFaults& faults) {
  const Node& field = (*object.node)["spec"][key];
  faults.add(field.exists() ? field : *object.node, path_in(object, fmt::format("spec.{}", key)),
             std::move(words), {});
}

ObjectCheck find_object_check(std::string_view name) {
  const NamedCheck* found = find_check(name);
  return found == nullptr ? nullptr : found->check;
}

bool is_across_objects(std::string_view name) {
  const NamedCheck* found = find_check(name);
  return found != nullptr && found->across;
}

}  // namespace seawall::inspect
