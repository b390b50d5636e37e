// Addresses as texts and back.
//
//   Address address;
//   parse_address("10.0.0.1", address) && address_text(address) == "10.0.0.1";
#pragma once

#include <string>
#include <string_view>

#include "guard/event/event.h"

namespace seawall::guard {

bool is_v4(const Address& address);                // ::ffff:a.b.c.d
std::string address_text(const Address& address);  // without the port; RFC 5952 for IPv6
// Sets bytes and `set`; false when it is not an address.
bool parse_address(std::string_view text, Address& address);

}  // namespace seawall::guard
