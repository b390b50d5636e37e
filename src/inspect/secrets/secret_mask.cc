#include "inspect/secrets/secret_mask.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "base/digest.h"
#include "base/strings.h"

namespace seawall::inspect {
namespace {

constexpr std::string_view kDots = "••••••••";
constexpr std::string_view kProductKey = "seawall secret hash, no key set";

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

// The raw bytes of a SHA-256.
std::string sha256(std::string_view bytes) {
  return from_hex(digest_of(bytes).hex).value_or({});
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// "$TOKEN", "${TOKEN}", "$(cat key)", "%TOKEN%", "<token>", "{{ token }}", "{token}", "[token]".
bool is_reference(std::string_view text) {
  if (text.find("${") != text.npos || text.find("{{") != text.npos ||
      text.find("$(") != text.npos || text.find("<%") != text.npos)
    return true;
  const char first = text.front(), last = text.back();
  if (first == '$' && text.size() > 1 && is_letter(text[1])) {
    return std::all_of(text.begin() + 1, text.end(),
                       [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
  }
  return (first == '<' && last == '>') || (first == '{' && last == '}') ||
         (first == '[' && last == ']') || (first == '%' && last == '%' && text.size() > 2);
}

}  // namespace

std::string mask_secret(std::string_view secret) {
  if (secret.starts_with("-----BEGIN ")) {
    const size_t end = secret.find("-----", 11);
    if (end < 80 && is_printable_ascii(secret.substr(0, end + 5)))
      return std::string(secret.substr(0, end + 5)) + std::string(kDots);
  }
  if (!is_printable_ascii(secret)) return std::string(kDots);
  const size_t shown = std::min<size_t>(8, secret.size() / 4);
  const size_t head = (shown + 1) / 2, tail = shown - head;
  return std::string(secret.substr(0, head)) + std::string(kDots) +
         std::string(secret.substr(secret.size() - tail));
}

std::string secret_hash(std::string_view secret, std::string_view key) {
  constexpr size_t kBlock = 64;
  std::string block = key.size() > kBlock ? sha256(key) : std::string(key);
  block.resize(kBlock, '\0');
  std::string inner = block, outer = block;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  inner += secret;
  return digest_of(outer + sha256(inner)).hex.substr(0, 32);
}

std::string default_hash_key() {
  const char* key = std::getenv("SEAWALL_SECRET_HASH_KEY");
  return key && *key ? std::string(key) : std::string(kProductKey);
}

double entropy(std::string_view text) {
  if (text.empty()) return 0;
  std::array<uint32_t, 256> counts = {};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  double bits = 0;
  const auto size = static_cast<double>(text.size());
  for (const uint32_t count : counts) {
    if (count != 0) bits -= count / size * std::log2(count / size);
  }
  return bits;
}

bool is_placeholder(std::string_view secret) {
  secret = trim(secret);
  if (secret.empty()) return true;
  if (secret.starts_with("-----BEGIN ")) return false;
  std::bitset<256> seen;
  for (const char c : secret) seen.set(static_cast<unsigned char>(c));
  if (seen.count() <= 2 || is_reference(secret)) return true;
  const std::string lower = to_lower(secret.substr(0, 512));
  for (const std::string_view word : {"example",
                                      "changeme",
                                      "change_me",
                                      "change-me",
                                      "changeit",
                                      "placeholder",
                                      "redacted",
                                      "xxxxx",
                                      "*****",
                                      ".....",
                                      "-----",
                                      "replace_me",
                                      "replaceme",
                                      "replace-me",
                                      "insert_",
                                      "dummy",
                                      "not-a-real",
                                      "notareal",
                                      "0123456789abcdef",
                                      "abcdefghijkl",
                                      "1234567890123",
                                      "deadbeefdeadbeef"}) {
    if (lower.find(word) != lower.npos) return true;
  }
  for (const std::string_view start : {"your-", "your_", "your ", "yourt", "yoursecret", "yourpass",
                                       "yourapi", "my-secret-", "insert-", "enter-", "todo"}) {
    if (lower.starts_with(start)) return true;
  }
  for (const std::string_view whole :
       {"password", "passwd", "secret", "token", "none", "null", "true", "false", "undefined",
        "test", "sample", "default", "foobar", "user", "username", "pass", "string"}) {
    if (lower == whole) return true;
  }
  return false;
}

}  // namespace seawall::inspect
