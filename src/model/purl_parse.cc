// Reading package URLs. Source: purl-spec, "How to parse a PURL", and the type definitions for
// what is lower case.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "base/strings.h"
#include "model/purl.h"

namespace seawall {
namespace {

constexpr size_t kMostBytes = 8192;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Error wrong(std::string_view text, std::string_view why) {
  return malformed(
      fmt::format("\"{}\" is no package URL: {}", to_valid_utf8(text.substr(0, 200)), why));
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// A stray "%" stands for itself, as the tools that write it mean it.
std::string decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return to_valid_utf8(out);
}

// Segments decoded, with empty ones (and "." and ".." in a subpath) left out.
std::string decode_path(std::string_view path, bool subpath) {
  std::string out;
  for (const std::string_view part : split(path, '/')) {
    const std::string segment = decode(part);
    if (segment.empty() || (subpath && (segment == "." || segment == ".."))) continue;
    if (!out.empty()) out += '/';
    out += segment;
  }
  return out;
}

bool valid_type(std::string_view type) {
  return !type.empty() && is_letter(type[0]) && std::all_of(type.begin(), type.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-';
  });
}

bool valid_key(std::string_view key) {
  return !key.empty() && is_letter(key[0]) && std::all_of(key.begin(), key.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

void normalise(Purl& purl) {
  const std::string_view type = purl.type;
  if (one_of(type, {"alpm", "apk", "bitbucket", "composer", "deb", "github", "hex", "rpm", "qpkg"}))
    purl.space = to_lower(purl.space);
  if (one_of(type,
             {"alpm", "apk", "bitbucket", "bitnami", "composer", "deb", "github", "hex", "oci",
              "otp", "pub", "luarocks", "pypi", "vscode-extension", "wordpress-plugin"}))
    purl.name = to_lower(purl.name);
  if (type == "pypi") {
    purl.name = replace_all(purl.name, "_", "-");
    purl.version = to_lower(purl.version);
  }
  if (type == "pub") {
    for (char& c : purl.name) {
      if (!is_letter(c) && !is_digit(c)) c = '_';
    }
  }
}

Status check_type_rules(const Purl& purl, std::string_view text) {
  if (purl.type == "cpan" && purl.name.find("::") != std::string::npos)
    return wrong(text, "a CPAN distribution has hyphens, not \"::\"");
  if (purl.type == "swift" && purl.space.empty()) return wrong(text, "Swift needs a namespace");
  return {};
}

void append_encoded(std::string& out, std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) ||
        std::string_view(".-_~:").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
    }
  }
}

}  // namespace

std::string_view Purl::qualifier(std::string_view key) const {
  const auto at = qualifiers.find(std::string(key));
  return at == qualifiers.end() ? std::string_view() : std::string_view(at->second);
}

Result<Purl> parse_purl(std::string_view text) {
  if (text.size() > kMostBytes) return limit_reached("a package URL of more than 8192 bytes");
  std::string_view rest = trim(text);
  if (rest.size() < 4 || !equal_ignoring_case(rest.substr(0, 4), "pkg:"))
    return wrong(text, "it does not begin with \"pkg:\"");
  rest.remove_prefix(4);
  while (rest.starts_with('/')) rest.remove_prefix(1);
  Purl purl;
  if (const size_t hash = rest.rfind('#'); hash != std::string_view::npos) {
    purl.subpath = decode_path(rest.substr(hash + 1), true);
    rest = rest.substr(0, hash);
  }
  if (const size_t question = rest.rfind('?'); question != std::string_view::npos) {
    for (const std::string_view pair : split(rest.substr(question + 1), '&')) {
      if (pair.empty()) continue;
      const auto [key, value] = split_once(pair, '=');
      if (!valid_key(key)) return wrong(text, "a qualifier's name has other characters");
      std::string decoded = decode(value);
      if (!decoded.empty() && !purl.qualifiers.emplace(to_lower(key), std::move(decoded)).second)
        return wrong(text, "a qualifier stands twice");
    }
    rest = rest.substr(0, question);
  }
  const size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return wrong(text, "it has no type or no name");
  purl.type = to_lower(rest.substr(0, slash));
  if (!valid_type(purl.type)) return wrong(text, "its type has other characters");
  rest.remove_prefix(slash + 1);
  while (rest.ends_with('/')) rest.remove_suffix(1);
  // An "@" that begins a segment is part of an npm scope that nobody encoded.
  if (const size_t at = rest.rfind('@');
      at != std::string_view::npos && at != 0 && rest[at - 1] != '/') {
    purl.version = decode(rest.substr(at + 1));
    rest = rest.substr(0, at);
  }
  const size_t last = rest.rfind('/');
  if (last != std::string_view::npos) purl.space = decode_path(rest.substr(0, last), false);
  purl.name = decode(last == std::string_view::npos ? rest : rest.substr(last + 1));
  if (purl.name.empty() || purl.name.front() == '@') return wrong(text, "it has no name");
  normalise(purl);
  SEAWALL_CHECK(check_type_rules(purl, text));
  return purl;
}

std::string to_string(const Purl& purl) {
  std::string out = "pkg:" + purl.type;
  for (const std::string_view segment : split(purl.space, '/')) {
    if (segment.empty()) continue;
    out += '/';
    append_encoded(out, segment);
  }
  out += '/';
  append_encoded(out, purl.name);
  if (!purl.version.empty()) {
    out += '@';
    append_encoded(out, purl.version);
  }
  char separator = '?';
  for (const auto& [key, value] : purl.qualifiers) {
    if (value.empty()) continue;
    out += separator + key + "=";
    append_encoded(out, value);
    separator = '&';
  }
  separator = '#';
  for (const std::string_view segment : split(purl.subpath, '/')) {
    if (segment.empty()) continue;
    out += separator;
    append_encoded(out, segment);
    separator = '/';
  }
  return out;
}

}  // namespace seawall
