#include "policy/admission/fields.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "policy/strict_fields.h"

namespace seawall::policy {

std::string Fields::place(const Node& node) const {
  return fmt::format("{}:{}:{}", file_, node.line(), node.column());
}

void Fields::fail(const Node& node, std::string_view message) {
  if (!error_) error_ = malformed(std::string(message)).at(place(node));
}

Status Fields::status() const {
  if (error_) return *error_;
  return {};
}

void Fields::only(const Node& node, std::string_view what,
                  std::initializer_list<std::string_view> known) {
  if (!node.exists() || node.is_null()) return;
  if (error_) return;
  if (auto checked = check_fields(node, file_, what, known); !checked.ok()) {
    error_ = std::move(checked.error());
  }
}

std::string Fields::text(const Node& node, std::string_view key) {
  const Node& value = node[key];
  if (value.exists() && !value.is_null() && !value.is_string()) {
    fail(value, fmt::format("{} is text", key));
  }
  return std::string(value.string());
}

std::string Fields::required_text(const Node& node, std::string_view key) {
  std::string value = text(node, key);
  if (value.empty()) fail(node, fmt::format("{} is missing", key));
  return value;
}

std::vector<std::string> Fields::texts(const Node& node, std::string_view key) {
  std::vector<std::string> values;
  for (const Node& item : list(node, key)) {
    if (!item.is_string()) fail(item, fmt::format("{} is a list of texts", key));
    values.emplace_back(item.string());
  }
  return values;
}

bool Fields::boolean(const Node& node, std::string_view key, bool other) {
  const Node& value = node[key];
  if (value.exists() && !value.is_null() && value.kind() != NodeKind::kBool) {
    fail(value, fmt::format("{} is true or false", key));
  }
  return value.boolean(other);
}

std::string_view Fields::word(const Node& node, std::string_view key,
                              std::initializer_list<std::string_view> words) {
  const Node& value = node[key];
  if (!value.exists() || value.is_null()) return *words.begin();
  for (const std::string_view word : words) {
    if (value.string() == word) return word;
  }
  std::string all;
  for (const std::string_view word : words) all += (all.empty() ? "" : ", ") + std::string(word);
  fail(value, fmt::format("{} is one of {}", key, all));
  return *words.begin();
}

std::span<const Node> Fields::list(const Node& node, std::string_view key, size_t most) {
  const Node& value = node[key];
  if (!value.exists() || value.is_null()) return {};
  if (!value.is_array()) {
    fail(value, fmt::format("{} is a list", key));
    return {};
  }
  if (value.size() > most) {
    fail(value, fmt::format("{} has {} entries; at most {} are read", key, value.size(), most));
    return {};
  }
  return value.items();
}

}  // namespace seawall::policy
