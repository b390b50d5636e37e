// What the machine formats share: their one point in time, their identity, the list of components
// and how one package or severity is named in them.
//
// A document must be the same bytes for the same report, so nothing here asks a clock or a random
// source.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/scan_report.h"

namespace seawall::report {

// The time a document carries: $SOURCE_DATE_EPOCH, else when the advisory database was built, else
// when the artifact was created, else 0.
UnixSeconds document_time(const ScanReport& report);
// RFC 3339; times before 1970 or after 9999, which only a damaged input has, become the bound.
std::string machine_time(UnixSeconds time);

// Documents that need an identity of their own are written with kUnsealed in its place; seal() then
// puts the UUID (version 5, RFC 9562 section 5.5) of the bytes there. So the same document has the
// same identity and any other document another. `at` is where kUnsealed starts.
inline constexpr std::string_view kUnsealed = "00000000-0000-0000-0000-000000000000";
void seal(std::string& document, size_t at);

// A name-based UUID in the URL namespace.
std::string uuid_of(std::string_view name);

// The packages of an inventory, each with a reference that no other one has: its purl, with "#2",
// "#3" after the second and third of the same purl. Packages that only a finding names come after
// them, so that every finding has its component.
class ComponentList {
 public:
  struct Component {
    const Package* package;
    std::string purl, reference;
  };
  // REQUIRES: the report outlives it.
  explicit ComponentList(const ScanReport& report);
  const std::vector<Component>& all() const { return components_; }
  // Which components each one needs, by index, ascending, from what its file says; and whether any
  // other one needs it.
  struct Dependencies {
    std::vector<std::vector<size_t>> needs;
    std::vector<bool> needed;
  };
  Dependencies dependencies() const;
  // The reference of a finding's package; empty when the finding has none.
  std::string_view reference_of(const Package& package) const;

 private:
  // By what makes two entries the same component; a licence or a size does not.
  struct Less {
    bool operator()(const Package* a, const Package* b) const;
  };
  void add(const Package& package, const Distribution& distribution);
  std::vector<Component> components_;
  std::map<const Package*, size_t, Less> index_;
  std::map<std::string, size_t> used_;
};

// For each finding, the verdict of the hardest rule that spoke of it and that rule.
struct FindingVerdict {
  Verdict verdict = Verdict::kAllow;
  const RuleOutcome* outcome = nullptr;
};
std::vector<FindingVerdict> verdicts_of(const ScanReport& report);

// "expat 2.5.0-1": the package a finding is about; its path when it is about a file.
std::string subject_of(const Finding& finding);
// "fixed in 2.5.0-1+deb12u1", "will not be fixed", "no fix yet": the fix state for people.
std::string fix_words(const VulnerabilityDetail& vulnerability);
// "added in layer 6, deleted in layer 7: still in the image": where a finding of a file comes from;
// empty when no layer is known.
std::string layer_words(const Finding& finding);
// "erlang-base 1:25.2.3 is affected by CVE-2025-32433 (critical): title. Fixed in ...".
std::string sentence_of(const Finding& finding);
// A severity as a number of 0 to 10 that falls into the severity's band: the CVSS score when it
// does, else the band's lower end. Consumers that only know numbers then show the same word as
// Seawall.
double score_in_band(Severity severity, double score);
inline bool is_vulnerability(const Finding& finding) {
  return finding.kind == FindingKind::kVulnerability;
}
// False for a root filesystem or a directory.
bool is_image(const ArtifactInfo& artifact);
// What the state means, for when the scan gave no words of its own; and what can be done.
std::string_view default_state_message(AssessmentState state);
std::string_view default_state_hint(AssessmentState state);

}  // namespace seawall::report
