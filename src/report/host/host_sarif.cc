// SARIF 2.1.0 (OASIS, errata 01): a rule a control, a result for each thing that fails or could not
// be judged. A host has no files of a repository: what is wrong stands as a logical location.
#include <fmt/format.h>

#include "base/digest.h"
#include "codec/json_writer.h"
#include "report/document.h"
#include "report/host/host_renderers.h"
#include "report/host/host_view.h"

namespace seawall::report {
namespace {

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

std::string_view level_of(const ControlResult& control) {
  if (control.verdict != ControlVerdict::kFail) return "note";
  if (control.severity >= Severity::kHigh) return "error";
  return control.severity == Severity::kMedium ? "warning" : "note";
}

class HostSarif {
 public:
  HostSarif(const HostReport& report, bool french)
      : report_(report), french_(french), json_(out_) {}

  std::string render() {
    json_.begin_object();
    json_.key("$schema").string(kSchema);
    json_.key("version").string("2.1.0");
    json_.key("runs").begin_array().begin_object();
    write_tool();
    json_.key("invocations").begin_array().begin_object();
    const auto counts = counts_of(report_);
    json_.key("executionSuccessful").boolean(!counts.contains(ControlVerdict::kError));
    json_.key("exitCode").integer(exit_code_of(report_));
    write_notes();
    json_.end_object().end_array();
    json_.key("results").begin_array();
    for (size_t i = 0; i < report_.controls.size(); ++i) write_results(report_.controls[i], i);
    json_.end_array();
    json_.end_object().end_array().end_object();
    return std::move(out_) + "\n";
  }

 private:
  void text(std::string_view key, std::string_view value) {
    json_.key(key).begin_object().key("text").string(value).end_object();
  }

  void write_tool() {
    json_.key("tool").begin_object().key("driver").begin_object();
    json_.key("name").string("Seawall");
    json_.optional("version", report_.tool_version);
    json_.key("informationUri").string("https://seawall.dev");
    json_.key("rules").begin_array();
    for (const ControlResult& control : report_.controls) {
      json_.begin_object();
      json_.key("id").string(control.id);
      text("shortDescription", text_in(control.title, french_));
      text("fullDescription", text_in(control.why, french_).empty()
                                  ? text_in(control.title, french_)
                                  : text_in(control.why, french_));
      text("help",
           text_in(control.fix, french_) + (control.patch.empty() ? "" : "\n" + control.patch));
      json_.key("properties").begin_object();
      json_.key("security-severity")
          .string(fmt::format("{:.1f}", score_in_band(control.severity, 0)));
      json_.key("tags").begin_array();
      for (const std::string& alias : control.aliases) json_.string(alias);
      for (const std::string& framework : control.frameworks) json_.string(framework);
      json_.end_array().end_object().end_object();
    }
    json_.end_array().end_object().end_object();
  }

  // Of exceptions that ended or that nothing needs.
  void write_notes() {
    if (report_.notes.empty()) return;
    json_.key("toolConfigurationNotifications").begin_array();
    for (const Finding& note : report_.notes) {
      json_.begin_object();
      text("message", note_sentence(note));
      json_.key("level").string("warning");
      json_.end_object();
    }
    json_.end_array();
  }

  void write_results(const ControlResult& control, size_t index) {
    const bool open =
        control.verdict == ControlVerdict::kFail || control.verdict == ControlVerdict::kError;
    if (!open) return;
    bool any = false;
    for (const ControlSubject& subject : control.subjects) {
      const bool is =
          subject.verdict == ControlVerdict::kFail || subject.verdict == ControlVerdict::kError;
      if (!is) continue;
      any = true;
      write_result(control, index, subject.name, subject.message, subject.evidence,
                   subject.suppression.active() ? subject.suppression : control.suppression);
    }
    if (!any)
      write_result(control, index, "", control.message, control.evidence, control.suppression);
  }

  void write_result(const ControlResult& control, size_t index, const std::string& subject,
                    const std::string& message, const std::vector<ControlEvidence>& evidence,
                    const Suppression& why) {
    std::string said = text_in(control.title, french_);
    if (!subject.empty()) said += ": " + subject;
    if (!message.empty()) said += ": " + message;
    for (const ControlEvidence& one : evidence) said += fmt::format("; {}={}", one.what, one.value);
    json_.begin_object();
    json_.key("ruleId").string(control.id);
    json_.key("ruleIndex").integer(static_cast<int64_t>(index));
    json_.key("level").string(level_of(control));
    text("message", said);
    json_.key("locations").begin_array().begin_object();
    json_.key("logicalLocations").begin_array().begin_object();
    const std::string place = subject.empty() ? report_.host : report_.host + "/" + subject;
    json_.key("fullyQualifiedName").string(place.empty() ? "host" : place);
    json_.end_object().end_array().end_object().end_array();
    json_.key("partialFingerprints").begin_object();
    json_.key("seawall/v1").string(digest_of(control.id + "\n" + subject).hex.substr(0, 32));
    json_.end_object();
    if (why.active()) {
      json_.key("suppressions").begin_array().begin_object();
      json_.key("kind").string("external");
      json_.key("justification").string(exception_sentence(why, host_words(french_)));
      json_.end_object().end_array();
    }
    json_.end_object();
  }

  const HostReport& report_;
  const bool french_;
  std::string out_;
  JsonWriter json_;
};

}  // namespace

std::string render_host_sarif(const HostReport& report, const HostRenderOptions& options) {
  return HostSarif(report, options.french).render();
}

}  // namespace seawall::report
