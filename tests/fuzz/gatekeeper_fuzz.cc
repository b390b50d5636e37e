// Two documents of YAML as the schema of a template and the parameters of a constraint: defaults
// lose nothing and complete once, and what is strict is never more than what is lenient.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/yaml.h"
#include "policy/admission/parameter_schema.h"

namespace {

size_t count_nodes(const seawall::Node& node) {
  size_t count = 1;
  for (const seawall::Node& item : node.items()) count += count_nodes(item);
  for (const seawall::Member& member : node.members()) count += count_nodes(member.value);
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  const auto documents = parse_yaml({reinterpret_cast<const char*>(data), size});
  if (!documents.ok() || documents->size() != 2) return 0;
  const Node &schema = documents->front().root(), &value = documents->back().root();
  const policy::ParameterSchema strict(schema, false), lenient(schema, true);
  Arena arena;
  const auto complete = strict.with_defaults(value, arena);
  if (!complete.ok()) {
    if (complete.error().code() != Code::kLimit) std::abort();
    return 0;
  }
  if (complete->kind() == value.kind() && complete->size() < value.size()) std::abort();
  const auto again = strict.with_defaults(*complete, arena);
  if (again.ok() && count_nodes(*again) != count_nodes(*complete)) std::abort();
  const Status first = strict.check(*complete), second = strict.check(*complete);
  if (first.ok() != second.ok()) std::abort();
  // What fits with unknown fields refused fits with them kept.
  if (first.ok() && !lenient.check(*complete).ok()) std::abort();
  return 0;
}
