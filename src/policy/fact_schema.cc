#include "policy/fact_schema.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/content.h"
#include "base/edit_distance.h"
#include "base/strings.h"
#include "cel/time_text.h"
#include "codec/yaml.h"

namespace seawall::policy {
namespace {

constexpr std::string_view kTypes[] = {"object",    "list",     "string",  "bool", "int", "double",
                                       "timestamp", "duration", "strings", "map",  "any"};

FactType type_of(std::string_view word) {
  for (size_t i = 0; i < std::size(kTypes); ++i) {
    if (kTypes[i] == word) return static_cast<FactType>(i);
  }
  return FactType::kAny;
}

// "image.layers[].size" into "image", "layers", "[]", "size".
std::vector<std::string> parts_of(std::string_view path) {
  std::vector<std::string> parts;
  for (std::string_view part : split(path, '.')) {
    size_t lists = 0;
    while (part.ends_with("[]")) {
      part.remove_suffix(2);
      ++lists;
    }
    parts.emplace_back(part);
    parts.insert(parts.end(), lists, "[]");
  }
  return parts;
}

Fact* child(std::vector<Fact>& facts, std::string_view name) {
  for (Fact& fact : facts) {
    if (fact.name == name) return &fact;
  }
  return nullptr;
}
const Fact* child(const std::vector<Fact>& facts, std::string_view name) {
  return child(const_cast<std::vector<Fact>&>(facts), name);
}

std::string nearest(const std::vector<Fact>& facts, std::string_view name) {
  std::string_view best;
  size_t least = 4;
  for (const Fact& fact : facts) {
    if (const size_t edits = edit_distance(name, fact.name); edits < least) {
      least = edits;
      best = fact.name;
    }
  }
  return std::string(best);
}

bool has_times(const Fact& fact) {
  return fact.type == FactType::kTimestamp || fact.type == FactType::kDuration ||
         std::any_of(fact.members.begin(), fact.members.end(), has_times);
}

}  // namespace

std::string_view to_string(FactType type) {
  return kTypes[static_cast<size_t>(type)];
}

const FactSchema& FactSchema::built_in() {
  static const FactSchema schema = [] {
    FactSchema read;
    const auto documents = parse_yaml(built_in_content("policy/facts.yaml"));
    if (!documents.ok() || documents->empty()) return read;
    for (const Node& node : documents->front().root()["facts"].items()) {
      const std::string_view path = node["path"].string();
      std::vector<Fact>* level = &read.roots_;
      StageSet inherited = kAllStages;
      Fact* fact = nullptr;
      for (const std::string& part : parts_of(path)) {
        fact = child(*level, part);
        if (fact == nullptr) {
          fact = &level->emplace_back();
          fact->name = part;
          fact->stages = inherited;
        }
        inherited = fact->stages;
        level = &fact->members;
      }
      if (fact == nullptr) continue;
      fact->path = path;
      fact->type = type_of(node["type"].string());
      fact->about_en = node["about"]["en"].string();
      fact->about_fr = node["about"]["fr"].string();
      if (node["stages"].is_array()) {
        fact->stages = 0;
        for (const Node& word : node["stages"].items()) {
          if (const auto stage = parse_stage(word.string())) fact->stages |= bit(*stage);
        }
      }
    }
    // A rule may be asked of each finding: `finding` is one of `findings`.
    if (const Fact* findings = child(read.roots_, "findings")) {
      if (!findings->members.empty()) {
        Fact finding = findings->members.front();
        finding.name = "finding";
        finding.stages = findings->stages;
        read.roots_.push_back(std::move(finding));
      }
    }
    return read;
  }();
  return schema;
}

const Fact* FactSchema::root(std::string_view name) const {
  return child(roots_, name);
}

std::optional<std::string> FactSchema::problem_of(std::string_view path) const {
  const std::vector<Fact>* level = &roots_;
  std::string so_far;
  for (const std::string& part : parts_of(path)) {
    const Fact* fact = child(*level, part);
    if (fact == nullptr) {
      if (so_far.empty()) return fmt::format("there is no fact {}", part);
      if (part == "[]") return fmt::format("{} is no list", so_far);
      const std::string near = nearest(*level, part);
      return fmt::format("{} has no member {}{}", so_far, part,
                         near.empty() ? "" : "; did you mean " + near + "?");
    }
    so_far += so_far.empty() || part == "[]" ? part : "." + part;
    if (fact->type == FactType::kAny || fact->type == FactType::kMap ||
        fact->type == FactType::kStrings) {
      return std::nullopt;
    }
    level = &fact->members;
  }
  return std::nullopt;
}

StageSet FactSchema::stages_of(const std::vector<std::string>& roots) const {
  StageSet stages = kAllStages;
  for (const std::string& name : roots) {
    if (const Fact* fact = root(name)) stages &= fact->stages;
  }
  return stages;
}

cel::Value FactSchema::value_of(const Fact& fact, const Node& node, Arena& arena) const {
  if (node.is_string()) {
    if (fact.type == FactType::kTimestamp) {
      if (const auto time = cel::parse_timestamp(node.string())) {
        return cel::Value::timestamp(time->first, time->second);
      }
    }
    if (fact.type == FactType::kDuration) {
      if (const auto duration = cel::parse_duration(node.string())) {
        return cel::Value::duration(*duration);
      }
    }
    return cel::Value::of(node);
  }
  if (!has_times(fact)) return cel::Value::of(node);
  if (node.is_array() && fact.type == FactType::kList && !fact.members.empty()) {
    cel::Value list = cel::make_list(arena, {});
    for (const Node& item : node.items()) {
      list = cel::append(arena, list, value_of(fact.members.front(), item, arena));
    }
    return list;
  }
  if (!node.is_object()) return cel::Value::of(node);
  std::vector<cel::MapEntry> entries;
  for (const Member& member : node.members()) {
    const Fact* known = child(fact.members, member.key);
    entries.push_back({cel::Value::string(member.key), known != nullptr
                                                           ? value_of(*known, member.value, arena)
                                                           : cel::Value::of(member.value)});
  }
  return cel::make_map(arena, entries);
}

}  // namespace seawall::policy
