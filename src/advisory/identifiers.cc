#include "advisory/identifiers.h"

#include <algorithm>

namespace seawall::advisory {

bool is_cve(std::string_view id) {
  if (!id.starts_with("CVE-") || id.size() < 13 || id.size() > 24 || id[8] != '-') return false;
  const auto digits = [](std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return digits(id.substr(4, 4)) && digits(id.substr(9));
}

}  // namespace seawall::advisory
