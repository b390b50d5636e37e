// Values of the types net.IP and net.CIDR, which the libraries ip and cidr share.
#pragma once

#include "cel/ip_address.h"
#include "cel/type.h"
#include "cel/value.h"

namespace seawall::cel {

class IpObject final : public Object {
 public:
  explicit IpObject(const IpAddress& address) : Object(&types::ip), address_(address) {}
  const IpAddress& address() const { return address_; }
  bool equals(const Object& other) const override {
    return other.type() == type() && static_cast<const IpObject&>(other).address_ == address_;
  }
  std::string text() const override { return address_.text(); }
  uint64_t cost_size() const override { return static_cast<uint64_t>(address_.bits()) / 8; }

 private:
  IpAddress address_;
};

class CidrObject final : public Object {
 public:
  explicit CidrObject(const IpNetwork& network) : Object(&types::cidr), network_(network) {}
  const IpNetwork& network() const { return network_; }
  bool equals(const Object& other) const override {
    return other.type() == type() && static_cast<const CidrObject&>(other).network_ == network_;
  }
  std::string text() const override { return network_.text(); }
  uint64_t cost_size() const override { return (static_cast<uint64_t>(network_.bits()) + 7) / 8; }

 private:
  IpNetwork network_;
};

// REQUIRES: a value of that type.
inline const IpAddress& address_of(const Value& value) {
  return static_cast<const IpObject&>(value.object()).address();
}
inline const IpNetwork& network_of(const Value& value) {
  return static_cast<const CidrObject&>(value.object()).network();
}

}  // namespace seawall::cel
