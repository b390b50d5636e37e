// Replay: recorded events judged by a profile, as if it had been enforced then.
//
//   ReplayResult result = replay(profile, events);
//   if (!result.denials.empty()) print(render_replay(profile, result));
//
// Events of the host, of other images than the profile's, and of other containers than the one
// asked for are passed over and counted. The same denial (rule and what it was about) is one entry
// with the first event and how often it came. LIMITS: kMostDenials entries; more are counted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "guard/event/event.h"
#include "guard/profile/judge.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

inline constexpr size_t kMostDenials = 1000;

struct ReplayDenial {
  Judgement judgement;
  uint64_t number = 0, count = 0;  // of the first event; how many
  int64_t time = 0;                // of the first, nanoseconds since 1970
  std::string call, command, container;
};

struct ReplayResult {
  uint64_t judged = 0, passed_over = 0, denied = 0;
  bool cut = false;                   // more different denials than kMostDenials
  std::vector<ReplayDenial> denials;  // in the order of their first events
};

class Replay {
 public:
  // `container`: an id, its beginning, or a name; empty: all of the image.
  explicit Replay(const Profile& profile, std::string container = {})
      : profile_(profile), container_(std::move(container)) {}
  void judge_event(const Event& event);
  const ReplayResult& result() const { return result_; }

 private:
  bool is_meant(const Event& event) const;
  const Profile& profile_;
  std::string container_;
  ReplayResult result_;
};

// Lines of JSON (event_json.h), empty ones aside. What cannot be read is told with "file:line" and
// the others still count. LIMITS: kMostProblems problems are kept.
inline constexpr size_t kMostProblems = 20;
struct ReadProblems {
  std::vector<Error> first;
  uint64_t count = 0;
};
ReadProblems judge_lines(Replay& replay, std::string_view text, const std::string& file);

ReplayResult replay(const Profile& profile, const std::vector<Event>& events,
                    const std::string& container = {});
std::string render_replay(const Profile& profile, const ReplayResult& result);
std::string replay_json(const Profile& profile, const ReplayResult& result);

}  // namespace seawall::guard
