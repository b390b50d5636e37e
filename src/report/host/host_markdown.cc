// Markdown for merge requests and tickets: counts, then what fails or could not be judged.
#include <fmt/format.h>

#include "report/host/host_renderers.h"
#include "report/host/host_view.h"
#include "report/markdown_text.h"

namespace seawall::report {
namespace {

constexpr size_t kMostEvidence = 5;
constexpr size_t kMostCell = 300;

std::string evidence_cell(const ControlResult& control) {
  std::string cell;
  for (const EvidenceLine& line : evidence_of(control, kMostEvidence)) {
    std::string text = line.subject;
    if (!text.empty()) text += ": ";
    if (const std::string what = short_path(line.what); !what.empty()) text += what + "=";
    text += line.value;
    if (!line.source.empty()) text += " (" + line.source + ")";
    cell += (cell.empty() ? "" : "<br>") + escape_markdown(text, kMostCell);
  }
  return cell;
}

}  // namespace

std::string render_host_markdown(const HostReport& report, const HostRenderOptions& options) {
  const HostWords& words = host_words(options.french);
  std::string out = fmt::format("## {}: {}\n\n", escape_markdown(report.host, 100),
                                escape_markdown(report.benchmark_title, 100));
  out += fmt::format("{} · {} · {} {}\n\n", escape_markdown(report.system, 100),
                     escape_markdown(report.engine, 100), report.containers, words.containers);
  std::string head = "|", rule = "|", row = "|";
  for (const auto& [verdict, count] : counts_of(report)) {
    head += fmt::format(" {} |", words.of(verdict));
    rule += "---:|";
    row += fmt::format(" {} |", count);
  }
  out += head + "\n" + rule + "\n" + row + "\n";
  for (const HostSection& section : host_sections(report, options.french)) {
    std::string rows;
    for (const ControlResult* control : section.controls) {
      const bool aside = control->suppression.active();
      const bool open = control->verdict == ControlVerdict::kFail ||
                        control->verdict == ControlVerdict::kError ||
                        control->verdict == ControlVerdict::kManual;
      if (!options.all && !open) continue;
      std::string why = evidence_cell(*control);
      if (aside) why = escape_markdown(exception_sentence(control->suppression, words), kMostCell);
      for (const std::string& text : excepted_subjects(*control, words))
        why += (why.empty() ? "" : "<br>") + escape_markdown(text, kMostCell);
      rows += fmt::format("| {} | {} | {} | {} | {} |\n",
                          aside ? words.excepted : words.of(control->verdict), short_name(*control),
                          words.of(control->severity),
                          escape_markdown(text_in(control->title, options.french), kMostCell), why);
    }
    if (rows.empty()) continue;
    out += fmt::format("\n### {} {}\n\n| | {} | | | {} |\n|---|---|---|---|---|\n{}",
                       section.id == section.title ? "" : section.id,
                       escape_markdown(section.title, 100), words.control, words.evidence, rows);
  }
  if (!report.notes.empty()) out += fmt::format("\n### {}\n\n", words.notes);
  for (const Finding& note : report.notes)
    out += fmt::format("- {}\n", escape_markdown(note_sentence(note), kMostCell));
  return out;
}

}  // namespace seawall::report
