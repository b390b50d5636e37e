#include "cel/uri.h"

#include <algorithm>

#include "base/strings.h"
#include "cel/go_quote.h"
#include "cel/ip_address.h"
#include "cel/uri_escape.h"

namespace seawall::cel {
namespace {

constexpr size_t kMostParameters = 10'000;  // of a query; Go reads none of more

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_optional_port(std::string_view text) {
  return text.empty() || (text[0] == ':' && std::all_of(text.begin() + 1, text.end(), is_digit));
}

// Letters, digits, "-._:~!$&'()*+,;=%@".
bool is_user_information(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view("-._:~!$&'()*+,;=%@").find(c) != std::string_view::npos;
  });
}

Error parse_error(std::string_view text, const Error& error) {
  return malformed("parse " + go_quote(text) + ": " + error.message());
}

// How many bytes before ':' are a scheme; nothing when there is no scheme.
Result<size_t> scheme_size(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_letter(c)) continue;
    if (c == ':' && i == 0) return malformed("missing protocol scheme");
    if (c == ':') return i;
    if (i == 0 || !(is_digit(c) || c == '+' || c == '-' || c == '.')) return size_t{0};
  }
  return size_t{0};
}

}  // namespace

Status Uri::check_request(std::string_view text) {
  Uri uri;
  if (auto status = uri.read(text, true); !status.ok()) return parse_error(text, status.error());
  return {};
}

Result<Uri> Uri::parse(std::string_view text) {
  SEAWALL_CHECK(check_request(text));
  Uri uri;
  const size_t hash = std::min(text.find('#'), text.size());
  const std::string_view address = text.substr(0, hash);
  if (auto status = uri.read(address, false); !status.ok()) {
    return parse_error(address, status.error());
  }
  if (hash + 1 < text.size()) {
    uri.written_fragment_ = text.substr(hash + 1);
    auto fragment = unescape(uri.written_fragment_, UriPart::kFragment);
    if (!fragment.ok()) return parse_error(text, fragment.error());
    uri.fragment_ = std::move(*fragment);
  }
  return uri;
}

Status Uri::read(std::string_view text, bool request) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::any_of(text.begin(), text.end(), is_control)) {
    return malformed("net/url: invalid control character in URL");
  }
  if (text.empty() && request) return malformed("empty url");
  if (text == "*") {
    path_ = "*";
    return {};
  }
  SEAWALL_TRY(const size_t size, scheme_size(text));
  std::string_view rest = text;
  if (size > 0) {
    scheme_ = to_lower(text.substr(0, size));
    rest.remove_prefix(size + 1);
  }
  const size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    empty_query_ = question + 1 == rest.size();
    query_ = rest.substr(question + 1);
    rest = rest.substr(0, question);
  }
  if (!rest.starts_with("/")) {
    if (!scheme_.empty()) {
      opaque_ = rest;
      return {};
    }
    if (request) return malformed("invalid URI for request");
    if (rest.substr(0, rest.find('/')).find(':') != std::string_view::npos) {
      return malformed("first path segment in URL cannot contain colon");
    }
  }
  if (rest.starts_with("//") && (!scheme_.empty() || (!request && !rest.starts_with("///")))) {
    const size_t end = std::min(rest.find('/', 2), rest.size());
    SEAWALL_CHECK(read_authority(rest.substr(2, end - 2)));
    rest.remove_prefix(end);
  } else if (!scheme_.empty() && rest.starts_with("/")) {
    omits_host_ = true;
  }
  SEAWALL_TRY(path_, unescape(rest, UriPart::kPath));
  if (escape(path_, UriPart::kPath) != rest) written_path_ = rest;
  return {};
}

Status Uri::read_authority(std::string_view authority) {
  const size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return read_host(authority);
  SEAWALL_CHECK(read_host(authority.substr(at + 1)));
  const std::string_view user = authority.substr(0, at);
  if (!is_user_information(user)) return malformed("net/url: invalid userinfo");
  const size_t colon = user.find(':');
  SEAWALL_TRY(user_, unescape(user.substr(0, colon), UriPart::kUser));
  has_user_ = true;
  if (colon == std::string_view::npos) return {};
  SEAWALL_TRY(password_, unescape(user.substr(colon + 1), UriPart::kUser));
  has_password_ = true;
  return {};
}

Status Uri::read_host(std::string_view host) {
  const size_t bracket = host.rfind('[');
  if (bracket == 0) return read_bracketed_host(host);
  if (bracket != std::string_view::npos) return malformed("invalid IP-literal");
  // A list of hosts with ports is what some databases take, but not in http.
  const bool strict = scheme_ == "http" || scheme_ == "https";
  if (const size_t colon = strict ? host.find(':') : host.rfind(':');
      colon != std::string_view::npos && !is_optional_port(host.substr(colon))) {
    return malformed("invalid port " + go_quote(host.substr(colon)) + " after host");
  }
  SEAWALL_TRY(host_, unescape(host, UriPart::kHost));
  return {};
}

// "[fe80::1%25eth0]:80"
Status Uri::read_bracketed_host(std::string_view host) {
  const size_t end = host.rfind(']');
  if (end == std::string_view::npos) return malformed("missing ']' in host");
  const std::string_view port = host.substr(end + 1);
  if (!is_optional_port(port)) {
    return malformed("invalid port " + go_quote(port) + " after host");
  }
  const std::string_view inner = host.substr(1, end - 1);
  const size_t zone_at = std::min(inner.find("%25"), inner.size());
  SEAWALL_TRY(std::string address, unescape(inner.substr(0, zone_at), UriPart::kHost));
  SEAWALL_TRY(const std::string zone_part, unescape(inner.substr(zone_at), UriPart::kZone));
  address += zone_part;
  std::string_view zone;
  const auto parsed = IpAddress::parse_any(address, zone);
  if (!parsed.ok()) return malformed("invalid host: " + parsed.error().message());
  if (parsed->is_v4()) return malformed("invalid IP-literal");
  host_ = "[" + address + "]" + std::string(port);
  return {};
}

// Where the port begins, or the end.
size_t Uri::port_colon() const {
  const size_t colon = host_.rfind(':');
  const bool found =
      colon != std::string::npos && is_optional_port(std::string_view(host_).substr(colon));
  return found ? colon : host_.size();
}

std::string_view Uri::hostname() const {
  std::string_view name = std::string_view(host_).substr(0, port_colon());
  if (name.starts_with("[") && name.ends_with("]")) name = name.substr(1, name.size() - 2);
  return name;
}

std::string_view Uri::port() const {
  return std::string_view(host_).substr(std::min(port_colon() + 1, host_.size()));
}

std::string Uri::escaped_path() const {
  if (!written_path_.empty() && is_escaped(written_path_, UriPart::kPath)) return written_path_;
  return path_ == "*" ? path_ : escape(path_, UriPart::kPath);
}

std::vector<std::pair<std::string, std::string>> Uri::query() const {
  std::vector<std::pair<std::string, std::string>> parameters;
  if (static_cast<size_t>(std::count(query_.begin(), query_.end(), '&')) >= kMostParameters) {
    return parameters;
  }
  for (const std::string_view part : split(query_, '&')) {
    if (part.empty() || part.find(';') != std::string_view::npos) continue;
    const auto [key, value] = split_once(part, '=');
    auto plain_key = unescape(key, UriPart::kQuery);
    auto plain_value = unescape(value, UriPart::kQuery);
    if (plain_key.ok() && plain_value.ok()) {
      parameters.emplace_back(std::move(*plain_key), std::move(*plain_value));
    }
  }
  return parameters;
}

std::string Uri::text() const {
  std::string text;
  if (!scheme_.empty()) text = scheme_ + ":";
  if (!opaque_.empty()) {
    text += opaque_;
  } else {
    if ((!scheme_.empty() || !host_.empty() || has_user_) && !omits_host_ &&
        (!host_.empty() || !path_.empty() || has_user_)) {
      text += "//";
      if (has_user_) text += escape(user_, UriPart::kUser);
      if (has_password_) text += ":" + escape(password_, UriPart::kUser);
      if (has_user_) text += "@";
      text += escape(host_, UriPart::kHost);
    }
    const std::string path = escaped_path();
    if (!path.empty() && path[0] != '/' && !host_.empty()) text += '/';
    if (text.empty() && path.substr(0, path.find('/')).find(':') != std::string::npos) {
      text += "./";
    }
    text += path;
  }
  if (empty_query_ || !query_.empty()) text += "?" + query_;
  if (!fragment_.empty()) {
    text += '#';
    text += is_escaped(written_fragment_, UriPart::kFragment)
                ? written_fragment_
                : escape(fragment_, UriPart::kFragment);
  }
  return text;
}

}  // namespace seawall::cel
