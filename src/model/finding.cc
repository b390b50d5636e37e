#include "model/finding.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace seawall {

std::string_view to_string(FindingKind kind) {
  constexpr std::string_view kNames[] = {"vulnerability", "secret", "misconfiguration", "benchmark",
                                         "license",       "trust",  "behaviour"};
  return kNames[static_cast<size_t>(kind)];
}

namespace {
constexpr std::string_view kFixStates[] = {
    "unknown",  "fixed",       "affected",     "will_not_fix",
    "deferred", "end_of_life", "not_affected", "under_investigation"};
}  // namespace

std::string_view to_string(FixState state) {
  return kFixStates[static_cast<size_t>(state)];
}

std::optional<FixState> parse_fix_state(std::string_view word) {
  for (size_t i = 0; i < std::size(kFixStates); ++i) {
    if (kFixStates[i] == word) return static_cast<FixState>(i);
  }
  return std::nullopt;
}

std::string_view to_string(Verdict verdict) {
  constexpr std::string_view kNames[] = {"allow", "audit", "warn", "deny"};
  return kNames[static_cast<size_t>(verdict)];
}

void set_fingerprint(Finding& finding) {
  const std::string& path =
      finding.location.path.empty() ? finding.package.location.path : finding.location.path;
  // Every field ends in a NUL, which none of them holds, so that no two lists of fields give the
  // same text. Lines are left out on purpose: they move with every edit above them.
  std::string text;
  for (const std::string_view field :
       {to_string(finding.kind), std::string_view(finding.rule_id),
        finding.package.name.empty() ? std::string_view() : to_string(finding.package.type),
        std::string_view(finding.package.name), std::string_view(finding.package.architecture),
        std::string_view(path)}) {
    text += field;
    text += '\0';
  }
  text += finding.secret_hash;
  // A file can break a rule in many places; what was seen there tells them apart.
  if (finding.kind == FindingKind::kMisconfiguration && finding.location.line != 0) {
    text += '\0';
    text += finding.evidence;
  }
  finding.fingerprint = digest_of(text).hex.substr(0, 32);
}

void sort_findings(std::vector<Finding>& findings) {
  // Negated where more comes first; NaN, which has no order, counts as nothing. The fingerprint and
  // the title only settle what is left.
  const auto most = [](double value) { return value == value ? -value : 0.0; };
  const auto key = [&](const Finding& f) {
    return std::tuple(!f.vulnerability.known_exploited, -static_cast<int>(f.severity),
                      most(f.vulnerability.score), most(f.vulnerability.epss.value_or(-1)));
  };
  const auto names = [](const Finding& f) {
    return std::tie(f.package.name, f.package.version, f.package.type, f.package.architecture,
                    f.rule_id, f.package.location, f.location, f.kind, f.fingerprint, f.title);
  };
  // By position last, so that it is stable. std::stable_sort would be that too, but libstdc++ 12's
  // uses what C++20 deprecates, which clang reports.
  std::vector<size_t> order(findings.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t i, size_t j) {
    const Finding &a = findings[i], &b = findings[j];
    const auto left = key(a), right = key(b);
    if (left != right) return left < right;
    return std::tuple(names(a), i) < std::tuple(names(b), j);
  });
  std::vector<Finding> sorted;
  sorted.reserve(findings.size());
  for (const size_t i : order) sorted.push_back(std::move(findings[i]));
  findings = std::move(sorted);
}

}  // namespace seawall
