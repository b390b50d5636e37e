#include "net/url.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall {
namespace {

constexpr size_t kLongestUrl = 16384;
constexpr size_t kLongestHost = 255;

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

uint16_t default_port(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

Status check_characters(std::string_view text) {
  if (text.size() > kLongestUrl) return usage_error("a URL is longer than 16384 bytes");
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return usage_error("a URL holds a control character");
    }
  }
  return {};
}

// What may not stand in a URL but is understood: spaces, quotes, bytes of UTF-8.
std::string encode_stray(std::string_view text) {
  constexpr std::string_view kStray = " \"<>\\^`{|}";
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80 || kStray.find(c) != kStray.npos) {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

Status parse_host(std::string_view host, Url& url) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const auto allowed = [&](char c) {
    return bracketed ? hex_value(c) >= 0 || c == ':' || c == '.'
                     : is_alnum(c) || c == '.' || c == '-' || c == '_';
  };
  const std::string_view inner = bracketed ? host.substr(1, host.size() - 2) : host;
  if (inner.empty() || inner.size() > kLongestHost ||
      !std::all_of(inner.begin(), inner.end(), allowed)) {
    return usage_error(
        fmt::format("a URL has the host \"{}\", which is none", printable(host.substr(0, 80))));
  }
  url.host = to_lower(host);
  return {};
}

Status parse_authority(std::string_view authority, Url& url) {
  // Browsers read a backslash as a slash: the two readings would name two hosts.
  if (authority.find('\\') != authority.npos) return usage_error("a URL has a \"\\\" in its host");
  if (const size_t at = authority.rfind('@'); at != authority.npos) {
    url.user_info = encode_stray(authority.substr(0, at));
    authority.remove_prefix(at + 1);
  }
  const size_t colon = authority.rfind(':');
  const size_t bracket = authority.rfind(']');
  const bool has_port = colon != authority.npos && (bracket == authority.npos || colon > bracket);
  SEAWALL_CHECK(parse_host(authority.substr(0, has_port ? colon : authority.npos), url));
  url.port = default_port(url.scheme);
  if (!has_port || colon + 1 == authority.size()) return {};
  const auto port = parse_unsigned(authority.substr(colon + 1));
  if (!port || *port == 0 || *port > 65535) {
    return usage_error(fmt::format("a URL has the port \"{}\", which is none",
                                   printable(authority.substr(colon + 1, 20))));
  }
  url.port = static_cast<uint16_t>(*port);
  return {};
}

void parse_target(std::string_view target, Url& url) {
  target = target.substr(0, target.find('#'));
  const auto [path, query] = split_once(target, '?');
  url.path = path.empty() ? "/" : encode_stray(path);
  url.query = encode_stray(query);
}

// RFC 3986, section 5.2.4, a segment at a time.
std::string remove_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  const auto segments = split(path, '/');
  for (size_t i = 1; i < segments.size(); ++i) {  // the first is what stands before the first '/'
    const bool last = i + 1 == segments.size();
    if (segments[i] == "." || segments[i] == "..") {
      if (segments[i] == ".." && !kept.empty()) kept.pop_back();
      if (last) kept.push_back("");
    } else {
      kept.push_back(segments[i]);
    }
  }
  std::string out;
  for (const auto segment : kept) {
    out += '/';
    out += segment;
  }
  return out.empty() ? "/" : out;
}

// The length of "scheme" in "scheme:...", 0 when `text` has none.
size_t scheme_length(std::string_view text) {
  const size_t end = text.find_first_of(":/?#");
  if (end == text.npos || text[end] != ':' || end == 0) return 0;
  const auto scheme = text.substr(0, end);
  const auto fits = [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; };
  return std::all_of(scheme.begin(), scheme.end(), fits) ? end : 0;
}

}  // namespace

std::string Url::origin() const {
  if (port == default_port(scheme)) return fmt::format("{}://{}", scheme, host);
  return fmt::format("{}://{}:{}", scheme, host, port);
}

std::string Url::text() const {
  return query.empty() ? origin() + path : fmt::format("{}{}?{}", origin(), path, query);
}

std::string Url::shown() const {
  return printable(origin() + path);
}

Result<Url> parse_url(std::string_view text) {
  SEAWALL_CHECK(check_characters(text));
  Url url;
  const size_t length = scheme_length(text);
  url.scheme = to_lower(text.substr(0, length));
  if (url.scheme != "http" && url.scheme != "https") {
    return usage_error(length == 0
                           ? std::string("a URL does not start with http:// or https://")
                           : fmt::format("URLs of the scheme \"{}\" are not fetched, only http "
                                         "and https",
                                         printable(url.scheme.substr(0, 40))));
  }
  text.remove_prefix(length + 1);
  if (!text.starts_with("//")) return usage_error("a URL has no host");
  text.remove_prefix(2);
  const size_t end = std::min(text.find_first_of("/?#"), text.size());
  SEAWALL_CHECK(parse_authority(text.substr(0, end), url));
  parse_target(text.substr(end), url);
  return url;
}

Result<Url> resolve_url(const Url& base, std::string_view location) {
  location = trim(location);
  SEAWALL_CHECK(check_characters(location));
  if (scheme_length(location) != 0) return parse_url(location);
  if (location.starts_with("//")) return parse_url(fmt::format("{}:{}", base.scheme, location));
  Url url = base;
  if (location.starts_with('/')) {
    parse_target(location, url);
  } else if (location.starts_with('?')) {
    parse_target(base.path + std::string(location), url);
  } else if (!location.empty() && location[0] != '#') {
    parse_target(base.path.substr(0, base.path.rfind('/') + 1) + std::string(location), url);
  }
  url.path = remove_dot_segments(url.path);
  return url;
}

std::string percent_encode(std::string_view text, std::string_view keep) {
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~' || keep.find(c) != keep.npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                        hex_value(text[i + 2]) >= 0;
    if (!escape) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
    i += 2;
  }
  return out;
}

bool is_loopback(std::string_view host) {
  const std::string name = to_lower(host);
  if (name == "localhost" || name.ends_with(".localhost") || name == "[::1]") return true;
  const auto parts = split(name, '.');
  if (parts.size() != 4 || parts[0] != "127") return false;
  return std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    return parse_unsigned(part).value_or(256) < 256;
  });
}

}  // namespace seawall
