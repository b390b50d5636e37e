#include "benchmark/judge.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/strings.h"
#include "base/time.h"

namespace seawall::benchmark {
namespace {

constexpr int64_t kVersion = 1;
constexpr std::string_view kError = "$error";
constexpr size_t kMostValueBytes = 300;
// Beyond so many the evidence of those that pass is left out.
constexpr size_t kMostWithEvidence = 100;

// What stands for a value that could not be looked at, on the way to a path's end; null: nothing.
const Node* find_error(const Node& node, std::string_view path) {
  if (!node.exists()) return nullptr;
  if (node.is_object() && node[kError].exists()) return &node[kError];
  if (path.empty()) return nullptr;
  if (path.starts_with("[]")) {
    for (const Node& item : node.items()) {
      if (const Node* error = find_error(item, path.substr(2))) return error;
    }
    for (const Member& member : node.members()) {
      if (const Node* error = find_error(member.value, path.substr(2))) return error;
    }
    return nullptr;
  }
  if (path.starts_with('.')) path.remove_prefix(1);
  // A key may hold dots itself: kernel.sysctl["kernel.kptr_restrict"].
  if (const Node& whole = node[path]; whole.exists()) return find_error(whole, "");
  const size_t end = std::min(path.find('.'), path.find("[]"));
  return find_error(node[path.substr(0, end)], end == path.npos ? "" : path.substr(end));
}

std::string shortened(std::string text) {
  if (text.size() <= kMostValueBytes) return text;
  size_t most = kMostValueBytes;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most) + "...";
}

// "container web", "file /etc/docker/daemon.json": what an element of a list is called.
std::string name_of(std::string_view list, const Node& item) {
  const auto text = [&](const char* key) { return std::string(item[key].string()); };
  if (list == "files") return "file " + text("path");
  if (list == "mounts") return "mount " + text("target");
  if (list == "certificates") return "certificate " + text("path");
  if (list == "conflicts") return text("subject") + ": " + text("what");
  if (list == "listening") {
    return fmt::format("{} {} port {}", text("protocol"), text("address"),
                       item["port"].integer().value_or(0));
  }
  if (list == "images") {
    const std::string_view tag = item["tags"][0].string();
    return "image " + (tag.empty() ? text("id").substr(0, 19) : std::string(tag));
  }
  std::string kind(list);
  if (kind.ends_with('s')) kind.pop_back();
  return kind + " " + text("name");
}

// Judges controls on one document of facts.
class Judge {
 public:
  explicit Judge(const Node& facts) : facts_(facts) {
    for (const std::string_view name : fact_names()) {
      const Node& node = facts[name];
      values_.push_back(node.exists() ? cel::Value::of(node) : cel::Value::null());
    }
    values_.push_back(
        cel::Value::timestamp(parse_time(facts["collectedAt"].string()).value_or(now()), 0));
    values_.push_back(cel::Value::null());
  }

  ControlResult judge(const Control& control) {
    ControlResult result = blank(control);
    set_item(nullptr);
    const Answer applies = control.applies ? ask(*control.applies) : Answer{true, {}};
    if (!applies.error.empty()) {
      result.verdict = ControlVerdict::kError;
      result.message = applies.error;
    } else if (!applies.holds) {
      result.verdict = ControlVerdict::kNotApplicable;
    } else if (!control.each.empty()) {
      judge_each(control, result);
    } else {
      ControlSubject subject = judge_one(control, true);
      result.verdict = subject.verdict;
      result.message = std::move(subject.message);
      result.evidence = std::move(subject.evidence);
    }
    return result;
  }

 private:
  struct Answer {
    bool holds = false;
    std::string error;
  };

  static ControlResult blank(const Control& control) {
    ControlResult result;
    result.id = control.rule.id;
    result.aliases = control.rule.aliases;
    result.section = control.section;
    const auto text = [](const rules::Text& one) { return ControlText{one.en, one.fr}; };
    result.title = text(control.rule.title);
    result.why = text(control.rule.why);
    result.fix = text(control.rule.fix);
    result.look = control.look;
    result.patch = control.patch;
    result.severity = control.rule.severity;
    result.level = control.level;
    result.automated = control.automated;
    result.frameworks = control.rule.frameworks;
    result.references = control.rule.references;
    return result;
  }

  void set_item(const Node* item) {
    item_ = item;
    values_.back() = item == nullptr ? cel::Value::null() : cel::Value::of(*item);
  }

  // What an expression reads that nobody could look at, in words.
  std::string unseen(const Expression& expression) const {
    for (const std::string& path : expression.reads) {
      const size_t end = std::min(path.find('.'), path.find("[]"));
      const std::string_view root = std::string_view(path).substr(0, end);
      const Node& start = root == "item" && item_ != nullptr ? *item_ : facts_[root];
      const std::string_view rest =
          end == path.npos ? std::string_view() : std::string_view(path).substr(end);
      if (const Node* error = find_error(start, rest)) return words_of(path, *error);
    }
    return {};
  }

  static std::string words_of(std::string_view path, const Node& error) {
    const std::string_view needs = error["needs"].string();
    return fmt::format("{}: {}{}", path, error["message"].string("it could not be looked at"),
                       needs.empty() ? "" : fmt::format(" (needs {})", needs));
  }

  Answer ask(const Expression& expression) {
    if (std::string missing = unseen(expression); !missing.empty()) return {false, missing};
    const cel::Value value = evaluation_.run(expression.program, values_);
    if (value.is(cel::Kind::kBool)) return {value.is_true(), {}};
    if (!value.is_error()) return {false, "the condition gives no true or false"};
    return {false,
            fmt::format("the facts do not answer {}: {}", expression.text, value.error().message)};
  }

  ControlEvidence show(const Expression& expression) {
    ControlEvidence evidence;
    evidence.what = expression.text;
    if (const std::string missing = unseen(expression); !missing.empty()) {
      evidence.value = "null";
      evidence.source = missing;
      return evidence;
    }
    const cel::Value value = evaluation_.run(expression.program, values_);
    if (value.is_error()) {
      evidence.value = "null";
    } else {
      cel::write_json(value, evidence.value);
      evidence.value = shortened(std::move(evidence.value));
    }
    constexpr std::string_view kEffective = "docker.effective.";
    for (const std::string& path : expression.reads) {
      if (!path.starts_with(kEffective)) continue;
      evidence.source = facts_["docker"]["sources"][path.substr(kEffective.size())].string();
    }
    return evidence;
  }

  ControlSubject judge_one(const Control& control, bool evidence_of_pass) {
    ControlSubject subject;
    if (control.pass) {
      const Answer answer = ask(*control.pass);
      subject.verdict = answer.holds ? ControlVerdict::kPass : ControlVerdict::kFail;
      if (!answer.error.empty()) {
        subject.verdict = ControlVerdict::kError;
        subject.message = answer.error;
      }
    } else {
      subject.verdict = ControlVerdict::kManual;
    }
    if (subject.verdict != ControlVerdict::kPass || evidence_of_pass) {
      for (const Expression& one : control.evidence) subject.evidence.push_back(show(one));
    }
    return subject;
  }

  // Nothing when the control is asked of the item; else why not, with an error when that cannot be
  // told. Conditions are asked one after the other, so that the first can tell what the next needs.
  std::optional<Answer> is_wanted(const Control& control) {
    for (const Expression& condition : control.where) {
      Answer answer = ask(condition);
      if (!answer.holds) return answer;
    }
    return std::nullopt;
  }

  void judge_each(const Control& control, ControlResult& result) {
    const Node& list = facts_[control.each];
    if (const Node* error = find_error(list, "")) {
      result.verdict = ControlVerdict::kError;
      result.message = words_of(control.each, *error);
      return;
    }
    const bool few = list.size() <= kMostWithEvidence;
    for (const Node& item : list.items()) {
      if (result.subjects.size() == kMostSubjects) {
        result.message = fmt::format("only {} of {} were judged", kMostSubjects, list.size());
        break;
      }
      set_item(&item);
      ControlSubject subject;
      const std::optional<Answer> wanted = is_wanted(control);
      if (wanted && wanted->error.empty()) continue;
      if (wanted) {
        subject.verdict = ControlVerdict::kError;
        subject.message = wanted->error;
      } else {
        subject = judge_one(control, few);
      }
      subject.name = name_of(control.each, item);
      result.subjects.push_back(std::move(subject));
    }
    set_item(nullptr);
    std::stable_sort(
        result.subjects.begin(), result.subjects.end(),
        [](const ControlSubject& a, const ControlSubject& b) { return a.name < b.name; });
    result.verdict = verdict_of(result);
  }

  // The worst of its subjects; what was cut off could not be judged.
  static ControlVerdict verdict_of(const ControlResult& result) {
    const auto has = [&](ControlVerdict verdict) {
      return std::any_of(result.subjects.begin(), result.subjects.end(),
                         [&](const ControlSubject& one) { return one.verdict == verdict; });
    };
    using enum ControlVerdict;
    if (has(kFail)) return kFail;
    if (has(ControlVerdict::kError) || !result.message.empty()) return ControlVerdict::kError;
    if (has(kManual)) return kManual;
    return result.subjects.empty() ? kNotApplicable : kPass;
  }

  const Node& facts_;
  const Node* item_ = nullptr;
  std::vector<cel::Value> values_;  // in the order of the environment's variables
  cel::Evaluation evaluation_;
};

// "1.1.10" comes after "1.1.9".
std::vector<int> parts_of(std::string_view number) {
  std::vector<int> parts;
  for (const std::string_view part : split(number, '.')) {
    int value = 0;
    std::from_chars(part.data(), part.data() + part.size(), value);
    parts.push_back(value);
  }
  return parts;
}

bool comes_before(const ControlResult& a, const ControlResult& b) {
  if (a.number.empty() != b.number.empty()) return b.number.empty();
  if (!a.number.empty()) return parts_of(a.number) < parts_of(b.number);
  return std::tie(a.section, a.id) < std::tie(b.section, b.id);
}

Result<std::set<const Control*>> controls_named(const ControlSet& set,
                                                const std::vector<std::string>& words,
                                                const std::string& benchmark) {
  std::set<const Control*> out;
  for (const std::string& word : words) {
    const auto named = set.named(word, benchmark);
    if (named.empty()) {
      return usage_error(fmt::format("there is no control, number or section {}", word))
          .hint(
              "controls are named like SW-H0202 or 2.2, sections like 2 or kernel; "
              "seawall host --list shows them");
    }
    out.insert(named.begin(), named.end());
  }
  return out;
}

void describe(const Node& facts, HostReport& report) {
  const Node& host = facts["host"];
  report.host = host["name"].string();
  report.system = host["os"]["name"].string();
  report.kernel = host["kernel"]["release"].string();
  const Node& docker = facts["docker"];
  if (const std::string_view version = docker["version"].string(); !version.empty()) {
    report.engine = fmt::format("Docker {}", version);
  } else if (facts["podman"]["version"].is_string()) {
    report.engine = fmt::format("Podman {}", facts["podman"]["version"].string());
  }
  // Those that could not be looked at stand among them.
  for (const Node& container : facts["containers"].items()) {
    if (!container[kError].exists() && !container["host"][kError].exists()) ++report.containers;
  }
  report.collected_at = facts["collectedAt"].string();
  report.tool_version = facts["tool"].string();
}

}  // namespace

Result<HostFacts> HostFacts::read(std::string json, const Limits& limits) {
  HostFacts facts;
  facts.digest_ = digest_of(json).text();
  SEAWALL_TRY(facts.document_, parse_json(std::move(json), limits));
  const Node& root = facts.root();
  if (!root.is_object() || !root["version"].exists()) {
    return malformed("it is no document of host facts")
        .hint("seawall host --facts FILE writes one");
  }
  if (root["version"].integer() != kVersion) {
    return unsupported(fmt::format("its version is not {}", kVersion))
        .hint("another version of Seawall wrote it");
  }
  return facts;
}

ControlResult judge_control(const Control& control, const Node& facts) {
  return Judge(facts).judge(control);
}

Result<HostReport> judge(const ControlSet& controls, const HostFacts& facts,
                         const JudgeOptions& options) {
  const Benchmark* benchmark = controls.benchmark(options.benchmark);
  if (benchmark == nullptr) {
    std::string known;
    for (const Benchmark& one : controls.benchmarks())
      known += (known.empty() ? "" : ", ") + one.name;
    return usage_error(fmt::format("there is no benchmark {}", options.benchmark))
        .hint("known: " + known);
  }
  SEAWALL_TRY(const auto only, controls_named(controls, options.only, options.benchmark));
  SEAWALL_TRY(const auto skipped, controls_named(controls, options.skip, options.benchmark));
  HostReport report;
  report.benchmark = benchmark->name;
  report.benchmark_title = benchmark->title;
  report.section_titles = benchmark->sections;
  report.facts_digest = facts.digest();
  describe(facts.root(), report);
  Judge judge(facts.root());
  for (const Control& control : controls.controls()) {
    const std::string number = control.number_in(options.benchmark);
    const bool wanted = only.empty() ? options.beyond || !number.empty() : only.contains(&control);
    if (!wanted || skipped.contains(&control)) continue;
    ControlResult result = judge.judge(control);
    result.number = number;
    if (!number.empty()) result.section = number.substr(0, number.find('.'));
    report.controls.push_back(std::move(result));
  }
  std::sort(report.controls.begin(), report.controls.end(), comes_before);
  return report;
}

}  // namespace seawall::benchmark
