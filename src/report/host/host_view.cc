#include "report/host/host_view.h"

#include <algorithm>

#include <fmt/format.h>

namespace seawall::report {
namespace {

constexpr HostWords kEnglish = {"en",
                                "pass",
                                "fail",
                                "not applicable",
                                "manual",
                                "could not look",
                                "set aside",
                                "seen",
                                "fix",
                                "look at",
                                "also",
                                "set aside",
                                "until",
                                "for ever",
                                "Notes",
                                "level",
                                "Sections",
                                "containers",
                                "checked in",
                                "run as root to see all",
                                "and {} more (--all shows them)",
                                "facts",
                                "seen at",
                                "Host",
                                "Control"};
constexpr HostWords kFrench = {"fr",
                               "conforme",
                               "échec",
                               "sans objet",
                               "à vérifier",
                               "non vérifiable",
                               "excepté",
                               "constaté",
                               "correction",
                               "à regarder",
                               "aussi",
                               "excepté",
                               "jusqu'au",
                               "sans fin",
                               "Remarques",
                               "niveau",
                               "Sections",
                               "conteneurs",
                               "vérifié en",
                               "lancez en tant que root pour tout voir",
                               "et {} de plus (--all les montre)",
                               "faits",
                               "constaté le",
                               "Hôte",
                               "Contrôle"};

}  // namespace

std::string_view HostWords::of(ControlVerdict verdict) const {
  switch (verdict) {
    case ControlVerdict::kPass:
      return pass;
    case ControlVerdict::kFail:
      return fail;
    case ControlVerdict::kNotApplicable:
      return not_applicable;
    case ControlVerdict::kManual:
      return manual;
    case ControlVerdict::kError:
      break;
  }
  return error;
}

std::string_view HostWords::of(Severity severity) const {
  if (language == "en") return to_string(severity);
  switch (severity) {
    case Severity::kCritical:
      return "critique";
    case Severity::kHigh:
      return "élevée";
    case Severity::kMedium:
      return "moyenne";
    case Severity::kLow:
      return "faible";
    case Severity::kNegligible:
      return "négligeable";
    default:
      return "inconnue";
  }
}

const HostWords& host_words(bool french) {
  return french ? kFrench : kEnglish;
}

std::vector<HostSection> host_sections(const HostReport& report, bool french) {
  std::vector<HostSection> sections;
  for (const ControlResult& control : report.controls) {
    auto at = std::find_if(sections.begin(), sections.end(),
                           [&](const HostSection& one) { return one.id == control.section; });
    if (at == sections.end()) {
      HostSection section;
      section.id = control.section;
      const auto title = report.section_titles.find(control.section);
      if (title != report.section_titles.end()) section.title = text_in(title->second, french);
      if (section.title.empty()) section.title = control.section;
      at = sections.insert(sections.end(), std::move(section));
    }
    at->controls.push_back(&control);
    if (!control.suppression.active()) ++at->counts[control.verdict];
  }
  return sections;
}

const std::string& short_name(const ControlResult& control) {
  return control.number.empty() ? control.id : control.number;
}

std::vector<const ControlSubject*> deciding_subjects(const ControlResult& control) {
  std::vector<const ControlSubject*> subjects;
  for (const ControlSubject& subject : control.subjects) {
    const bool aside = subject.suppression.active() && !control.suppression.active();
    if (subject.verdict == control.verdict && !aside) subjects.push_back(&subject);
  }
  return subjects;
}

std::vector<EvidenceLine> evidence_of(const ControlResult& control, size_t most) {
  std::vector<EvidenceLine> lines;
  const auto add = [&](const std::string& subject, const std::vector<ControlEvidence>& evidence,
                       const std::string& message) {
    if (!message.empty() && lines.size() < most) lines.push_back({subject, "", message, ""});
    for (const ControlEvidence& one : evidence) {
      if (lines.size() < most) lines.push_back({subject, one.what, one.value, one.source});
    }
  };
  add("", control.evidence, control.message);
  for (const ControlSubject* subject : deciding_subjects(control))
    add(subject->name, subject->evidence, subject->message);
  return lines;
}

std::string exception_sentence(const Suppression& why, const HostWords& words) {
  return fmt::format("{}: {} ({}, {} {}; {})", words.exception, why.reason, why.owner,
                     words.expires, why.expires.empty() ? words.never : why.expires, why.source);
}

std::vector<std::string> excepted_subjects(const ControlResult& control, const HostWords& words) {
  std::vector<std::string> lines;
  if (control.suppression.active()) return lines;
  for (const ControlSubject& subject : control.subjects) {
    if (subject.suppression.active())
      lines.push_back(subject.name + ": " + exception_sentence(subject.suppression, words));
  }
  return lines;
}

std::string note_sentence(const Finding& note) {
  return fmt::format("{}:{}: {}. {}", note.location.path, note.location.line, note.title,
                     note.remediation);
}

std::string short_path(std::string_view expression) {
  if (expression.find_first_of("(?!=<> ") != expression.npos) return {};
  for (const std::string_view start : {"docker.effective[", "kernel.sysctl["}) {
    if (!expression.starts_with(start) || expression.size() < start.size() + 3) continue;
    return std::string(expression.substr(start.size() + 1, expression.size() - start.size() - 3));
  }
  for (const std::string_view start : {"docker.effective.", "item."}) {
    if (expression.starts_with(start)) return std::string(expression.substr(start.size()));
  }
  return std::string(expression);
}

std::map<int, LevelScore> cis_scores(const HostReport& report) {
  std::map<int, LevelScore> scores;
  for (const ControlResult& control : report.controls) {
    const bool counts =
        !control.number.empty() && control.level > 0 &&
        (control.verdict == ControlVerdict::kPass || control.verdict == ControlVerdict::kFail ||
         control.verdict == ControlVerdict::kError);
    if (!counts) continue;
    LevelScore& score = scores[control.level];
    ++score.scored;
    if (control.verdict == ControlVerdict::kPass) ++score.passed;
  }
  return scores;
}

}  // namespace seawall::report
