// One page that needs nothing else: readable with a keyboard and a screen reader, in the dark and
// on paper. No script; details open by themselves when printed.
#include <fmt/format.h>

#include "base/strings.h"
#include "report/host/host_renderers.h"
#include "report/host/host_view.h"
#include "report/xml_writer.h"

namespace seawall::report {
namespace {

constexpr size_t kMostEvidence = 200;

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --line: #c8ccd2; --soft: #f3f4f6; --fail: #b3161b; --error: #8a5200; --manual: #5b3fa6; --pass: #1a6e2e; --dim: #565d66; }
@media (prefers-color-scheme: dark) { :root { --line: #454b54; --soft: #23272e; --fail: #ff8a8d; --error: #ffbf66; --manual: #c4b2ff; --pass: #7ddb93; --dim: #aab2bd; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1.5rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 .25rem; font-size: 1.6rem; } h2 { margin: 2.2rem 0 .5rem; font-size: 1.2rem; }
.about { color: var(--dim); margin: 0 0 1rem; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; list-style: none; }
.counts li { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .9rem; }
.counts b { font-size: 1.3rem; display: block; }
details { border: 1px solid var(--line); border-left-width: .35rem; border-radius: .3rem; margin: .4rem 0; }
summary { cursor: pointer; padding: .5rem .8rem; display: grid; grid-template-columns: 9rem 6rem 6rem 1fr; gap: .6rem; }
details > div { padding: .2rem .9rem .8rem; }
.fail { border-left-color: var(--fail); } .error { border-left-color: var(--error); } .manual { border-left-color: var(--manual); } .pass { border-left-color: var(--pass); }
.fail .v { color: var(--fail); font-weight: 700; } .error .v { color: var(--error); font-weight: 700; } .manual .v { color: var(--manual); } .pass .v { color: var(--pass); }
.aside .v, .not_applicable .v, .n, .s { color: var(--dim); }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; font-weight: 600; } th, td { text-align: left; min-width: 4.5rem; vertical-align: top; border-bottom: 1px solid var(--line); padding: .25rem .5rem; }
pre, code { font: .88rem/1.45 ui-monospace, monospace; } pre { background: var(--soft); padding: .6rem .8rem; border-radius: .3rem; white-space: pre-wrap; }
.tags { color: var(--dim); font-size: .85rem; }
@media (max-width: 48rem) { summary { grid-template-columns: 1fr 1fr; } }
@media print { body { font-size: 10pt; max-width: none; padding: 0; } details { break-inside: avoid; } details::details-content { content-visibility: visible; block-size: auto; } }
)";

class HostHtml {
 public:
  HostHtml(const HostReport& report, const HostRenderOptions& options)
      : report_(report), options_(options), words_(host_words(options.french)) {}

  std::string render() {
    const std::string title = fmt::format("{}: {}", report_.host, report_.benchmark_title);
    out_ = fmt::format("<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n",
                       words_.language);
    out_ += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    // Nothing is ever loaded, whatever a name from outside says.
    out_ +=
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "style-src 'unsafe-inline'\">\n";
    out_ +=
        fmt::format("<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n", safe(title), kStyle);
    write_head();
    write_contents();
    out_ += "<main>\n";
    for (const HostSection& section : host_sections(report_, options_.french))
      write_section(section);
    write_notes();
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  static std::string safe(std::string_view text) { return escape_xml(printable(text)); }

  void write_head() {
    out_ += fmt::format("<header>\n<h1>{}</h1>\n<p class=\"about\">{}", safe(report_.host),
                        safe(report_.benchmark_title));
    for (const std::string& text : {report_.system, report_.kernel, report_.engine}) {
      if (!text.empty()) out_ += " · " + safe(text);
    }
    out_ += fmt::format(" · {} {}<br>\n{} {} · {} <code>{}</code></p>\n", report_.containers,
                        words_.containers, words_.seen_at, safe(report_.collected_at), words_.facts,
                        safe(report_.facts_digest));
    out_ += "<ul class=\"counts\">\n";
    const auto counts = counts_of(report_);
    for (const ControlVerdict verdict :
         {ControlVerdict::kFail, ControlVerdict::kError, ControlVerdict::kManual,
          ControlVerdict::kPass, ControlVerdict::kNotApplicable}) {
      const auto found = counts.find(verdict);
      out_ += fmt::format("<li class=\"{}\"><b>{}</b> <span class=\"v\">{}</span></li>\n",
                          to_string(verdict), found == counts.end() ? 0 : found->second,
                          words_.of(verdict));
    }
    out_ += "</ul>\n";
    if (options_.cis_score) write_scores();
    out_ += "</header>\n";
  }

  void write_scores() {
    out_ += "<p>";
    for (const auto& [level, score] : cis_scores(report_)) {
      out_ += fmt::format(
          "{} {} {}: {:.1f} % ({} / {})<br>\n", safe(report_.benchmark_title), words_.of_level,
          level, 100.0 * static_cast<double>(score.passed) / static_cast<double>(score.scored),
          score.passed, score.scored);
    }
    out_ += "</p>\n";
  }

  void write_contents() {
    out_ += fmt::format("<nav aria-label=\"{}\"><ul>\n", words_.sections);
    for (const HostSection& section : host_sections(report_, options_.french)) {
      out_ += fmt::format("<li><a href=\"#s-{}\">{}</a>", safe(section.id), safe(section.title));
      for (const auto& [verdict, count] : section.counts)
        out_ += fmt::format(" · {} {}", words_.of(verdict), count);
      out_ += "</li>\n";
    }
    out_ += "</ul></nav>\n";
  }

  void write_section(const HostSection& section) {
    out_ += fmt::format(
        "<section>\n<h2 id=\"s-{}\">{}{}</h2>\n", safe(section.id),
        section.id == section.title || section.id.size() > 2 ? "" : safe(section.id) + " ",
        safe(section.title));
    for (const ControlResult* control : section.controls) write_control(*control);
    out_ += "</section>\n";
  }

  void write_control(const ControlResult& control) {
    const bool aside = control.suppression.active();
    const bool open = control.verdict == ControlVerdict::kFail && !aside;
    out_ += fmt::format(
        "<details class=\"{}\" id=\"{}\"{}>\n<summary><span class=\"v\">{}</span><span "
        "class=\"n\">{}</span><span class=\"s\">{}</span><span>{}</span></summary>\n<div>\n",
        aside ? "aside" : to_string(control.verdict), safe(control.id), open ? " open" : "",
        aside ? words_.excepted : words_.of(control.verdict), safe(short_name(control)),
        words_.of(control.severity), safe(text_in(control.title, options_.french)));
    paragraph(text_in(control.why, options_.french));
    if (aside) paragraph(exception_sentence(control.suppression, words_));
    for (const std::string& text : excepted_subjects(control, words_)) paragraph(text);
    write_evidence(control);
    if (const std::string& look = text_in(control.look, options_.french); !look.empty())
      paragraph(fmt::format("{}: {}", words_.look_at, look));
    if (control.verdict != ControlVerdict::kPass) {
      paragraph(fmt::format("{}: {}", words_.fix, text_in(control.fix, options_.french)));
      if (!control.patch.empty()) out_ += fmt::format("<pre>{}</pre>\n", lines(control.patch));
    }
    std::string tags = control.id;
    for (const std::string& alias : control.aliases) tags += ", " + alias;
    for (const std::string& framework : control.frameworks) tags += ", " + framework;
    out_ += fmt::format("<p class=\"tags\">{}</p>\n</div>\n</details>\n", safe(tags));
  }

  static std::string lines(std::string_view text) {
    std::string out;
    for_each_line(text, [&](std::string_view line, size_t) { out += safe(line) + "\n"; });
    return out;
  }

  void paragraph(const std::string& text) {
    if (!text.empty()) out_ += fmt::format("<p>{}</p>\n", safe(text));
  }

  void write_evidence(const ControlResult& control) {
    const auto evidence = evidence_of(control, kMostEvidence);
    if (evidence.empty()) return;
    out_ += fmt::format("<table><caption>{}</caption>\n", words_.evidence);
    for (const EvidenceLine& line : evidence) {
      out_ += fmt::format(
          "<tr><td>{}</td><td><code>{}</code></td><td><code>{}</code></td><td>{}</td></tr>\n",
          safe(line.subject), safe(line.what), safe(line.value), safe(line.source));
    }
    out_ += "</table>\n";
  }

  void write_notes() {
    if (report_.notes.empty()) return;
    out_ += fmt::format("<section>\n<h2>{}</h2>\n<ul>\n", words_.notes);
    for (const Finding& note : report_.notes)
      out_ += fmt::format("<li>{}</li>\n", safe(note_sentence(note)));
    out_ += "</ul>\n</section>\n";
  }

  const HostReport& report_;
  const HostRenderOptions& options_;
  const HostWords& words_;
  std::string out_;
};

}  // namespace

std::string render_host_html(const HostReport& report, const HostRenderOptions& options) {
  return HostHtml(report, options).render();
}

}  // namespace seawall::report
