#include "advisory/affects.h"

#include <algorithm>

namespace seawall::advisory {
namespace {

// Lists of versions are shown up to here; people read them, machines have the ranges.
constexpr size_t kShownVersions = 4;

}  // namespace

bool holds(VersionScheme scheme, const Range& range, std::string_view version) {
  if (!range.introduced.empty() && range.introduced != "0" &&
      compare(scheme, version, range.introduced) < 0) {
    return false;
  }
  if (!range.fixed.empty()) return compare(scheme, version, range.fixed) < 0;
  return range.last_affected.empty() || compare(scheme, version, range.last_affected) <= 0;
}

bool affects(VersionScheme scheme, std::span<const Range> ranges,
             std::span<const std::string_view> versions, std::string_view version) {
  if (ranges.empty() && versions.empty()) return true;
  for (const auto& range : ranges) {
    if (holds(scheme, range, version)) return true;
  }
  return std::any_of(versions.begin(), versions.end(), [&](std::string_view named) {
    return named == version || compare(scheme, named, version) == 0;
  });
}

std::string to_text(std::span<const Range> ranges, std::span<const std::string_view> versions) {
  std::string text;
  const auto add = [&](std::string_view separator, std::string_view part) {
    if (!text.empty()) text += separator;
    text += part;
  };
  for (const auto& range : ranges) {
    std::string one;
    if (!range.introduced.empty() && range.introduced != "0") one = ">=" + range.introduced;
    const std::string upper = !range.fixed.empty()           ? "<" + range.fixed
                              : !range.last_affected.empty() ? "<=" + range.last_affected
                                                             : "";
    if (!one.empty() && !upper.empty()) one += ", ";
    one += upper;
    add(" || ", one.empty() ? "all versions" : one);
  }
  if (ranges.empty()) {
    for (size_t i = 0; i < versions.size() && i < kShownVersions; ++i) {
      add(" || ", "=" + std::string(versions[i]));
    }
    if (versions.size() > kShownVersions) text += " || ...";
    if (versions.empty()) text = "all versions";
  }
  return text;
}

}  // namespace seawall::advisory
