#include "guard/profile/replay.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "base/time.h"
#include "codec/json_writer.h"
#include "guard/event/event_json.h"

namespace seawall::guard {
namespace {

constexpr int64_t kNanoseconds = 1'000'000'000;

}  // namespace

bool Replay::is_meant(const Event& event) const {
  if (event.process == nullptr || event.process->container == nullptr) return false;
  const Container& one = *event.process->container;
  if (!container_.empty() && one.name != container_ && !one.id.starts_with(container_))
    return false;
  if (!profile_.image.empty()) return one.digest.empty() || one.digest == profile_.image;
  if (profile_.images.empty() || one.image.empty()) return true;
  return std::any_of(
      profile_.images.begin(), profile_.images.end(),
      [&](const std::string& pattern) { return fits_wildcards(pattern, one.image); });
}

void Replay::judge_event(const Event& event) {
  if (!is_meant(event)) {
    ++result_.passed_over;
    return;
  }
  ++result_.judged;
  Judgement judgement = judge(profile_, event);
  if (!judgement.denied) return;
  ++result_.denied;
  const auto known =
      std::find_if(result_.denials.begin(), result_.denials.end(), [&](const ReplayDenial& one) {
        return one.judgement.rule == judgement.rule && one.judgement.allow == judgement.allow;
      });
  if (known != result_.denials.end()) {
    ++known->count;
    return;
  }
  if (result_.denials.size() >= kMostDenials) {
    result_.cut = true;
    return;
  }
  result_.denials.push_back({std::move(judgement), event.number, 1, event.time,
                             std::string(event.call), event.process->command_line(),
                             event.process->container->name.empty()
                                 ? event.process->container->id.substr(0, 12)
                                 : event.process->container->name});
}

ReadProblems judge_lines(Replay& replay, std::string_view text, const std::string& file) {
  ReadProblems problems;
  for_each_line(text, [&](std::string_view line, size_t number) {
    if (trim(line).empty()) return;
    auto event = read_event(line);
    if (event.ok()) return replay.judge_event(*event);
    if (++problems.count <= kMostProblems)
      problems.first.push_back(std::move(event.error()).at(fmt::format("{}:{}", file, number)));
  });
  return problems;
}

ReplayResult replay(const Profile& profile, const std::vector<Event>& events,
                    const std::string& container) {
  Replay all(profile, container);
  for (const Event& event : events) all.judge_event(event);
  return all.result();
}

std::string render_replay(const Profile& profile, const ReplayResult& result) {
  std::string out;
  for (const ReplayDenial& denial : result.denials) {
    out +=
        fmt::format("denied  {}: {}\n", denial.judgement.rule, printable(denial.judgement.reason));
    out += fmt::format("        first at {} (event {}), {} time{}: {} by {} in {}\n",
                       to_rfc3339(denial.time / kNanoseconds), denial.number, denial.count,
                       denial.count == 1 ? "" : "s", printable(denial.call),
                       printable(denial.command), printable(denial.container));
    out += fmt::format("        seawall profile allow {} '{}' --reason WHY\n", profile.name,
                       printable(replace_all(denial.judgement.allow, "'", "'\\''")));
  }
  if (result.cut) out += fmt::format("(only the first {} are shown)\n", kMostDenials);
  return out + fmt::format("{}: {} events judged, {} would be denied, {} are of others\n",
                           profile.name, human_count(result.judged), human_count(result.denied),
                           human_count(result.passed_over));
}

std::string replay_json(const Profile& profile, const ReplayResult& result) {
  std::string out;
  JsonWriter json(out, JsonWriter::kPretty);
  json.begin_object();
  json.key("version").integer(1);
  json.key("profile").string(profile.name);
  json.key("judged").integer(static_cast<int64_t>(result.judged));
  json.key("passedOver").integer(static_cast<int64_t>(result.passed_over));
  json.key("denied").integer(static_cast<int64_t>(result.denied));
  json.key("cut").boolean(result.cut);
  json.key("denials").begin_array();
  for (const ReplayDenial& denial : result.denials) {
    json.begin_object();
    json.key("rule").string(denial.judgement.rule);
    json.key("reason").string(denial.judgement.reason);
    json.key("allow").string(denial.judgement.allow);
    json.key("count").integer(static_cast<int64_t>(denial.count));
    json.key("event").integer(static_cast<int64_t>(denial.number));
    json.key("time").string(to_rfc3339(denial.time / kNanoseconds));
    json.key("call").string(denial.call);
    json.key("command").string(denial.command);
    json.key("container").string(denial.container);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return out;
}

}  // namespace seawall::guard
