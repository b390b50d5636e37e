// Any bytes as YAML. The limits must hold for the tree that comes out, aliases followed, and every
// key must stand once.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

#include "codec/yaml.h"

namespace {

using namespace seawall;

struct Walk {
  const Limits& limits;
  uint64_t nodes = 0;

  void visit(const Node& node, uint32_t depth) {
    if (++nodes > limits.nodes || node.line() == 0 || node.column() == 0) std::abort();
    if ((node.is_array() || node.is_object()) && depth >= limits.depth) std::abort();
    for (const Node& item : node.items()) visit(item, depth + 1);
    std::set<std::string_view> keys;
    for (const Member& member : node.members()) {
      if (!keys.insert(member.key).second) std::abort();
      visit(member.value, depth + 1);
    }
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Limits limits;
  limits.depth = 12;
  limits.nodes = 5'000;
  const auto documents =
      parse_yaml(std::string_view(reinterpret_cast<const char*>(data), size), limits);
  if (!documents.ok()) return 0;
  Walk walk{limits};
  for (const Document& document : *documents) walk.visit(document.root(), 0);
  return 0;
}
