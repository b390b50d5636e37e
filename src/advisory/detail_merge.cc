#include "advisory/detail_merge.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "advisory/alias_classes.h"

namespace seawall::advisory {
namespace {

constexpr size_t kMaxReferences = 10;

// Distributions speak of their builds; smaller is believed first, 0 is nobody of them.
int distribution_rank(std::string_view feed) {
  constexpr std::array<std::string_view, 12> kOrder = {"redhat", "ubuntu",   "suse",   "amazon",
                                                       "debian", "opensuse", "oracle", "alma",
                                                       "rocky",  "alpine",   "arch",   "wolfi"};
  for (size_t i = 0; i < kOrder.size(); ++i) {
    if (feed.starts_with(kOrder[i])) return static_cast<int>(i) + 1;
  }
  return 0;
}

int version_rank(std::string_view vector) {
  if (vector.starts_with("CVSS:4.")) return 0;
  if (vector.starts_with("CVSS:3.1/")) return 1;
  return vector.starts_with("CVSS:3.0/") ? 2 : 3;
}

int source_rank(std::string_view source) {
  constexpr std::array<std::string_view, 3> kOrder = {"nvd", "ghsa", "redhat"};
  const auto found = std::find(kOrder.begin(), kOrder.end(), source);
  return static_cast<int>(found - kOrder.begin());
}

bool is_better(const CvssVector& a, const CvssVector& b) {
  const auto key = [](const CvssVector& cvss) {
    return std::tuple(version_rank(cvss.vector), source_rank(cvss.source),
                      std::string_view(cvss.source), std::string_view(cvss.vector));
  };
  return key(a) < key(b);
}

void add_new(std::vector<std::string>& list, std::vector<std::string>&& more) {
  for (auto& text : more) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
  }
}

void sort_unique(std::vector<std::string>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

void DetailMerge::add(Record record) {
  records_.push_back(std::move(record));
}

void DetailMerge::add_notice(std::string_view feed, std::string_view name) {
  detail_.advisories.emplace_back(feed, name);
}

bool DetailMerge::lacks_text() const {
  return !has_fallback_ && std::all_of(records_.begin(), records_.end(),
                                       [](const Record& record) { return record.summary.empty(); });
}

void DetailMerge::add_fallback(Record record) {
  if (record.summary.empty()) return;
  has_fallback_ = true;
  fallback_ = std::move(record);
}

Detail DetailMerge::finish() && {
  std::stable_sort(records_.begin(), records_.end(), [](const Record& a, const Record& b) {
    return std::pair(distribution_rank(a.feed), std::string_view(a.feed)) <
           std::pair(distribution_rank(b.feed), std::string_view(b.feed));
  });
  for (const auto& record : records_) {
    for (const auto& cvss : record.cvss) detail_.cvss.push_back(cvss);
  }
  // The same vector from several sources stays once, with its best source.
  std::sort(detail_.cvss.begin(), detail_.cvss.end(), is_better);
  std::vector<CvssVector> unique;
  for (auto& cvss : detail_.cvss) {
    if (std::none_of(unique.begin(), unique.end(),
                     [&](const auto& one) { return one.vector == cvss.vector; })) {
      unique.push_back(std::move(cvss));
    }
  }
  detail_.cvss = std::move(unique);
  for (auto& record : records_) {
    const bool speaks = distribution_rank(record.feed) == 0 || detail_.cvss.empty();
    if (distribution_rank(record.feed) != 0 && !record.summary.empty())
      detail_.summaries.emplace_back(record.feed, record.summary);
    if (detail_.severity == Severity::kUnknown && speaks) detail_.severity = record.severity;
    if (detail_.summary.empty()) detail_.summary = std::move(record.summary);
    if (detail_.published.empty()) detail_.published = std::move(record.published);
    detail_.malicious |= record.malicious;
    detail_.aliases.push_back(std::move(record.id));
    for (auto& alias : record.aliases) detail_.aliases.push_back(std::move(alias));
    add_new(detail_.cwes, std::move(record.cwes));
    add_new(detail_.references, std::move(record.references));
  }
  if (has_fallback_) {
    if (detail_.summary.empty()) detail_.summary = std::move(fallback_.summary);
    if (detail_.published.empty()) detail_.published = std::move(fallback_.published);
    if (detail_.severity == Severity::kUnknown && detail_.cvss.empty()) {
      detail_.severity = fallback_.severity;
    }
    add_new(detail_.references, std::move(fallback_.references));
  }
  if (detail_.references.size() > kMaxReferences) detail_.references.resize(kMaxReferences);
  sort_unique(detail_.aliases);
  // Another CVE is never an alias, whatever a record says (alias_classes.h).
  std::erase_if(detail_.aliases,
                [&](const auto& name) { return name == detail_.id || is_cve(name); });
  std::sort(detail_.advisories.begin(), detail_.advisories.end());
  detail_.advisories.erase(std::unique(detail_.advisories.begin(), detail_.advisories.end()),
                           detail_.advisories.end());
  return std::move(detail_);
}

}  // namespace seawall::advisory
