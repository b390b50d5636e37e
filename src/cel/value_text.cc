// Values as text: as Go shows them, and as JSON.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <vector>

#include "base/digest.h"
#include "cel/time_text.h"
#include "cel/type.h"
#include "cel/value.h"
#include "codec/json_writer.h"

namespace seawall::cel {
namespace {

// time.Duration's String: "1h2m3.5s", "1.5ms", "0s".
std::string go_duration(int64_t nanoseconds) {
  if (nanoseconds == 0) return "0s";
  uint64_t rest =
      nanoseconds < 0 ? 0 - static_cast<uint64_t>(nanoseconds) : static_cast<uint64_t>(nanoseconds);
  std::string text = nanoseconds < 0 ? "-" : "";
  const auto fraction = [&text](uint64_t value, uint64_t unit, std::string_view name) {
    text += std::to_string(value / unit);
    if (const uint64_t below = value % unit; below != 0) {
      std::string digits = std::to_string(below + unit).substr(1);
      digits.erase(digits.find_last_not_of('0') + 1);
      text += "." + digits;
    }
    text += name;
  };
  if (rest < 1000) return text + std::to_string(rest) + "ns";
  if (rest < 1'000'000) return fraction(rest, 1000, "µs"), text;
  if (rest < 1'000'000'000) return fraction(rest, 1'000'000, "ms"), text;
  constexpr uint64_t kMinute = 60'000'000'000;
  if (rest >= 60 * kMinute) text += std::to_string(rest / (60 * kMinute)) + "h";
  if (rest >= kMinute) text += std::to_string(rest / kMinute % 60) + "m";
  fraction(rest % kMinute, 1'000'000'000, "s");
  return text;
}

// time.Time's String: "2009-11-10 23:00:00 +0000 UTC", "... +0200 +0200".
std::string go_time(const Value& value) {
  std::string text = timestamp_text(value);
  const size_t zone = text.find_first_of("Z+-", text.find('T'));
  std::string offset = text.substr(zone);
  text.resize(zone);
  std::replace(text.begin(), text.end(), 'T', ' ');
  if (offset == "Z") return text + " +0000 UTC";
  offset.erase(3, 1);  // the colon
  return text + " " + offset + " " + offset;
}

std::string inner_text(const Value& value);

std::string key_text(const Value& key) {
  return key.is(Kind::kString) ? std::string(key.string()) : inner_text(key);
}

// The entries of a map by their keys, numbers by value and others by text, as Go prints maps.
std::vector<std::pair<std::string, Value>> sorted_entries(const Value& map) {
  std::vector<MapEntry> sorted;
  sorted.reserve(map.size());
  for (uint32_t i = 0; i < map.size(); ++i) {
    const auto [key, value] = map.entry(i);
    sorted.push_back({key, value});
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const MapEntry& left, const MapEntry& right) {
    if (left.key.is_number() && right.key.is_number()) return compare(left.key, right.key) == -1;
    return key_text(left.key) < key_text(right.key);
  });
  std::vector<std::pair<std::string, Value>> entries;
  entries.reserve(sorted.size());
  for (const MapEntry& entry : sorted) entries.emplace_back(key_text(entry.key), entry.value);
  return entries;
}

void write(const Value& value, JsonWriter& json) {
  switch (value.kind()) {
    case Kind::kNull:
      json.null();
      return;
    case Kind::kBool:
      json.boolean(value.boolean());
      return;
    case Kind::kInt:
      json.integer(value.integer());
      return;
    case Kind::kUint:
      if (value.unsigned_integer() <= INT64_MAX) {
        json.integer(static_cast<int64_t>(value.unsigned_integer()));
      } else {
        json.number(static_cast<double>(value.unsigned_integer()));
      }
      return;
    case Kind::kDouble:
      if (std::isfinite(value.number())) {
        json.number(value.number());
      } else {
        json.string(number_text(value.number()));
      }
      return;
    case Kind::kString:
      json.string(value.string());
      return;
    case Kind::kBytes:
      json.string(to_base64(value.string()));
      return;
    case Kind::kTimestamp:
      json.string(timestamp_text(value));
      return;
    case Kind::kDuration:
      json.string(duration_text(value.duration()));
      return;
    case Kind::kOptional:
      if (value.has_value()) return write(value.value(), json);
      json.null();
      return;
    case Kind::kList:
      json.begin_array();
      for (uint32_t i = 0; i < value.size(); ++i) write(value.at(i), json);
      json.end_array();
      return;
    case Kind::kMap:
      json.begin_object();
      for (const auto& [key, element] : sorted_entries(value)) {
        json.key(key);
        write(element, json);
      }
      json.end_object();
      return;
    default:
      json.string(to_text(value));
      return;
  }
}

// A value inside of a document, as Go shows what it decodes JSON to.
std::string native_text(const Value& value) {
  return value.is(Kind::kNull) ? "<nil>" : to_text(value);
}

// A value inside of a list or map that the expression made, where Go shows cel-go's own types:
// "[a, b]", "{k: v}", "optional(1)".
std::string inner_text(const Value& value) {
  std::string text;
  switch (value.kind()) {
    case Kind::kNull:
      return "0";
    case Kind::kList:
      for (uint32_t i = 0; i < value.size(); ++i) {
        if (i > 0) text += ", ";
        text += value.owned_list() != nullptr ? inner_text(value.at(i)) : native_text(value.at(i));
      }
      return "[" + text + "]";
    case Kind::kMap:
      for (const auto& [key, element] : sorted_entries(value)) {
        if (!text.empty()) text += ", ";
        text += key + ": " + inner_text(element);
      }
      return "{" + text + "}";
    case Kind::kType:
      return value.type()->parameters.empty() ? to_text(value) : value.type()->text();
    case Kind::kOptional:
      return value.has_value() ? "optional(" + inner_text(value.value()) + ")" : "optional.none()";
    default:
      return to_text(value);
  }
}

// An element of a list: of a document's, of one that + made, of another.
std::string element_text(const Value& list, uint32_t at) {
  switch (list.storage()) {
    case Value::Storage::kDocument:
      return native_text(list.at(at));
    case Value::Storage::kMerged:
      return to_text(list.at(at));
    default:
      return inner_text(list.at(at));
  }
}

}  // namespace

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  char buffer[400];
  const double magnitude = std::fabs(value);
  const bool exponent = value != 0 && (magnitude < 1e-4 || magnitude >= 1e6);
  const auto format = exponent ? std::chars_format::scientific : std::chars_format::fixed;
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), value, format).ptr;
  return {buffer, end};
}

std::string to_text(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "NULL_VALUE";
    case Kind::kBool:
      return value.boolean() ? "true" : "false";
    case Kind::kInt:
      return std::to_string(value.integer());
    case Kind::kUint:
      return std::to_string(value.unsigned_integer());
    case Kind::kDouble:
      return number_text(value.number());
    case Kind::kString:
      return std::string(value.string());
    case Kind::kBytes: {
      std::string text = "[";
      for (const char c : value.string()) {
        if (text.size() > 1) text += ' ';
        text += std::to_string(static_cast<unsigned char>(c));
      }
      return text + "]";
    }
    case Kind::kList: {
      std::string text = "[";
      for (uint32_t i = 0; i < value.size(); ++i) {
        if (i > 0) text += ' ';
        text += element_text(value, i);
      }
      return text + "]";
    }
    case Kind::kMap: {
      const bool made = value.owned_map() != nullptr;
      std::string text = "map[";
      for (const auto& [key, element] : sorted_entries(value)) {
        if (text.size() > 4) text += ' ';
        text += key + ":" + (made ? inner_text(element) : native_text(element));
      }
      return text + "]";
    }
    case Kind::kTimestamp:
      return go_time(value);
    case Kind::kDuration:
      return go_duration(value.duration());
    case Kind::kType:
      return std::string(value.type()->name);
    case Kind::kOptional:
      return value.has_value() ? to_text(value.value()) : "<nil>";
    case Kind::kObject:
      return value.object().text();
    case Kind::kError:
      return std::string(value.error().message);
  }
  return {};
}

void write_json(const Value& value, std::string& out) {
  JsonWriter json(out, JsonWriter::kCompact);
  write(value, json);
}

}  // namespace seawall::cel
