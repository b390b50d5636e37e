// What the formats of host reports share: words in two languages, sections, counts, CIS's score.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "report/host/host_formats.h"

namespace seawall::report {

// The fixed words of a language; a report's own texts come in both.
struct HostWords {
  std::string_view language;  // "en"
  std::string_view pass, fail, not_applicable, manual, error, excepted;
  std::string_view evidence, fix, look_at, also, exception, expires, never, notes, of_level,
      sections;
  std::string_view containers, checked_in, exit_hint, more_objects, facts, seen_at, host, control;
  std::string_view of(ControlVerdict verdict) const;
  std::string_view of(Severity severity) const;
};
const HostWords& host_words(bool french);

inline const std::string& text_in(const ControlText& text, bool french) {
  return french ? text.fr : text.en;
}

struct HostSection {
  std::string id, title;
  std::vector<const ControlResult*> controls;
  std::map<ControlVerdict, size_t> counts;
};
// In the order in which they first appear.
std::vector<HostSection> host_sections(const HostReport& report, bool french);

// "2.2", else the id: what a control is called in this report.
const std::string& short_name(const ControlResult& control);
// Subjects that decide a control's verdict: those that have it and are not set aside.
std::vector<const ControlSubject*> deciding_subjects(const ControlResult& control);
// Evidence of a control, and of its deciding subjects with their names in front, at most `most`.
struct EvidenceLine {
  std::string subject, what, value, source;
};
std::vector<EvidenceLine> evidence_of(const ControlResult& control, size_t most);

// "exception: why (owner, until 2026-12-20; ignore.yaml:3)".
std::string exception_sentence(const Suppression& why, const HostWords& words);
// The same for each thing of a control that is not set aside whole, its name in front.
std::vector<std::string> excepted_subjects(const ControlResult& control, const HostWords& words);
// "ignore.yaml:12: an exception for 2.3 has expired. Decide anew."
std::string note_sentence(const Finding& note);

// What an expression looked at, short: "icc" of docker.effective['icc'], "host.privileged" of
// item.host.privileged; empty for what is no plain member.
std::string short_path(std::string_view expression);

// Passed and scored controls of a level, as CIS counts: what can be assessed and applies.
struct LevelScore {
  size_t passed = 0, scored = 0;
};
std::map<int, LevelScore> cis_scores(const HostReport& report);

}  // namespace seawall::report
