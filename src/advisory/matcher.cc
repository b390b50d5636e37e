#include "advisory/matcher.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>

#include "advisory/affects.h"
#include "advisory/ecosystem.h"
#include "advisory/risk.h"
#include "base/strings.h"

namespace seawall::advisory {
namespace {

// How a package is looked up: one query for each name its advisories may use.
struct Query {
  std::string ecosystem, name, version;
  std::string_view identity;  // MatchedBy's word
};

// One row that applies to a package, kept until all rows of its vulnerability are known.
struct Applied {
  FixState state = FixState::kUnknown;
  Severity severity = Severity::kUnknown;
  std::string feed, advisory, note;
  std::vector<Range> ranges;
  std::vector<std::string> versions;
  const Query* query = nullptr;  // what found it
};

// What all rows of one package say of one vulnerability.
struct Verdicts {
  std::vector<Applied> rows;
  std::vector<std::string> cleared_by;  // feeds that say it is not affected
};

// rpm's modularity label "nodejs:18:8060020220523160029:ad008a3a" to "nodejs:18".
std::string module_stream(std::string_view label) {
  const size_t colon = label.find(':');
  if (colon == std::string_view::npos) return std::string(label);
  return std::string(label.substr(0, label.find(':', colon + 1)));
}

// Modular builds have versions of their own: their rows never fit other packages, nor the other way
// round. Red Hat's older rows name no module, but their fixed version says ".module+el8".
bool module_fits(const Package& package, const Match& match) {
  if (package.type != PackageType::kRpm) return true;
  const bool modular_version = std::any_of(
      match.ranges.begin(), match.ranges.end(),
      [](const Range& range) { return range.fixed.find(".module") != std::string::npos; });
  if (package.module.empty()) return match.module.empty() && !modular_version;
  if (match.module.empty()) return modular_version;
  return match.module == module_stream(package.module);
}

bool architecture_fits(const Package& package, const Match& match) {
  if (match.architectures.empty() || package.architecture.empty()) return true;
  if (package.architecture == "noarch" || package.architecture == "all") return true;
  return std::find(match.architectures.begin(), match.architectures.end(), package.architecture) !=
         match.architectures.end();
}

// Packages that hold only the kernel's headers, documentation or build files: they carry the
// kernel's version, and so would all its vulnerabilities, but not its code.
bool is_kernel_headers(const Package& package) {
  if (package.type == PackageType::kRpm) {
    return package.name == "kernel-headers" || package.name == "kernel-doc" ||
           package.name == "kernel-uek-headers" || package.name == "kernel-uek-doc";
  }
  if (package.type != PackageType::kDeb) return false;
  const std::string& source = package.advisory_name();
  if (source != "linux" && !source.starts_with("linux-")) return false;
  constexpr std::array<std::string_view, 7> kPrefixes = {
      "linux-libc-dev", "linux-headers", "linux-doc",     "linux-kbuild",
      "linux-source",   "linux-support", "linux-compiler"};
  return std::any_of(kPrefixes.begin(), kPrefixes.end(),
                     [&](std::string_view prefix) { return package.name.starts_with(prefix); });
}

// Who builds the distribution's rpm packages; elsewhere the database does not say it reliably.
std::string_view vendor_word(const Distribution& distribution) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kWords = {
      {{"rhel", "red hat"},
       {"centos", "centos"},
       {"fedora", "fedora"},
       {"almalinux", "alma"},
       {"rocky", "rocky"},
       {"ol", "oracle"},
       {"sles", "suse"},
       {"sled", "suse"},
       {"opensuse-leap", "suse"},
       {"opensuse-tumbleweed", "suse"},
       {"amzn", "amazon"}}};
  for (const auto& [id, word] : kWords) {
    if (distribution.id == id) return word;
  }
  return {};
}

bool is_third_party(const Package& package, std::string_view vendor) {
  return package.type == PackageType::kRpm && !vendor.empty() && !package.vendor.empty() &&
         to_lower(package.vendor).find(vendor) == std::string::npos;
}

// A source rpm's file name has no epoch; its binaries' one is taken.
std::string source_version_of(const Package& package) {
  const std::string& source = package.advisory_version();
  const size_t colon = package.version.find(':');
  if (colon == std::string::npos || source.find(':') != std::string::npos) return source;
  return package.version.substr(0, colon + 1) + source;
}

constexpr std::string_view kOwnName = "package", kSourceName = "source-package";

std::vector<Query> queries_of(const Package& package, const std::string& os_ecosystem) {
  if (!is_os_package(package.type)) {
    const std::string ecosystem = language_ecosystem(package.type);
    if (ecosystem.empty()) return {};
    return {{ecosystem, normalize_name(ecosystem, package.name), package.version, "purl"}};
  }
  if (os_ecosystem.empty()) return {};
  if (package.type != PackageType::kRpm) {
    const bool own =
        package.advisory_name() == package.name && package.advisory_version() == package.version;
    return {{os_ecosystem, package.advisory_name(), package.advisory_version(),
             own ? kOwnName : kSourceName}};
  }
  std::vector<Query> queries = {{os_ecosystem, package.name, package.version, kOwnName}};
  if (package.advisory_name() != package.name) {
    queries.push_back(
        {os_ecosystem, package.advisory_name(), source_version_of(package), kSourceName});
  }
  return queries;
}

// Of several states without a fix, the one that says most.
int state_rank(FixState state) {
  switch (state) {
    case FixState::kWillNotFix:
      return 6;
    case FixState::kEndOfLife:
      return 5;
    case FixState::kDeferred:
      return 4;
    case FixState::kAffected:
      return 3;
    case FixState::kUnderInvestigation:
      return 2;
    default:
      return 0;
  }
}

// The lowest version that every row with a fix calls good; empty when there is none.
std::string fix_of(VersionScheme scheme, const std::vector<Applied>& rows,
                   std::string_view version) {
  std::vector<std::string_view> candidates;
  for (const auto& row : rows) {
    for (const auto& range : row.ranges) {
      if (!range.fixed.empty() && compare(scheme, range.fixed, version) > 0) {
        candidates.push_back(range.fixed);
      }
    }
  }
  std::sort(candidates.begin(), candidates.end(), [&](std::string_view a, std::string_view b) {
    const auto order = compare(scheme, a, b);
    return order != 0 ? order < 0 : a < b;
  });
  const auto has_fix = [&](const Applied& row) {
    return std::any_of(row.ranges.begin(), row.ranges.end(), [&](const Range& range) {
      return !range.fixed.empty() && compare(scheme, range.fixed, version) > 0;
    });
  };
  for (const auto candidate : candidates) {
    const bool closes = std::none_of(rows.begin(), rows.end(), [&](const Applied& row) {
      const std::vector<std::string_view> versions(row.versions.begin(), row.versions.end());
      return has_fix(row) && affects(scheme, row.ranges, versions, candidate);
    });
    if (closes) return std::string(candidate);
  }
  return {};
}

std::string remediation_of(const Package& package, const VulnerabilityDetail& detail) {
  if (detail.malicious) return "remove " + package.name + ": the package itself is malicious";
  const std::string& name = is_os_package(package.type) && package.type != PackageType::kRpm
                                ? package.advisory_name()
                                : package.name;
  switch (detail.fix_state) {
    case FixState::kFixed:
      return "upgrade " + name + " to " + detail.fixed_version;
    case FixState::kWillNotFix:
      return "the vendor will not fix it: replace or remove " + name + ", or accept the risk";
    case FixState::kEndOfLife:
      return "the release gets no more fixes: move to a newer one";
    case FixState::kDeferred:
      return "the vendor has postponed a fix: watch for an update of " + name;
    case FixState::kUnderInvestigation:
      return "the vendor is still investigating: scan again later";
    default:
      return "no fix is known yet: watch for an update of " + name;
  }
}

class Matcher {
 public:
  Matcher(const Inventory& inventory, const Database& database, const MatchOptions& options)
      : inventory_(inventory), database_(database), options_(options) {}
  Result<MatchResult> run();

 private:
  void resolve_distribution();
  bool covered(const std::string& ecosystem);
  Status match_package(const Package& package);
  Status collect(const Package& package, const Query& query,
                 std::map<uint32_t, Verdicts>& verdicts);
  Status report(const Package& package, const Query& query, uint32_t vulnerability,
                const Verdicts& verdicts);
  Result<const Detail*> detail(uint32_t vulnerability);
  std::string title_of(const Package& package, const Detail& known) const;

  const Inventory& inventory_;
  const Database& database_;
  const MatchOptions& options_;
  MatchResult result_;
  std::string distribution_feed_, vendor_;
  std::map<std::string, bool> covered_;
  std::set<std::string> feeds_;
  std::unordered_map<uint32_t, Detail> details_;
};

void Matcher::resolve_distribution() {
  const auto distribution = match_distribution(inventory_.distribution);
  if (!distribution) return;
  result_.ecosystem = distribution->ecosystem;
  result_.distribution_supported = true;
  result_.distribution_covered = database_.has_ecosystem(distribution->ecosystem);
  distribution_feed_ = distribution->feed;
  vendor_ = vendor_word(inventory_.distribution);
}

bool Matcher::covered(const std::string& ecosystem) {
  const auto [known, is_new] = covered_.try_emplace(ecosystem);
  if (is_new) known->second = database_.has_ecosystem(ecosystem);
  return known->second;
}

Result<const Detail*> Matcher::detail(uint32_t vulnerability) {
  const auto [known, is_new] = details_.try_emplace(vulnerability);
  if (is_new) {
    SEAWALL_TRY(known->second, database_.detail(vulnerability));
  }
  return static_cast<const Detail*>(&known->second);
}

Status Matcher::collect(const Package& package, const Query& query,
                        std::map<uint32_t, Verdicts>& verdicts) {
  const VersionScheme scheme = scheme_of(query.ecosystem);
  // A notice of fifty vulnerabilities says the same fifty times: decide once.
  bool decided = false, applies = false;
  uint32_t statement = 0;
  return database_.find(query.ecosystem, query.name, [&](const Match& match) {
    feeds_.emplace(match.feed);
    if (!architecture_fits(package, match)) return;
    if (!decided || statement != match.statement) {
      decided = true;
      statement = match.statement;
      applies = module_fits(package, match) &&
                affects(scheme, match.ranges, match.versions, query.version);
    }
    if (!applies) return;
    Verdicts& verdict = verdicts[match.vulnerability];
    if (match.state == FixState::kNotAffected) {
      verdict.cleared_by.emplace_back(match.feed);
      return;
    }
    verdict.rows.push_back({match.state,
                            match.severity,
                            std::string(match.feed),
                            std::string(match.advisory),
                            std::string(match.note),
                            match.ranges,
                            {match.versions.begin(), match.versions.end()},
                            &query});
  });
}

// An OS package's own distribution describes it best, then any other one: a language advisory of
// the same CVE speaks of a package that bundles the code.
std::string Matcher::title_of(const Package& package, const Detail& known) const {
  if (!is_os_package(package.type)) return known.summary;
  for (const auto& [feed, text] : known.summaries) {
    if (feed == distribution_feed_) return text;
  }
  return known.summaries.empty() ? known.summary : known.summaries.front().second;
}

Status Matcher::report(const Package& package, const Query& query, uint32_t vulnerability,
                       const Verdicts& verdicts) {
  std::vector<Applied> rows = verdicts.rows;
  for (const auto& feed : verdicts.cleared_by) {
    // The vendor's own word clears everything; another's clears what it said itself.
    if (feed == distribution_feed_) return {};
    std::erase_if(rows, [&](const Applied& row) { return row.feed == feed; });
  }
  if (rows.empty()) return {};
  if (!options_.include_kernel_headers && is_kernel_headers(package)) {
    ++result_.kernel_header_rows;
    return {};
  }
  SEAWALL_TRY(const Detail* known, detail(vulnerability));

  Finding finding;
  finding.kind = FindingKind::kVulnerability;
  finding.rule_id = known->id;
  finding.title = title_of(package, *known);
  finding.package = package;
  finding.location = package.location;
  finding.references = known->references;
  VulnerabilityDetail& out = finding.vulnerability;
  out.aliases = known->aliases;
  out.ecosystem = query.ecosystem;
  out.cvss = known->cvss;
  out.cwes = known->cwes;
  out.published = known->published;
  out.malicious = known->malicious;

  // The distribution's feed speaks first.
  std::stable_sort(rows.begin(), rows.end(), [&](const Applied& a, const Applied& b) {
    return std::pair(a.feed != distribution_feed_, a.feed) <
           std::pair(b.feed != distribution_feed_, b.feed);
  });
  out.data_source = rows.front().feed;
  const Query& found_by = *rows.front().query;
  out.matched_by = {std::string(found_by.identity), found_by.name, found_by.version};
  out.fixed_version = fix_of(scheme_of(query.ecosystem), rows, query.version);
  std::vector<Range> ranges;
  std::vector<std::string_view> versions;
  std::set<std::string> advisories;
  for (const auto& row : rows) {
    if (state_rank(row.state) > state_rank(out.fix_state)) out.fix_state = row.state;
    if (finding.severity == Severity::kUnknown) finding.severity = row.severity;
    if (out.note.empty()) out.note = row.note;
    if (!row.advisory.empty()) advisories.insert(row.advisory);
    ranges.insert(ranges.end(), row.ranges.begin(), row.ranges.end());
    versions.insert(versions.end(), row.versions.begin(), row.versions.end());
    for (const auto& [feed, name] : known->advisories) {
      if (feed == row.feed) advisories.insert(name);
    }
  }
  out.advisories.assign(advisories.begin(), advisories.end());
  if (!out.fixed_version.empty()) out.fix_state = FixState::kFixed;
  std::sort(ranges.begin(), ranges.end());
  ranges.erase(std::unique(ranges.begin(), ranges.end()), ranges.end());
  out.affected_range = to_text(ranges, versions);

  for (const auto& cvss : out.cvss) {
    // Best first, see detail_merge.h; a vector whose score is unknown says nothing here.
    if (cvss.score > 0) {
      out.score = cvss.score;
      break;
    }
  }
  if (finding.severity == Severity::kUnknown) finding.severity = known->severity;
  if (finding.severity == Severity::kUnknown && out.score > 0) {
    finding.severity = severity_of_score(out.score);
  }
  if (known->malicious) finding.severity = Severity::kCritical;
  if (!options_.include_unimportant && finding.severity == Severity::kNegligible) return {};
  if (known->epss) {
    out.epss = known->epss->score;
    out.epss_percentile = known->epss->percentile;
  }
  if (known->known_exploited) {
    out.known_exploited = true;
    out.kev_date_added = known->known_exploited->date_added;
    out.kev_due_date = known->known_exploited->due_date;
    out.ransomware = known->known_exploited->ransomware;
  }
  out.risk = risk_of(
      {finding.severity, out.score, out.epss, out.known_exploited, out.ransomware, out.malicious});
  finding.remediation = remediation_of(package, out);
  set_fingerprint(finding);
  result_.findings.push_back(std::move(finding));
  return {};
}

Status Matcher::match_package(const Package& package) {
  // What an OS package installed is patched by the distribution under the old version number; the
  // language's own advisories would call it vulnerable for ever.
  if (!package.owner.empty() && result_.distribution_covered) {
    ++result_.owned_packages;
    return {};
  }
  const auto queries = queries_of(package, result_.ecosystem);
  if (queries.empty()) return {};
  if (!covered(queries.front().ecosystem)) return {};
  if (is_os_package(package.type) && is_third_party(package, vendor_)) {
    ++result_.third_party_packages;
  }
  std::map<uint32_t, Verdicts> verdicts;
  for (const auto& query : queries) {
    // Without a version nothing can be said; the inspectors report such packages.
    if (query.version.empty()) continue;
    SEAWALL_CHECK(collect(package, query, verdicts));
  }
  for (const auto& [vulnerability, verdict] : verdicts) {
    SEAWALL_CHECK(report(package, queries.front(), vulnerability, verdict));
  }
  return {};
}

Result<MatchResult> Matcher::run() {
  resolve_distribution();
  for (const auto& package : inventory_.packages) SEAWALL_CHECK(match_package(package));
  for (const auto& [ecosystem, is_covered] : covered_) {
    if (!is_covered) result_.uncovered_ecosystems.push_back(ecosystem);
  }
  result_.feeds.assign(feeds_.begin(), feeds_.end());
  sort_findings(result_.findings);
  return std::move(result_);
}

}  // namespace

Result<MatchResult> match(const Inventory& inventory, const Database& database,
                          const MatchOptions& options) {
  return Matcher(inventory, database, options).run();
}

}  // namespace seawall::advisory
