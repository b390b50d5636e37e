// Any bytes as JSON. What is accepted is written and read again: the same tree must come out, and
// every node must know its place.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/json.h"
#include "codec/json_writer.h"

namespace {

using namespace seawall;

void write(JsonWriter& json, const Node& node) {
  if (node.line() == 0 || node.column() == 0) std::abort();
  switch (node.kind()) {
    case NodeKind::kNull:
      json.null();
      break;
    case NodeKind::kBool:
      json.boolean(node.boolean());
      break;
    case NodeKind::kInteger:
      json.integer(*node.integer());
      break;
    case NodeKind::kDouble:
      json.number(*node.number());
      break;
    case NodeKind::kString:
      json.string(node.string());
      break;
    case NodeKind::kArray:
      json.begin_array();
      for (const Node& item : node.items()) write(json, item);
      json.end_array();
      break;
    case NodeKind::kObject:
      json.begin_object();
      for (const Member& member : node.members()) {
        json.key(member.key);
        write(json, member.value);
      }
      json.end_object();
      break;
  }
}

std::string written(const Node& root, JsonWriter::Style style) {
  std::string out;
  JsonWriter json(out, style);
  write(json, root);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Limits limits;
  limits.depth = 40;
  limits.nodes = 10'000;
  JsonParser parser(limits);
  const auto root = parser.parse(text);
  if (!root.ok()) {
    if (!root.error().message().starts_with("line ")) std::abort();
    return 0;
  }
  const std::string once = written(**root, JsonWriter::kCompact);
  const std::string pretty = written(**root, JsonWriter::kPretty);
  const auto again = parse_json(pretty, limits);
  if (!again.ok() || written(again->root(), JsonWriter::kCompact) != once) std::abort();
  return 0;
}
