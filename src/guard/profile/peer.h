// Peers: which addresses and ports a network rule is about, and how they are written.
//
//   fits({.cidr = "10.0.0.0/8", .protocol = "tcp", .first_port = 5432, .last_port = 5432}, address,
//        "tcp")
//
// A peer with a name and no network fits no address: whoever enforces resolves the name first. A
// protocol that is not known (empty) fits any. IPv4 addresses never lie in networks of IPv6.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "cel/ip_address.h"
#include "guard/event/address.h"
#include "guard/event/event.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

// The network of this one address: "10.1.2.3/32".
std::string network_text(const Address& address);
bool is_loopback(const Address& address);

// "10.0.0.0/8", or an address alone, with all other bits zero. ERRORS: kMalformed.
Result<cel::IpNetwork> network_of(std::string_view cidr);
// "5432" or "8000-8080"; nothing for anything else.
std::optional<std::pair<uint16_t, uint16_t>> parse_ports(std::string_view text);
std::string ports_text(const Peer& peer);  // "5432", "8000-8080", "0-65535"

bool fits(const Peer& peer, const Address& address, std::string_view protocol);
// Whether all that `inner` is about `outer` is about, too.
bool covers(const Peer& outer, const Peer& inner);

// "10.0.0.0/8:443/tcp", "[2001:db8::/32]:53/udp", "db.example:5432": as `seawall profile allow`
// takes a peer and as people are shown one. ERRORS: kUsage.
std::string peer_text(const Peer& peer);
Result<Peer> parse_peer(std::string_view text);
// Letters, digits, "-", "_" and ".", at most 253; "*." may stand first.
bool is_host_name(std::string_view name);

}  // namespace seawall::guard
