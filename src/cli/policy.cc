// seawall policy check, test, explain, replay.
#include <filesystem>

#include <fmt/format.h>

#include "base/file.h"
#include "base/log.h"
#include "base/strings.h"
#include "base/time.h"
#include "cli/scan_options.h"
#include "cli/verbs.h"
#include "codec/yaml.h"
#include "policy/explain.h"
#include "policy/policy_cases.h"
#include "policy/policy_check.h"
#include "policy/policy_files.h"
#include "policy/record.h"
#include "policy/replay.h"
#include "policy/suites/policy_suites.h"

namespace seawall::cli {
namespace {

constexpr uint64_t kMostBytes = 64u << 20;

// A policy by what stands on the command line: a file, or the name of a preset.
Result<policy::Policy> policy_at(const std::string& name) {
  policy::PolicyChoice choice;
  if (!file_exists(name) && name.find('/') == name.npos && name.find(".y") == name.npos) {
    choice.presets = {name};
  } else {
    choice.file = name;
  }
  return policy::load_policy(choice, now());
}

std::string count_of(size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

struct CheckText {
  std::string text;
  bool wrong = false;
};

void check_own(const std::string& path, CheckText& out) {
  const auto policy = policy_at(path);
  if (!policy.ok()) {
    fail(policy.error());
    out.wrong = true;
    return;
  }
  const auto remarks = policy::check_policy(*policy, now());
  for (const policy::PolicyRemark& remark : remarks) {
    out.text += fmt::format("{}: {}: {}\n", remark.where, remark.rule, remark.message);
    out.wrong = out.wrong || remark.wrong;
  }
  out.text += fmt::format("{}: {}, {}, {}\n", path, count_of(policy->rules.size(), "rule"),
                          count_of(policy->exceptions.size(), "exception"),
                          remarks.empty() ? "nothing wrong" : count_of(remarks.size(), "remark"));
}

// Policies of Kubernetes' tools: what does not compile, is not judged, or never speaks.
void check_admission(const std::string& path, const std::vector<std::string>& files,
                     CheckText& out) {
  policy::AdmissionPolicies policies;
  for (const std::string& file : files) {
    if (const auto added = policies.add_file(file); !added.ok()) {
      fail(added.error());
      out.wrong = true;
    }
  }
  size_t remarks = 0;
  const auto remark = [&](const Error& error) {
    out.text += printable(error.text()) + "\n";
    ++remarks;
  };
  for (const Error& error : policies.problems()) {
    remark(error);
    out.wrong = out.wrong || error.code() != Code::kUnsupported;
  }
  for (const Error& error : policies.unused()) remark(error);
  out.text +=
      fmt::format("{}: {} of admission, {}\n", path,
                  policies.size() == 1 ? "1 policy" : fmt::format("{} policies", policies.size()),
                  remarks == 0 ? "nothing wrong" : count_of(remarks, "remark"));
}

int run_check(const Arguments& arguments) {
  CheckText out;
  for (const std::string& path : arguments.positional()) {
    const auto files = policy::find_policy_files(path);
    if (!files.ok()) {
      fail(files.error());
      out.wrong = true;
      continue;
    }
    for (const std::string& file : files->own) check_own(file, out);
    if (!files->admission.empty()) check_admission(path, files->admission, out);
  }
  if (const auto written = write_output(arguments, out.text); !written.ok()) {
    return fail(written.error());
  }
  return out.wrong ? kFailed : kPassed;
}

struct TestFiles {
  std::vector<std::string> cases;   // ours
  std::vector<std::string> suites;  // of admission policies
};

// What was named, or every *.test.yaml and every suite of admission policies below a directory.
TestFiles test_files(const std::vector<std::string>& paths) {
  namespace fs = std::filesystem;
  TestFiles files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      (policy::is_admission_test(path) ? files.suites : files.cases).push_back(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
      const std::string name = entry.path().string();
      if (name.ends_with(".test.yaml") || name.ends_with(".test.yml")) {
        files.cases.push_back(name);
      } else if (policy::is_admission_test(name)) {
        files.suites.push_back(name);
      }
    }
  }
  std::sort(files.cases.begin(), files.cases.end());
  return files;
}

int run_test(const Arguments& arguments) {
  const TestFiles files = test_files(arguments.positional());
  if (files.cases.empty() && files.suites.empty()) {
    return fail(usage_error("there are no cases")
                    .hint("files of cases are named *.test.yaml; kyverno-test.yaml and the suites "
                          "of gator are read as well"));
  }
  std::string text;
  size_t passed = 0, failed = 0;
  bool unreadable = false;
  for (const std::string& path : files.cases) {
    const auto results = policy::run_policy_cases(path, now(), arguments.has("update"));
    if (!results.ok()) {
      fail(results.error());
      unreadable = true;
      continue;
    }
    for (const policy::CaseResult& result : *results) {
      result.problem.empty() ? ++passed : ++failed;
      if (result.problem.empty() && !arguments.has("verbose")) continue;
      text += fmt::format("{}  {}: {}{}\n", result.problem.empty() ? "pass" : "FAIL", result.where,
                          result.name, result.problem.empty() ? "" : "\n      " + result.problem);
    }
  }
  if (!files.cases.empty()) {
    text += fmt::format("{} case{} passed, {} failed\n", passed, passed == 1 ? "" : "s", failed);
  }
  if (!files.suites.empty()) {
    const auto summary = policy::run_policy_tests(files.suites, {arguments.has("verbose")});
    if (!summary.ok()) return fail(summary.error());
    text += fmt::format("{}{} of admission policies agree, {} differ, {} not judged\n",
                        summary->text, summary->passed, summary->failed, summary->not_judged);
    failed += summary->failed;
  }
  if (const auto written = write_output(arguments, text); !written.ok()) {
    return fail(written.error());
  }
  if (unreadable) return kFailed;
  return failed == 0 ? kPassed : kDenied;
}

struct Asked {
  Document document;
  std::string record_line;
  policy::Stage stage = policy::Stage::kScan;
  UnixSeconds time = 0;
};

// The record of this id (or its beginning) among recorded decisions.
Result<Asked> find_record(const std::string& path, const std::string& id) {
  SEAWALL_TRY(const std::vector<std::string> files, policy::record_files(path));
  for (const std::string& file : files) {
    SEAWALL_TRY(const MappedFile map, MappedFile::open(file));
    std::string found;
    for_each_line(map.bytes(), [&](std::string_view line, size_t) {
      if (found.empty() && line.find("\"id\":\"" + id) != line.npos) found = line;
    });
    if (found.empty()) continue;
    Asked asked;
    SEAWALL_TRY(asked.document, parse_json(std::move(found)));
    SEAWALL_TRY(const policy::DecisionRecord record, policy::read_record(asked.document.root()));
    asked.stage = record.stage;
    asked.time = record.time;
    return asked;
  }
  return Error(Code::kNotFound, fmt::format("no recorded decision begins with {}", id)).at(path);
}

Result<Asked> read_facts(const Arguments& arguments) {
  Asked asked;
  SEAWALL_TRY(const std::string text, read_file(arguments.get("data"), kMostBytes));
  auto documents = parse_yaml(text);
  if (!documents.ok()) return std::move(documents.error()).at(arguments.get("data"));
  if (documents->size() != 1) return usage_error("--data is one document of facts");
  asked.document = std::move(documents->front());
  const auto stage = policy::parse_stage(arguments.get("stage", "scan"));
  if (!stage) return usage_error("--stage is build, scan, registry, admission or run");
  asked.stage = *stage;
  asked.time = now();
  return asked;
}

int run_explain(const Arguments& arguments) {
  auto asked = Result<Asked>(usage_error("explain what? a recorded decision or --data FILE"));
  if (arguments.has("data")) {
    asked = read_facts(arguments);
  } else if (!arguments.positional().empty()) {
    asked = find_record(arguments.get("records", "decisions"), arguments.positional().front());
  }
  if (!asked.ok()) return fail(asked.error());
  const Node& root = asked->document.root();
  const auto facts = policy::Facts::of(arguments.has("data") ? root : root["facts"]);
  if (!facts.ok()) return fail(facts.error());
  const auto policy = policy_at(arguments.get("policy", "baseline"));
  if (!policy.ok()) return fail(policy.error());
  const policy::Explanation explained = policy::explain(*policy, asked->stage, *facts, asked->time);
  const bool json = arguments.get("format", "text") == "json";
  if (const auto written = write_output(arguments, json ? explained.json : explained.text);
      !written.ok()) {
    return fail(written.error());
  }
  return explained.decision.verdict == Verdict::kDeny ? kDenied : kPassed;
}

int run_replay(const Arguments& arguments) {
  const auto policy = policy_at(arguments.positional().front());
  if (!policy.ok()) return fail(policy.error());
  policy::ReplayOptions options;
  const auto jobs = jobs_of(arguments);
  if (!jobs.ok()) return fail(jobs.error());
  options.jobs = *jobs;
  if (arguments.has("since")) {
    const std::string word = arguments.get("since");
    if (const auto ago = parse_duration(word)) {
      options.since = now() - *ago;
    } else if (const auto time = parse_time(word)) {
      options.since = *time;
    } else {
      return fail(usage_error("--since takes a duration such as 30d, or a time"));
    }
  }
  const auto result = policy::replay(*policy, arguments.get("records", "decisions"), options);
  if (!result.ok()) return fail(result.error());
  const bool json = arguments.get("format", "text") == "json";
  const std::string text =
      json ? policy::replay_json(*result) : policy::render_replay(*result, now());
  if (const auto written = write_output(arguments, text); !written.ok()) {
    return fail(written.error());
  }
  for (const Problem& problem : result->problems) {
    log_error(fmt::format("{}: {}", problem.where, problem.message));
  }
  if (!result->problems.empty()) return kFailed;
  return result->newly_denied == 0 ? kPassed : kDenied;
}

}  // namespace

std::vector<Command> policy_commands() {
  return {
      policy_eval_command(),
      {"policy check",
       "POLICY...",
       "say what is wrong in a policy before it decides anything",
       "POLICY is a file, a folder of policies or the name of a preset. Syntax, types, unknown "
       "facts and fields, rules that can\n"
       "never speak, rules that contradict each other, exceptions that have ended. "
       "ValidatingAdmissionPolicies, Kyverno's\n"
       "policies in CEL and Gatekeeper's templates are checked as well; what of them is not judged "
       "is named.\n"
       "Exit status: 0 nothing wrong, 2 something is.",
       {},
       {"seawall policy check seawall.yaml", "seawall policy check restricted"},
       1,
       1000,
       run_check},
      {"policy test",
       "PATH...",
       "run the cases beside a policy",
       "PATH is a file of cases (kind: PolicyTest) or a directory with *.test.yaml below it. The "
       "tests of other tools' policies\n"
       "in CEL are run as well: kyverno-test.yaml, and suites of Gatekeeper's gator. What those "
       "need besides is \"not judged\".\n"
       "Exit status: 0 all as expected, 1 a case failed, 2 a file could not be read.",
       {{"update", "", "write the golden files anew"}},
       {"seawall policy test seawall.test.yaml", "seawall policy test policies/"},
       1,
       1000,
       run_test},
      {"policy explain",
       "[ID]",
       "say why a decision is what it is",
       "ID is that of a recorded decision, or its beginning; --data has facts instead. Each rule "
       "is "
       "shown with what it\n"
       "asked, the values it read and their digests. Exit status: 0 allowed, 1 denied, 2 could not "
       "run.",
       {{"policy", "POLICY", "a file or the name of a preset (default baseline)"},
        {"records", "PATH",
         "recorded decisions: a file, or a directory of *.jsonl (default decisions)"},
        {"data", "FILE", "facts, JSON or YAML (docs/policy-facts.md)"},
        {"stage", "NAME", "with --data: build, scan, registry, admission, run (default scan)"},
        {"format", "NAME", "text, json (default text)", 'f'}},
       {"seawall policy explain 01c4 --policy seawall.yaml",
        "seawall policy explain --data facts.json --stage admission --policy seawall.yaml"},
       0,
       1,
       run_explain},
      {"policy replay",
       "POLICY",
       "say what a policy would have decided of recorded decisions",
       "Each is judged again with its own facts at its own time: exactly what would change, the "
       "same "
       "on every run.\n"
       "Exit status: 0 nothing would be newly denied, 1 something would, 2 could not run or a "
       "record "
       "could not be read.",
       {{"records", "PATH", "a file, or a directory of *.jsonl (default decisions)"},
        {"since", "AGE", "leave out what is older: 30d, 12h, or a time"},
        {"format", "NAME", "text, json (default text)", 'f'}},
       {"seawall policy replay seawall.yaml --since 30d",
        "seawall policy replay restricted --records decisions.jsonl --format json"},
       1,
       1,
       run_replay}};
}

}  // namespace seawall::cli
