// Strings by characters. Source: cel-go ext/strings.go; Kubernetes has version 0 before 1.29 and
// version 2 from then on.
#include <algorithm>
#include <string>

#include "cel/library.h"
#include "cel/library/strings_format.h"
#include "cel/utf8.h"

namespace seawall::cel {
namespace {

std::u32string characters(std::string_view text) {
  std::u32string all;
  all.reserve(text.size());
  for (size_t at = 0; at < text.size();) all += next_character(text, at);
  return all;
}

Value out_of_range(Call& call, int64_t index) {
  return call.error("index out of range: " + std::to_string(index));
}

// The byte at which the character `index` begins. REQUIRES: 0 <= index <= characters.
size_t byte_of(std::string_view text, int64_t index) {
  size_t at = 0;
  for (; index > 0; --index) next_character(text, at);
  return at;
}
int64_t count(std::string_view text) {
  return static_cast<int64_t>(count_characters(text));
}

Value char_at(Call& call, Arguments a) {
  const std::string_view text = a[0].string();
  const int64_t index = a[1].integer(), size = count(text);
  if (index < 0 || index > size) return out_of_range(call, index);
  if (index == size) return Value::string("");
  const size_t from = byte_of(text, index);
  size_t to = from;
  next_character(text, to);
  return Value::string(text.substr(from, to - from));
}

Value index_from(Call& call, std::string_view text, std::string_view wanted, int64_t offset) {
  if (offset < 0) return out_of_range(call, offset);
  if (wanted.empty()) return Value::integer(std::min(offset, count(text)));
  if (offset >= count(text)) return Value::integer(-1);
  const size_t found = text.find(wanted, byte_of(text, offset));
  return Value::integer(found == text.npos ? -1 : count(text.substr(0, found)));
}
Value index_of(Call& call, Arguments a) {
  return index_from(call, a[0].string(), a[1].string(), 0);
}
Value index_of_from(Call& call, Arguments a) {
  return index_from(call, a[0].string(), a[1].string(), a[2].integer());
}

Value last_index_from(Call& call, std::string_view text, std::string_view wanted, int64_t offset) {
  if (offset < 0) return out_of_range(call, offset);
  if (wanted.empty()) return Value::integer(std::min(offset, count(text)));
  const std::u32string all = characters(text), part = characters(wanted);
  if (offset >= static_cast<int64_t>(all.size()) || part.size() > all.size()) {
    return Value::integer(-1);
  }
  const size_t found = all.rfind(part, static_cast<size_t>(offset));
  return Value::integer(found == all.npos ? -1 : static_cast<int64_t>(found));
}
Value last_index_of(Call& call, Arguments a) {
  const std::string_view text = a[0].string(), wanted = a[1].string();
  if (wanted.empty()) return Value::integer(count(text));
  if (text.size() < wanted.size()) return Value::integer(-1);
  return last_index_from(call, text, wanted, count(text) - 1);
}
Value last_index_of_from(Call& call, Arguments a) {
  return last_index_from(call, a[0].string(), a[1].string(), a[2].integer());
}

// Until Kubernetes 1.35 nothing is found wherever it is looked for.
Value index_of_before_36(Call& call, Arguments a) {
  if (a[1].string().empty()) return a[2];
  return index_of_from(call, a);
}
Value last_index_of_before_36(Call& call, Arguments a) {
  if (a[1].string().empty()) return a[2];
  return last_index_of_from(call, a);
}

Value mapped(Call& call, std::string_view text, char first, char last, int by) {
  std::string changed(text);
  for (char& c : changed) {
    if (c >= first && c <= last) c = static_cast<char>(c + by);
  }
  return call.string(changed);
}
Value lower_ascii(Call& call, Arguments a) {
  return mapped(call, a[0].string(), 'A', 'Z', 32);
}
Value upper_ascii(Call& call, Arguments a) {
  return mapped(call, a[0].string(), 'a', 'z', -32);
}

// The first `most` (all when negative) places of `old` replaced; an empty `old` stands before each
// character and at the end. ERRORS: what would be larger than 64 MiB.
Value replaced(Call& call, Arguments a, int64_t most) {
  constexpr size_t kMostBytes = 64u << 20;
  const std::string_view text = a[0].string(), old = a[1].string(), by = a[2].string();
  std::string out;
  size_t at = 0;
  while (most != 0 && at <= text.size()) {
    const size_t found = old.empty() ? at : text.find(old, at);
    if (found == text.npos) break;
    out.append(text.substr(at, found - at)).append(by);
    at = found + old.size();
    if (most > 0) --most;
    if (out.size() > kMostBytes) return call.error("the text that replace() makes is too large");
    if (!old.empty()) continue;
    if (at == text.size()) return call.string(out);
    const size_t from = at;
    next_character(text, at);
    out.append(text.substr(from, at - from));
  }
  if (at < text.size()) out.append(text.substr(at));
  return call.string(out);
}
Value replace_all_of(Call& call, Arguments a) {
  return replaced(call, a, -1);
}
Value replace_some(Call& call, Arguments a) {
  return replaced(call, a, a[3].integer());
}

// Parts between separators, at most `most` (all when negative); an empty one splits characters.
Value split_text(Call& call, Arguments a, int64_t most) {
  Value parts = make_list(call.arena(), {});
  const auto add = [&](std::string_view part) {
    parts = append(call.arena(), parts, Value::string(part));
  };
  const std::string_view text = a[0].string(), separator = a[1].string();
  if (most == 0) return parts;
  size_t at = 0;
  while (most < 0 || parts.size() + int64_t{1} < most) {
    size_t end = at;
    if (separator.empty()) {
      if (at >= text.size()) break;
      next_character(text, end);
      if (end >= text.size()) break;
    } else {
      end = text.find(separator, at);
      if (end == text.npos) break;
    }
    add(text.substr(at, end - at));
    at = end + separator.size();
  }
  if (!separator.empty() || at < text.size()) add(text.substr(at));
  return parts;
}
Value split_all(Call& call, Arguments a) {
  return split_text(call, a, -1);
}
Value split_some(Call& call, Arguments a) {
  return split_text(call, a, a[2].integer());
}

Value substring(Call& call, std::string_view text, int64_t start, int64_t end) {
  const size_t from = byte_of(text, start), to = byte_of(text, end);
  return call.string(text.substr(from, to - from));
}
Value substring_from(Call& call, Arguments a) {
  const int64_t start = a[1].integer(), size = count(a[0].string());
  if (start < 0 || start > size) return out_of_range(call, start);
  return substring(call, a[0].string(), start, size);
}
Value substring_range(Call& call, Arguments a) {
  const int64_t start = a[1].integer(), end = a[2].integer(), size = count(a[0].string());
  if (start > end) {
    return call.error("invalid substring range. start: " + std::to_string(start) +
                      ", end: " + std::to_string(end));
  }
  if (start < 0 || start > size) return out_of_range(call, start);
  if (end < 0 || end > size) return out_of_range(call, end);
  return substring(call, a[0].string(), start, end);
}

// The spaces of Unicode's White_Space, as Go's strings.TrimSpace cuts them off.
bool is_space(char32_t c) {
  return (c >= 9 && c <= 13) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}
Value trimmed(Call&, Arguments a) {
  const std::string_view text = a[0].string();
  size_t begin = text.size(), end = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t from = at;
    if (is_space(next_character(text, at))) continue;
    begin = std::min(begin, from);
    end = at;
  }
  return Value::string(begin < end ? text.substr(begin, end - begin) : std::string_view());
}

Value joined(Call& call, const Value& list, std::string_view separator) {
  std::string text;
  for (uint32_t i = 0; i < list.size(); ++i) {
    const Value item = list.at(i);
    if (!item.is(Kind::kString)) return call.error("join: invalid input: " + to_text(item));
    if (i > 0) text += separator;
    text += item.string();
  }
  return call.string(text);
}
Value join_all(Call& call, Arguments a) {
  return joined(call, a[0], {});
}
Value join_with(Call& call, Arguments a) {
  return joined(call, a[0], a[1].string());
}

Value quote(Call& call, Arguments a) {
  constexpr std::string_view kEscaped = "\a\b\f\n\r\t\v\\\"", kNames = "abfnrtv\\\"";
  std::string text = "\"";
  for (const char c : a[0].string()) {
    const size_t at = kEscaped.find(c);
    if (at == kEscaped.npos) {
      text += c;
    } else {
      text += '\\';
      text += kNames[at];
    }
  }
  return call.string(text + "\"");
}

Value reversed(Call& call, Arguments a) {
  std::u32string all = characters(a[0].string());
  std::reverse(all.begin(), all.end());
  std::string text;
  for (const char32_t c : all) append_character(text, c);
  return call.string(text);
}

Value format(Call& call, Arguments a) {
  return format_text(call, a[0].string(), a[1], false);
}
Value classic_format(Call& call, Arguments a) {
  return format_text(call, a[0].string(), a[1], true);
}

uint64_t once(Arguments a, const Value&) {
  return scaled_cost(cost_size(a[0]), kStringFactor);
}
uint64_t twice(Arguments a, const Value&) {
  return scaled_cost(cost_size(a[0]), 2 * kStringFactor);
}
uint64_t result_twice(Arguments, const Value& result) {
  return scaled_cost(cost_size(result), 2 * kStringFactor);
}
uint64_t traversal(Arguments a, const Value&) {
  return traversal_cost(a[0]);
}

constexpr Style kGlobal = Style::kGlobal, kMember = Style::kMember;

#define VERSION_0                                                                             \
  {"string_char_at_int", "charAt", kMember, "(string, int) -> string", char_at},              \
      {"string_index_of_string",  "indexOf", kMember,                                         \
       "(string, string) -> int", index_of,  traversal},                                      \
      {"string_index_of_string_int",   "indexOf",     kMember,                                \
       "(string, string, int) -> int", index_of_from, traversal},                             \
      {"string_last_index_of_string", "lastIndexOf", kMember,                                 \
       "(string, string) -> int",     last_index_of, traversal},                              \
      {"string_last_index_of_string_int", "lastIndexOf",      kMember,                        \
       "(string, string, int) -> int",    last_index_of_from, traversal},                     \
      {"string_lower_ascii", "lowerAscii", kMember, "(string) -> string", lower_ascii, once}, \
      {"string_replace_string_string",       "replace",      kMember,                         \
       "(string, string, string) -> string", replace_all_of, twice},                          \
      {"string_replace_string_string_int",        "replace",    kMember,                      \
       "(string, string, string, int) -> string", replace_some, twice},                       \
      {"string_split_string",                                                                 \
       "split",                                                                               \
       kMember,                                                                               \
       "(string, string) -> list(string)",                                                    \
       split_all,                                                                             \
       twice},                                                                                \
      {"string_split_string_int",                                                             \
       "split",                                                                               \
       kMember,                                                                               \
       "(string, string, int) -> list(string)",                                               \
       split_some,                                                                            \
       twice},                                                                                \
      {"string_substring_int",    "substring",    kMember,                                    \
       "(string, int) -> string", substring_from, once},                                      \
      {"string_substring_int_int",     "substring",     kMember,                              \
       "(string, int, int) -> string", substring_range, once},                                \
      {"string_trim", "trim", kMember, "(string) -> string", trimmed, once},                  \
      {"string_upper_ascii", "upperAscii", kMember, "(string) -> string", upper_ascii, once}, \
      {"list_join", "join", kMember, "(list(string)) -> string", join_all, result_twice}, {   \
    "list_join_string", "join", kMember, "(list(string), string) -> string", join_with,       \
        result_twice                                                                          \
  }
#define VERSION_2(FORMAT)                                                                         \
  VERSION_0, {"string_format", "format", kMember, "(string, list(dyn)) -> string", FORMAT, once}, \
  {                                                                                               \
    "strings_quote", "strings.quote", kGlobal, "(string) -> string", quote, once                  \
  }

const Overload kVersion0[] = {VERSION_0};
const Overload kVersion2[] = {VERSION_2(classic_format)};
const Overload kLatest[] = {VERSION_2(format),
                            {"string_reverse", "reverse", kMember, "(string) -> string", reversed}};
#undef VERSION_0
#undef VERSION_2

const Overload kBefore36[] = {
    {"string_index_of_string_int", "indexOf", kMember, "(string, string, int) -> int",
     index_of_before_36, traversal},
    {"string_last_index_of_string_int", "lastIndexOf", kMember, "(string, string, int) -> int",
     last_index_of_before_36, traversal},
};

}  // namespace

const Library strings_library_before_36{"strings", kBefore36};
const Library strings_library_v0{"strings", kVersion0};
const Library strings_library_v2{"strings", kVersion2};
const Library strings_library_latest{"strings", kLatest};

}  // namespace seawall::cel
