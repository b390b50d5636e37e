#include "inspect/dockerfile/labels.h"

#include "base/regex.h"
#include "base/time.h"
#include "model/spdx_license.h"

namespace seawall::inspect {
namespace {

bool is_match(const char* pattern, std::string_view text) {
  const auto regex = Regex::compile(pattern);
  return regex.ok() && regex->matches(text);
}

}  // namespace

bool is_label_kind(std::string_view kind) {
  for (const std::string_view known :
       {"text", "url", "rfc3339", "spdx", "hash", "semver", "email"}) {
    if (kind == known) return true;
  }
  return false;
}

bool fits_label_kind(std::string_view kind, std::string_view value) {
  if (kind == "text" || value.find('$') != value.npos) return true;
  if (kind == "url") return is_match(R"(^[a-z][a-z0-9+.-]*://[^\s/]+.*$)", value);
  if (kind == "rfc3339")
    return value.find_first_of("Tt") != value.npos && parse_time(value).has_value();
  if (kind == "spdx") return parse_spdx_expression(value).has_value();
  if (kind == "hash") return is_match("^([0-9a-f]{7}|[0-9a-f]{40})$", value);
  if (kind == "semver") {
    return is_match(
        R"(^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$)",
        value);
  }
  if (kind == "email") return is_match(R"(^[^\s@]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$)", value);
  return false;
}

}  // namespace seawall::inspect
