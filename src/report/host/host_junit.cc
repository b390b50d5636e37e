// JUnit XML: a suite a section, a case a control. A control that could not be judged is an error,
// one that does not apply, is for people or is set aside is skipped.
#include <fmt/format.h>

#include "report/host/host_renderers.h"
#include "report/host/host_view.h"
#include "report/xml_writer.h"

namespace seawall::report {
namespace {

constexpr size_t kMostEvidence = 50;

std::string details_of(const ControlResult& control, bool french) {
  std::string text;
  for (const EvidenceLine& line : evidence_of(control, kMostEvidence)) {
    text += fmt::format("{}{}{}{}\n", line.subject.empty() ? "" : line.subject + ": ",
                        line.what.empty() ? "" : line.what + "=", line.value,
                        line.source.empty() ? "" : " (" + line.source + ")");
  }
  for (const std::string& one : excepted_subjects(control, host_words(french))) text += one + "\n";
  return text + text_in(control.fix, french) + (control.patch.empty() ? "" : "\n" + control.patch);
}

void write_case(XmlWriter& xml, const ControlResult& control, const HostSection& section,
                bool french) {
  xml.begin("testcase").attribute("classname", section.title);
  xml.attribute("name", fmt::format("{} {}", short_name(control), text_in(control.title, french)));
  const auto skip = [&](const std::string& why) {
    xml.begin("skipped").attribute("message", why).end();
  };
  if (control.suppression.active()) {
    skip(exception_sentence(control.suppression, host_words(french)));
  } else if (control.verdict == ControlVerdict::kFail) {
    xml.begin("failure").attribute("message", text_in(control.title, french));
    xml.attribute("type", to_string(control.severity));
    xml.text(details_of(control, french)).end();
  } else if (control.verdict == ControlVerdict::kError) {
    xml.begin("error").attribute("message", control.message).attribute("type", "could not look");
    xml.text(details_of(control, french)).end();
  } else if (control.verdict != ControlVerdict::kPass) {
    skip(std::string(host_words(french).of(control.verdict)));
  }
  xml.end();
}

// Output stands in a suite: one without cases says it.
void write_notes(XmlWriter& xml, const HostReport& report, bool french) {
  xml.begin("testsuite").attribute("name", host_words(french).notes);
  for (const char* count : {"tests", "failures", "errors", "skipped"}) xml.attribute(count, "0");
  std::string text;
  for (const Finding& note : report.notes) text += note_sentence(note) + "\n";
  xml.begin("system-out").text(text).end();
  xml.end();
}

size_t count_of(const HostSection& section, ControlVerdict verdict) {
  const auto found = section.counts.find(verdict);
  return found == section.counts.end() ? 0 : found->second;
}

}  // namespace

std::string render_host_junit(const HostReport& report, const HostRenderOptions& options) {
  std::string out;
  XmlWriter xml(out);
  xml.begin("testsuites").attribute("name", "seawall host " + report.host);
  for (const HostSection& section : host_sections(report, options.french)) {
    const size_t failures = count_of(section, ControlVerdict::kFail);
    const size_t errors = count_of(section, ControlVerdict::kError);
    const size_t passed = count_of(section, ControlVerdict::kPass);
    const size_t tests = section.controls.size();
    xml.begin("testsuite");
    xml.attribute("name",
                  section.id == section.title ? section.title : section.id + " " + section.title);
    xml.attribute("tests", std::to_string(tests)).attribute("failures", std::to_string(failures));
    xml.attribute("errors", std::to_string(errors));
    xml.attribute("skipped", std::to_string(tests - failures - errors - passed));
    for (const ControlResult* control : section.controls)
      write_case(xml, *control, section, options.french);
    xml.end();
  }
  if (!report.notes.empty()) write_notes(xml, report, options.french);
  xml.end();
  return out;
}

}  // namespace seawall::report
