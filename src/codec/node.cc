#include "codec/node.h"

namespace seawall {
namespace {
constexpr Node kMissing;
}

const Node& Node::operator[](std::string_view key) const {
  for (const Member& member : members()) {
    if (member.key == key) return member.value;
  }
  return kMissing;
}

const Node& Node::operator[](size_t index) const {
  return is_array() && index < size_ ? items_[index] : kMissing;
}

std::string_view Node::kind_name() const {
  switch (kind_) {
    case NodeKind::kNull:
      return "null";
    case NodeKind::kBool:
      return "boolean";
    case NodeKind::kInteger:
    case NodeKind::kDouble:
      return "number";
    case NodeKind::kString:
      return "string";
    case NodeKind::kArray:
      return "array";
    case NodeKind::kObject:
      return "object";
  }
  return "null";
}

}  // namespace seawall
