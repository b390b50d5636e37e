#include "benchmark/host_library.h"

#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/time.h"

namespace seawall::benchmark {
namespace {

using cel::Arguments;
using cel::Call;
using cel::Style;
using cel::Value;

std::optional<unsigned> mode_of(std::string_view text) {
  unsigned mode = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && mode <= 07777 ? std::optional(mode) : std::nullopt;
}

// The numbers that a version begins with: "v20.10.24+dfsg1" has 20, 10, 24.
std::vector<uint32_t> numbers_of(std::string_view text) {
  std::vector<uint32_t> numbers;
  if (text.starts_with('v')) text.remove_prefix(1);
  while (!text.empty()) {
    uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) break;
    numbers.push_back(number);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (!text.starts_with('.')) break;
    text.remove_prefix(1);
  }
  while (!numbers.empty() && numbers.back() == 0) numbers.pop_back();
  return numbers;
}

Value within(Call& call, Arguments arguments) {
  const auto mode = mode_of(arguments[0].string()), most = mode_of(arguments[1].string());
  if (!mode) return call.error(fmt::format("\"{}\" is no file mode", arguments[0].string()));
  if (!most) return call.error(fmt::format("\"{}\" is no file mode", arguments[1].string()));
  return Value::boolean((*mode & ~*most) == 0);
}

Value at_least(Call& call, Arguments arguments) {
  for (const Value& argument : arguments) {
    const std::string_view text = argument.string();
    if (text.find_first_of("0123456789") > 1)
      return call.error(fmt::format("\"{}\" is no version", text));
  }
  return Value::boolean(numbers_of(arguments[0].string()) >= numbers_of(arguments[1].string()));
}

Value days_since(Call& call, Arguments arguments) {
  const auto then = parse_time(arguments[1].string());
  if (!then) return call.error(fmt::format("\"{}\" is no time", arguments[1].string()));
  const int64_t seconds = arguments[0].seconds() - *then;
  return Value::integer(seconds / 86'400 - (seconds % 86'400 < 0 ? 1 : 0));
}

constexpr cel::Overload kFunctions[] = {
    {"mode_within", "within", Style::kMember, "(string, string) -> bool", within},
    {"version_at_least", "atLeast", Style::kMember, "(string, string) -> bool", at_least},
    {"days_since", "daysSince", Style::kMember, "(timestamp, string) -> int", days_since},
};

}  // namespace

const cel::Library host_library{"host", kFunctions};

}  // namespace seawall::benchmark
