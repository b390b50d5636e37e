#include "artifact/reference.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::artifact {
namespace {

constexpr size_t kLongestName = 255;
constexpr size_t kLongestTag = 128;
constexpr std::string_view kDefaultRegistry = "docker.io";

bool is_lower_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_word(char c) {
  return is_lower_alnum(c) || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

Error bad(std::string_view text, std::string_view why) {
  return usage_error(
      fmt::format("\"{}\" is not an image reference: {}", printable(text.substr(0, 300)), why));
}

// [a-z0-9]+ joined by ".", "_", "__" or any number of "-".
bool is_path_component(std::string_view text) {
  size_t at = 0;
  while (true) {
    const size_t start = at;
    while (at < text.size() && is_lower_alnum(text[at])) ++at;
    if (at == start) return false;
    if (at == text.size()) return true;
    const char separator = text[at];
    const size_t first = at;
    while (at < text.size() && text[at] == separator) ++at;
    const size_t count = at - first;
    const bool fits =
        separator == '-' || (separator == '.' && count == 1) || (separator == '_' && count <= 2);
    if (!fits) return false;
  }
}

// A DNS name or IPv4 address, or an IPv6 address in brackets, with an optional port.
bool is_registry(std::string_view text) {
  std::string_view host = text;
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == text.npos || close == 1) return false;
    const auto fits = [](char c) { return is_hex(c) || c == ':' || c == '.'; };
    if (!std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(close), fits)) {
      return false;
    }
    host = text.substr(close + 1);
    if (host.empty()) return true;
    if (host[0] != ':') return false;
  } else {
    host = text.substr(0, text.find(':'));
    for (const std::string_view label : split(host, '.')) {
      if (label.empty() || label.front() == '-' || label.back() == '-') return false;
      const auto fits = [](char c) { return (is_word(c) && c != '_') || c == '-'; };
      if (!std::all_of(label.begin(), label.end(), fits)) return false;
    }
    host = text.substr(host.size());
    if (host.empty()) return true;
  }
  const auto port = parse_unsigned(host.substr(1));
  return port && *port >= 1 && *port <= 65535;
}

bool looks_like_registry(std::string_view first) {
  return first.find_first_of(".:[") != first.npos || first == "localhost" ||
         std::any_of(first.begin(), first.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

Status check_tag(std::string_view text, std::string_view tag) {
  if (tag.empty()) return bad(text, "the tag after the \":\" is empty");
  if (tag.size() > kLongestTag) return bad(text, "the tag is longer than 128 characters");
  const auto fits = [](char c) { return is_word(c) || c == '.' || c == '-'; };
  if (!is_word(tag[0]) || !std::all_of(tag.begin(), tag.end(), fits)) {
    return bad(text, "a tag is made of letters, digits, \"_\", \".\" and \"-\"");
  }
  return {};
}

// Why the repository's name is wrong, in the words of the mistakes people make.
Status check_repository(std::string_view text, std::string_view repository) {
  if (repository.empty()) return bad(text, "the repository is missing");
  for (const std::string_view part : split(repository, '/')) {
    if (is_path_component(part)) continue;
    if (part.empty()) return bad(text, "a part of the name between two \"/\" is empty");
    if (to_lower(part) != part) return bad(text, "repository names are lower case");
    return bad(text, fmt::format("the part \"{}\" of the name has characters that may not stand "
                                 "there",
                                 printable(part.substr(0, 80))));
  }
  return {};
}

// Splits the name into registry and repository and fills in Docker's defaults.
Status parse_name(std::string_view text, std::string_view name, Reference& reference) {
  const auto [first, rest] = split_once(name, '/');
  std::string_view repository = name;
  reference.registry = kDefaultRegistry;
  if (name.find('/') != name.npos && looks_like_registry(first)) {
    if (!is_registry(first)) {
      return bad(text, fmt::format("\"{}\" is not a registry's host[:port]",
                                   printable(first.substr(0, 80))));
    }
    reference.registry = to_lower(first);
    repository = rest;
  }
  if (reference.registry == "index.docker.io") reference.registry = kDefaultRegistry;
  SEAWALL_CHECK(check_repository(text, repository));
  reference.repository = repository;
  if (reference.registry == kDefaultRegistry && repository.find('/') == repository.npos) {
    reference.repository.insert(0, "library/");
  }
  if (reference.registry.size() + 1 + reference.repository.size() > kLongestName) {
    return bad(text, "the name is longer than 255 characters");
  }
  return {};
}

}  // namespace

std::string Reference::text() const {
  std::string text = fmt::format("{}/{}", registry, repository);
  if (!tag.empty()) text += ':' + tag;
  if (!digest.empty()) text += '@' + digest.text();
  return text;
}

Result<Reference> parse_reference(std::string_view text) {
  if (text.empty()) return bad(text, "it is empty");
  if (text.find("://") != text.npos) {
    return bad(text, "it has no scheme; leave out what stands before and with \"://\"");
  }
  Reference reference;
  std::string_view name = text;
  if (const size_t at = text.find('@'); at != text.npos) {
    auto digest = Digest::parse(text.substr(at + 1));
    if (!digest.ok()) return bad(text, digest.error().message());
    reference.digest = std::move(digest).value();
    name = text.substr(0, at);
  }
  const size_t slash = name.rfind('/');
  const size_t colon = name.rfind(':');
  if (colon != name.npos && (slash == name.npos || colon > slash)) {
    SEAWALL_CHECK(check_tag(text, name.substr(colon + 1)));
    reference.tag = name.substr(colon + 1);
    name = name.substr(0, colon);
  }
  SEAWALL_CHECK(parse_name(text, name, reference));
  if (reference.tag.empty() && reference.digest.empty()) reference.tag = "latest";
  return reference;
}

}  // namespace seawall::artifact
