#include "guard/profile/peer.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::guard {

std::string network_text(const Address& address) {
  return address_text(address) + (is_v4(address) ? "/32" : "/128");
}

bool is_loopback(const Address& address) {
  if (is_v4(address)) return address.bytes[12] == 127;
  return std::all_of(address.bytes, address.bytes + 15, [](uint8_t b) { return b == 0; }) &&
         address.bytes[15] == 1;
}

Result<cel::IpNetwork> network_of(std::string_view cidr) {
  if (cidr.find('/') == cidr.npos) {
    SEAWALL_TRY(const auto address, cel::IpAddress::parse(cidr));
    return cel::IpNetwork::of(address, address.bits());
  }
  SEAWALL_TRY(const auto network, cel::IpNetwork::parse(cidr));
  return network.masked();
}

std::optional<std::pair<uint16_t, uint16_t>> parse_ports(std::string_view text) {
  const auto [first, last] = split_once(text, '-');
  const auto from = parse_unsigned(first);
  const auto to = text.find('-') == text.npos ? from : parse_unsigned(last);
  if (!from || !to || *from > *to || *to > UINT16_MAX) return std::nullopt;
  return std::pair(static_cast<uint16_t>(*from), static_cast<uint16_t>(*to));
}

std::string ports_text(const Peer& peer) {
  return peer.first_port == peer.last_port ? std::to_string(peer.first_port)
                                           : fmt::format("{}-{}", peer.first_port, peer.last_port);
}

bool fits(const Peer& peer, const Address& address, std::string_view protocol) {
  if (peer.cidr.empty() || address.port < peer.first_port || address.port > peer.last_port)
    return false;
  if (!peer.protocol.empty() && !protocol.empty() && peer.protocol != protocol) return false;
  const auto network = network_of(peer.cidr);
  const auto one = cel::IpAddress::parse(address_text(address));
  return network.ok() && one.ok() && network->contains(*one);
}

bool covers(const Peer& outer, const Peer& inner) {
  if (outer.first_port > inner.first_port || outer.last_port < inner.last_port) return false;
  if (!outer.protocol.empty() && outer.protocol != inner.protocol) return false;
  if (outer.name != inner.name && !outer.name.empty()) return false;
  if (outer.cidr == inner.cidr) return true;
  const auto wide = network_of(outer.cidr), narrow = network_of(inner.cidr);
  return wide.ok() && narrow.ok() && wide->contains(*narrow);
}

std::string peer_text(const Peer& peer) {
  std::string host = peer.name.empty() ? peer.cidr : peer.name;
  if (host.find(':') != host.npos) host = "[" + host + "]";
  return fmt::format("{}:{}{}{}", host, ports_text(peer), peer.protocol.empty() ? "" : "/",
                     peer.protocol);
}

bool is_host_name(std::string_view name) {
  if (name.size() > 253) return false;
  if (name.starts_with("*.")) name.remove_prefix(2);
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_';
  });
}

Result<Peer> parse_peer(std::string_view text) {
  const auto wrong = [&] {
    return usage_error(fmt::format("\"{}\" is no peer", printable(text)))
        .hint("for example 10.0.0.0/8:443/tcp, [2001:db8::1]:53/udp or db.example:5432");
  };
  Peer peer;
  std::string_view host, rest;
  if (text.starts_with('[')) {
    const size_t end = text.find("]:");
    if (end == text.npos) return wrong();
    host = text.substr(1, end - 1);
    rest = text.substr(end + 2);
  } else {
    std::tie(host, rest) = split_once(text, ':');
  }
  const auto [ports, protocol] = split_once(rest, '/');
  const auto range = parse_ports(ports);
  if (!range || (!protocol.empty() && protocol != "tcp" && protocol != "udp")) return wrong();
  std::tie(peer.first_port, peer.last_port) = *range;
  peer.protocol = protocol;
  if (const auto network = network_of(host); network.ok()) {
    peer.cidr = network->text();
  } else if (is_host_name(host) && host.find_first_not_of("0123456789.") != host.npos) {
    peer.name = to_lower(host);
  } else {
    return wrong();
  }
  return peer;
}

}  // namespace seawall::guard
