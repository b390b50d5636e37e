// url and the parts of one. Source: Kubernetes 1.36, k8s.io/apiserver/pkg/cel/library/urls.go.
#include <vector>

#include "base/strings.h"
#include "cel/library.h"
#include "cel/uri.h"

namespace seawall::cel {
namespace {

// The parts as they are asked for; all text is in the arena.
struct UrlParts {
  std::string_view text, scheme, host, hostname, port, escaped_path;
  Value query;  // map(string, list(string))
};

class UrlObject final : public Object {
 public:
  explicit UrlObject(const UrlParts& parts) : Object(&types::url), parts_(parts) {}
  const UrlParts& parts() const { return parts_; }
  bool equals(const Object& other) const override {
    return other.type() == type() &&
           static_cast<const UrlObject&>(other).parts_.text == parts_.text;
  }
  std::string text() const override { return std::string(parts_.text); }

 private:
  UrlParts parts_;
};

const UrlParts& parts_of(const Value& value) {
  return static_cast<const UrlObject&>(value.object()).parts();
}

// Values of one key become one list, in their order. Unescaped bytes may be no UTF-8.
Value query_map(Call& call, const Uri& uri) {
  Value places = make_map(call.arena(), {});  // of each key in `keys`
  std::vector<std::pair<Value, std::vector<Value>>> keys;
  for (const auto& [key, value] : uri.query()) {
    const Value text = call.string(to_valid_utf8(value));
    const Value name = call.string(to_valid_utf8(key));
    Value place;
    if (!places.find(name, place)) {
      place = Value::integer(static_cast<int64_t>(keys.size()));
      places = insert(call.arena(), places, name, place);
      keys.emplace_back(name, std::vector<Value>());
    }
    keys[static_cast<size_t>(place.integer())].second.push_back(text);
  }
  std::vector<MapEntry> entries;
  for (const auto& [name, values] : keys)
    entries.push_back({name, make_list(call.arena(), values)});
  return make_map(call.arena(), entries);
}

Value parse(Call& call, Arguments arguments) {
  const auto uri = Uri::parse(arguments[0].string());
  if (!uri.ok()) {
    return call.error("URL parse error during conversion from string: " + uri.error().message());
  }
  const auto keep = [&call](std::string_view text) {
    return call.arena().copy(std::string_view(to_valid_utf8(text)));
  };
  UrlParts parts;
  parts.text = keep(uri->text());
  parts.scheme = keep(uri->scheme());
  parts.host = keep(uri->host());
  parts.hostname = keep(uri->hostname());
  parts.port = keep(uri->port());
  parts.escaped_path = keep(uri->escaped_path());
  parts.query = query_map(call, *uri);
  return call.object<UrlObject>(parts);
}
Value is_url(Call&, Arguments arguments) {
  return Value::boolean(Uri::check_request(arguments[0].string()).ok());
}
template <std::string_view UrlParts::* kPart>
Value part(Call&, Arguments arguments) {
  return Value::string(parts_of(arguments[0]).*kPart);
}
Value query(Call&, Arguments arguments) {
  return parts_of(arguments[0]).query;
}

uint64_t text_cost(Arguments arguments, const Value&) {
  return scaled_cost(cost_size(arguments[0]), kStringFactor);
}

constexpr Style kMember = Style::kMember;
constexpr Overload kOverloads[] = {
    {"string_to_url", "url", Style::kGlobal, "(string) -> kubernetes.URL", parse, text_cost},
    {"is_url_string", "isURL", Style::kGlobal, "(string) -> bool", is_url},
    {"url_get_scheme", "getScheme", kMember, "(kubernetes.URL) -> string", part<&UrlParts::scheme>},
    {"url_get_host", "getHost", kMember, "(kubernetes.URL) -> string", part<&UrlParts::host>},
    {"url_get_hostname", "getHostname", kMember, "(kubernetes.URL) -> string",
     part<&UrlParts::hostname>},
    {"url_get_port", "getPort", kMember, "(kubernetes.URL) -> string", part<&UrlParts::port>},
    {"url_get_escaped_path", "getEscapedPath", kMember, "(kubernetes.URL) -> string",
     part<&UrlParts::escaped_path>},
    {"url_get_query", "getQuery", kMember, "(kubernetes.URL) -> map(string, list(string))", query},
};

}  // namespace

const Library kubernetes_urls_library{"kubernetes.urls", kOverloads};

}  // namespace seawall::cel
