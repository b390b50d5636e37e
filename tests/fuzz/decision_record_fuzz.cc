// Any bytes as a recorded decision: what can be read is judged again, the same each time.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/json.h"
#include "policy/evaluator.h"
#include "policy/record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  using namespace seawall::policy;
  static const Policy policy = std::move(load_preset("gc-medium")).value();
  const auto document = parse_json(std::string(reinterpret_cast<const char*>(data), size));
  if (!document.ok()) return 0;
  const auto record = read_record(document->root());
  if (!record.ok()) return 0;
  if (record->id.empty() || record->facts == nullptr) std::abort();
  const auto facts = Facts::of(*record->facts);
  if (!facts.ok()) return 0;
  Evaluator evaluator(policy);
  const Decision one = evaluator.decide(record->stage, *facts, record->time);
  const Decision other = evaluator.decide(record->stage, *facts, record->time);
  if (one.verdict != other.verdict || one.outcomes.size() != other.outcomes.size()) std::abort();
  // What is written of it is a record again.
  const std::string line =
      record_of(record->stage, canonical_json(*record->facts), one, record->time);
  const auto again = parse_json(line);
  if (!again.ok() || !read_record(again->root()).ok()) std::abort();
  return 0;
}
