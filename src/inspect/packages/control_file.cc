#include "inspect/packages/control_file.h"

#include <cstdint>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::inspect {
namespace {

constexpr uint64_t kReported = 8;

}  // namespace

std::string_view ControlReader::take_line() {
  const size_t end = rest_.find('\n');
  const std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  ++line_;
  return line;
}

bool ControlReader::next_paragraph() {
  ControlField field;
  while (inside_ && next_field(field)) {
  }
  while (!rest_.empty()) {
    const std::string_view before = rest_;
    if (trim(take_line()).empty()) continue;
    rest_ = before;
    --line_;
    inside_ = true;
    return true;
  }
  return false;
}

bool ControlReader::next_field(ControlField& field) {
  while (!rest_.empty()) {
    const char first = rest_.front();
    if (first == '\n' || first == '\r') break;
    const std::string_view line = take_line();
    if (first == ' ' || first == '\t' || first == '#') {
      // dpkg takes a line of nothing but spaces for the end of a paragraph.
      if (first != '#' && trim(line).empty()) break;
      continue;
    }
    const size_t colon = line.find(':');
    field.line = line_;
    field.name = colon == std::string_view::npos ? std::string_view() : trim(line.substr(0, colon));
    field.value = trim(field.name.empty() ? line : line.substr(colon + 1));
    return true;
  }
  inside_ = false;
  return false;
}

void ProblemReport::add(Error error) {
  if (++count_ <= kReported) sink_.problem(std::move(error));
}

void ProblemReport::add(uint32_t line, std::string what) {
  if (count_ >= kReported) {
    ++count_;
    return;
  }
  add(line == 0 ? malformed(std::move(what)) : malformed(fmt::format("line {}: {}", line, what)));
}

void ProblemReport::note(uint32_t line, std::string what) {
  if (++notes_ > kReported) return;
  sink_.note(line == 0 ? std::move(what) : fmt::format("line {}: {}", line, what));
}

ProblemReport::~ProblemReport() {
  if (count_ <= kReported) return;
  sink_.problem(malformed(fmt::format("{} more problems of this kind", count_ - kReported)));
}

std::string field_text(std::string_view value, uint32_t line, const Limits& limits,
                       ProblemReport& problems) {
  if (value.size() <= limits.string_bytes) return to_valid_utf8(value);
  std::string what =
      fmt::format("a value of {} bytes; at most {} are taken", value.size(), limits.string_bytes);
  problems.add(limit_reached(line == 0 ? what : fmt::format("line {}: {}", line, what)));
  return {};
}

}  // namespace seawall::inspect
