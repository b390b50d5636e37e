// Writes JSON (RFC 8259) as a stream: valid by construction, the same bytes for the same calls.
//
//   JsonWriter json(out, JsonWriter::kPretty);
//   json.begin_object();
//   json.key("id").string("CVE-2024-45491");
//   json.key("score").number(9.8);
//   json.end_object();
//
// Strings that are not valid UTF-8 are repaired with U+FFFD. REQUIRES: keys inside objects, values
// after keys.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seawall {

class JsonWriter {
 public:
  enum Style { kCompact, kPretty };
  explicit JsonWriter(std::string& out, Style style = kPretty)
      : out_(out), pretty_(style == kPretty) {}

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& string(std::string_view text);
  JsonWriter& integer(int64_t value);
  JsonWriter& number(double value);  // the shortest form that reads back the same
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  // key + value, left out when the value is empty.
  JsonWriter& optional(std::string_view name, std::string_view text);

 private:
  void before_value();
  void indent();
  std::string& out_;
  bool pretty_;
  bool after_key_ = false;
  std::vector<bool> has_items_;
};

// `text` as a JSON string literal, quotes included.
void append_json_string(std::string& out, std::string_view text);

}  // namespace seawall
