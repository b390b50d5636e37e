#include "advisory/constraint.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::advisory {
namespace {

constexpr size_t kMaxRequirements = 256;
constexpr size_t kMaxVersion = 128;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
// Keeps operators of other package managers ("^1.2") from being read as part of a version.
bool is_version_start(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct Bound {
  std::string version;
  bool inclusive = false;
};

// Everything between two bounds; a missing bound is no bound.
struct Interval {
  std::optional<Bound> lower, upper;
};

// The decimal number plus one, of any length.
std::string successor(std::string_view number) {
  std::string digits(number);
  for (size_t i = digits.size(); i-- > 0;) {
    if (digits[i] != '9') {
      ++digits[i];
      return digits;
    }
    digits[i] = '0';
  }
  return "1" + digits;
}

// RubyGems' Gem::Version#bump with ".a": "7.0.8" -> "7.1.a", "2" -> "3.a", "2.3.0.beta" -> "2.4.a".
std::string pessimistic_end(std::string_view version) {
  std::vector<std::string_view> segments;
  for (std::string_view segment : split(version, '.')) {
    if (segment.empty() || !std::all_of(segment.begin(), segment.end(), is_digit)) break;
    segments.push_back(segment);
  }
  if (segments.empty()) return "1.a";
  if (segments.size() > 1) segments.pop_back();
  std::string end;
  for (size_t i = 0; i + 1 < segments.size(); ++i) end += std::string(segments[i]) + ".";
  return end + successor(segments.back()) + ".a";
}

// A version just above: three numbers at least and then a 1, "1.2" -> "1.2.0.1".
std::string just_above(std::string_view version) {
  std::string above(version);
  const bool release =
      std::all_of(version.begin(), version.end(), [](char c) { return is_digit(c) || c == '.'; });
  auto dots = std::count(version.begin(), version.end(), '.');
  while (release && dots < 2) {
    above += ".0";
    ++dots;
  }
  return above + ".1";
}

class IntervalBuilder {
 public:
  explicit IntervalBuilder(VersionScheme scheme) : scheme_(scheme) {}

  Status add(std::string_view part) {
    part = trim(part);
    const size_t start = part.find_first_not_of("<>=~! \t");
    const std::string_view operation = trim(part.substr(0, start));
    const std::string_view version =
        start == std::string_view::npos ? std::string_view() : trim(part.substr(start));
    if (version.empty() || version.size() > kMaxVersion || !is_version_start(version[0]) ||
        version.find_first_of(" \t\n|,*") != std::string_view::npos) {
      return malformed(fmt::format("\"{}\" is no version requirement", part.substr(0, 80)));
    }
    if (operation == ">=" || operation == ">") {
      lower(version, operation == ">=");
    } else if (operation == "<=" || operation == "<") {
      upper(version, operation == "<=");
    } else if (operation.empty() || operation == "=" || operation == "==") {
      lower(version, true);
      upper(version, true);
    } else if (operation == "~>") {
      lower(version, true);
      upper(pessimistic_end(version), false);
    } else {
      return malformed(
          fmt::format("\"{}\" is no operator of a version requirement", operation.substr(0, 20)));
    }
    return {};
  }

  const Interval& interval() const { return interval_; }
  bool empty() const {
    if (!interval_.lower || !interval_.upper) return false;
    const auto order = compare(scheme_, interval_.lower->version, interval_.upper->version);
    return order > 0 || (order == 0 && !(interval_.lower->inclusive && interval_.upper->inclusive));
  }

 private:
  void lower(std::string_view version, bool inclusive) {
    if (interval_.lower) {
      const auto order = compare(scheme_, version, interval_.lower->version);
      if (order < 0 || (order == 0 && inclusive)) return;
    }
    interval_.lower = Bound{std::string(version), inclusive};
  }
  void upper(std::string_view version, bool inclusive) {
    if (interval_.upper) {
      const auto order = compare(scheme_, version, interval_.upper->version);
      if (order > 0 || (order == 0 && inclusive)) return;
    }
    interval_.upper = Bound{std::string(version), inclusive};
  }

  VersionScheme scheme_;
  Interval interval_;
};

Result<std::vector<Interval>> intervals_of(VersionScheme scheme,
                                           const std::vector<Requirement>& requirements) {
  if (requirements.size() > kMaxRequirements) {
    return limit_reached(fmt::format("more than {} version requirements", kMaxRequirements));
  }
  std::vector<Interval> intervals;
  for (const Requirement& requirement : requirements) {
    IntervalBuilder builder(scheme);
    for (std::string_view parts : requirement) {
      for (std::string_view part : split(parts, ',')) {
        if (trim(part).empty() && !trim(parts).empty()) continue;
        SEAWALL_CHECK(builder.add(part));
      }
    }
    if (!builder.empty()) intervals.push_back(builder.interval());
  }
  return intervals;
}

Range to_range(const Interval& interval) {
  Range range;
  if (interval.lower) {
    range.introduced =
        interval.lower->inclusive ? interval.lower->version : just_above(interval.lower->version);
  }
  if (interval.upper) {
    (interval.upper->inclusive ? range.last_affected : range.fixed) = interval.upper->version;
  }
  return range;
}

// Does `a` begin before `b`?
bool begins_before(VersionScheme scheme, const Interval& a, const Interval& b) {
  if (!a.lower || !b.lower) return !a.lower && b.lower;
  const auto order = compare(scheme, a.lower->version, b.lower->version);
  return order < 0 || (order == 0 && a.lower->inclusive && !b.lower->inclusive);
}

// Is there a version between the end of one interval and the start of the next?
bool gap_between(VersionScheme scheme, const Bound& end, const Bound& start) {
  const auto order = compare(scheme, end.version, start.version);
  return order < 0 || (order == 0 && !end.inclusive && !start.inclusive);
}

}  // namespace

Result<std::vector<Range>> ranges_of(VersionScheme scheme,
                                     const std::vector<Requirement>& requirements) {
  SEAWALL_TRY(const auto intervals, intervals_of(scheme, requirements));
  std::vector<Range> ranges;
  for (const Interval& interval : intervals) ranges.push_back(to_range(interval));
  return ranges;
}

Result<std::vector<Range>> ranges_outside(VersionScheme scheme,
                                          const std::vector<Requirement>& requirements) {
  SEAWALL_TRY(auto safe, intervals_of(scheme, requirements));
  std::stable_sort(safe.begin(), safe.end(), [&](const Interval& a, const Interval& b) {
    return begins_before(scheme, a, b);
  });
  std::vector<Range> ranges;
  // How far the safe versions reach so far; at first nowhere, `started` false.
  bool started = false;
  std::optional<Bound> reach;
  for (const Interval& next : safe) {
    if (started && !reach) return ranges;  // safe up to the end
    if (next.lower && (!started || gap_between(scheme, *reach, *next.lower))) {
      Interval gap;
      if (started) gap.lower = Bound{reach->version, !reach->inclusive};
      gap.upper = Bound{next.lower->version, !next.lower->inclusive};
      ranges.push_back(to_range(gap));
    }
    if (!started || !next.upper) {
      reach = next.upper;
    } else {
      const auto order = compare(scheme, next.upper->version, reach->version);
      if (order > 0 || (order == 0 && next.upper->inclusive)) reach = next.upper;
    }
    started = true;
  }
  if (!started) {
    ranges.emplace_back();
  } else if (reach) {
    ranges.push_back(to_range(Interval{Bound{reach->version, !reach->inclusive}, std::nullopt}));
  }
  return ranges;
}

}  // namespace seawall::advisory
