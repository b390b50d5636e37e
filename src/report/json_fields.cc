#include "report/json_fields.h"

#include <algorithm>

#include <fmt/format.h>

namespace seawall::report {
namespace {

constexpr size_t kShown = 60;  // bytes of a wrong word in a message

std::string place_of(const Node& node) {
  return fmt::format("line {}, column {}", node.line(), node.column());
}

}  // namespace

JsonFields::JsonFields(const Node& node, std::optional<Error>& error) : node_(node), error_(error) {
  if (error_ || node.is_object()) return;
  error_ = malformed(
      fmt::format("{}: an object is needed here, not {}", place_of(node), node.kind_name()));
}

void JsonFields::fail(std::string_view key, std::string_view what, Code code) const {
  if (error_) return;
  const Node& value = node_[key];
  error_ = Error(code,
                 fmt::format("{}: \"{}\" {}", place_of(value.exists() ? value : node_), key, what));
}

void JsonFields::fail_kind(std::string_view key, std::string_view wanted) const {
  fail(key, fmt::format("must be {}, not {}", wanted, node_[key].kind_name()));
}

void JsonFields::fail_word(std::string_view key, std::string_view text) const {
  if (!node_[key].is_string()) return fail_kind(key, "a word");
  fail(key, fmt::format("has no value \"{}\"", text.substr(0, kShown)));
}

const Node& JsonFields::get(std::string_view key) const {
  const Node& value = node_[key];
  if (!value.exists()) fail(key, "is missing");
  return value;
}

std::string JsonFields::text(std::string_view key) const {
  const Node& value = get(key);
  if (!value.is_string()) fail_kind(key, "a string");
  return std::string(value.string());
}

std::string JsonFields::optional_text(std::string_view key) const {
  return has(key) ? text(key) : std::string();
}

bool JsonFields::flag(std::string_view key) const {
  const Node& value = get(key);
  if (value.kind() != NodeKind::kBool) fail_kind(key, "true or false");
  return value.boolean();
}

bool JsonFields::optional_flag(std::string_view key) const {
  return has(key) && flag(key);
}

uint64_t JsonFields::count(std::string_view key, uint64_t highest) const {
  const auto value = get(key).integer();
  if (value && *value >= 0 && static_cast<uint64_t>(*value) <= highest) {
    return static_cast<uint64_t>(*value);
  }
  fail(key, fmt::format("must be a whole number of 0 to {}", highest));
  return 0;
}

uint64_t JsonFields::optional_count(std::string_view key, uint64_t highest) const {
  return has(key) ? count(key, highest) : 0;
}

int JsonFields::optional_index(std::string_view key, int highest) const {
  return has(key) ? static_cast<int>(count(key, static_cast<uint64_t>(highest))) : -1;
}

double JsonFields::number(std::string_view key, double highest) const {
  const auto value = get(key).number();
  if (value && *value >= 0 && *value <= highest) return *value;
  fail(key, fmt::format("must be a number of 0 to {}", highest));
  return 0;
}

std::optional<double> JsonFields::optional_number(std::string_view key, double highest) const {
  return has(key) ? std::optional(number(key, highest)) : std::nullopt;
}

Digest JsonFields::optional_digest(std::string_view key) const {
  if (!has(key)) return {};
  auto digest = Digest::parse(text(key));
  if (digest.ok()) return std::move(digest).value();
  fail(key, digest.error().message());
  return {};
}

std::span<const Node> JsonFields::list(std::string_view key, uint64_t most) const {
  const Node& value = get(key);
  if (!value.is_array()) fail_kind(key, "an array");
  if (value.size() > most) {
    fail(key, fmt::format("has {} entries; at most {} are read", value.size(), most), Code::kLimit);
  }
  return failed() ? std::span<const Node>() : value.items();
}

std::vector<std::string> JsonFields::texts(std::string_view key) const {
  std::vector<std::string> result;
  const auto items = list(key, UINT32_MAX);
  result.reserve(items.size());
  for (const Node& item : items) {
    if (!item.is_string()) {
      fail(key, fmt::format("may only hold strings, not {}", item.kind_name()));
      return {};
    }
    result.emplace_back(item.string());
  }
  return result;
}

std::vector<std::string> JsonFields::optional_texts(std::string_view key) const {
  return has(key) ? texts(key) : std::vector<std::string>();
}

std::vector<std::pair<std::string, std::string>> JsonFields::optional_pairs(
    std::string_view key) const {
  std::vector<std::pair<std::string, std::string>> result;
  if (!has(key)) return result;
  const Node& value = get(key);
  if (!value.is_object()) fail_kind(key, "an object");
  for (const Member& member : value.members()) {
    if (!member.value.is_string()) {
      fail(key, fmt::format("may only hold strings, not {}", member.value.kind_name()));
      return {};
    }
    result.emplace_back(member.key, member.value.string());
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<size_t> JsonFields::indexes(std::string_view key, size_t size) const {
  std::vector<size_t> result;
  for (const Node& item : list(key, UINT32_MAX)) {
    const auto index = item.integer();
    if (!index || *index < 0 || static_cast<uint64_t>(*index) >= size) {
      fail(key, fmt::format("may only hold indexes below {}", size));
      return {};
    }
    result.push_back(static_cast<size_t>(*index));
  }
  return result;
}

}  // namespace seawall::report
