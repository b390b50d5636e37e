#include "policy/match.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/edit_distance.h"
#include "base/strings.h"
#include "cel/time_zone.h"

namespace seawall::policy {
namespace {

bool any_fits(const Patterns& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return fits_wildcards(pattern, text); });
}
// No patterns: nothing is asked.
bool asked_fits(const Patterns& patterns, const Node& text) {
  return patterns.empty() || (text.is_string() && any_fits(patterns, text.string()));
}

bool image_fits(const Patterns& patterns, const Node& image) {
  return patterns.empty() ||
         (image["name"].is_string() && any_fits(patterns, image["name"].string())) ||
         (image["digest"].size() == 0 && image["digest"].is_string() &&
          any_fits(patterns, image["digest"].string()));
}

bool labels_fit(const std::vector<std::pair<std::string, std::string>>& wanted,
                const Node& labels) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& label) {
    const Node& value = labels[label.first];
    return value.is_string() && fits_wildcards(label.second, value.string());
  });
}

// Of a list of text one must fit.
bool one_fits(const Patterns& patterns, const Node& texts) {
  if (patterns.empty()) return true;
  const auto items = texts.items();
  return std::any_of(items.begin(), items.end(),
                     [&](const Node& item) { return any_fits(patterns, item.string()); });
}

// The first of these that is text.
const Node& first_of(const Node& first, const Node& second) {
  return first.is_string() && !first.string().empty() ? first : second;
}

Result<Patterns> read_patterns(const Node& node, std::string_view file, std::string_view key) {
  Patterns patterns;
  for (const Node& item : node.items()) {
    if (!item.is_string() || item.string().empty()) {
      return wrong_at(file, item, fmt::format("{} is a list of text", key));
    }
    patterns.emplace_back(item.string());
  }
  if (patterns.empty()) {
    return wrong_at(file, node, fmt::format("{} is a list of text that is not empty", key));
  }
  return patterns;
}

Result<std::vector<std::pair<std::string, std::string>>> read_labels(const Node& node,
                                                                     std::string_view file,
                                                                     std::string_view key) {
  std::vector<std::pair<std::string, std::string>> labels;
  for (const Member& member : node.members()) {
    if (!member.value.is_string()) {
      return wrong_at(
          file, member.value,
          fmt::format("{} has text for each name; put \"{}\" in quotes", key, member.key));
    }
    labels.emplace_back(member.key, member.value.string());
  }
  if (labels.empty()) return wrong_at(file, node, fmt::format("{} is a mapping of text", key));
  return labels;
}

// "22:00" in minutes.
Result<int> read_clock(const Node& node, std::string_view file) {
  const auto [hours, minutes] = split_once(node.string(), ':');
  const auto whole_hours = parse_unsigned(hours);
  const auto whole_minutes = parse_unsigned(minutes);
  if (whole_hours && whole_minutes && *whole_hours <= 24 && *whole_minutes < 60 &&
      *whole_hours * 60 + *whole_minutes <= 24 * 60) {
    return static_cast<int>(*whole_hours * 60 + *whole_minutes);
  }
  return wrong_at(file, node, "a time of the day is written \"22:00\"");
}

Result<TimeWindow> read_window(const Node& node, std::string_view file) {
  constexpr std::array<std::string_view, 7> kDays = {"sun", "mon", "tue", "wed",
                                                     "thu", "fri", "sat"};
  TimeWindow window;
  for (const Member& member : node.members()) {
    if (member.key == "days") {
      window.days = 0;
      for (const Node& day : member.value.items()) {
        const auto* found = std::find(kDays.begin(), kDays.end(), to_lower(day.string()));
        if (found == kDays.end()) return wrong_at(file, day, "days are sun, mon, tue ... sat");
        window.days = static_cast<uint8_t>(window.days | 1u << (found - kDays.begin()));
      }
    } else if (member.key == "from") {
      SEAWALL_TRY(window.from, read_clock(member.value, file));
    } else if (member.key == "to") {
      SEAWALL_TRY(window.to, read_clock(member.value, file));
    } else if (member.key == "zone") {
      window.zone = member.value.string();
      if (!cel::zone_offset(window.zone, 0)) {
        return wrong_at(file, member.value, fmt::format("there is no time zone {}", window.zone));
      }
    } else {
      return wrong_at(file, member.value,
                      fmt::format("a time has no {}; days, from, to, zone", member.key));
    }
  }
  if (!node.is_object()) return wrong_at(file, node, "a time is {days: [...], from: .., to: ..}");
  return window;
}

struct ListKey {
  std::string_view key;
  Patterns Match::* patterns;
};
constexpr ListKey kLists[] = {{"images", &Match::images},
                              {"registries", &Match::registries},
                              {"namespaces", &Match::namespaces},
                              {"kinds", &Match::kinds},
                              {"names", &Match::names},
                              {"operations", &Match::operations},
                              {"subresources", &Match::subresources},
                              {"users", &Match::users},
                              {"groups", &Match::groups},
                              {"hosts", &Match::hosts},
                              {"vulnerabilities", &Match::vulnerabilities},
                              {"packages", &Match::packages},
                              {"paths", &Match::paths},
                              {"severities", &Match::severities}};

Error unknown_key(std::string_view file, const Member& member) {
  std::string_view best;
  size_t least = 4;
  for (const ListKey& list : kLists) {
    if (const size_t edits = edit_distance(member.key, list.key); edits < least) {
      least = edits;
      best = list.key;
    }
  }
  return wrong_at(file, member.value, fmt::format("match has no {}", printable(member.key)))
      .hint(best.empty() ? "docs/policy.md lists what it has"
                         : "did you mean " + std::string(best) + "?");
}

}  // namespace

Error wrong_at(std::string_view file, const Node& node, std::string message) {
  return malformed(std::move(message))
      .at(fmt::format("{}:{}:{}", file, node.line(), node.column()));
}

bool TimeWindow::holds(UnixSeconds time) const {
  const int64_t local = time + cel::zone_offset(zone, time).value_or(0);
  const int64_t day = (local >= 0 ? local : local - 86399) / 86400;
  const int minute = static_cast<int>((local - day * 86400) / 60);
  const auto weekday = [](int64_t number) {
    return static_cast<unsigned>(((number + 4) % 7 + 7) % 7);
  };
  const auto counts = [&](int64_t number) { return ((days >> weekday(number)) & 1u) != 0; };
  if (from <= to) return counts(day) && minute >= from && minute < to;
  // Over midnight: the evening of one day and the morning after it.
  return (counts(day) && minute >= from) || (counts(day - 1) && minute < to);
}

bool Match::empty() const {
  return std::all_of(std::begin(kLists), std::end(kLists),
                     [&](const ListKey& list) { return (this->*list.patterns).empty(); }) &&
         labels.empty() && namespace_labels.empty() && times.empty();
}

bool Match::about_findings() const {
  return !vulnerabilities.empty() || !packages.empty() || !paths.empty() || !severities.empty();
}

bool Match::fits(const Facts& facts, UnixSeconds now) const {
  const Node &image = facts["image"], &workload = facts["workload"], &request = facts["request"];
  return image_fits(images, image) && asked_fits(registries, image["registry"]) &&
         asked_fits(namespaces, first_of(workload["namespace"], request["namespace"])) &&
         asked_fits(kinds, first_of(workload["kind"], request["kind"])) &&
         asked_fits(names, workload["name"]) && asked_fits(operations, request["operation"]) &&
         asked_fits(subresources, request["subresource"]) && asked_fits(users, request["user"]) &&
         one_fits(groups, request["groups"]) && asked_fits(hosts, facts["host"]["name"]) &&
         labels_fit(labels, workload["labels"]) &&
         labels_fit(namespace_labels, request["namespaceLabels"]) &&
         (times.empty() || std::any_of(times.begin(), times.end(), [&](const TimeWindow& window) {
            return window.holds(now);
          }));
}

bool Match::fits_finding(const Node& finding) const {
  const auto named = [&] {
    return any_fits(vulnerabilities, finding["id"].string()) ||
           one_fits(vulnerabilities, finding["aliases"]);
  };
  return (vulnerabilities.empty() || named()) && asked_fits(packages, finding["package"]) &&
         asked_fits(paths, finding["path"]) && asked_fits(severities, finding["severity"]);
}

Result<Match> read_match(const Node& node, std::string_view file) {
  if (!node.is_object()) return wrong_at(file, node, "match is a mapping");
  Match match;
  for (const Member& member : node.members()) {
    const auto* list = std::find_if(std::begin(kLists), std::end(kLists),
                                    [&](const ListKey& known) { return known.key == member.key; });
    if (list != std::end(kLists)) {
      SEAWALL_TRY(match.*list->patterns, read_patterns(member.value, file, member.key));
    } else if (member.key == "labels") {
      SEAWALL_TRY(match.labels, read_labels(member.value, file, member.key));
    } else if (member.key == "namespaceLabels") {
      SEAWALL_TRY(match.namespace_labels, read_labels(member.value, file, member.key));
    } else if (member.key == "times") {
      for (const Node& window : member.value.items()) {
        SEAWALL_TRY(TimeWindow read, read_window(window, file));
        match.times.push_back(std::move(read));
      }
      if (match.times.empty()) return wrong_at(file, member.value, "times is a list");
    } else {
      return unknown_key(file, member);
    }
  }
  return match;
}

}  // namespace seawall::policy
