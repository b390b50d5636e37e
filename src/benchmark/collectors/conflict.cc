#include "benchmark/collectors/conflict.h"

#include "codec/json_writer.h"

namespace seawall::benchmark {

std::string conflict_json(const std::string& subject, const Conflict& conflict) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  json.key("subject").string(subject);
  json.key("what").string(conflict.what);
  json.key("values").begin_array();
  for (const auto& [value, source] : conflict.values) {
    json.begin_object();
    json.key("value").string(value);
    json.key("source").string(source);
    json.end_object();
  }
  json.end_array().end_object();
  return out;
}

}  // namespace seawall::benchmark
