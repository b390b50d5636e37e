#include "guard/profile/profile_summary.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::guard {
namespace {

template <typename T>
std::string count_of(const std::optional<std::vector<T>>& list, std::string_view one,
                     std::string_view many) {
  if (!list) return fmt::format("any {}", one);
  return fmt::format("{} {}", list->size(), list->size() == 1 ? one : many);
}

bool lost_something(const Learned& learned) {
  for (const auto& [cause, count] : learned.lost) {
    if (count > 0) return true;
  }
  return false;
}

std::string image_of(const Profile& profile) {
  if (!profile.image.empty()) return profile.image;
  return profile.images.empty() ? "any image" : join(profile.images, ", ");
}

std::string executables_of(const ExecutableRules& rules) {
  std::string text = rules.of_image ? "the image's" : "";
  if (rules.allow || !rules.of_image) {
    if (!text.empty()) text += " and ";
    text += count_of(rules.allow, "program", "programs");
  }
  std::string denied;
  const auto add = [&](bool is, std::string_view word) {
    if (is) denied += (denied.empty() ? "" : ", ") + std::string(word);
  };
  add(rules.deny_new, "new");
  add(rules.deny_modified, "modified");
  add(rules.deny_memory, "memory");
  add(rules.deny_volumes, "volumes");
  add(rules.deny_mapped, "mapped");
  return denied.empty() ? text : text + "; never: " + denied;
}

}  // namespace

std::string summary_line(const Profile& profile) {
  return fmt::format("{:<32} {:<8} {:<11} {}\n", profile.name, to_string(profile.mode),
                     lost_something(profile.learned) ? "incomplete" : "", image_of(profile));
}

std::string summary_of(const Profile& profile, UnixSeconds now, const PromotionCriteria& criteria) {
  std::string out = profile.name + "\n";
  const auto line = [&](std::string_view what, const std::string& text) {
    out += fmt::format("  {:<13} {}\n", what, printable(text));
  };
  line("Image", image_of(profile));
  line("Mode", std::string(to_string(profile.mode)));
  line("Executables", executables_of(profile.executables));
  line("Files", count_of(profile.files.allow, "rule", "rules") +
                    fmt::format(", {} denied", profile.files.deny.size()));
  line("Connects to", count_of(profile.network.allow_connect, "peer", "peers"));
  line("Listens on", count_of(profile.network.allow_listen, "address", "addresses"));
  line("Capabilities", !profile.capabilities           ? "any"
                       : profile.capabilities->empty() ? "none"
                                                       : join(*profile.capabilities, ", "));
  line("System calls", count_of(profile.system_calls, "name", "names"));
  std::vector<std::string> denied;
  for (size_t i = 0; i < kPrivileges; ++i) {
    if (profile.denies[i]) denied.emplace_back(to_string(static_cast<Privilege>(i)));
  }
  line("Denied", denied.empty() ? "nothing more" : join(denied, ", "));
  const Learned& learned = profile.learned;
  if (!(learned == Learned())) {
    line("Learned", fmt::format("{} events of {} containers in {}{}", human_count(learned.events),
                                learned.containers, human_duration(learned.to - learned.from),
                                learned.seeded ? ", seeded from the image" : ""));
    for (const auto& [cause, count] : learned.lost) {
      if (count > 0) line("Incomplete", fmt::format("{} events lost ({})", count, cause));
    }
  }
  for (const Allowance& one : profile.allowances) {
    line("Allowed",
         fmt::format("{} by {} on {}: {}", one.what, one.who, to_date(one.when), one.reason));
  }
  const Promotion promotion = promotion_of(profile, now, criteria);
  if (!promotion.next) return out;
  const std::string next(to_string(*promotion.next));
  if (promotion.reasons.empty()) line("Next", "may go to " + next);
  for (const std::string& reason : promotion.reasons) line("Not " + next, reason);
  return out;
}

}  // namespace seawall::guard
