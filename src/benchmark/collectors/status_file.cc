#include "benchmark/collectors/status_file.h"

#include <charconv>
#include <string>

#include "base/strings.h"

namespace seawall::benchmark {

std::string_view status_value(std::string_view status, std::string_view name) {
  std::string_view value;
  for_each_line(status, [&](std::string_view line, size_t) {
    if (line.starts_with(name) && line.substr(name.size()).starts_with(':'))
      value = trim(line.substr(name.size() + 1));
  });
  return value;
}

std::optional<uint32_t> status_ids(std::string_view status, std::string_view name) {
  const auto ids = split(status_value(status, name), '\t');
  const auto id = ids.size() < 2 ? std::nullopt : parse_unsigned(ids[1]);
  if (!id || *id > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*id);
}

std::optional<uint64_t> status_mask(std::string_view status, std::string_view name) {
  const std::string_view text = status_value(status, name);
  uint64_t mask = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mask, 16);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return mask;
}

}  // namespace seawall::benchmark
