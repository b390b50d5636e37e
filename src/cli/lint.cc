// seawall lint: rules on Dockerfiles and Compose files, before anything is built.

#include <algorithm>

#include <fmt/format.h>

#include "base/file.h"
#include "base/log.h"
#include "base/strings.h"
#include "base/version.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "inspect/compose/compose.h"
#include "inspect/dockerfile/hadolint_config.h"
#include "inspect/dockerfile/labels.h"
#include "inspect/dockerfile/lint.h"
#include "inspect/image/accounts.h"
#include "inspect/image/image_rules.h"
#include "inspect/manifest/manifest_rules.h"
#include "report/lint_table.h"
#include "scan/lint.h"

namespace seawall::cli {
namespace {

// "name:kind,name": labels that an image must have.
Status read_labels(const std::string& list, inspect::DockerLintOptions& options) {
  for (const std::string& word : words_of(list)) {
    const auto [name, kind] = split_once(word, ':');
    const std::string wanted = kind.empty() ? "text" : std::string(kind);
    if (!inspect::is_label_kind(wanted)) {
      return usage_error(fmt::format("--require-label does not know the kind \"{}\"", wanted))
          .hint("text, url, rfc3339, spdx, hash, semver, email");
    }
    options.labels[std::string(name)] = wanted;
  }
  return {};
}

Result<scan::LintOptions> options_of(const Arguments& arguments) {
  scan::LintOptions options;
  options.paths = arguments.positional();
  options.fix = arguments.has("fix");
  options.kubesec = arguments.get("format", "table") == "kubesec";
  options.skip = words_of(arguments.get("skip"));
  options.helm.values = words_of(arguments.get("helm-values"));
  SEAWALL_TRY(options.policy, policy::parse_fail_on(arguments.get("fail-on", "medium")));
  options.policy.file = arguments.get("policy");
  options.policy.presets = words_of(arguments.get("preset"));
  // A named policy decides alone, unless --fail-on is asked for besides.
  const bool named = !options.policy.file.empty() || !options.policy.presets.empty();
  if (named && !arguments.has("fail-on")) options.policy.fail_on = Severity::kUnknown;
  if (arguments.has("severity")) {
    options.least_severity = parse_severity(arguments.get("severity"));
    if (options.least_severity == Severity::kUnknown)
      return usage_error("--severity takes critical, high, medium, low or negligible");
  }
  std::string config = arguments.get("config");
  for (const char* name : {".hadolint.yaml", ".hadolint.yml"}) {
    if (config.empty() && file_exists(name)) config = name;
  }
  if (!config.empty()) {
    SEAWALL_TRY(const std::string text, read_file(config, options.limits.document_bytes));
    auto read = inspect::read_hadolint_config(text);
    if (!read.ok()) return std::move(read.error()).at(config);
    options.docker = std::move(read->options);
    if (read->threshold && !arguments.has("fail-on")) {
      options.policy = {};
      options.policy.builtin_rules = false;
      options.policy.fail_on = *read->threshold;
    }
  }
  for (std::string& word : words_of(arguments.get("ignore")))
    options.docker.ignored.push_back(std::move(word));
  if (arguments.has("trusted-registry"))
    options.docker.trusted_registries = words_of(arguments.get("trusted-registry"));
  SEAWALL_CHECK(read_labels(arguments.get("require-label"), options.docker));
  options.docker.strict_labels = options.docker.strict_labels || arguments.has("strict-labels");
  for (const std::string& path : options.paths) {
    if (path != "-") continue;
    SEAWALL_TRY(options.standard_input, read_standard_input(options.limits.document_bytes));
    break;
  }
  return options;
}

Result<std::string> render(const scan::LintResult& result, const Arguments& arguments) {
  const std::string name = arguments.get("format", "table");
  if (name == "table") {
    report::LintTableOptions options;
    options.table = {wants_color(arguments), wants_ascii(arguments), true, terminal_width()};
    options.files = result.files.size();
    for (const scan::LintedFile& file : result.files) {
      options.corrected += file.corrected;
      options.correctable += file.correctable;
    }
    return report::render_lint_table(result.report, options);
  }
  if (name == "kubesec") return inspect::kubesec_json(result.kubesec);
  for (const std::string_view known : {"json", "sarif", "junit", "markdown"}) {
    for (const report::Format& format : report::formats()) {
      if (known == name && format.name == name) return format.render(result.report);
    }
  }
  return usage_error(fmt::format("there is no format {} of lint", name))
      .hint("one of: table, json, sarif, junit, markdown, kubesec");
}

struct ExplainedRule {
  rules::Rule rule;
  std::vector<std::string> pass, fail;
  bool in_comments = true;  // a comment can set it aside
};

Result<std::vector<ExplainedRule>> all_rules() {
  std::vector<ExplainedRule> out;
  SEAWALL_TRY(auto docker, inspect::load_docker_rules());
  for (auto& one : docker)
    out.push_back({std::move(one.rule), std::move(one.pass), std::move(one.fail)});
  SEAWALL_TRY(auto compose, inspect::load_compose_rules());
  for (auto& one : compose)
    out.push_back({std::move(one.rule), std::move(one.pass), std::move(one.fail)});
  SEAWALL_TRY(auto manifest, inspect::load_manifest_rules());
  for (auto& one : manifest)
    out.push_back({std::move(one.rule), std::move(one.pass), std::move(one.fail)});
  SEAWALL_TRY(auto image, inspect::load_image_rules());
  for (auto& one : image) out.push_back({std::move(one.rule), {}, {}, false});
  SEAWALL_TRY(auto accounts, inspect::load_account_rules());
  for (auto& one : accounts) out.push_back({std::move(one.rule), {}, {}, false});
  return out;
}

bool is_named(const rules::Rule& rule, const std::string& id) {
  if (to_lower(rule.id) == id) return true;
  return std::any_of(rule.aliases.begin(), rule.aliases.end(), [&](const std::string& alias) {
    return to_lower(alias) == id || to_lower(alias.substr(alias.find('/') + 1)) == id;
  });
}

void append_example(std::string& text, std::string_view heading,
                    const std::vector<std::string>& examples) {
  if (examples.empty()) return;
  text += fmt::format("\n  {}\n", heading);
  for_each_line(examples.front(), [&](std::string_view line, size_t) {
    text += fmt::format("      {}\n", replace_all(line, "<|>", ""));
  });
}

std::string explanation_of(const ExplainedRule& one) {
  const rules::Rule& rule = one.rule;
  std::string text =
      fmt::format("{}  {}\n\n  {}\n", rule.id, to_string(rule.severity), rule.title.en);
  if (!rule.why.en.empty()) text += fmt::format("\n  Why         {}\n", rule.why.en);
  text += fmt::format("\n  What to do  {}\n", rule.fix.en);
  if (!rule.aliases.empty()) text += fmt::format("  Also        {}\n", join(rule.aliases, ", "));
  if (!rule.frameworks.empty())
    text += fmt::format("  Asked by    {}\n", join(rule.frameworks, ", "));
  append_example(text, "Breaks it", one.fail);
  append_example(text, "Keeps it", one.pass);
  if (one.in_comments)
    text +=
        fmt::format("\n  Set aside where it is right: # seawall ignore={} the reason\n", rule.id);
  return text;
}

// Rules by any of their ids; one of another tool's can stand for several of ours.
int explain(const Arguments& arguments) {
  const std::string id = to_lower(arguments.get("explain"));
  const auto rules = all_rules();
  if (!rules.ok()) return fail(rules.error());
  std::string text;
  for (const ExplainedRule& one : *rules) {
    if (!is_named(one.rule, id)) continue;
    text += (text.empty() ? "" : "\n") + explanation_of(one);
  }
  if (text.empty()) {
    return fail(
        usage_error(fmt::format("there is no rule {}", arguments.get("explain")))
            .hint("docs/lint.md and docs/manifests.md list them; ids of hadolint, BuildKit, "
                  "Trivy, kube-linter, Polaris and CIS work"));
  }
  const auto written = write_output(arguments, text);
  return written.ok() ? kPassed : fail(written.error());
}

int run_lint(const Arguments& arguments) {
  if (arguments.has("explain")) return explain(arguments);
  if (arguments.positional().empty()) {
    return fail(usage_error("seawall lint takes files or directories")
                    .hint("seawall lint Dockerfile   or: seawall lint ."));
  }
  auto options = options_of(arguments);
  if (!options.ok()) return fail(options.error());
  if (auto known = render({}, arguments); !known.ok()) return fail(known.error());
  auto result = scan::lint(*options);
  if (!result.ok()) return fail(result.error());
  result->report.tool_version = kVersion;
  // A corrected standard input goes out as text, the findings that are left to standard error.
  const bool filter = options->fix && options->paths == std::vector<std::string>{"-"};
  const auto text = render(*result, arguments);
  if (!text.ok()) return fail(text.error());
  if (filter) {
    log_info(*text);
    if (auto written = write_output(arguments, result->files.front().fixed_text); !written.ok())
      return fail(written.error());
  } else if (auto written = write_output(arguments, *text); !written.ok()) {
    return fail(written.error());
  }
  return exit_code_of(result->report);
}

}  // namespace

Command lint_command() {
  return {
      "lint",
      "PATH...",
      "judge Dockerfiles, Compose files and Kubernetes manifests, and correct what has one right "
      "answer",
      "PATH is a file (*.yml, *.yaml, *.json: a Compose file or Kubernetes manifests; any other "
      "name: a Dockerfile),\n"
      "a directory (Dockerfile, Containerfile, *.Dockerfile, Compose files, manifests and Helm "
      "charts below it),\na packed chart (*.tgz), or - for standard input. helm, where it is "
      "installed, renders charts. Comments set a rule aside for the next instruction: # "
      "seawall "
      "ignore=SW-D0012 reason;\n"
      "those of hadolint, BuildKit and Trivy work as they are, and .hadolint.yaml is read.\n"
      "Exit status: 0 passed, 1 denied (medium and worse unless --fail-on), 2 could not run or a "
      "part could not\n"
      "be read.",
      {{"format", "NAME", "table, json, sarif, junit, markdown, kubesec (default table)", 'f'},
       {"fix", "", "correct the files in place where the right text is certain"},
       {"explain", "ID", "one rule: why, what to do, an example; DL3008 and the like work"},
       {"ignore", "IDS", "rules that are not asked, with commas between"},
       {"severity", "WORD", "leave out what is less severe"},
       {"policy", "PATH",
        "the policy that decides, of Seawall or of Kubernetes' tools; a file or folder"},
       {"preset", "NAMES",
        "built-in policies, with commas: baseline, restricted, gc-medium, pss-restricted@1.30 ..."},
       {"fail-on", "WORD", "deny this severity and worse (default medium); none: deny nothing"},
       {"trusted-registry", "GLOBS", "base images must come from one of these"},
       {"require-label", "NAME[:KIND],...",
        "labels an image must have; kinds: text, url, rfc3339, spdx, hash, semver, email"},
       {"strict-labels", "", "no other labels than the required ones"},
       {"skip", "GLOBS", "paths below directories that are left out"},
       {"helm-values", "FILE", "values for Helm charts; may be repeated, a later one wins", 0,
        true},
       {"config", "FILE", "a hadolint configuration (default .hadolint.yaml where you are)"}},
      {"seawall lint Dockerfile", "seawall lint --fix .", "seawall lint --explain DL3008",
       "seawall lint - --format sarif < Dockerfile"},
      0,
      1000,
      run_lint};
}

}  // namespace seawall::cli
