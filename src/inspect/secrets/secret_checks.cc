#include "inspect/secrets/secret_checks.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/strings.h"
#include "codec/decompress.h"
#include "codec/json.h"
#include "codec/yaml.h"

namespace seawall::inspect {
namespace {

constexpr size_t kNear = 32u << 10;  // bytes looked at on each side

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Limits small_limits() {
  Limits limits;
  limits.document_bytes = 4 * kNear;
  limits.nodes = 20'000;
  limits.depth = 32;
  return limits;
}

// Base64 of either alphabet, white space and padding ignored; empty when it is none.
std::string decode_base64(std::string_view text) {
  std::string clean;
  for (const char c : text) {
    if (c == '=' || c == '\n' || c == '\r' || c == ' ' || c == '\t') continue;
    clean += c == '-' ? '+' : c == '_' ? '/' : c;
  }
  return from_base64(clean).value_or({});
}

bool is_json_object(std::string text, std::string_view key = {}) {
  const auto document = parse_json(std::move(text), small_limits());
  return document.ok() && document->root().is_object() &&
         (key.empty() || document->root()[key].exists());
}

uint32_t crc32_of(std::string_view bytes) {
  uint32_t crc = ~0u;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}

// GitHub and npm tokens: PREFIX_ + random + six digits of base 62.
// Source: github.blog/2021-04-05-behind-githubs-new-authentication-token-formats.
CheckResult crc32_base62(const CheckInput& input) {
  constexpr std::string_view kDigits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const std::string_view body = input.secret.substr(input.secret.find('_') + 1);
  if (body.size() <= 6) return {};
  uint32_t value = crc32_of(body.substr(0, body.size() - 6));
  char expected[6];
  for (size_t i = 6; i-- > 0; value /= 62) expected[i] = kDigits[value % 62];
  return {body.ends_with(std::string_view(expected, 6))};
}

// RFC 7519: header and payload are JSON objects, the header names its algorithm. An unsigned token
// ("none") gives no access.
CheckResult jwt(const CheckInput& input) {
  const auto parts = split(input.secret, '.');
  if (parts.size() != 3) return {};
  const auto header = parse_json(decode_base64(parts[0]), small_limits());
  if (!header.ok()) return {};
  const std::string_view algorithm = header->root()["alg"].string();
  return {!algorithm.empty() && !equal_ignoring_case(algorithm, "none") &&
          is_json_object(decode_base64(parts[1]))};
}

// The sixteen characters after the prefix are base 32; bits 8 to 47 of them hold the account.
CheckResult aws_access_key(const CheckInput& input) {
  if (input.secret.size() != 20) return {};
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  uint64_t first = 0;  // ten characters: 50 bits, of which the account takes 40
  for (size_t i = 4; i < 20; ++i) {
    const size_t digit = kDigits.find(input.secret[i]);
    if (digit == kDigits.npos) return {};
    if (i < 14) first = first << 5 | digit;
  }
  const uint64_t account = (first >> 2 & 0x7fffffffff80ull) >> 7;
  if (account > 999'999'999'999ull) return {};
  return {true, {}, fmt::format("account {:012}", account)};
}

// RFC 7468 and OpenSSH's PROTOCOL.key: the body is base64 of a DER sequence or an OpenSSH key;
// encrypted PEM (RFC 1421 headers) and PGP armour have their header lines first.
CheckResult pem_private_key(const CheckInput& input) {
  const std::string text = replace_all(input.secret, "\\n", "\n");
  const size_t begin = text.find("-----", 11);
  const size_t end = text.rfind("-----END");
  if (begin == text.npos || end == text.npos || end <= begin + 5) return {};
  std::string_view body = std::string_view(text).substr(begin + 5, end - begin - 5);
  const bool pgp = text.starts_with("-----BEGIN PGP");
  std::string base64;
  for (const std::string_view line : split(body, '\n')) {
    const std::string_view content = trim(line);
    if (content.empty() || content.find(": ") != content.npos) continue;
    if (pgp && content.starts_with('=')) continue;  // its CRC-24
    base64 += content;
  }
  const std::string key = decode_base64(base64);
  if (key.size() < 32) return {};
  const auto first = static_cast<unsigned char>(key[0]);
  const bool encrypted = body.find("DEK-Info:") != body.npos;
  const bool known = first == 0x30 || key.starts_with("openssh-key-v1") || encrypted ||
                     (pgp && (first & 0x80) != 0);
  return {known, {}, encrypted || text.starts_with("-----BEGIN ENCRYPTED") ? "encrypted" : ""};
}

std::string_view around(const CheckInput& input) {
  const auto at = static_cast<size_t>(input.secret.data() - input.text.data());
  const size_t from = at > kNear ? at - kNear : 0;
  return input.text.substr(from, at - from + kNear);
}

// ~/.docker/config.json: "auths": {"host": {"auth": "<base64 of user:password>"}}.
CheckResult docker_config(const CheckInput& input) {
  if (around(input).find("auths") == std::string_view::npos) return {};
  const std::string pair = decode_base64(input.secret);
  const size_t colon = pair.find(':');
  if (colon == pair.npos || colon == 0 || colon + 1 >= pair.size()) return {};
  return {std::all_of(pair.begin(), pair.end(), [](char c) { return c >= 0x20; })};
}

// A client key, token or password in a file that says kind: Config.
CheckResult kubeconfig(const CheckInput& input) {
  const std::string_view near = around(input);
  const bool config = near.find("kind: Config") != near.npos ||
                      near.find("\"kind\":\"Config\"") != near.npos ||
                      near.find("\"kind\": \"Config\"") != near.npos;
  if (!config || near.find("clusters") == near.npos) return {};
  return {true};
}

// Appends "name" and the value of what is set in data or stringData.
void collect_values(const Node& values, bool base64, CheckResult& result) {
  for (const Member& member : values.members()) {
    const std::string_view value = trim(member.value.string());
    if (value.empty() || value.find("{{") != value.npos || value.find("${") != value.npos) continue;
    const std::string plain = base64 ? decode_base64(value) : std::string(value);
    if (plain.empty()) continue;
    if (!result.detail.empty()) result.detail += ", ";
    result.detail += member.key;
    if (!result.secret.empty()) result.secret += '\n';
    result.secret += value;
  }
}

void collect_secrets(const Node& node, uint32_t line, CheckResult& result) {
  for (const Node& item : node.items()) collect_secrets(item, line, result);
  if (node["kind"].string() == "Secret" && node["kind"].line() == line) {
    collect_values(node["data"], true, result);
    collect_values(node["stringData"], false, result);
  } else if (node["items"].is_array()) {
    collect_secrets(node["items"], line, result);
  }
}

// The YAML document (between "---" lines) or JSON text that holds the caught "kind: Secret".
CheckResult kubernetes_secret(const CheckInput& input) {
  const std::string_view near = around(input);
  const auto at = static_cast<size_t>(input.secret.data() - near.data());
  size_t begin = near.rfind("\n---", at);
  begin = begin == near.npos ? 0 : near.find('\n', begin + 1);
  if (begin == near.npos || begin > at) begin = 0;
  const size_t end = near.find("\n---", at);
  const std::string_view document = near.substr(begin, end == near.npos ? end : end - begin);
  const auto documents = parse_yaml(document, small_limits());
  if (!documents.ok()) return {};
  const auto line = static_cast<uint32_t>(
      1 +
      std::count(document.begin(), document.begin() + static_cast<ptrdiff_t>(at - begin), '\n'));
  CheckResult result;
  for (const Document& one : *documents) collect_secrets(one.root(), line, result);
  result.holds = !result.secret.empty();
  result.detail = "keys: " + result.detail;
  return result;
}

// RFC 9562, version 4: 8-4-4-4-12 hexadecimal digits with 4 and 8, 9, a or b in their places.
CheckResult uuid_v4(const CheckInput& input) {
  const std::string_view text = input.secret;
  if (text.size() != 36 || text[14] != '4') return {};
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = is_digit(text[i]) || ((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'f');
    if (dash ? text[i] != '-' : !hex) return {};
  }
  return {std::string_view("89abAB").find(text[19]) != std::string_view::npos};
}

CheckResult base64_json(const CheckInput& input) {
  return {is_json_object(decode_base64(input.secret))};
}

// $2b$12$ + 22 characters of salt + 31 of hash.
CheckResult bcrypt(const CheckInput& input) {
  const std::string_view text = input.secret;
  if (text.size() != 60 || !text.starts_with("$2") || text[3] != '$' || text[6] != '$') return {};
  const auto cost = parse_unsigned(text.substr(4, 2));
  return {cost && *cost >= 4 && *cost <= 31 &&
          std::all_of(text.begin() + 7, text.end(),
                      [](char c) { return is_alphanumeric(c) || c == '.' || c == '/'; })};
}

// ISO/IEC 7812-1, annex B.
CheckResult luhn(const CheckInput& input) {
  unsigned sum = 0, digits = 0;
  for (size_t i = input.secret.size(); i-- > 0;) {
    if (!is_digit(input.secret[i])) continue;
    unsigned value = static_cast<unsigned>(input.secret[i] - '0') * (digits++ % 2 + 1);
    sum += value > 9 ? value - 9 : value;
  }
  return {digits >= 12 && sum % 10 == 0};
}

// Hexadecimal text of a digest's length after a word that says it is one is no secret.
CheckResult hex_not_digest(const CheckInput& input) {
  const auto at = static_cast<size_t>(input.secret.data() - input.text.data());
  const size_t from = at > 48 ? at - 48 : 0;
  std::string before = to_lower(input.text.substr(from, at - from));
  before = before.substr(before.rfind('\n') + 1);
  for (const std::string_view word : {"sha1", "sha256", "sha384", "sha512", "sha-", "md5", "digest",
                                      "checksum", "integrity", "commit", "revision", "etag"}) {
    if (before.find(word) != before.npos) return {};
  }
  return {true};
}

struct Named {
  std::string_view name;
  SecretCheck check;
};
constexpr Named kChecks[] = {
    {"crc32-base62", crc32_base62},
    {"jwt", jwt},
    {"aws-access-key", aws_access_key},
    {"pem-private-key", pem_private_key},
    {"docker-config", docker_config},
    {"kubeconfig", kubeconfig},
    {"kubernetes-secret", kubernetes_secret},
    {"uuid-v4", uuid_v4},
    {"base64-json", base64_json},
    {"bcrypt", bcrypt},
    {"luhn", luhn},
    {"hex-not-digest", hex_not_digest},
};

}  // namespace

SecretCheck find_secret_check(std::string_view name) {
  for (const Named& named : kChecks) {
    if (named.name == name) return named.check;
  }
  return nullptr;
}

}  // namespace seawall::inspect
