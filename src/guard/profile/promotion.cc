#include "guard/profile/promotion.h"

#include <algorithm>

#include <fmt/format.h>

namespace seawall::guard {
namespace {

void judge_learning(const Learned& learned, const PromotionCriteria& criteria,
                    std::vector<std::string>& reasons) {
  if (learned.events == 0) {
    reasons.emplace_back("nothing was seen");
    return;
  }
  for (const auto& [cause, count] : learned.lost) {
    if (count > 0) reasons.push_back(fmt::format("{} events were lost ({})", count, cause));
  }
  if (learned.flagged > 0) {
    reasons.push_back(fmt::format(
        "{} events are of processes that a rule spoke of while it learned", learned.flagged));
  }
  if (learned.commands.empty()) reasons.emplace_back("the start of no container was seen");
  if (learned.containers < criteria.containers) {
    reasons.push_back(fmt::format("{} container{} seen, {} are wanted", learned.containers,
                                  learned.containers == 1 ? " was" : "s were",
                                  criteria.containers));
  }
  const int64_t seconds = learned.to - learned.from;
  if (seconds < criteria.learn_seconds) {
    reasons.push_back(fmt::format("it learned for {}, {} are wanted", human_duration(seconds),
                                  human_duration(criteria.learn_seconds)));
  }
}

void judge_observation(const Observed& observed, UnixSeconds now, int64_t wanted,
                       std::vector<std::string>& reasons) {
  if (observed.since == 0) {
    reasons.emplace_back("it was not observed yet");
    return;
  }
  const int64_t quiet = now - std::max(observed.since, observed.last_denial);
  if (quiet >= wanted) return;
  reasons.push_back(observed.last_denial > observed.since
                        ? fmt::format("the last denial was {} ago, {} without one are wanted",
                                      human_duration(quiet), human_duration(wanted))
                        : fmt::format("it was observed for {}, {} are wanted",
                                      human_duration(quiet), human_duration(wanted)));
}

}  // namespace

Promotion promotion_of(const Profile& profile, UnixSeconds now, const PromotionCriteria& criteria) {
  Promotion out;
  if (profile.mode == Mode::kEnforce) return out;
  out.next = profile.mode == Mode::kLearn ? Mode::kObserve : Mode::kEnforce;
  const bool by_hand = profile.learned == Learned();
  if (!by_hand) judge_learning(profile.learned, criteria, out.reasons);
  if (out.next == Mode::kEnforce)
    judge_observation(profile.observed, now, criteria.observe_seconds, out.reasons);
  return out;
}

void promote(Profile& profile, Mode next, UnixSeconds now) {
  profile.mode = next;
  profile.observed = {};
  if (next == Mode::kObserve) profile.observed.since = now;
}

}  // namespace seawall::guard
