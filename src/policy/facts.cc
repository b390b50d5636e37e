#include "policy/facts.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/digest.h"
#include "codec/json_writer.h"

namespace seawall::policy {
namespace {

void write_canonical(const Node& node, JsonWriter& json) {
  switch (node.kind()) {
    case NodeKind::kNull:
      json.null();
      return;
    case NodeKind::kBool:
      json.boolean(node.boolean());
      return;
    case NodeKind::kInteger:
      json.integer(*node.integer());
      return;
    case NodeKind::kDouble:
      json.number(*node.number());
      return;
    case NodeKind::kString:
      json.string(node.string());
      return;
    case NodeKind::kArray:
      json.begin_array();
      for (const Node& item : node.items()) write_canonical(item, json);
      json.end_array();
      return;
    case NodeKind::kObject: {
      std::vector<const Member*> members;
      for (const Member& member : node.members()) members.push_back(&member);
      std::sort(members.begin(), members.end(),
                [](const Member* left, const Member* right) { return left->key < right->key; });
      json.begin_object();
      for (const Member* member : members) {
        json.key(member->key);
        write_canonical(member->value, json);
      }
      json.end_object();
      return;
    }
  }
}

Status check_roots(const Node& root) {
  if (!root.is_object()) return malformed("facts are a JSON object");
  for (const Member& member : root.members()) {
    if (FactSchema::built_in().root(member.key) == nullptr) {
      return malformed(fmt::format("line {}: there is no fact {}", member.value.line(), member.key))
          .hint("docs/policy-facts.md lists them");
    }
  }
  return {};
}

}  // namespace

Result<Facts> Facts::read(std::string json, const Limits& limits) {
  Facts facts;
  SEAWALL_TRY(facts.document_, parse_json(std::move(json), limits));
  facts.root_ = &facts.document_.root();
  SEAWALL_CHECK(check_roots(*facts.root_));
  return facts;
}

Result<Facts> Facts::of(const Node& node) {
  SEAWALL_CHECK(check_roots(node));
  Facts facts;
  facts.root_ = &node;
  return facts;
}

std::string Facts::digest_of(std::string_view name) const {
  return seawall::digest_of(canonical_json((*root_)[name])).text();
}

std::string canonical_json(const Node& node) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  write_canonical(node, json);
  return out;
}

}  // namespace seawall::policy
