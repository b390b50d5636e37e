#include "codec/json_writer.h"

#include <cmath>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall {

namespace {

void append_escape(std::string& out, unsigned char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
  }
}

// Whether eight bytes are all printable ASCII without quotation mark and backslash; by the usual
// tests for a zero byte in a word.
bool stand_for_themselves(const char* bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101u, kHigh = 0x8080808080808080u;
  uint64_t word;
  std::memcpy(&word, bytes, 8);
  const auto has = [&](uint64_t value) {
    const uint64_t different = word ^ (kOnes * value);
    return (different - kOnes) & ~different & kHigh;
  };
  const uint64_t below_blank = (word - kOnes * 0x20) & ~word & kHigh;
  return ((word & kHigh) | below_blank | has('"') | has('\\') | has(0x7f)) == 0;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  std::string repaired;
  if (!is_valid_utf8(text)) {
    repaired = to_valid_utf8(text);
    text = repaired;
  }
  out += '"';
  size_t plain = 0;  // where the run of characters begins that stand for themselves
  for (size_t i = 0; i < text.size(); ++i) {
    while (i + 8 <= text.size() && stand_for_themselves(text.data() + i)) i += 8;
    if (i == text.size()) break;
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    append_escape(out, c);
  }
  out.append(text, plain);
  out += '"';
}

void JsonWriter::indent() {
  if (!pretty_) return;
  out_ += '\n';
  out_.append(has_items_.size() * 2, ' ');
}

void JsonWriter::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_items_.empty()) return;
  if (has_items_.back()) out_ += ',';
  has_items_.back() = true;
  indent();
}

JsonWriter& JsonWriter::begin_object() {
  before_value();
  out_ += '{';
  has_items_.push_back(false);
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  const bool any = has_items_.back();
  has_items_.pop_back();
  if (any) indent();
  out_ += '}';
  if (has_items_.empty() && pretty_) out_ += '\n';
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  before_value();
  out_ += '[';
  has_items_.push_back(false);
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  const bool any = has_items_.back();
  has_items_.pop_back();
  if (any) indent();
  out_ += ']';
  if (has_items_.empty() && pretty_) out_ += '\n';
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  before_value();
  append_json_string(out_, name);
  out_ += pretty_ ? ": " : ":";
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
  before_value();
  append_json_string(out_, text);
  return *this;
}

JsonWriter& JsonWriter::integer(int64_t value) {
  before_value();
  out_ += std::to_string(value);
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  if (!std::isfinite(value)) return null();
  before_value();
  // "-0" would be read as the integer 0, which has no sign.
  out_ += value == 0 && std::signbit(value) ? "-0.0" : fmt::format("{}", value);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  before_value();
  out_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::null() {
  before_value();
  out_ += "null";
  return *this;
}

JsonWriter& JsonWriter::optional(std::string_view name, std::string_view text) {
  if (!text.empty()) key(name).string(text);
  return *this;
}

}  // namespace seawall
