#include "scan/lint.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>

#include "artifact/layer_walk.h"
#include "base/file.h"
#include "base/path_set.h"
#include "base/strings.h"
#include "base/thread_pool.h"
#include "base/time.h"
#include "codec/yaml.h"
#include "inspect/compose/compose.h"
#include "inspect/dockerfile/fix.h"
#include "inspect/manifest/manifest_file.h"
#include "inspect/manifest/manifest_lint.h"
#include "policy/policy_files.h"
#include "policy/report_facts.h"
#include "scan/admission_decisions.h"
#include "scan/manifest_decisions.h"
#include "scan/patch_files.h"

namespace seawall::scan {
namespace {

struct SourceText {
  std::string path;  // as shown
  std::string text;
  bool on_disk = true;
  bool named = true;      // by the user or a chart, so that it must be something
  bool rendered = false;  // by Helm from the template of this path, whose lines are others
};

// With it lines can be told: those of a rendered template are not the template's.
std::string place_of(const SourceText& source) {
  return source.rendered ? source.path + ", rendered" : source.path;
}

struct LintRules {
  std::vector<inspect::DockerRule> docker;
  std::vector<inspect::ComposeRule> compose;
  std::vector<inspect::ManifestRule> manifest;
};

// Manifests are judged together at the end: their objects refer to each other.
struct ReadManifest {
  const SourceText* source;
  inspect::ManifestFile file;
};

// Gathers the build files below a directory.
class LintVisitor : public artifact::FileVisitor {
 public:
  LintVisitor(const LintOptions& options, std::string root, std::vector<SourceText>& out,
              std::vector<Problem>& problems)
      : root_(std::move(root)), out_(out), problems_(problems) {
    for (const inspect::Inspector& one : inspect::configuration_inspectors()) {
      if ((static_cast<uint8_t>(one.scope) & static_cast<uint8_t>(inspect::Scope::kSource)) == 0)
        continue;
      for (const std::string_view pattern : one.paths) wanted_.add(pattern, 0);
    }
    for (const char* pattern : {"**/*.yaml", "**/*.yml", "**/*.json"}) wanted_.add(pattern, 0);
    for (const std::string& pattern : options.skip) skip_.add(pattern, 0);
  }

  artifact::Interest interest(const artifact::WalkedEntry& file) override {
    return wanted_.matches(file.path) && !skip_.matches(file.path) ? artifact::Interest::kContent
                                                                   : artifact::Interest::kNone;
  }
  artifact::Interest interest(const artifact::WalkedEntry&, std::string_view) override {
    return artifact::Interest::kNone;
  }
  void file(const artifact::WalkedFile& file) override {
    out_.push_back({shown(file.path), std::string(file.content), true, false});
  }
  bool wants_link(std::string_view) override { return false; }
  bool may_contain(std::string_view directory) override { return wanted_.may_contain(directory); }
  void problem(Error error) override {
    problems_.push_back({error.where(), error.message(), error.hint(), error.code()});
  }

 private:
  std::string shown(std::string_view path) const {
    if (root_ == ".") return std::string(path);
    return root_.ends_with('/') ? root_ + std::string(path) : root_ + "/" + std::string(path);
  }
  std::string root_;
  std::vector<SourceText>& out_;
  std::vector<Problem>& problems_;
  PathSet wanted_, skip_;
};

void add_problem(const std::string& path, const Error& error, std::vector<Problem>& problems) {
  problems.push_back({path, error.message(), error.hint(), error.code()});
}

// A template whose every object depends on a value that is off leaves its comments.
bool holds_nothing(std::string_view text) {
  bool nothing = true;
  for_each_line(text, [&](std::string_view line, size_t) {
    const std::string_view said = trim(line);
    nothing = nothing && (said.empty() || said == "---" || said.starts_with('#'));
  });
  return nothing;
}

// Charts in place of their templates, as Helm renders them.
Status render_charts(const LintOptions& options, std::vector<std::string> charts,
                     std::vector<SourceText>& texts, std::vector<Problem>& problems) {
  ChartSet set;
  for (const SourceText& text : texts) {
    if (!text.named) set.add(text.path);
  }
  std::erase_if(texts,
                [&](const SourceText& text) { return !text.named && set.renders(text.path); });
  for (std::string& chart : set.charts()) charts.push_back(std::move(chart));
  for (const std::string& chart : charts) {
    auto files = render_chart(chart, options.helm, options.limits);
    if (!files.ok() && files.error().code() == Code::kCancelled) return std::move(files).error();
    if (!files.ok()) {
      add_problem(chart, files.error(), problems);
      continue;
    }
    for (RenderedFile& file : *files) {
      if (!holds_nothing(file.text))
        texts.push_back({std::move(file.path), std::move(file.text), false, true, true});
    }
  }
  return {};
}

// Patches have the look of objects, but not all of their fields.
void leave_out_patches(const LintOptions& options, std::vector<SourceText>& texts) {
  std::set<std::string> parts;
  for (const SourceText& text : texts) {
    if (text.named || !is_kustomization(text.path)) continue;
    for (std::string& part : kustomize_parts(text.path, text.text, options.limits))
      parts.insert(std::move(part));
  }
  std::erase_if(texts, [&](const SourceText& text) {
    return !text.named && !text.rendered && parts.contains(normal_path(text.path));
  });
}

Status gather(const LintOptions& options, std::vector<SourceText>& texts,
              std::vector<Problem>& problems) {
  std::vector<std::string> charts;
  for (const std::string& path : options.paths) {
    std::error_code error;
    if (path == "-") {
      texts.push_back({"-", options.standard_input, false});
    } else if (std::filesystem::is_directory(path, error)) {
      const size_t before = texts.size();
      LintVisitor visitor(options, path, texts, problems);
      artifact::FileVisitor* const visitors[] = {&visitor};
      uint64_t files = 0;
      SEAWALL_CHECK(artifact::walk_tree(path, options.limits, visitors, files));
      if (texts.size() == before) {
        return Error(Code::kNotFound, "there is nothing to judge below it")
            .at(path)
            .hint(
                "Dockerfile, Containerfile, *.Dockerfile, Compose files and Kubernetes manifests "
                "are looked for; name a file to judge it whatever it is called");
      }
    } else if (path.ends_with(".tgz") && file_exists(path)) {
      charts.push_back(path);
    } else {
      SEAWALL_TRY(std::string text, read_file(path, options.limits.document_bytes));
      texts.push_back({path, std::move(text), true});
    }
  }
  leave_out_patches(options, texts);
  SEAWALL_CHECK(render_charts(options, std::move(charts), texts, problems));
  std::stable_sort(texts.begin(), texts.end(),
                   [](const SourceText& a, const SourceText& b) { return a.path < b.path; });
  return {};
}

// What the build leaves out: NAME.dockerignore beside the file, else .dockerignore.
// Source: Dockerfile reference, ".dockerignore files".
void read_dockerignore(const SourceText& source, const Limits& limits,
                       inspect::DockerLintOptions& options) {
  if (!source.on_disk) return;
  const size_t slash = source.path.rfind('/');
  const std::string directory = slash == std::string::npos ? "" : source.path.substr(0, slash + 1);
  options.has_dockerignore = false;
  for (const std::string& name : {source.path + ".dockerignore", directory + ".dockerignore"}) {
    if (!file_exists(name)) continue;
    options.has_dockerignore = true;
    if (const auto text = read_file(name, limits.document_bytes); text.ok())
      options.ignore_lines = inspect::parse_dockerignore(*text);
    return;
  }
}

void add_problem(const std::string& path, const Error& error, LintResult& out) {
  add_problem(path, error, out.report.problems);
}

void add_finding(const SourceText& source, Finding finding, const LintOptions& options,
                 LintResult& out) {
  if (finding.severity < options.least_severity) return;
  finding.location.path = source.path;
  if (source.rendered) finding.location.line = 0;
  set_fingerprint(finding);
  auto& list = finding.suppression.active() ? out.report.suppressed : out.report.findings;
  list.push_back(std::move(finding));
}

void lint_dockerfile_text(const SourceText& source, const LintOptions& options,
                          const LintRules& rules, LintResult& out) {
  inspect::DockerLintOptions docker = options.docker;
  read_dockerignore(source, options.limits, docker);
  LintedFile file;
  file.path = source.path;
  inspect::DockerFix fix =
      inspect::fix_dockerfile(source.text, rules.docker, docker, options.limits);
  const std::string& judged = options.fix ? fix.text : source.text;
  (options.fix ? file.corrected : file.correctable) = fix.fixed.size();
  if (options.fix && !fix.fixed.empty() && source.on_disk) {
    if (auto written = write_file(source.path, fix.text); !written.ok()) {
      add_problem(source.path, written.error(), out);
      file.corrected = 0;
    }
  }
  inspect::DockerLint lint = inspect::lint_dockerfile(judged, rules.docker, docker, options.limits);
  for (Finding& finding : lint.findings) add_finding(source, std::move(finding), options, out);
  for (const Error& error : lint.problems) add_problem(source.path, error, out);
  if (options.fix) file.fixed_text = std::move(fix.text);
  out.files.push_back(std::move(file));
}

bool is_yaml_name(std::string_view path) {
  return path.ends_with(".yml") || path.ends_with(".yaml") || path.ends_with(".json");
}

void score_as_kubesec(const SourceText& source, const inspect::ManifestFile& file,
                      LintResult& out) {
  const std::string name =
      source.path == "-" ? "STDIN" : source.path.substr(source.path.rfind('/') + 1);
  for (const inspect::ManifestObject& object : file.objects())
    out.kubesec.emplace_back(name, inspect::kubesec_report(*object.node));
}

// Whether it is a Kubernetes manifest, which is then judged.
bool lint_manifest_text(const SourceText& source, const LintOptions& options,
                        ManifestDecisions& decisions, AdmissionDecisions& admission,
                        std::deque<ReadManifest>& manifests, LintResult& out) {
  if (!inspect::may_hold_manifest(source.text)) return false;
  inspect::ManifestFile file = inspect::ManifestFile::read(source.text, options.limits);
  const bool any =
      std::any_of(file.documents().begin(), file.documents().end(), [&](const Document& document) {
        return inspect::looks_like_manifest(source.path, document.root());
      });
  // Nothing can be told of a file whose every document is broken; it says so below.
  if (!any && (file.problems().empty() || !file.documents().empty())) return false;
  decisions.judge(place_of(source), file);
  if (options.kubesec) score_as_kubesec(source, file, out);
  for (const Error& error : file.problems()) add_problem(place_of(source), error, out);
  LintedFile linted;
  linted.path = source.path;
  linted.fixed_text = source.text;
  out.files.push_back(std::move(linted));
  manifests.push_back({&source, std::move(file)});
  admission.know(place_of(source), manifests.back().file);
  return true;
}

void lint_manifest_rules(const std::deque<ReadManifest>& manifests, const LintOptions& options,
                         const LintRules& rules, LintResult& out) {
  std::vector<inspect::ManifestSource> sources;
  for (const ReadManifest& one : manifests) sources.push_back({one.source->text, &one.file});
  auto answers =
      inspect::lint_manifests(sources, rules.manifest, options.docker.ignored, default_jobs());
  size_t findings = out.report.findings.size();
  for (const inspect::ManifestLint& answer : answers) findings += answer.findings.size();
  out.report.findings.reserve(findings);
  for (size_t i = 0; i < answers.size(); ++i) {
    const SourceText& source = *manifests[i].source;
    for (Finding& finding : answers[i].findings)
      add_finding(source, std::move(finding), options, out);
    for (const Error& error : answers[i].problems) add_problem(source.path, error, out);
    answers[i] = {};
  }
}

void lint_compose_text(const SourceText& source, const LintOptions& options, const LintRules& rules,
                       LintResult& out) {
  const auto documents = parse_yaml(source.text, options.limits);
  const bool compose =
      documents.ok() &&
      std::any_of(documents->begin(), documents->end(), [&](const Document& document) {
        return inspect::looks_like_compose(source.path, document.root());
      });
  // Below a directory there is YAML of all kinds.
  if (!compose && !source.named) return;
  if (!compose && documents.ok()) {
    add_problem(source.path,
                unsupported("it is neither a Dockerfile, a Compose file nor a Kubernetes manifest")
                    .hint("what has another name than *.yml or *.yaml is read as a Dockerfile"),
                out);
    return;
  }
  inspect::ComposeLint lint =
      inspect::lint_compose(source.text, rules.compose, options.docker.ignored, options.limits);
  for (Finding& finding : lint.findings) add_finding(source, std::move(finding), options, out);
  for (const Error& error : lint.problems) add_problem(source.path, error, out);
  LintedFile file;
  file.path = source.path;
  file.fixed_text = source.text;
  out.files.push_back(std::move(file));
}

// What a manifest leaves out, and what is a matter of taste, is asked only when it is asked for:
// every object has more of it than anybody reads.
Severity least_of_manifests(const LintOptions& options) {
  if (options.least_severity != Severity::kUnknown) return options.least_severity;
  const Severity denied = options.policy.fail_on;
  return denied == Severity::kUnknown ? Severity::kMedium : std::min(denied, Severity::kMedium);
}

}  // namespace

Result<LintResult> lint(const LintOptions& options) {
  LintResult out;
  SEAWALL_TRY(const policy::PolicySet policies, policy::load_policy_set(options.policy, now()));
  std::vector<SourceText> texts;
  SEAWALL_CHECK(gather(options, texts, out.report.problems));
  LintRules rules;
  SEAWALL_TRY(rules.docker, inspect::load_docker_rules());
  SEAWALL_TRY(rules.compose, inspect::load_compose_rules());
  SEAWALL_TRY(rules.manifest, inspect::load_manifest_rules());
  std::erase_if(rules.manifest, [least = least_of_manifests(options)](const auto& one) {
    return one.rule.severity < least;
  });
  std::deque<ReadManifest> manifests;
  const SplitPolicy split = split_policy(policies.own);
  ManifestDecisions decisions(split.of_workloads, now());
  AdmissionDecisions admission(policies.admission.get());
  for (const SourceText& source : texts) {
    if (decisions.wants_roles() &&
        source.text.find("rbac.authorization.k8s.io") != std::string::npos) {
      decisions.know(inspect::ManifestFile::read(source.text, options.limits));
    }
  }
  for (const SourceText& source : texts) {
    const bool standard_input = source.path == "-" || source.rendered;  // whatever its name
    if ((is_yaml_name(source.path) || standard_input) &&
        lint_manifest_text(source, options, decisions, admission, manifests, out))
      continue;
    if (is_yaml_name(source.path) || source.rendered)
      lint_compose_text(source, options, rules, out);
    else
      lint_dockerfile_text(source, options, rules, out);
  }
  lint_manifest_rules(manifests, options, rules, out);
  // A large tree's documents are not needed for the report; policies of admission still read them.
  if (policies.admission == nullptr) manifests.clear();
  ScanReport& report = out.report;
  report.artifact.kind = "lint";
  report.artifact.name =
      out.files.size() == 1 ? out.files[0].path : fmt::format("{} files", out.files.size());
  report.asks_vulnerabilities = false;
  report.scanned_at = now();
  sort_findings(report.findings);
  sort_findings(report.suppressed);
  SEAWALL_CHECK(policy::decide_report(split.of_the_rest, policy::Stage::kBuild, report, now()));
  decisions.add_to(report.decision);
  admission.add_to(report);
  const bool clean = report.findings.empty() && report.decision.outcomes.empty();
  report.state = !report.problems.empty() ? AssessmentState::kError
                 : clean                  ? AssessmentState::kClean
                                          : AssessmentState::kFindings;
  return out;
}

}  // namespace seawall::scan
