// Any bytes as an expression, compiled with and without types, evaluated with a low cost limit over
// a small object. Whatever it is: the same answer twice, a cost near the limit at most, issues that
// point into the text, and where both ways of compiling succeed the same value.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "cel/environment.h"
#include "codec/json.h"

namespace {

using namespace seawall;
using namespace seawall::cel;

constexpr uint64_t kCostLimit = 5000;

// One step pays for all that it makes: at most the million numbers of lists.range().
constexpr uint64_t kOneStep = 1'000'100;

struct World {
  Environment kubernetes = Environment::kubernetes(36), conformance = Environment::conformance();
  Document document;
  Value object;
};

const World& world() {
  static const World made = [] {
    World world;
    auto document = parse_json(R"({"a": 1, "b": -2.5, "c": "text", "d": [1, 2, 3, "x", null],
      "e": {"f": {"g": true}, "h": "2026-11-27T00:00:00Z"}, "i": null, "j": "10.0.0.0/8",
      "k": "1.5Gi", "l": "1.2.3-rc.1", "m": "https://a.example/b?c=d", "n": "90s"})");
    if (!document.ok()) std::abort();
    world.document = std::move(document).value();
    world.object = Value::of(world.document.root());
    world.kubernetes.add_variable("object", &types::dyn);
    world.conformance.add_variable("object", &types::dyn);
    return world;
  }();
  return made;
}

// "ERROR: <input>:LINE:COLUMN: ..." must name a place of the text, or none with -1.
void check_places(std::string_view expression, std::string_view message) {
  const auto lines = split(expression, '\n');
  for_each_line(message, [&](std::string_view line, size_t) {
    constexpr std::string_view kStart = "ERROR: <input>:";
    if (!line.starts_with(kStart) || line.starts_with("ERROR: <input>:-1:")) return;
    const auto [row, rest] = split_once(line.substr(kStart.size()), ':');
    const auto [column, text] = split_once(rest, ':');
    const auto number = parse_unsigned(row), place = parse_unsigned(column);
    if (!number || !place || *number < 1 || *number > lines.size()) return std::abort();
    if (*place > lines[*number - 1].size() + 1) std::abort();
  });
}

struct Answer {
  std::string text;
  bool compiled = false, error = true;
  uint64_t cost = 0;
};

Answer answer(const Environment& environment, std::string_view expression, bool check) {
  const World& fixed = world();
  CompileLimits limits;
  limits.nodes = 20'000;
  const auto program = check ? environment.compile(expression, limits)
                             : environment.compile_unchecked(expression, limits);
  if (!program.ok()) {
    check_places(expression, program.error().message());
    return {program.error().message()};
  }
  Evaluation evaluation(kCostLimit);
  Answer first;
  for (int i = 0; i < 2; ++i) {
    const Value value = evaluation.run(*program, std::span(&fixed.object, 1));
    Answer made{std::string(type_of(value)->name) + " " + to_text(value), true, value.is_error(),
                evaluation.cost()};
    std::string json;
    if (!value.is_error()) write_json(value, json);
    if (i == 1 && (made.text != first.text || made.cost != first.cost)) std::abort();
    first = std::move(made);
  }
  if (first.cost > kCostLimit + kOneStep) std::abort();
  if (first.cost > kCostLimit && !first.error) std::abort();
  return first;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view expression(reinterpret_cast<const char*>(data), size);
  for (const Environment* environment : {&world().kubernetes, &world().conformance}) {
    const Answer checked = answer(*environment, expression, true);
    const Answer unchecked = answer(*environment, expression, false);
    if (!checked.compiled) continue;
    if (!unchecked.compiled) std::abort();
    if (!checked.error && !unchecked.error && checked.text != unchecked.text) std::abort();
  }
  return 0;
}
