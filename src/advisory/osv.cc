// OSV (ossf.github.io/osv-schema 1.7) and its dialects: OSV.dev's dumps, GitHub, PyPA, RustSec, Go,
// Bitnami, Debian, Alpine, Red Hat, AlmaLinux, Rocky, SUSE, Freexian.
//
// One document becomes one Record a feed: OSV.dev used to keep Debian's and Alpine's rows of a CVE
// in one document, and GitHub names npm and Maven packages together.
#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "advisory/ecosystem.h"
#include "advisory/ecosystem_osv.h"
#include "advisory/feed_format.h"
#include "advisory/osv_ranges.h"
#include "advisory/osv_text.h"
#include "base/strings.h"

namespace seawall::advisory {
namespace {

constexpr size_t kNameBytes = 512;
constexpr size_t kVectors = 8;
constexpr size_t kWeaknesses = 16;

void sort_unique(std::vector<std::string>& texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

bool is_modular(const Affected& affected) {
  for (const Range& range : affected.ranges) {
    if (range.fixed.find(".module") != std::string::npos) return true;
  }
  return false;
}

// --- the record's head ---

void read_names(const Node& document, Record& record) {
  const bool notice = is_notice(record.id);
  for (const Node& node : document["aliases"].items()) {
    std::string alias = canonical_id(node.string());
    if (alias.empty() || alias == record.id) continue;
    (notice && is_cve(alias) ? record.covers : record.aliases).push_back(std::move(alias));
  }
  if (notice) {
    // Schema 1.7 names them in `upstream`; older dumps in `related`, among things merely related.
    for (const char* key : {"upstream", "related"}) {
      for (const Node& node : document[key].items()) {
        std::string name = canonical_id(node.string());
        if (is_cve(name)) record.covers.push_back(std::move(name));
      }
    }
  }
  sort_unique(record.aliases);
  sort_unique(record.covers);
}

// CVSS vectors into the record; gives the vendor's word when `severity` holds one (type "Ubuntu").
Severity read_severities(const Node& severities, Record& record) {
  Severity word = Severity::kUnknown;
  for (const Node& node : severities.items()) {
    const std::string_view type = node["type"].string(), text = node["score"].string();
    if (!type.starts_with("CVSS_")) {
      if (text.size() < 32) word = std::max(word, parse_severity(text));
      continue;
    }
    if (record.cvss.size() >= kVectors || text.size() > 256) continue;
    const bool known = std::any_of(record.cvss.begin(), record.cvss.end(),
                                   [&](const CvssVector& vector) { return vector.vector == text; });
    if (known) continue;
    auto score = cvss_base_score(text);
    if (!score.ok()) continue;
    record.cvss.push_back({std::string(text), std::string(source_of_id(record.id)), *score});
  }
  return word;
}

void read_weaknesses(const Node& list, Record& record) {
  for (const Node& node : list.items()) {
    const std::string_view cwe = node.is_object() ? node["cweId"].string() : node.string();
    if (record.cwes.size() >= kWeaknesses) return;
    if (cwe.starts_with("CWE-") && parse_unsigned(cwe.substr(4))) record.cwes.emplace_back(cwe);
  }
}

Record read_head(const Node& document) {
  Record record;
  record.id = canonical_id(document["id"].string());
  read_names(document, record);
  const Node& specific = document["database_specific"];
  const std::string_view title = document["summary"].string();
  record.summary = one_line(title);
  if (record.summary.empty()) record.summary = first_sentence(document["details"].string());
  record.references = best_references(document["references"]);
  record.published = date_of(document["published"].string());
  record.withdrawn = !document["withdrawn"].string().empty();
  record.malicious = record.id.starts_with("MAL-");
  record.severity = parse_severity(specific["severity"].string());
  // The vector of a notice for many vulnerabilities is the worst of theirs, and nobody's own.
  if (record.covers.size() <= 1) {
    record.severity = std::max(record.severity, read_severities(document["severity"], record));
  }
  if (is_notice(record.id) && record.severity == Severity::kUnknown) {
    record.severity = severity_of_notice(title, document["references"]);
  }
  if (record.malicious) record.severity = Severity::kCritical;
  read_weaknesses(specific["cwe_ids"], record);
  return record;
}

// --- the rows ---

struct Row {
  std::string_view feed;
  Affected affected;
  bool modular = false;
  auto key() const {
    return std::tie(feed, affected.ecosystem, affected.package, modular, affected.module,
                    affected.state, affected.severity, affected.note);
  }
};

// Debian's urgency, Ubuntu's priority, or a word for this package alone.
Severity read_row_severity(const Node& node, FixState& state) {
  const Node& ecosystem = node["ecosystem_specific"];
  std::string_view urgency = ecosystem["urgency"].string();
  if (urgency == "end-of-life") {
    state = FixState::kEndOfLife;
    return Severity::kUnknown;
  }
  // "low**" is Debian's guess of a low one.
  while (urgency.ends_with('*')) urgency.remove_suffix(1);
  for (std::string_view word :
       {urgency, ecosystem["severity"].string(), node["database_specific"]["severity"].string()}) {
    if (word.empty() || word.size() > 32) continue;
    const Severity severity = parse_severity(word);
    if (severity != Severity::kUnknown) return severity;
  }
  return Severity::kUnknown;
}

class RowReader {
 public:
  RowReader(const Node& document, Record& head) : document_(document), head_(head) {}

  std::vector<Row> read() {
    for (const Node& node : document_["affected"].items()) read_one(node);
    merge();
    return std::move(rows_);
  }

 private:
  void read_one(const Node& node) {
    std::string ecosystem = ecosystem_of(node["package"]["ecosystem"].string());
    const std::string_view name = node["package"]["name"].string();
    if (ecosystem.empty() || name.empty() || name.size() > kNameBytes) return;
    const std::string_view feed = feed_of_ecosystem(ecosystem);
    const VersionScheme scheme = scheme_of(ecosystem);
    if (scheme == VersionScheme::kRpm && is_debug_package(name)) return;

    const bool distribution = ecosystem.find(':') != std::string::npos || feed == "suse";
    Affected row;
    row.package = normalize_name(ecosystem, name);
    row.ecosystem = std::move(ecosystem);
    OsvVersions versions = read_osv_versions(node, scheme, !distribution);
    if (versions.ranges.empty() && versions.versions.empty() && !versions.not_affected) return;
    row.ranges = std::move(versions.ranges);
    row.versions = std::move(versions.versions);
    row.state = state_of(row, versions.not_affected, distribution);
    FixState vendor_state = row.state;
    row.severity = read_row_severity(node, vendor_state);
    if (row.state == FixState::kAffected) row.state = vendor_state;
    if (!distribution) read_language(node, row);
    if (feed == "suse" && add_binaries(node, row)) return;
    add(feed, std::move(row));
  }

  std::string ecosystem_of(std::string_view osv) {
    // Documents name one or two ecosystems many times over.
    if (osv != last_osv_ || last_ours_.empty()) {
      last_osv_ = osv;
      last_ours_ = ecosystem_of_osv(osv);
      // Freexian calls its extended releases "Debian:8"; Debian's own never had these fixes.
      if (head_.id.starts_with("ELA-") && last_ours_.starts_with("debian:")) {
        last_ours_.replace(0, 6, "debian-elts");
      }
    }
    return last_ours_;
  }

  static FixState state_of(const Affected& row, bool not_affected, bool distribution) {
    if (not_affected) return FixState::kNotAffected;
    for (const Range& range : row.ranges) {
      if (!range.fixed.empty()) return FixState::kFixed;
    }
    return distribution ? FixState::kAffected : FixState::kUnknown;
  }

  // What only language feeds say for one package: Bitnami's scores, OSSF's weaknesses, RustSec's
  // kinds that are no vulnerabilities ("unmaintained").
  void read_language(const Node& node, Affected& row) {
    row.severity = std::max(row.severity, read_severities(node["severity"], head_));
    const Node& specific = node["database_specific"];
    if (head_.cwes.empty()) read_weaknesses(specific["cwes"], head_);
    const std::string_view informational = specific["informational"].string();
    if (informational.empty() || informational.size() > 32) return;
    row.note = one_line(informational);
    if (informational != "unsound") row.severity = Severity::kNegligible;
  }

  // SUSE's rows name source packages and list the binary packages built from them.
  bool add_binaries(const Node& node, const Affected& row) {
    bool any = false;
    for (const Node& binaries : node["ecosystem_specific"]["binaries"].items()) {
      for (const Member& member : binaries.members()) {
        const std::string_view version = member.value.string();
        if (version.empty() || version.size() > 256) continue;
        any = true;
        if (member.key.empty() || member.key.size() > kNameBytes || is_debug_package(member.key)) {
          continue;
        }
        Affected binary = row;
        binary.package = member.key;
        binary.ranges = {{"", std::string(version), ""}};
        add("suse", std::move(binary));
      }
    }
    return any;
  }

  void add(std::string_view feed, Affected row) {
    const bool modular = is_modular(row);
    if (modular) {
      if (title_module_.empty()) title_module_ = module_of_title(head_.summary);
      row.module = title_module_;
    }
    // A system under long-term support was a general one before, and its early rows still hold.
    if (row.ecosystem.starts_with("sles:")) {
      Affected extended = row;
      extended.ecosystem.replace(0, 4, "sles-ltss");
      rows_.push_back({feed, std::move(extended), modular});
    }
    rows_.push_back({feed, std::move(row), modular});
  }

  // Streams of one release (appstream, server, client ...) and GitHub's one entry a range fall
  // together.
  void merge() {
    std::stable_sort(rows_.begin(), rows_.end(),
                     [](const Row& a, const Row& b) { return a.key() < b.key(); });
    size_t kept = 0;
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (kept != 0 && rows_[kept - 1].key() == rows_[i].key()) {
        Affected& into = rows_[kept - 1].affected;
        Affected& from = rows_[i].affected;
        std::move(from.ranges.begin(), from.ranges.end(), std::back_inserter(into.ranges));
        std::move(from.versions.begin(), from.versions.end(), std::back_inserter(into.versions));
        continue;
      }
      if (kept != i) rows_[kept] = std::move(rows_[i]);
      ++kept;
    }
    rows_.resize(kept);
    for (Row& row : rows_) {
      auto& ranges = row.affected.ranges;
      std::sort(ranges.begin(), ranges.end());
      ranges.erase(std::unique(ranges.begin(), ranges.end()), ranges.end());
      sort_unique(row.affected.versions);
    }
  }

  const Node& document_;
  Record& head_;
  std::vector<Row> rows_;
  std::string_view last_osv_;
  std::string last_ours_, title_module_;
};

bool is_debian_notice(std::string_view id) {
  return id.starts_with("DSA-") || id.starts_with("DLA-") || id.starts_with("DTSA-");
}

// --- the format ---

bool accepts_osv(const Node& document) {
  // The two keys that the schema demands. `id` with `modified` stands in no other known feed.
  return document.is_object() && !document["id"].string().empty() &&
         document["modified"].is_string() && !document["@context"].exists();
}

void parse_osv(const Node& document, FeedContext& context) {
  Record head = read_head(document);
  if (head.id.empty()) {
    context.sink.problem(malformed(fmt::format("the OSV id \"{}\" is not usable",
                                               printable(document["id"].string().substr(0, 80))))
                             .at(context.path));
    return;
  }
  // Bug fixes that concern no vulnerability.
  if (is_bugfix_notice(head.id) && head.covers.empty()) return;
  if (is_debian_notice(head.id) && !head.covers.empty()) {
    // The rows of the CVEs themselves have the fixed versions; the notice adds its name.
    head.feed = "debian";
    context.sink.record(std::move(head));
    return;
  }
  std::vector<Row> rows = RowReader(document, head).read();
  for (size_t at = 0; at < rows.size();) {
    Record record = head;
    record.feed = rows[at].feed;
    for (; at < rows.size() && rows[at].feed == record.feed; ++at) {
      record.affected.push_back(std::move(rows[at].affected));
    }
    context.sink.record(std::move(record));
  }
}

}  // namespace

const std::vector<FeedFormat>& osv_formats() {
  static const std::vector<FeedFormat> formats = {
      {"osv", "", "OSV records: OSV.dev, GitHub, PyPA, RustSec, Go, Bitnami, distributions",
       accepts_osv, parse_osv, nullptr, nullptr},
  };
  return formats;
}

}  // namespace seawall::advisory
