// cidr, and what lies in a network. Source: Kubernetes 1.36,
// k8s.io/apiserver/pkg/cel/library/cidr.go; the doubled prefix in messages is Kubernetes' own.
#include "cel/library.h"
#include "cel/library/network_values.h"

namespace seawall::cel {
namespace {

Value wrong_network(Call& call, const Error& error) {
  return call.error("network address parse error during conversion from string: " +
                    error.message());
}

Value parse(Call& call, Arguments arguments) {
  const auto network = IpNetwork::parse(arguments[0].string());
  if (!network.ok()) return wrong_network(call, network.error());
  return call.object<CidrObject>(*network);
}
Value is_cidr(Call&, Arguments arguments) {
  return Value::boolean(IpNetwork::parse(arguments[0].string()).ok());
}
Value contains_ip(Call&, Arguments arguments) {
  return Value::boolean(network_of(arguments[0]).contains(address_of(arguments[1])));
}
Value contains_ip_text(Call& call, Arguments arguments) {
  const auto address = IpAddress::parse(arguments[1].string());
  if (!address.ok()) return call.error("no such overload");
  return Value::boolean(network_of(arguments[0]).contains(*address));
}
Value contains_cidr(Call&, Arguments arguments) {
  return Value::boolean(network_of(arguments[0]).contains(network_of(arguments[1])));
}
Value contains_cidr_text(Call& call, Arguments arguments) {
  const auto network = IpNetwork::parse(arguments[1].string());
  if (!network.ok()) return wrong_network(call, network.error());
  return Value::boolean(network_of(arguments[0]).contains(*network));
}
Value address(Call& call, Arguments arguments) {
  return call.object<IpObject>(network_of(arguments[0]).address());
}
Value prefix_length(Call&, Arguments arguments) {
  return Value::integer(network_of(arguments[0]).bits());
}
Value masked(Call& call, Arguments arguments) {
  return call.object<CidrObject>(network_of(arguments[0]).masked());
}
Value to_string(Call& call, Arguments arguments) {
  return call.string(network_of(arguments[0]).text());
}

uint64_t text_cost(Arguments arguments, const Value&) {
  return scaled_cost(cost_size(arguments[0]), kStringFactor);
}
// Two addresses of as many bytes as the prefix are compared; text is read before.
uint64_t contains_cost(Arguments arguments, const Value&) {
  return scaled_cost(2 * cost_size(arguments[0]), kStringFactor);
}
uint64_t contains_text_cost(Arguments arguments, const Value& result) {
  return contains_cost(arguments, result) + scaled_cost(cost_size(arguments[1]), kStringFactor);
}
uint64_t contains_cidr_cost(Arguments arguments, const Value& result) {
  return contains_cost(arguments, result) + scaled_cost(cost_size(arguments[0]), kStringFactor) + 1;
}
uint64_t contains_cidr_text_cost(Arguments arguments, const Value& result) {
  return contains_cidr_cost(arguments, result) +
         scaled_cost(cost_size(arguments[1]), kStringFactor);
}

constexpr Style kMember = Style::kMember;
constexpr Overload kOverloads[] = {
    {"string_to_cidr", "cidr", Style::kGlobal, "(string) -> net.CIDR", parse, text_cost},
    {"is_cidr", "isCIDR", Style::kGlobal, "(string) -> bool", is_cidr, text_cost},
    {"cidr_to_string", "string", Style::kGlobal, "(net.CIDR) -> string", to_string},
    // First those that cost less: theirs is the cost where the argument is of an unknown type.
    {"cidr_contains_ip_ip", "containsIP", kMember, "(net.CIDR, net.IP) -> bool", contains_ip,
     contains_cost},
    {"cidr_contains_ip_string", "containsIP", kMember, "(net.CIDR, string) -> bool",
     contains_ip_text, contains_text_cost},
    {"cidr_contains_cidr", "containsCIDR", kMember, "(net.CIDR, net.CIDR) -> bool", contains_cidr,
     contains_cidr_cost},
    {"cidr_contains_cidr_string", "containsCIDR", kMember, "(net.CIDR, string) -> bool",
     contains_cidr_text, contains_cidr_text_cost},
    {"cidr_ip", "ip", kMember, "(net.CIDR) -> net.IP", address},
    {"cidr_prefix_length", "prefixLength", kMember, "(net.CIDR) -> int", prefix_length},
    {"cidr_masked", "masked", kMember, "(net.CIDR) -> net.CIDR", masked},
};

}  // namespace

const Library kubernetes_cidr_library{"kubernetes.net.cidr", kOverloads};

}  // namespace seawall::cel
