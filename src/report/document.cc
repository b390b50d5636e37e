#include "report/document.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <tuple>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/strings.h"

namespace seawall::report {
namespace {

// RFC 9562 section 6.6: the namespace for names that are URLs.
constexpr std::string_view kUrlNamespace = "6ba7b8119dad11d180b400c04fd430c8";
// 9999-12-31T23:59:59Z: later times have no RFC 3339 form.
constexpr UnixSeconds kLastTime = 253402300799;

bool has_form(UnixSeconds time) {
  return time > 0 && time <= kLastTime;
}

}  // namespace

UnixSeconds document_time(const ScanReport& report) {
  if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH")) {
    const auto value = parse_unsigned(epoch);
    if (value && *value <= static_cast<uint64_t>(kLastTime))
      return static_cast<UnixSeconds>(*value);
  }
  if (report.database.present && has_form(report.database.built)) return report.database.built;
  const auto created = parse_time(report.artifact.created);
  return created && has_form(*created) ? *created : 0;
}

std::string machine_time(UnixSeconds time) {
  return to_rfc3339(std::clamp<UnixSeconds>(time, 0, kLastTime));
}

std::string uuid_of(std::string_view name) {
  std::string bytes = from_hex(kUrlNamespace).value_or("");
  bytes += name;
  std::string hex = digest_of(bytes, HashAlgorithm::kSha1).hex.substr(0, 32);
  hex[12] = '5';  // version
  constexpr std::string_view kVariant = "89ab";
  const char c = hex[16];
  hex[16] = kVariant[static_cast<size_t>(c <= '9' ? c - '0' : c - 'a' + 10) & 3];
  for (const size_t at : {20, 16, 12, 8}) hex.insert(at, "-");
  return hex;
}

void seal(std::string& document, size_t at) {
  document.replace(at, kUnsealed.size(),
                   uuid_of("https://seawall.dev/document/" + digest_of(document).text()));
}

bool ComponentList::Less::operator()(const Package* a, const Package* b) const {
  const auto key = [](const Package& package) {
    return std::tie(package.type, package.name, package.version, package.architecture,
                    package.module, package.location.path, package.location.layer,
                    package.location.line);
  };
  return key(*a) < key(*b);
}

ComponentList::ComponentList(const ScanReport& report) {
  const Distribution& distribution = report.inventory.distribution;
  for (const Package& package : report.inventory.packages) add(package, distribution);
  for (const auto* list : {&report.findings, &report.suppressed}) {
    for (const Finding& finding : *list) {
      if (!finding.package.name.empty()) add(finding.package, distribution);
    }
  }
}

ComponentList::Dependencies ComponentList::dependencies() const {
  using Key = std::tuple<PackageType, std::string_view, std::string>;
  std::map<Key, size_t> index;
  for (size_t i = 0; i < components_.size(); ++i) {
    const Package& package = *components_[i].package;
    index.try_emplace({package.type, package.location.path, package.name + "@" + package.version},
                      i);
  }
  Dependencies result;
  result.needs.resize(components_.size());
  result.needed.resize(components_.size(), false);
  for (size_t i = 0; i < components_.size(); ++i) {
    const Package& package = *components_[i].package;
    std::vector<size_t>& needs = result.needs[i];
    for (const std::string& name : package.depends) {
      const auto at = index.find({package.type, package.location.path, name});
      if (at == index.end() || at->second == i) continue;
      needs.push_back(at->second);
      result.needed[at->second] = true;
    }
    std::sort(needs.begin(), needs.end());
    needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
  }
  return result;
}

void ComponentList::add(const Package& package, const Distribution& distribution) {
  if (!index_.emplace(&package, components_.size()).second) return;
  std::string purl = purl_of(package, distribution);
  const size_t count = ++used_[purl];
  std::string reference = count == 1 ? purl : fmt::format("{}#{}", purl, count);
  components_.push_back({&package, std::move(purl), std::move(reference)});
}

std::string_view ComponentList::reference_of(const Package& package) const {
  const auto at = index_.find(&package);
  return at == index_.end() ? std::string_view() : components_[at->second].reference;
}

std::vector<FindingVerdict> verdicts_of(const ScanReport& report) {
  std::vector<FindingVerdict> verdicts(report.findings.size());
  for (const RuleOutcome& outcome : report.decision.outcomes) {
    for (const size_t index : outcome.findings) {
      if (index >= verdicts.size()) continue;
      FindingVerdict& current = verdicts[index];
      if (!current.outcome || outcome.verdict > current.verdict) {
        current = {outcome.verdict, &outcome};
      }
    }
  }
  return verdicts;
}

std::string subject_of(const Finding& finding) {
  if (!finding.package.name.empty()) {
    return finding.package.version.empty() ? finding.package.name
                                           : finding.package.name + " " + finding.package.version;
  }
  const Location& location = finding.location;
  if (location.path.empty()) return "the artifact";
  return location.line == 0 ? "/" + location.path
                            : fmt::format("/{}:{}", location.path, location.line);
}

std::string layer_words(const Finding& finding) {
  if (finding.location.layer < 0) return {};
  const int layer = finding.location.layer + 1;
  if (finding.removed_layer < 0) return fmt::format("layer {}", layer);
  return fmt::format("added in layer {}, gone from layer {} on: still in the image", layer,
                     finding.removed_layer + 1);
}

std::string fix_words(const VulnerabilityDetail& vulnerability) {
  if (vulnerability.malicious) return "remove it: malicious";
  switch (vulnerability.fix_state) {
    case FixState::kFixed:
      return vulnerability.fixed_version.empty() ? "fixed"
                                                 : "fixed in " + vulnerability.fixed_version;
    case FixState::kAffected:
      return "no fix yet";
    case FixState::kWillNotFix:
      return "will not be fixed";
    case FixState::kDeferred:
      return "fix deferred";
    case FixState::kEndOfLife:
      return "release is end of life";
    case FixState::kNotAffected:
      return "not affected";
    case FixState::kUnderInvestigation:
      return "under investigation";
    case FixState::kUnknown:
      break;
  }
  return vulnerability.fixed_version.empty() ? "no fix known"
                                             : "fixed in " + vulnerability.fixed_version;
}

std::string sentence_of(const Finding& finding) {
  std::string text = fmt::format("{} {} {} ({})", subject_of(finding),
                                 is_vulnerability(finding) ? "is affected by" : "is against",
                                 finding.rule_id, to_string(finding.severity));
  if (!finding.title.empty()) text += ": " + finding.title;
  if (!finding.evidence.empty()) text += ": " + finding.evidence;
  if (text.back() != '.') text += '.';
  if (finding.removed_layer >= 0) text += " It was " + layer_words(finding) + ".";
  if (is_vulnerability(finding)) {
    std::string fix = fix_words(finding.vulnerability);
    fix[0] = static_cast<char>(fix[0] - 'a' + 'A');
    text += " " + fix + ".";
  }
  return text;
}

double score_in_band(Severity severity, double score) {
  const auto within = [&](double low, double high) {
    return score >= low && score <= high ? score : low;
  };
  switch (severity) {
    case Severity::kCritical:
      return within(9.0, 10.0);
    case Severity::kHigh:
      return within(7.0, 8.9);
    case Severity::kMedium:
      return within(4.0, 6.9);
    case Severity::kLow:
      return within(1.0, 3.9);
    case Severity::kNegligible:
      return 0.1;
    case Severity::kUnknown:
      break;
  }
  return score > 0 && score <= 10 ? score : 0;
}

bool is_image(const ArtifactInfo& artifact) {
  return artifact.kind != "rootfs" && artifact.kind != "dir";
}

std::string_view default_state_message(AssessmentState state) {
  switch (state) {
    case AssessmentState::kClean:
      return "Everything was checked with fresh advisories, and nothing was found.";
    case AssessmentState::kFindings:
      return "Everything was checked with fresh advisories.";
    case AssessmentState::kStale:
      return "The advisories are older than allowed: what was published since is missing here.";
    case AssessmentState::kUnscanned:
      return "There is no advisory data for this artifact, so nothing can be said about "
             "vulnerabilities (everything else was checked).";
    case AssessmentState::kUnsupported:
      return "The distribution is not one that Seawall has advisories for: its packages are "
             "listed, not checked.";
    case AssessmentState::kError:
      return "A part could not be read, so the answer is not complete.";
  }
  return "";
}

std::string_view default_state_hint(AssessmentState state) {
  switch (state) {
    case AssessmentState::kStale:
    case AssessmentState::kUnscanned:
      return "seawall db update (without a network: seawall db import FILE)";
    case AssessmentState::kUnsupported:
      return "take a base image of a supported distribution, or check its packages with its "
             "vendor";
    case AssessmentState::kError:
      return "mend the parts named under \"Not checked\" and scan again";
    default:
      return "";
  }
}

}  // namespace seawall::report
