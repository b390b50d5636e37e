// ip and what is known of an address. Source: Kubernetes 1.36,
// k8s.io/apiserver/pkg/cel/library/ip.go.
#include "cel/library.h"
#include "cel/library/network_values.h"

namespace seawall::cel {
namespace {

Value parse(Call& call, Arguments arguments) {
  const auto address = IpAddress::parse(arguments[0].string());
  if (!address.ok()) return call.error(address.error().message());
  return call.object<IpObject>(*address);
}
Value is_ip(Call&, Arguments arguments) {
  return Value::boolean(IpAddress::parse(arguments[0].string()).ok());
}
Value is_canonical(Call& call, Arguments arguments) {
  const auto address = IpAddress::parse(arguments[0].string());
  if (!address.ok()) return call.error(address.error().message());
  return Value::boolean(address->text() == arguments[0].string());
}
Value to_string(Call& call, Arguments arguments) {
  return call.string(address_of(arguments[0]).text());
}
Value family(Call&, Arguments arguments) {
  return Value::integer(address_of(arguments[0]).is_v4() ? 4 : 6);
}
template <bool (IpAddress::*kQuestion)() const>
Value ask(Call&, Arguments arguments) {
  return Value::boolean((address_of(arguments[0]).*kQuestion)());
}

uint64_t text_cost(Arguments arguments, const Value&) {
  return scaled_cost(cost_size(arguments[0]), kStringFactor);
}
// Read, and compared with its canonical form.
uint64_t canonical_cost(Arguments arguments, const Value&) {
  return scaled_cost(cost_size(arguments[0]), 2 * kStringFactor);
}

constexpr Style kMember = Style::kMember;
constexpr Overload kOverloads[] = {
    {"string_to_ip", "ip", Style::kGlobal, "(string) -> net.IP", parse, text_cost},
    {"is_ip", "isIP", Style::kGlobal, "(string) -> bool", is_ip, text_cost},
    {"ip_is_canonical", "ip.isCanonical", Style::kGlobal, "(string) -> bool", is_canonical,
     canonical_cost},
    {"ip_to_string", "string", Style::kGlobal, "(net.IP) -> string", to_string},
    {"ip_family", "family", kMember, "(net.IP) -> int", family},
    {"ip_is_unspecified", "isUnspecified", kMember, "(net.IP) -> bool",
     ask<&IpAddress::is_unspecified>},
    {"ip_is_loopback", "isLoopback", kMember, "(net.IP) -> bool", ask<&IpAddress::is_loopback>},
    {"ip_is_link_local_multicast", "isLinkLocalMulticast", kMember, "(net.IP) -> bool",
     ask<&IpAddress::is_link_local_multicast>},
    {"ip_is_link_local_unicast", "isLinkLocalUnicast", kMember, "(net.IP) -> bool",
     ask<&IpAddress::is_link_local_unicast>},
    {"ip_is_global_unicast", "isGlobalUnicast", kMember, "(net.IP) -> bool",
     ask<&IpAddress::is_global_unicast>},
};

}  // namespace

const Library kubernetes_ip_library{"kubernetes.net.ip", kOverloads};

}  // namespace seawall::cel
