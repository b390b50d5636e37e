#include "guard/falco/engine.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/strings.h"
#include "guard/event/calls.h"
#include "guard/falco/resolver.h"
#include "guard/falco/wildcard.h"

namespace seawall::guard::falco {

Engine::Engine(std::vector<RuleFile> files, EngineOptions options)
    : options_(std::move(options)), by_call_(kOtherCall + 1) {
  RuleSet set;
  for (RuleFile& file : files) set.load(std::move(file));
  problems_ = std::move(set.problems);
  Resolver resolver(set, problems_);
  for (const Rule& rule : set.rules) add_rule(rule, resolver);
}

bool Engine::wanted(const Rule& rule) const {
  if (rule.priority > options_.least) return false;
  if (!rule.enabled && !options_.disabled_rules) return false;
  for (const std::string& pattern : options_.disable) {
    if (wildcard_match(pattern, rule.name)) return false;
  }
  return std::none_of(rule.tags.begin(), rule.tags.end(), [&](const std::string& tag) {
    const auto& tags = options_.disable_tags;
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
  });
}

void Engine::warn_of_empty_fields(const Rule& rule, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    problems_.push_back({Problem::Severity::kWarning, rule.place, rule.name,
                         name + " never has a value here", name, "checks of it never fit"});
  }
}

void Engine::add_rule(const Rule& rule, Resolver& resolver) {
  Tree tree = resolver.rule(rule);
  if (!tree) return;
  Problem problem;
  problem.rule = rule.name;
  bool unknown = false;
  const auto lost = [&] {
    if (rule.skip_unknown && unknown) problem.severity = Problem::Severity::kWarning;
    problems_.push_back(std::move(problem));
  };
  const size_t empty_before = program_.empty_fields().size();
  const std::optional<int> node = program_.add(tree, problem, unknown);
  if (!node) return lost();
  size_t at = 0;
  Result<Output> output = Output::compile(trim(rule.output->text()), program_, at);
  if (!output.ok()) {
    const std::string& text = rule.output->text();
    problem.place = rule.output->place(at + text.find_first_not_of(" \t\r\n"));
    problem.message = "output: " + output.error().message();
    problem.hint = output.error().hint();
    unknown = output.error().code() == Code::kNotFound;
    return lost();
  }
  const std::vector<std::string>& empty = program_.empty_fields();
  warn_of_empty_fields(
      rule,
      std::vector<std::string>(empty.begin() + static_cast<ptrdiff_t>(empty_before), empty.end()));
  warn_of_empty_fields(rule, output->empty_fields(program_));

  const CallSet calls = program_.calls(*node);
  LoadedRule loaded{rule.name, rule.description, rule.priority, rule.tags, wanted(rule), rule.place,
                    {}};
  const auto index = static_cast<uint32_t>(rules_.size());
  const size_t known = known_calls().size();
  for (size_t call = 0; call <= kOtherCall; ++call) {
    if (!calls.test(call)) continue;
    if (loaded.enabled) by_call_[call].push_back(index);
    if (!calls.all() && call < known) loaded.calls.emplace_back(known_calls()[call].name);
  }
  if (calls.all()) {
    problems_.push_back({Problem::Severity::kWarning,
                         rule.place,
                         rule.name,
                         "the condition names no evt.type: it is asked of every event",
                         {},
                         {}});
  } else if (loaded.enabled && !calls.test(kOtherCall)) {
    calls_ |= calls;
  }
  rules_.push_back(std::move(loaded));
  compiled_.push_back({*node, std::move(*output)});
}

template <typename F>
size_t Engine::each_match(const Event& event, F&& found) {
  program_.start(run_, event);
  const size_t call = run_.call < 0 ? kOtherCall : static_cast<size_t>(run_.call);
  size_t count = 0;
  for (const uint32_t index : by_call_[call]) {
    if (!program_.judge(compiled_[index].node, run_)) continue;
    ++count;
    found(index);
    if (options_.first_match) break;
  }
  return count;
}

size_t Engine::judge(const Event& event) {
  return each_match(event, [](uint32_t) {});
}

size_t Engine::judge(const Event& event, const Sink& sink) {
  return each_match(event, [&](uint32_t index) {
    const LoadedRule& rule = rules_[index];
    const Output& output = compiled_[index].output;
    sink(Match{rule.name, rule.priority, rule.tags,
               output.render(program_, run_, options_.output_bytes),
               output.fields(program_, run_)});
  });
}

size_t Engine::errors() const {
  return static_cast<size_t>(std::count_if(
      problems_.begin(), problems_.end(),
      [](const Problem& problem) { return problem.severity == Problem::Severity::kError; }));
}

std::vector<std::string> Engine::calls() const {
  std::vector<std::string> names;
  for (size_t call = 0; call < known_calls().size(); ++call) {
    if (calls_.test(call)) names.emplace_back(known_calls()[call].name);
  }
  return names;
}

Result<std::vector<RuleFile>> read_rule_files(const std::vector<std::string>& paths) {
  namespace fs = std::filesystem;
  std::vector<RuleFile> files;
  for (const std::string& path : paths) {
    std::vector<std::string> names;
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      names.push_back(path);
    } else {
      fs::directory_iterator entries(path, error);
      for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
        const std::string extension = entries->path().extension();
        if (extension == ".yaml" || extension == ".yml") names.push_back(entries->path());
      }
      if (error) return errno_error("cannot list " + path, error.value());
      std::sort(names.begin(), names.end());
    }
    for (std::string& name : names) {
      SEAWALL_TRY(std::string text, read_file(name, RuleSet::kMaxFile));
      files.push_back({std::move(name), std::move(text)});
    }
  }
  return files;
}

}  // namespace seawall::guard::falco
