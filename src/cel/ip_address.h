// IP addresses and networks by the rules of Go's net/netip, with its messages, and Kubernetes'
// stricter ones on top: no zone, no IPv4 address dressed as IPv6.
//
//   SEAWALL_TRY(const IpNetwork network, IpNetwork::parse("10.0.0.0/8"));
//   SEAWALL_TRY(const IpAddress address, IpAddress::parse("10.1.2.3"));
//   network.contains(address) && address.text() == "10.1.2.3";
//
// An octet has no leading zero; "::" stands for one group at least; text() is the canonical form of
// RFC 5952. ERRORS: kMalformed with the message that Kubernetes shows. Source: Go 1.26, net/netip;
// Kubernetes 1.36, k8s.io/apiserver/pkg/cel/library/{ip,cidr}.go.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace seawall::cel {

class IpAddress {
 public:
  static Result<IpAddress> parse(std::string_view text);
  // Go's netip.ParseAddr: with a zone ("fe80::1%eth0"), which is given back, and mapped IPv4.
  static Result<IpAddress> parse_any(std::string_view text, std::string_view& zone);

  bool is_v4() const { return v4_; }
  int bits() const { return v4_ ? 32 : 128; }
  // In the network's order; of IPv4 the first four, the others zero.
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }
  bool operator==(const IpAddress&) const = default;
  // RFC 5952.
  std::string text() const;
  bool is_mapped_v4() const;  // ::ffff:1.2.3.4
  bool is_unspecified() const;
  bool is_loopback() const;
  bool is_multicast() const;
  bool is_link_local_multicast() const;
  bool is_link_local_unicast() const;
  bool is_global_unicast() const;  // private addresses too
  // The first `bits` bits, all others zero. REQUIRES: 0 <= bits <= this->bits().
  IpAddress masked(int bits) const;

 private:
  friend class IpParser;
  uint16_t group(size_t at) const;
  bool v4_ = false;
  std::array<uint8_t, 16> bytes_{};  // of IPv4 the first four
};

class IpNetwork {
 public:
  static Result<IpNetwork> parse(std::string_view text);
  static IpNetwork of(const IpAddress& address, int bits) { return {address, bits}; }

  const IpAddress& address() const { return address_; }
  int bits() const { return bits_; }
  bool operator==(const IpNetwork&) const = default;
  std::string text() const;
  IpNetwork masked() const { return {address_.masked(bits_), bits_}; }
  // Addresses of the other family never are.
  bool contains(const IpAddress& address) const;
  bool contains(const IpNetwork& network) const;

 private:
  IpNetwork(const IpAddress& address, int bits) : address_(address), bits_(bits) {}
  IpAddress address_;
  int bits_;
};

}  // namespace seawall::cel
