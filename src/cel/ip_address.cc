#include "cel/ip_address.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "cel/go_quote.h"

namespace seawall::cel {

// One address being read; failures are told with the rest that could not be read.
class IpParser {
 public:
  explicit IpParser(std::string_view text) : text_(text) {}

  Result<IpAddress> v4() {
    made_.v4_ = true;
    SEAWALL_CHECK(octets(text_, 0));
    return made_;
  }

  Result<IpAddress> v6(std::string_view& zone) {
    std::string_view rest = text_.substr(0, text_.find('%'));
    if (rest.size() < text_.size()) {
      zone = text_.substr(rest.size() + 1);
      if (zone.empty()) return failure("zone must be a non-empty string");
    }
    if (rest.starts_with("::")) {
      gap_ = 0;
      rest.remove_prefix(2);
    }
    if (!rest.empty() || gap_ < 0) SEAWALL_CHECK(groups(rest));
    return expanded();
  }

  Error failure(std::string_view why, std::string_view at = {}) const {
    std::string message = fmt::format("ParseAddr({}): {}", go_quote(text_), why);
    if (!at.empty()) message += fmt::format(" (at {})", go_quote(at));
    return malformed(std::move(message));
  }

 private:
  Status octets(std::string_view text, size_t to) {
    int value = 0, digits = 0;
    size_t octet = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c >= '0' && c <= '9') {
        if (digits == 1 && value == 0) return failure("IPv4 field has octet with leading zero");
        value = value * 10 + (c - '0');
        ++digits;
        if (value > 255) return failure("IPv4 field has value >255");
      } else if (c != '.') {
        return failure("unexpected character", text.substr(i));
      } else if (i == 0 || i + 1 == text.size() || text[i - 1] == '.') {
        return failure("IPv4 field must have at least one digit", text.substr(i));
      } else if (octet == 3) {
        return failure("IPv4 address too long");
      } else {
        made_.bytes_[to + octet++] = static_cast<uint8_t>(value);
        value = digits = 0;
      }
    }
    if (octet < 3) return failure("IPv4 address too short");
    made_.bytes_[to + 3] = static_cast<uint8_t>(value);
    return {};
  }

  static int hexadecimal(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

  // Groups and colons up to the end, or an IPv4 address as the last four bytes.
  Status groups(std::string_view rest) {
    while (filled_ < 16) {
      size_t size = 0;
      unsigned value = 0;
      for (; size < rest.size() && hexadecimal(rest[size]) >= 0; ++size) {
        if (size > 3) return failure("each group must have 4 or less digits", rest);
        value = value << 4 | static_cast<unsigned>(hexadecimal(rest[size]));
      }
      if (size == 0) {
        return failure("each colon-separated field must have at least one digit", rest);
      }
      if (size < rest.size() && rest[size] == '.') return trailing_v4(rest);
      made_.bytes_[filled_++] = static_cast<uint8_t>(value >> 8);
      made_.bytes_[filled_++] = static_cast<uint8_t>(value);
      rest.remove_prefix(size);
      if (rest.empty()) return {};
      if (rest[0] != ':') return failure("unexpected character, want colon", rest);
      if (rest.size() == 1) return failure("colon must be followed by more characters", rest);
      rest.remove_prefix(1);
      if (rest[0] == ':') {
        if (gap_ >= 0) return failure("multiple :: in address", rest);
        gap_ = static_cast<int>(filled_);
        rest.remove_prefix(1);
        if (rest.empty()) return {};
      }
    }
    return failure("trailing garbage after address", rest);
  }

  Status trailing_v4(std::string_view rest) {
    if (gap_ < 0 && filled_ != 12) {
      return failure("embedded IPv4 address must replace the final 2 fields of the address", rest);
    }
    if (filled_ + 4 > 16) {
      return failure("too many hex fields to fit an embedded IPv4 at the end of the address", rest);
    }
    SEAWALL_CHECK(octets(rest, filled_));
    filled_ += 4;
    return {};
  }

  // Moves what stands behind "::" to the end.
  Result<IpAddress> expanded() {
    if (filled_ == 16) {
      if (gap_ >= 0) return failure("the :: must expand to at least one field of zeros");
      return made_;
    }
    if (gap_ < 0) return failure("address string too short");
    auto& bytes = made_.bytes_;
    std::move_backward(bytes.begin() + gap_, bytes.begin() + static_cast<int>(filled_),
                       bytes.end());
    std::fill_n(bytes.begin() + gap_, 16 - filled_, uint8_t{0});
    return made_;
  }

  std::string_view text_;
  IpAddress made_;
  size_t filled_ = 0;  // bytes
  int gap_ = -1;       // where "::" stands
};

Result<IpAddress> IpAddress::parse_any(std::string_view text, std::string_view& zone) {
  IpParser parser(text);
  const size_t at = text.find_first_of(".:%");
  if (at == std::string_view::npos) return parser.failure("unable to parse IP");
  // A zone without an address before it.
  if (text[at] == '%') return parser.failure("missing IPv6 address");
  return text[at] == '.' ? parser.v4() : parser.v6(zone);
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
  std::string_view zone;
  auto address = parse_any(text, zone);
  if (!address.ok()) {
    return malformed(fmt::format("IP Address {} parse error during conversion from string: {}",
                                 go_quote(text), address.error().message()));
  }
  if (!zone.empty()) {
    return malformed(fmt::format("IP address {} with zone value is not allowed", go_quote(text)));
  }
  if (address->is_mapped_v4()) {
    return malformed(fmt::format("IPv4-mapped IPv6 address {} is not allowed", go_quote(text)));
  }
  return address;
}

uint16_t IpAddress::group(size_t at) const {
  return static_cast<uint16_t>(bytes_[2 * at] << 8 | bytes_[2 * at + 1]);
}

std::string IpAddress::text() const {
  if (v4_) return fmt::format("{}.{}.{}.{}", bytes_[0], bytes_[1], bytes_[2], bytes_[3]);
  if (is_mapped_v4()) {
    return fmt::format("::ffff:{}.{}.{}.{}", bytes_[12], bytes_[13], bytes_[14], bytes_[15]);
  }
  // The first of the longest runs of two zeros and more becomes "::".
  size_t gap = 8, gap_size = 1;
  for (size_t i = 0; i < 8; ++i) {
    size_t end = i;
    while (end < 8 && group(end) == 0) ++end;
    if (end - i > gap_size) {
      gap = i;
      gap_size = end - i;
    }
  }
  std::string text;
  for (size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      text += "::";
      i += gap_size;
      if (i >= 8) break;
    } else if (i > 0) {
      text += ':';
    }
    text += fmt::format("{:x}", group(i));
  }
  return text;
}

bool IpAddress::is_mapped_v4() const {
  return !v4_ &&
         std::all_of(bytes_.begin(), bytes_.begin() + 10, [](uint8_t b) { return b == 0; }) &&
         group(5) == 0xffff;
}

bool IpAddress::is_unspecified() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](uint8_t b) { return b == 0; });
}

bool IpAddress::is_loopback() const {
  if (v4_) return bytes_[0] == 127;
  return bytes_[15] == 1 &&
         std::all_of(bytes_.begin(), bytes_.end() - 1, [](uint8_t b) { return b == 0; });
}

bool IpAddress::is_multicast() const {
  return v4_ ? (bytes_[0] & 0xf0) == 0xe0 : bytes_[0] == 0xff;
}

bool IpAddress::is_link_local_multicast() const {
  if (v4_) return bytes_[0] == 224 && bytes_[1] == 0 && bytes_[2] == 0;
  return (group(0) & 0xff0f) == 0xff02;
}

bool IpAddress::is_link_local_unicast() const {
  return v4_ ? bytes_[0] == 169 && bytes_[1] == 254 : (group(0) & 0xffc0) == 0xfe80;
}

bool IpAddress::is_global_unicast() const {
  const bool broadcast =
      v4_ && std::all_of(bytes_.begin(), bytes_.begin() + 4, [](uint8_t b) { return b == 255; });
  return !broadcast && !is_unspecified() && !is_loopback() && !is_multicast() &&
         !is_link_local_unicast();
}

IpAddress IpAddress::masked(int bits) const {
  IpAddress made = *this;
  for (int i = 0; i < 16; ++i) {
    const int kept = std::clamp(bits - 8 * i, 0, 8);
    made.bytes_[static_cast<size_t>(i)] &= static_cast<uint8_t>(0xff00 >> kept);
  }
  return made;
}

Result<IpNetwork> IpNetwork::parse(std::string_view text) {
  const auto failure = [text](std::string_view why) {
    return malformed(
        fmt::format("network address parse error during conversion from string: "
                    "netip.ParsePrefix({}): {}",
                    go_quote(text), why));
  };
  const size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return failure("no '/'");
  std::string_view zone;
  const auto address = IpAddress::parse_any(text.substr(0, slash), zone);
  if (!address.ok()) return failure(address.error().message());
  if (!zone.empty()) return failure("IPv6 zones cannot be present in a prefix");
  const std::string_view digits = text.substr(slash + 1);
  const auto bits = parse_unsigned(digits);
  if (!bits || (digits.size() > 1 && digits[0] == '0') || *bits > INT64_MAX) {
    return failure("bad bits after slash: " + go_quote(digits));
  }
  if (*bits > static_cast<uint64_t>(address->bits())) return failure("prefix length out of range");
  if (address->is_mapped_v4()) {
    return malformed(fmt::format("IPv4-mapped IPv6 address {} is not allowed", go_quote(text)));
  }
  return IpNetwork(*address, static_cast<int>(*bits));
}

std::string IpNetwork::text() const {
  return fmt::format("{}/{}", address_.text(), bits_);
}

bool IpNetwork::contains(const IpAddress& address) const {
  return address.is_v4() == address_.is_v4() && address.masked(bits_) == address_.masked(bits_);
}

bool IpNetwork::contains(const IpNetwork& network) const {
  return bits_ <= network.bits_ && contains(network.address_);
}

}  // namespace seawall::cel
