#include "scan/scan.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "advisory/ecosystem.h"
#include "advisory/matcher.h"
#include "artifact/target.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/strings.h"
#include "inspect/dockerfile/history.h"
#include "inspect/image/base_image.h"
#include "inspect/image/image_rules.h"
#include "inspect/secrets/baseline.h"
#include "inspect/secrets/secrets.h"
#include "policy/ignore_file.h"
#include "policy/report_facts.h"
#include "policy/vex.h"
#include "scan/actions.h"
#include "scan/collect.h"
#include "scan/documents.h"
#include "scan/merge.h"

namespace seawall::scan {
namespace {

std::string seen_directory(const std::string& cache_directory) {
  return cache_directory + "/feeds-seen";
}

// Remembers, as empty files that need no lock, which feeds this machine's scans ask for.
void remember_feeds(const std::string& cache_directory, const std::vector<std::string>& feeds) {
  if (cache_directory.empty() || feeds.empty()) return;
  const std::string directory = seen_directory(cache_directory);
  if (!make_directories(directory).ok()) return;
  for (const std::string& feed : feeds) {
    const std::string path = directory + "/" + feed;
    if (!file_exists(path)) (void)write_file(path, "");
  }
}

void describe_image(const artifact::Image& image, const Collected& collected, const Merged& merged,
                    ScanReport& report) {
  ArtifactInfo& artifact = report.artifact;
  artifact.name = image.name;
  artifact.kind = image.kind;
  artifact.digest = image.manifest_digest.empty() ? image.config_digest : image.manifest_digest;
  artifact.config_digest = image.config_digest;
  artifact.tags = image.tags;
  artifact.platform = image.platform;
  artifact.created = image.created;
  for (size_t i = 0; i < image.layers.size(); ++i) {
    const LayerResult& result = collected.layers[i];
    LayerInfo layer;
    layer.diff_id = image.layers[i].diff_id.empty() ? result.diff_id : image.layers[i].diff_id;
    layer.digest = image.layers[i].digest;
    layer.instruction = image.layers[i].instruction;
    layer.size = image.layers[i].size;
    layer.unpacked_size = result.unpacked_size;
    layer.files = result.files;
    layer.packages = merged.packages_by_layer[i];
    layer.from_cache = collected.from_cache[i];
    artifact.size += result.unpacked_size;
    artifact.layers.push_back(std::move(layer));
  }
}

// When the database was built; 0 without one.
UnixSeconds database_date(const std::string& path) {
  if (!file_exists(path)) return 0;
  const auto database = advisory::Database::open(path);
  return database.ok() ? database->built() : 0;
}

void set_state(ScanReport& report, AssessmentState state, std::string message, std::string hint) {
  report.state = state;
  report.state_message = std::move(message);
  report.state_hint = std::move(hint);
}

// The age of a feed's data: when it was last checked against its source, else the date it bears
// itself.
UnixSeconds freshness(const advisory::FeedStatus& feed) {
  return std::max(feed.fetched, feed.date);
}

void describe_database(const advisory::Database& database, const std::vector<std::string>& used,
                       ScanReport& report) {
  DatabaseInfo& info = report.database;
  info.present = true;
  info.digest = database.digest().text();
  info.built = database.built();
  UnixSeconds oldest = 0;
  for (const advisory::FeedStatus& feed : database.feeds()) {
    const bool asked = std::find(used.begin(), used.end(), feed.name) != used.end();
    if (!asked) continue;
    info.feeds_used.push_back(fmt::format("{} {}", feed.name, to_date(freshness(feed))));
    if (oldest == 0 || freshness(feed) < oldest) oldest = freshness(feed);
  }
  info.data_date = oldest != 0 ? oldest : database.built();
}

// The feeds that know the distribution and the languages found.
std::vector<std::string> feeds_needed(const Inventory& inventory) {
  std::set<std::string> feeds;
  if (const auto os = advisory::match_distribution(inventory.distribution)) feeds.insert(os->feed);
  for (const Package& package : inventory.packages) {
    if (is_os_package(package.type)) continue;
    if (std::string feed = advisory::language_ecosystem(package.type); !feed.empty())
      feeds.insert(std::move(feed));
  }
  return {feeds.begin(), feeds.end()};
}

void judge_state(const ScanOptions& options, const advisory::MatchResult& match,
                 ScanReport& report) {
  const Distribution& distribution = report.inventory.distribution;
  const std::string name =
      distribution.pretty_name.empty() ? distribution.id : distribution.pretty_name;
  const bool has_os_packages =
      std::any_of(report.inventory.packages.begin(), report.inventory.packages.end(),
                  [](const Package& p) { return is_os_package(p.type); });
  if (report.inventory.packages.empty() && !distribution.known()) {
    const bool is_source = report.artifact.kind == "dir";
    return set_state(report, AssessmentState::kUnsupported,
                     is_source ? "no lock or manifest file that Seawall knows was found"
                               : "no package and no os-release that Seawall knows was found",
                     "see docs/inspectors.md for what is looked at");
  }
  if (has_os_packages && !match.distribution_supported) {
    return set_state(
        report, AssessmentState::kUnsupported,
        fmt::format("no feed describes {}", name.empty() ? "an unnamed distribution" : name),
        "nothing can be said about its packages' vulnerabilities; `seawall db status` lists the "
        "feeds");
  }
  if (!match.uncovered_ecosystems.empty()) {
    std::string list;
    for (const auto& ecosystem : match.uncovered_ecosystems)
      list += (list.empty() ? "" : ", ") + ecosystem;
    return set_state(report, AssessmentState::kUnscanned,
                     "the database has no advisories for " + list,
                     "seawall db update --only " + join(feeds_needed(report.inventory), ","));
  }
  const int64_t age = now() - report.database.data_date;
  if (options.max_database_age > 0 && age > options.max_database_age) {
    return set_state(
        report, AssessmentState::kStale,
        fmt::format("the advisory data is {} old; at most {} is accepted", human_duration(age),
                    human_duration(options.max_database_age)),
        "seawall db update (or allow it: --max-db-age " + std::to_string(age / 86400 + 1) + "d)");
  }
  report.state = report.findings.empty() ? AssessmentState::kClean : AssessmentState::kFindings;
}

std::vector<std::string> words_of(const Node& list) {
  std::vector<std::string> out;
  for (const Node& item : list.items()) out.push_back(to_valid_utf8(item.string()));
  return out;
}

std::vector<std::string> keys_of(const Node& object) {
  std::vector<std::string> out;
  for (const Member& member : object.members()) out.push_back(to_valid_utf8(member.key));
  std::sort(out.begin(), out.end());
  return out;
}

// Source: image-spec, config.md, "Properties".
ImageSettings settings_of(const Node& config) {
  ImageSettings out;
  out.user = to_valid_utf8(config["User"].string());
  out.working_directory = to_valid_utf8(config["WorkingDir"].string());
  out.stop_signal = to_valid_utf8(config["StopSignal"].string());
  out.health_check = join(words_of(config["Healthcheck"]["Test"]), " ");
  out.entry_point = words_of(config["Entrypoint"]);
  out.command = words_of(config["Cmd"]);
  for (const std::string& variable : words_of(config["Env"]))
    out.environment.push_back(variable.substr(0, variable.find('=')));
  std::sort(out.environment.begin(), out.environment.end());
  out.ports = keys_of(config["ExposedPorts"]);
  out.volumes = keys_of(config["Volumes"]);
  for (const Member& label : config["Labels"].members())
    out.labels.emplace_back(to_valid_utf8(label.key), to_valid_utf8(label.value.string()));
  std::sort(out.labels.begin(), out.labels.end());
  return out;
}

// Findings on the image as a whole: its configuration, history and files.
// `configuration` false: only what it builds on is looked for.
Status judge_image(const artifact::Image& image, const Collected& collected, bool configuration,
                   ScanReport& report) {
  std::vector<inspect::ImageLayerFacts> layers;
  bool complete = true;
  for (size_t i = 0; i < image.layers.size(); ++i) {
    const LayerResult& layer = collected.layers[i];
    layers.push_back({&layer.notable, &layer.shadow, image.layers[i].instruction});
    complete = complete && collected.usable[i];
  }
  if (image.config.empty()) return {};
  SEAWALL_TRY(auto facts, inspect::ImageFacts::make(image.config, std::move(layers), complete));
  facts.tags = image.tags;
  facts.created = image.created;
  facts.packages = report.inventory.packages.size();
  // Ages count from the advisory data, so that the same input gives the same report tomorrow.
  facts.time = report.database.built;
  report.artifact.settings = settings_of(facts.config());
  report.artifact.base = inspect::recognise_base(facts, report.inventory.distribution);
  if (!configuration) return {};
  SEAWALL_TRY(const auto rules, inspect::load_image_rules());
  SEAWALL_TRY(const auto docker_rules, inspect::load_docker_rules());
  std::vector<Finding> found = inspect::check_image(facts, rules);
  std::vector<inspect::HistoryStep> steps;
  for (const inspect::ImageStep& step : facts.steps())
    steps.push_back({step.instruction, step.layer});
  std::vector<Finding> of_history =
      inspect::lint_history(steps, report.artifact.base.steps, docker_rules);
  std::move(of_history.begin(), of_history.end(), std::back_inserter(found));
  for (Finding& finding : found) {
    if (finding.location.layer >= 0) {
      finding.location.layer_digest =
          report.artifact.layers[static_cast<size_t>(finding.location.layer)].diff_id;
    }
    report.findings.push_back(std::move(finding));
  }
  return {};
}

// Secrets of the image configuration itself: environment, labels, history. The layer cache
// remembers configurations without any, so that a second scan need not build the scanner.
Status find_secrets_of_config(const artifact::Image& image, const std::string& cache_directory,
                              ScanReport& report) {
  if (image.config.empty()) return {};
  const inspect::Selection secrets{static_cast<uint8_t>(inspect::Category::kSecrets)};
  const LayerCache cache(cache_directory,
                         digest_of("configuration" + inspect::inspectors_fingerprint(secrets)).hex);
  if (!image.config_digest.empty() && cache.get(image.config_digest)) return {};
  SEAWALL_TRY(auto findings, inspect::scan_image_config(image.config, inspect::secret_scanner()));
  if (findings.empty() && !image.config_digest.empty()) {
    LayerResult nothing;
    nothing.digest = nothing.diff_id = image.config_digest;
    cache.put(nothing);
  }
  for (Finding& finding : findings) {
    set_fingerprint(finding);
    report.findings.push_back(std::move(finding));
  }
  return {};
}

// Steps three and four: findings from the inventory, with whatever data there is.
Status find(const ScanOptions& options, ScanReport& report) {
  if ((options.categories & static_cast<uint8_t>(inspect::Category::kPackages)) == 0) {
    report.asks_vulnerabilities = false;
    report.state = report.findings.empty() ? AssessmentState::kClean : AssessmentState::kFindings;
    return {};
  }
  report.database.max_age = options.max_database_age;
  if (!file_exists(options.database)) {
    set_state(report, AssessmentState::kUnscanned,
              "no advisory data yet, so nothing can be said about vulnerabilities (everything else "
              "was checked)",
              "seawall db update   or, without a network: seawall db import FILE");
    return {};
  }
  auto database = advisory::Database::open(options.database);
  if (!database.ok()) {
    return std::move(database.error()).at(options.database).hint("get it again: seawall db update");
  }
  advisory::MatchOptions match_options;
  match_options.include_kernel_headers = options.kernel_headers;
  SEAWALL_TRY(advisory::MatchResult match,
              advisory::match(report.inventory, *database, match_options));
  std::move(match.findings.begin(), match.findings.end(), std::back_inserter(report.findings));
  std::erase_if(report.findings, [&](const Finding& finding) {
    return finding.severity < options.least_severity ||
           (options.ignore_unfixed && finding.kind == FindingKind::kVulnerability &&
            finding.vulnerability.fixed_version.empty());
  });
  sort_findings(report.findings);
  describe_database(*database, match.feeds, report);
  judge_state(options, match, report);
  return {};
}

// VEX first, then the ignore file; the policy sees what both leave. One that cannot be read is an
// error: a scan that silently went on without it would give another answer than was asked for.
Status set_aside(const ScanOptions& options, ScanReport& report) {
  if (!options.secrets_baseline.empty()) {
    SEAWALL_TRY(const auto baseline, inspect::Baseline::load(options.secrets_baseline));
    baseline.apply(report.findings);
  }
  // What a comment beside a secret allows, and what the baseline holds.
  const auto counts = [](const Finding& finding) { return !finding.suppression.active(); };
  const auto allowed =
      std::stable_partition(report.findings.begin(), report.findings.end(), counts);
  std::move(allowed, report.findings.end(), std::back_inserter(report.suppressed));
  report.findings.erase(allowed, report.findings.end());
  const Limits& limits = options.open.limits;
  SEAWALL_TRY(const auto statements, read_statements(options, report));
  if (!statements.empty()) policy::apply_vex(report, statements);
  if (!options.ignore_file.empty()) {
    SEAWALL_TRY(const std::string text, read_file(options.ignore_file, limits.document_bytes));
    SEAWALL_TRY(const policy::IgnoreFile file,
                policy::read_ignore_file(text, options.ignore_file, now(), limits));
    policy::apply_ignore(report, file, now());
  }
  if (report.state == AssessmentState::kFindings || report.state == AssessmentState::kClean) {
    report.state = report.findings.empty() ? AssessmentState::kClean : AssessmentState::kFindings;
  }
  return {};
}

}  // namespace

std::string default_database_path() {
  return cache_directory() + "/advisories.swdb";
}

std::vector<std::string> feeds_seen(const std::string& cache_directory) {
  std::vector<std::string> feeds;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(seen_directory(cache_directory), error)) {
    feeds.push_back(entry.path().filename().string());
  }
  std::sort(feeds.begin(), feeds.end());
  return feeds;
}

Result<ScanReport> scan(const ScanOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  ScanReport report;
  report.scanned_at = now();
  SEAWALL_TRY(const policy::Policy policy, policy::load_policy(options.policy, now()));
  SEAWALL_TRY(const artifact::Target target,
              artifact::parse_target(options.target, options.open.limits));
  artifact::Artifact opened = artifact::SbomFile();
  if (options.use_attached_sbom) {
    SEAWALL_CHECK(read_attached_sbom(target, options, report));
  } else {
    SEAWALL_TRY(opened, artifact::open_artifact(target, options.open));
  }
  const CollectOptions collect_options{options.open.limits, options.jobs, options.cache_directory,
                                       options.categories, options.skip};
  Collected collected;
  std::vector<std::string> instructions;
  const auto* image = std::get_if<artifact::Image>(&opened);
  const auto* sbom = std::get_if<artifact::SbomFile>(&opened);
  if (sbom && !options.use_attached_sbom) {
    SEAWALL_CHECK(read_sbom_into(*sbom, options, report));
  } else if (image) {
    SEAWALL_TRY(collected, collect_image(*image, collect_options));
    for (const auto& layer : image->layers) instructions.push_back(layer.instruction);
  } else if (!sbom) {
    SEAWALL_TRY(collected, collect_tree(std::get<artifact::FileTree>(opened), collect_options));
  }
  if (!sbom) {
    Merged merged = merge_layers(collected.layers, instructions, image != nullptr);
    if (image) {
      describe_image(*image, collected, merged, report);
    } else {
      const auto& tree = std::get<artifact::FileTree>(opened);
      report.artifact.name = tree.name;
      report.artifact.kind = tree.kind;
    }
    report.inventory = std::move(merged.inventory);
    report.problems = std::move(collected.problems);
    for (Problem& problem : merged.problems) report.problems.push_back(std::move(problem));
    report.notes = std::move(merged.notes);
    report.findings = std::move(merged.findings);
  }
  // What the walk took is not needed for matching, which maps the database.
  return_free_memory();
  remember_feeds(options.cache_directory, feeds_needed(report.inventory));
  const bool configuration =
      (options.categories & static_cast<uint8_t>(inspect::Category::kConfiguration)) != 0;
  if (options.match_vulnerabilities) report.database.built = database_date(options.database);
  if (image) SEAWALL_CHECK(judge_image(*image, collected, configuration, report));
  if (image && (options.categories & static_cast<uint8_t>(inspect::Category::kSecrets)) != 0)
    SEAWALL_CHECK(find_secrets_of_config(*image, options.cache_directory, report));
  if (options.match_vulnerabilities) {
    SEAWALL_CHECK(find(options, report));
  } else {
    report.asks_vulnerabilities = false;
    set_state(report, AssessmentState::kUnscanned, "vulnerabilities were not asked for", "");
  }
  sort_findings(report.findings);
  SEAWALL_CHECK(set_aside(options, report));
  SEAWALL_CHECK(policy::decide_report(policy, policy::Stage::kScan, report, now()));
  report.actions = plan_actions(report);
  if (!report.problems.empty()) {
    set_state(report, AssessmentState::kError,
              fmt::format("{} part{} could not be examined", report.problems.size(),
                          report.problems.size() == 1 ? "" : "s"),
              "");
  }
  report.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return report;
}

}  // namespace seawall::scan
