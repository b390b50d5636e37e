// The table of `seawall host`: what is wrong first, with the value seen and what to do.
#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"
#include "report/host/host_renderers.h"
#include "report/host/host_view.h"
#include "report/table_text.h"

namespace seawall::report {
namespace {

constexpr size_t kMostSubjects = 6;  // shown of a control without --all
constexpr size_t kMostEvidence = 4;

Tone tone_of(const ControlResult& control) {
  if (control.suppression.active()) return Tone::kDim;
  switch (control.verdict) {
    case ControlVerdict::kFail:
      return control.severity >= Severity::kHigh ? Tone::kBoldRed : Tone::kRed;
    case ControlVerdict::kError:
    case ControlVerdict::kManual:
      return Tone::kYellow;
    default:
      return Tone::kDim;
  }
}

// Failures before what could not be judged, before what people have to look at; the worst first.
int rank_of(const ControlResult& control) {
  if (control.suppression.active()) return 4;
  switch (control.verdict) {
    case ControlVerdict::kFail:
      return 0;
    case ControlVerdict::kError:
      return 1;
    case ControlVerdict::kManual:
      return 2;
    case ControlVerdict::kPass:
      return 3;
    default:
      return 5;
  }
}

class HostTable {
 public:
  HostTable(const HostReport& report, const HostRenderOptions& options)
      : report_(report),
        options_(options),
        words_(host_words(options.french)),
        style_{options.color, options.ascii},
        width_(std::max(options.width, 40u)) {}

  std::string render() {
    write_head();
    for (const HostSection& section : host_sections(report_, options_.french))
      write_section(section);
    write_notes();
    if (options_.cis_score) write_scores();
    return std::move(out_);
  }

 private:
  void line(std::string_view text, Tone tone = Tone::kPlain, size_t indent = 0) {
    const std::string margin(indent, ' ');
    for (const std::string& part : wrap(style_.clean(text), width_ - indent))
      out_ += margin + style_.paint(part, tone) + "\n";
  }

  // Words in columns, the last one wrapped beside them.
  void columns(const std::string& first, std::string_view last, Tone tone, size_t indent) {
    const size_t used = indent + display_width(first);
    std::string margin = std::string(indent, ' ') + first;
    for (const std::string& part : wrap(style_.clean(last), std::max<size_t>(width_ - used, 20))) {
      out_ += style_.paint(margin + part, tone) + "\n";
      margin.assign(used, ' ');
    }
  }

  void write_head() {
    std::string head = report_.host;
    const auto add = [&](const std::string& text) {
      if (!text.empty()) head += (head.empty() ? "" : style_.ascii ? " - " : " · ") + text;
    };
    add(report_.system);
    add(report_.kernel.empty() ? "" : "kernel " + report_.kernel);
    add(report_.engine);
    add(fmt::format("{} {}", report_.containers, words_.containers));
    if (report_.seconds > 0) add(fmt::format("{} {:.2f} s", words_.checked_in, report_.seconds));
    add(report_.benchmark_title);
    line(head, Tone::kBold);
    out_ += "\n";
    std::string counts;
    const auto by_verdict = counts_of(report_);
    for (const ControlVerdict verdict :
         {ControlVerdict::kFail, ControlVerdict::kPass, ControlVerdict::kNotApplicable,
          ControlVerdict::kManual, ControlVerdict::kError}) {
      const auto found = by_verdict.find(verdict);
      const size_t count = found == by_verdict.end() ? 0 : found->second;
      counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", words_.of(verdict), count);
    }
    const auto aside = static_cast<size_t>(
        std::count_if(report_.controls.begin(), report_.controls.end(),
                      [](const ControlResult& one) { return one.suppression.active(); }));
    if (aside > 0) counts += fmt::format(", {} {}", words_.excepted, aside);
    line(counts, Tone::kBold, 2);
    if (by_verdict.contains(ControlVerdict::kError)) line(hint_of_errors(), Tone::kYellow, 2);
  }

  // Where the right of root is all that is missing, that is what to say.
  std::string hint_of_errors() const {
    const auto needs_root = [](const ControlResult& control) {
      const auto says = [](const std::string& text) {
        return text.find("needs root") != text.npos;
      };
      return says(control.message) ||
             std::any_of(control.subjects.begin(), control.subjects.end(),
                         [&](const ControlSubject& one) { return says(one.message); });
    };
    return std::any_of(report_.controls.begin(), report_.controls.end(), needs_root)
               ? std::string(words_.exit_hint)
               : std::string();
  }

  void write_section(const HostSection& section) {
    out_ += "\n";
    const bool numbered = section.id != section.title && section.id.size() <= 2;
    std::string title = (numbered ? section.id + " " : "") + section.title + ":";
    for (const auto& [verdict, count] : section.counts) {
      title += fmt::format("{} {} {}", title.ends_with(':') ? "" : ",", words_.of(verdict), count);
    }
    line(title, Tone::kBold);
    std::vector<const ControlResult*> controls = section.controls;
    std::stable_sort(controls.begin(), controls.end(), [](const auto* a, const auto* b) {
      const int rank_a = rank_of(*a), rank_b = rank_of(*b);
      if (rank_a != rank_b) return rank_a < rank_b;
      return rank_a == 0 && a->severity > b->severity;
    });
    for (const ControlResult* control : controls) {
      if (rank_of(*control) >= 3 && !options_.all && !control->suppression.active()) continue;
      write_control(*control);
    }
  }

  void write_control(const ControlResult& control) {
    const bool aside = control.suppression.active();
    const std::string_view verdict = aside ? words_.excepted : words_.of(control.verdict);
    const std::string severity = control.verdict == ControlVerdict::kFail && !aside
                                     ? std::string(words_.of(control.severity))
                                     : std::string();
    const auto padded = [](std::string_view text, size_t width) {
      const size_t used = display_width(text);
      return std::string(text) + std::string(used < width ? width - used : 0, ' ') + " ";
    };
    columns(padded(verdict, 14) + padded(short_name(control), 9) + padded(severity, 8),
            text_in(control.title, options_.french), tone_of(control), 2);
    if (aside) return line(exception_sentence(control.suppression, words_), Tone::kDim, 18);
    if (control.verdict == ControlVerdict::kPass ||
        control.verdict == ControlVerdict::kNotApplicable) {
      if (options_.all) write_evidence(control);
      return;
    }
    write_evidence(control);
    for (const std::string& text : excepted_subjects(control, words_)) line(text, Tone::kDim, 18);
    if (control.verdict == ControlVerdict::kManual ||
        !text_in(control.look, options_.french).empty())
      line(fmt::format("{}: {}", words_.look_at, text_in(control.look, options_.french)),
           Tone::kPlain, 18);
    if (control.verdict == ControlVerdict::kFail) write_fix(control);
  }

  void write_evidence(const ControlResult& control) {
    if (!control.message.empty()) line(control.message, Tone::kYellow, 18);
    for (const ControlEvidence& one : control.evidence) line(sentence_of(one), Tone::kPlain, 18);
    const auto subjects = deciding_subjects(control);
    size_t shown = 0;
    for (const ControlSubject* subject : subjects) {
      if (shown == kMostSubjects && !options_.all) break;
      ++shown;
      std::string text = subject->name;
      if (!subject->message.empty()) text += ": " + subject->message;
      size_t count = 0;
      for (const ControlEvidence& one : subject->evidence) {
        if (count++ == kMostEvidence && !options_.all) break;
        text += (count == 1 ? ": " : ", ") + sentence_of(one);
      }
      line(text, Tone::kPlain, 18);
    }
    if (shown < subjects.size())
      line(fmt::format(fmt::runtime(words_.more_objects), subjects.size() - shown), Tone::kDim, 18);
  }

  static std::string sentence_of(const ControlEvidence& one) {
    std::string text = short_path(one.what);
    text += (text.empty() ? "" : "=") + one.value;
    return one.source.empty() ? text : fmt::format("{} ({})", text, one.source);
  }

  void write_fix(const ControlResult& control) {
    line(fmt::format("{}: {}", words_.fix, text_in(control.fix, options_.french)), Tone::kPlain,
         18);
    for_each_line(control.patch, [&](std::string_view one, size_t) {
      // To paste: never wrapped.
      out_ += std::string(23, ' ') + style_.paint(style_.clean(one), Tone::kDim) + "\n";
    });
  }

  void write_notes() {
    if (report_.notes.empty()) return;
    out_ += "\n";
    line(words_.notes, Tone::kBold);
    for (const Finding& note : report_.notes) line(note_sentence(note), Tone::kYellow, 2);
  }

  void write_scores() {
    out_ += "\n";
    for (const auto& [level, score] : cis_scores(report_)) {
      line(fmt::format(
          "{} {} {}: {:.1f} % ({} / {})", report_.benchmark_title, words_.of_level, level,
          100.0 * static_cast<double>(score.passed) / static_cast<double>(score.scored),
          score.passed, score.scored));
    }
  }

  const HostReport& report_;
  const HostRenderOptions& options_;
  const HostWords& words_;
  const Style style_;
  const size_t width_;
  std::string out_;
};

}  // namespace

std::string render_host_table(const HostReport& report, const HostRenderOptions& options) {
  return HostTable(report, options).render();
}

}  // namespace seawall::report
