#include "advisory/versions/dpkg.h"

#include "advisory/versions/text.h"

namespace seawall::advisory::versions {
namespace {

struct Parts {
  std::string_view epoch, upstream, revision;
};

Parts parse(std::string_view version) {
  Parts parts;
  const size_t colon = version.find(':');
  if (colon != std::string_view::npos && all_digits(version.substr(0, colon))) {
    parts.epoch = version.substr(0, colon);
    version.remove_prefix(colon + 1);
  }
  const size_t dash = version.rfind('-');
  parts.upstream = version.substr(0, dash);
  if (dash != std::string_view::npos) parts.revision = version.substr(dash + 1);
  return parts;
}

// The weight of the character at `i` of the non-digits: "~" before the end, letters before the
// rest.
int weight(std::string_view text, size_t i) {
  if (i >= text.size() || is_digit(text[i])) return 0;
  if (text[i] == '~') return -1;
  const int value = static_cast<unsigned char>(text[i]);
  return is_alpha(text[i]) ? value : value + 256;
}

std::strong_ordering compare_part(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    size_t i = 0;
    for (;; ++i) {
      const int left = weight(a, i), right = weight(b, i);
      if (left != right) return left <=> right;
      if (left == 0) break;
    }
    a.remove_prefix(i);
    b.remove_prefix(i);
    if (const auto order = compare_numbers(take_digits(a), take_digits(b)); order != 0) {
      return order;
    }
  }
  return std::strong_ordering::equal;
}

}  // namespace

std::strong_ordering compare_dpkg(std::string_view a, std::string_view b) {
  const Parts left = parse(a), right = parse(b);
  if (const auto order = compare_numbers(left.epoch, right.epoch); order != 0) return order;
  if (const auto order = compare_part(left.upstream, right.upstream); order != 0) return order;
  return compare_part(left.revision, right.revision);
}

bool is_valid_dpkg(std::string_view version) {
  const size_t colon = version.find(':');
  const Parts parts = parse(version);
  if (colon != std::string_view::npos) {
    // dpkg keeps the epoch in an int.
    if (parts.epoch.empty() || compare_numbers(parts.epoch, "2147483647") > 0) return false;
    version.remove_prefix(colon + 1);
  }
  if (parts.upstream.empty() || !is_digit(parts.upstream[0])) return false;
  if (version.ends_with('-')) return false;
  const auto allowed = [](std::string_view text, std::string_view punctuation) {
    for (const char c : text) {
      if (!is_digit(c) && !is_alpha(c) && punctuation.find(c) == std::string_view::npos) {
        return false;
      }
    }
    return true;
  };
  return allowed(parts.upstream, ".-+~:") && allowed(parts.revision, ".+~");
}

}  // namespace seawall::advisory::versions
