#include <algorithm>

#include <fmt/format.h>

#include "policy/ignore_match.h"

namespace seawall::policy {
namespace {

bool is_open(ControlVerdict verdict) {
  return verdict == ControlVerdict::kFail || verdict == ControlVerdict::kError;
}

// "SW-H0202", "cis-docker-1.8.0/2.2", "2.2".
bool names(const IgnoreEntry& entry, const ControlResult& control) {
  const auto is = [&](std::string_view name) { return !name.empty() && name == entry.id; };
  return is(control.id) || is(control.number) ||
         std::any_of(control.aliases.begin(), control.aliases.end(), is);
}

// Entries of an ignore file on one host.
class HostExceptions {
 public:
  HostExceptions(const IgnoreFile& file, UnixSeconds today)
      : file_(file), today_(today), states_(file.entries.size()) {}

  void apply(ControlResult& control) {
    for (size_t i = 0; i < file_.entries.size(); ++i) {
      const IgnoreEntry& entry = file_.entries[i];
      if (!fits_hosts(entry) || !names(entry, control)) continue;
      states_[i] = std::max(states_[i], State::kNamed);
      if (control.subjects.empty()) {
        apply_to_all(i, control);
      } else {
        apply_to_subjects(i, control);
      }
    }
    if (!control.subjects.empty()) judge_what_is_left(control);
  }

  std::vector<Finding> notes() const {
    std::vector<Finding> out;
    for (size_t i = 0; i < file_.entries.size(); ++i) {
      const IgnoreEntry& entry = file_.entries[i];
      // What names no control may be meant for images, which the same file can speak of.
      if (states_[i] == State::kUnknown && !is_for_hosts(entry)) continue;
      if (expired(entry, today_)) {
        out.push_back(expired_finding(entry, file_));
      } else if (states_[i] != State::kUsed) {
        out.push_back(unused_finding(entry));
      }
    }
    return out;
  }

 private:
  enum class State : uint8_t { kUnknown, kNamed, kUsed };

  static bool fits_hosts(const IgnoreEntry& entry) {
    return entry.paths.empty() && entry.purls.empty() && entry.images.empty() && !entry.kind;
  }

  void apply_to_all(size_t i, ControlResult& control) {
    const IgnoreEntry& entry = file_.entries[i];
    if (!entry.subjects.empty() || !is_open(control.verdict)) return;
    use(i, control.suppression);
  }

  void apply_to_subjects(size_t i, ControlResult& control) {
    for (ControlSubject& subject : control.subjects) {
      if (is_open(subject.verdict) && any_fits(file_.entries[i].subjects, subject.name))
        use(i, subject.suppression);
    }
  }

  void use(size_t i, Suppression& suppression) {
    states_[i] = State::kUsed;
    const IgnoreEntry& entry = file_.entries[i];
    if (!expired(entry, today_) && !suppression.active())
      suppression = suppression_of(entry, file_);
  }

  // A control fails for as long as one of its subjects does that nobody set aside.
  static void judge_what_is_left(ControlResult& control) {
    if (!is_open(control.verdict) || !control.message.empty()) return;
    const ControlSubject* aside = nullptr;
    bool fails = false, unknown = false;
    for (const ControlSubject& subject : control.subjects) {
      if (!is_open(subject.verdict)) continue;
      if (subject.suppression.active()) {
        if (aside == nullptr) aside = &subject;
      } else {
        (subject.verdict == ControlVerdict::kFail ? fails : unknown) = true;
      }
    }
    if (aside == nullptr || fails) return;
    if (unknown) {
      control.verdict = ControlVerdict::kError;
    } else {
      control.suppression = aside->suppression;
    }
  }

  Finding unused_finding(const IgnoreEntry& entry) const {
    Finding finding;
    finding.kind = FindingKind::kMisconfiguration;
    finding.rule_id = "SW-P0002";
    finding.severity = Severity::kNegligible;
    finding.title = fmt::format("the exception for {} names nothing that fails", entry.id);
    finding.remediation = "Remove it when it is no longer needed.";
    finding.location.path = file_.name;
    finding.location.line = entry.line;
    set_fingerprint(finding);
    return finding;
  }

  const IgnoreFile& file_;
  UnixSeconds today_;
  std::vector<State> states_;
};

}  // namespace

void apply_ignore(HostReport& report, const IgnoreFile& file, UnixSeconds today) {
  HostExceptions exceptions(file, today);
  for (ControlResult& control : report.controls) exceptions.apply(control);
  for (Finding& note : exceptions.notes()) report.notes.push_back(std::move(note));
}

}  // namespace seawall::policy
