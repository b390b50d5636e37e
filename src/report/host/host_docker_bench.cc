// The shapes that docker-bench-security 1.6 writes, for people's programs that read them: its log
// and its JSON. Texts, verdicts and the score's meaning are ours: passed count +1, failed -1.
#include <fmt/format.h>

#include "base/strings.h"
#include "base/time.h"
#include "codec/json_writer.h"
#include "report/host/host_renderers.h"
#include "report/host/host_view.h"

namespace seawall::report {
namespace {

constexpr size_t kMostItems = 1000;

// PASS and WARN as there; what is not judged is INFO, what people look at NOTE.
std::string_view word_of(const ControlResult& control) {
  if (control.suppression.active()) return "INFO";
  switch (control.verdict) {
    case ControlVerdict::kPass:
      return "PASS";
    case ControlVerdict::kFail:
      return "WARN";
    case ControlVerdict::kManual:
      return "NOTE";
    default:
      return "INFO";
  }
}

struct Score {
  size_t checks = 0;
  int64_t score = 0;
};
Score score_of(const HostReport& report) {
  Score out;
  for (const ControlResult& control : report.controls) {
    ++out.checks;
    if (word_of(control) == "PASS") ++out.score;
    if (word_of(control) == "WARN") --out.score;
  }
  return out;
}

std::string title_of(const ControlResult& control, bool french) {
  return printable(text_in(control.title, french));
}

std::string details_of(const ControlResult& control, const HostWords& words) {
  std::string text;
  if (control.suppression.active()) text = exception_sentence(control.suppression, words);
  for (const EvidenceLine& line : evidence_of(control, 5)) {
    text += (text.empty() ? "" : "; ") + (line.subject.empty() ? "" : line.subject + ": ") +
            (line.what.empty() ? "" : line.what + "=") + line.value;
  }
  for (const std::string& one : excepted_subjects(control, words))
    text += (text.empty() ? "" : "; ") + one;
  return text;
}

// "container web" is "web", as there.
std::string item_of(const ControlSubject& subject) {
  const size_t space = subject.name.find(' ');
  return subject.name.substr(space == std::string::npos ? 0 : space + 1);
}

UnixSeconds time_of(const HostReport& report) {
  return parse_time(report.collected_at).value_or(0);
}

}  // namespace

std::string render_docker_bench(const HostReport& report, const HostRenderOptions& options) {
  std::string out =
      "# "
      "--------------------------------------------------------------------------------------------"
      "\n";
  out += fmt::format("# Seawall {}: {} on {}\n", report.tool_version, report.benchmark_title,
                     printable(report.host));
  out +=
      "# "
      "--------------------------------------------------------------------------------------------"
      "\n\n";
  for (const HostSection& section : host_sections(report, options.french)) {
    out += fmt::format("[INFO] {} - {}\n", section.id, printable(section.title));
    for (const ControlResult* control : section.controls) {
      const std::string_view word = word_of(*control);
      out += fmt::format("[{}] {}  - {}\n", word, short_name(*control),
                         title_of(*control, options.french));
      size_t shown = 0;
      for (const ControlSubject* subject : deciding_subjects(*control)) {
        if (word == "PASS" || shown++ == kMostItems) break;
        out += fmt::format("[{}]      * {}\n", word, printable(subject->name));
      }
      const HostWords& words = host_words(options.french);
      if (control->suppression.active()) {
        out += fmt::format("[INFO]      * {}\n",
                           printable(exception_sentence(control->suppression, words)));
      }
      for (const std::string& text : excepted_subjects(*control, words))
        out += fmt::format("[INFO]      * {}\n", printable(text));
      if (control->verdict == ControlVerdict::kError && !control->message.empty())
        out += fmt::format("[INFO]      * {}\n", printable(control->message));
    }
    out += "\n";
  }
  for (const Finding& note : report.notes)
    out += fmt::format("[NOTE] {}\n", printable(note_sentence(note)));
  const Score score = score_of(report);
  out += fmt::format("Section C - Score\n\n[INFO] Checks: {}\n[INFO] Score: {}\n", score.checks,
                     score.score);
  return out;
}

std::string render_docker_bench_json(const HostReport& report, const HostRenderOptions& options) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.key("dockerbenchsecurity").string("1.6.0");
  json.key("tool").string("seawall " + report.tool_version);
  json.key("start").integer(time_of(report));
  json.key("tests").begin_array();
  for (const HostSection& section : host_sections(report, options.french)) {
    json.begin_object();
    json.key("id").string(section.id);
    json.key("desc").string(section.title);
    json.key("results").begin_array();
    for (const ControlResult* control : section.controls) {
      const std::string_view word = word_of(*control);
      json.begin_object();
      json.key("id").string(short_name(*control));
      json.key("desc").string(text_in(control->title, options.french));
      json.key("result").string(word);
      if (word != "PASS") {
        json.optional("details", details_of(*control, host_words(options.french)));
        const auto subjects = deciding_subjects(*control);
        if (!subjects.empty()) {
          json.key("items").begin_array();
          for (const ControlSubject* subject : subjects) json.string(item_of(*subject));
          json.end_array();
        }
        json.key("remediation").string(text_in(control->fix, options.french));
      }
      json.end_object();
    }
    json.end_array().end_object();
  }
  json.end_array();
  if (!report.notes.empty()) {
    json.key("notes").begin_array();
    for (const Finding& note : report.notes) json.string(note_sentence(note));
    json.end_array();
  }
  const Score score = score_of(report);
  json.key("checks").integer(static_cast<int64_t>(score.checks));
  json.key("score").integer(score.score);
  json.key("end").integer(time_of(report));
  json.end_object();
  return out + "\n";
}

}  // namespace seawall::report
