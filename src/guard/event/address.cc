#include "guard/event/address.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>

namespace seawall::guard {
namespace {

constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

bool is_v4(const Address& address) {
  return std::memcmp(address.bytes, kMapped.data(), kMapped.size()) == 0;
}

std::string address_text(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = is_v4(address);
  inet_ntop(v4 ? AF_INET : AF_INET6, address.bytes + (v4 ? kMapped.size() : 0), text.data(),
            text.size());
  return text.data();
}

bool parse_address(std::string_view text, Address& address) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return false;
  const std::string ended(text);
  std::array<uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, ended.c_str(), bytes.data() + kMapped.size()) == 1) {
    std::memcpy(bytes.data(), kMapped.data(), kMapped.size());
  } else if (inet_pton(AF_INET6, ended.c_str(), bytes.data()) != 1) {
    return false;
  }
  std::memcpy(address.bytes, bytes.data(), bytes.size());
  address.set = true;
  return true;
}

}  // namespace seawall::guard
