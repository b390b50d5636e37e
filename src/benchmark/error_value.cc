#include "benchmark/collect.h"
#include "benchmark/collectors/fact_writer.h"

namespace seawall::benchmark {

std::string error_value(const Error& error, std::string_view needs) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  write_error(json, error, needs);
  return out;
}

}  // namespace seawall::benchmark
