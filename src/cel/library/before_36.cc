// What Kubernetes before 1.36 has otherwise in the standard library, because it is built with
// cel-go 0.26 or older: what some texts cost and how strictly times are read. Added before the
// libraries whose overloads they stand for. Source: cel-go 0.26, interpreter/runtimecost.go and
// common/types.
#include <string>

#include "cel/library.h"
#include "cel/regex_cache.h"
#include "cel/time_text.h"

namespace seawall::cel {
namespace {

Value starts_with(Call&, Arguments a) {
  return Value::boolean(a[0].string().starts_with(a[1].string()));
}
Value ends_with(Call&, Arguments a) {
  return Value::boolean(a[0].string().ends_with(a[1].string()));
}
Value matches(Call& call, Arguments a) {
  std::string problem;
  const auto regex = cached_regex(a[1].string(), &problem);
  if (regex == nullptr) return call.error(problem);
  return Value::boolean(regex->matches(a[0].string()));
}

Value to_timestamp(Call& call, Arguments a) {
  const auto parsed = timestamp_value(a[0].string(), true);
  if (!parsed)
    return call.error("invalid RFC 3339 timestamp \"" + std::string(a[0].string()) + "\"");
  return *parsed;
}

uint64_t text_cost(Arguments a, const Value&) {
  return scaled_cost(cost_size(a[0]), kStringFactor);
}

constexpr Style kGlobal = Style::kGlobal, kMember = Style::kMember;

const Overload kOverloads[] = {
    {"starts_with_string", "startsWith", kMember, "(string, string) -> bool", starts_with,
     text_cost, false, true},
    {"ends_with_string", "endsWith", kMember, "(string, string) -> bool", ends_with, text_cost,
     false, true},
    {"matches", "matches", kGlobal, "(string, string) -> bool", matches},
    {"string_to_timestamp", "timestamp", kGlobal, "(string) -> timestamp", to_timestamp},
};

}  // namespace

const Library standard_library_before_36{"standard before 1.36", kOverloads};

}  // namespace seawall::cel
