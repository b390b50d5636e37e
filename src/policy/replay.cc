#include "policy/replay.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/strings.h"
#include "base/thread_pool.h"
#include "codec/json_writer.h"
#include "policy/evaluator.h"
#include "policy/record.h"

namespace seawall::policy {
namespace {

constexpr size_t kLinesOfOneJob = 512;
constexpr size_t kMostProblems = 100;

struct Line {
  std::string_view text;
  size_t file = 0, number = 0;
};

// What came of the lines of one job.
struct Part {
  ReplayResult counts;
  std::map<std::tuple<std::string, Verdict, Verdict, std::string>, ReplayChange> changes;
};

std::string subject_of(const Node& facts) {
  const Node &workload = facts["workload"], &image = facts["image"];
  std::string subject;
  if (workload["name"].is_string()) {
    subject = fmt::format("{} {}/{}", workload["namespace"].string(), workload["kind"].string(),
                          workload["name"].string());
  }
  if (image["name"].is_string()) {
    subject += (subject.empty() ? "" : "  ") + std::string(image["name"].string());
  }
  return subject.empty() ? "(no subject)" : std::string(trim(subject));
}

void judge(const DecisionRecord& record, Evaluator& evaluator, Part& part) {
  const auto facts = Facts::of(*record.facts);
  if (!facts.ok()) {
    part.counts.problems.push_back(
        {std::string(record.id), facts.error().text(), "", Code::kMalformed});
    return;
  }
  const Decision decision = evaluator.decide(record.stage, *facts, record.time);
  ++part.counts.records;
  std::set<std::string> before(record.denied_by.begin(), record.denied_by.end()), after;
  for (const RuleOutcome& outcome : decision.outcomes) {
    if (outcome.verdict == Verdict::kDeny) after.insert(outcome.rule_id);
  }
  if (decision.verdict == record.verdict && before == after) {
    ++part.counts.same;
    return;
  }
  const bool denied = decision.verdict == Verdict::kDeny;
  if (denied && record.verdict != Verdict::kDeny)
    ++part.counts.newly_denied;
  else if (!denied && record.verdict == Verdict::kDeny)
    ++part.counts.newly_allowed;
  else
    ++part.counts.otherwise_changed;
  std::vector<std::string> rules;
  std::set_symmetric_difference(before.begin(), before.end(), after.begin(), after.end(),
                                std::back_inserter(rules));
  std::string subject = subject_of(*record.facts);
  ReplayChange& change =
      part.changes[{subject, record.verdict, decision.verdict, join(rules, " ")}];
  change.subject = std::move(subject);
  change.before = record.verdict;
  change.after = decision.verdict;
  change.rules = std::move(rules);
  ++change.count;
  if (record.time >= change.last) {
    change.last = record.time;
    change.last_id = record.id;
  }
}

void judge_lines(std::span<const Line> lines, const Policy& policy, const ReplayOptions& options,
                 const std::vector<std::string>& files, Part& part) {
  Evaluator evaluator(policy);
  JsonParser parser;
  for (const Line& line : lines) {
    const auto root = parser.parse(line.text);
    auto record = root.ok() ? read_record(**root) : Result<DecisionRecord>(root.error());
    if (!record.ok()) {
      part.counts.problems.push_back({fmt::format("{}:{}", files[line.file], line.number),
                                      record.error().text(), "", record.error().code()});
      continue;
    }
    if (record->time < options.since) {
      ++part.counts.left_out;
      continue;
    }
    judge(*record, evaluator, part);
  }
}

void merge(Part& part, ReplayResult& result,
           std::map<std::tuple<std::string, Verdict, Verdict, std::string>, ReplayChange>& all) {
  result.records += part.counts.records;
  result.same += part.counts.same;
  result.newly_denied += part.counts.newly_denied;
  result.newly_allowed += part.counts.newly_allowed;
  result.otherwise_changed += part.counts.otherwise_changed;
  result.left_out += part.counts.left_out;
  for (Problem& problem : part.counts.problems) {
    if (result.problems.size() < kMostProblems) result.problems.push_back(std::move(problem));
  }
  for (auto& [key, change] : part.changes) {
    ReplayChange& known = all[key];
    const uint64_t count = known.count + change.count;
    if (change.last >= known.last) known = change;
    known.count = count;
  }
}

int rank(const ReplayChange& change) {
  if (change.after == Verdict::kDeny && change.before != Verdict::kDeny) return 0;
  return change.before == Verdict::kDeny && change.after != Verdict::kDeny ? 1 : 2;
}

}  // namespace

Result<ReplayResult> replay(const Policy& policy, const std::string& path,
                            const ReplayOptions& options) {
  SEAWALL_TRY(const std::vector<std::string> files, record_files(path));
  std::vector<MappedFile> maps;
  std::vector<Line> lines;
  for (const std::string& file : files) {
    SEAWALL_TRY(MappedFile map, MappedFile::open(file));
    for_each_line(map.bytes(), [&](std::string_view line, size_t number) {
      if (!trim(line).empty()) lines.push_back({line, maps.size(), number});
    });
    maps.push_back(std::move(map));
  }
  const size_t jobs = (lines.size() + kLinesOfOneJob - 1) / kLinesOfOneJob;
  std::vector<Part> parts(jobs);
  parallel_for(jobs, options.jobs, [&](size_t job) {
    if (interrupted()) return;
    const size_t from = job * kLinesOfOneJob;
    const size_t count = std::min(kLinesOfOneJob, lines.size() - from);
    judge_lines({lines.data() + from, count}, policy, options, files, parts[job]);
  });
  if (interrupted()) return Error(Code::kCancelled, "interrupted");
  ReplayResult result;
  std::map<std::tuple<std::string, Verdict, Verdict, std::string>, ReplayChange> all;
  for (Part& part : parts) merge(part, result, all);
  for (auto& [key, change] : all) result.changes.push_back(std::move(change));
  std::stable_sort(result.changes.begin(), result.changes.end(),
                   [](const ReplayChange& left, const ReplayChange& right) {
                     return std::pair(rank(left), right.count) < std::pair(rank(right), left.count);
                   });
  return result;
}

std::string render_replay(const ReplayResult& result, UnixSeconds now) {
  std::set<std::string> subjects;
  for (const ReplayChange& change : result.changes) {
    if (rank(change) == 0) subjects.insert(change.subject);
  }
  std::string text = fmt::format(
      "{} recorded decision{}   same {}   newly denied {}{}   newly allowed {}   otherwise changed "
      "{}\n",
      human_count(result.records), result.records == 1 ? "" : "s", human_count(result.same),
      human_count(result.newly_denied),
      subjects.empty()
          ? ""
          : fmt::format(" ({} subject{})", subjects.size(), subjects.size() == 1 ? "" : "s"),
      human_count(result.newly_allowed), human_count(result.otherwise_changed));
  for (const ReplayChange& change : result.changes) {
    text +=
        fmt::format("  {:<5} -> {:<5}  {}  {}  {} time{}, last {} ago ({})\n",
                    to_string(change.before), to_string(change.after), printable(change.subject),
                    change.rules.empty() ? "-" : join(change.rules, ", "),
                    human_count(change.count), change.count == 1 ? "" : "s",
                    human_duration(std::max<int64_t>(now - change.last, 0)), change.last_id);
  }
  return text;
}

std::string replay_json(const ReplayResult& result) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("schemaVersion").string("1.0");
  const auto count = [&](std::string_view key, uint64_t value) {
    json.key(key).integer(static_cast<int64_t>(value));
  };
  count("records", result.records);
  count("same", result.same);
  count("newlyDenied", result.newly_denied);
  count("newlyAllowed", result.newly_allowed);
  count("otherwiseChanged", result.otherwise_changed);
  count("leftOut", result.left_out);
  json.key("changes").begin_array();
  for (const ReplayChange& change : result.changes) {
    json.begin_object();
    json.key("subject").string(change.subject);
    json.key("before").string(to_string(change.before));
    json.key("after").string(to_string(change.after));
    json.key("rules").begin_array();
    for (const std::string& rule : change.rules) json.string(rule);
    json.end_array();
    count("count", change.count);
    json.key("last").string(to_rfc3339(change.last));
    json.key("lastId").string(change.last_id);
    json.end_object();
  }
  json.end_array();
  json.key("problems").begin_array();
  for (const Problem& problem : result.problems) {
    json.begin_object();
    json.key("where").string(problem.where);
    json.key("message").string(problem.message);
    json.end_object();
  }
  json.end_array().end_object();
  return out + "\n";
}

}  // namespace seawall::policy
