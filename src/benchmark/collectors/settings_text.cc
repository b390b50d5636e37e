#include "benchmark/collectors/settings_text.h"

#include <algorithm>

#include "base/strings.h"

namespace seawall::benchmark {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::string_view kSecretNames[] = {"token",       "password",   "passwd",
                                             "secret",      "api_key",    "apikey",
                                             "private_key", "access_key", "credential"};

// Where a name that tells of a secret stands; npos without one.
size_t secret_name(std::string_view text) {
  const std::string lower = to_lower(text);
  size_t first = lower.npos;
  for (const std::string_view name : kSecretNames) first = std::min(first, lower.find(name));
  return first;
}

// "http://name:password@host" without who it is.
std::string without_user_info(std::string_view text) {
  const size_t scheme = text.find("://");
  if (scheme == text.npos) return std::string(text);
  const size_t start = scheme + 3;
  const std::string_view authority = text.substr(start, text.find_first_of("/?#", start) - start);
  const size_t at = authority.rfind('@');
  if (at == authority.npos) return std::string(text);
  return std::string(text.substr(0, start)) + std::string(kMask) +
         std::string(text.substr(start + at));
}

}  // namespace

std::string without_secrets(std::string_view word) {
  const size_t name = secret_name(word);
  const size_t equals = name == word.npos ? name : word.find('=', name);
  if (equals == word.npos) return without_user_info(word);
  return std::string(word.substr(0, equals + 1)) + std::string(kMask);
}

std::vector<std::string> words_without_secrets(const std::vector<std::string>& words) {
  std::vector<std::string> shown;
  bool of_flag = false;
  for (const std::string& word : words) {
    shown.push_back(of_flag && !word.starts_with('-') ? std::string(kMask) : without_secrets(word));
    of_flag = word.starts_with('-') && word.find('=') == word.npos &&
              secret_name(word) != std::string::npos;
  }
  return shown;
}

std::string line_without_secrets(std::string_view line) {
  std::string shown;
  while (!line.empty()) {
    char quote = 0;
    size_t end = 0;
    for (; end < line.size() && (quote != 0 || line[end] != ' '); ++end) {
      const char c = line[end];
      if (quote == 0 ? c == '"' || c == '\'' : c == quote) quote = quote == 0 ? c : '\0';
    }
    const std::string_view word = line.substr(0, end);
    // A variable of the build names a value and is none.
    const bool names = word.find("=$") != word.npos;
    shown += names ? std::string(word) : without_secrets(word);
    const size_t next = std::min(line.find_first_not_of(' ', end), line.size());
    shown += line.substr(end, next - end);
    line.remove_prefix(next);
  }
  return shown;
}

void write_without_secrets(JsonWriter& json, const Node& node) {
  if (node.is_object()) {
    json.begin_object();
    for (const Member& member : node.members()) {
      json.key(member.key);
      if (member.value.is_string() && secret_name(member.key) != std::string::npos) {
        json.string(kMask);
      } else {
        write_without_secrets(json, member.value);
      }
    }
    json.end_object();
  } else if (node.is_array()) {
    json.begin_array();
    for (const Node& item : node.items()) write_without_secrets(json, item);
    json.end_array();
  } else if (node.is_string()) {
    json.string(without_secrets(node.string()));
  } else if (const auto integer = node.integer()) {
    json.integer(*integer);
  } else if (const auto number = node.number()) {
    json.number(*number);
  } else if (node.is_null()) {
    json.null();
  } else {
    json.boolean(node.boolean());
  }
}

}  // namespace seawall::benchmark
