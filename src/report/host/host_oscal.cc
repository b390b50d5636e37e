// OSCAL assessment results (NIST, model 1.1.2): an observation with its evidence and a finding for
// each control that was judged; identities are made from the content, so that the same report has
// the same ones.
#include <algorithm>

#include <fmt/format.h>

#include "codec/json_writer.h"
#include "report/document.h"
#include "report/host/host_renderers.h"
#include "report/host/host_view.h"

namespace seawall::report {
namespace {

constexpr std::string_view kVersion = "1.1.2";
constexpr size_t kMostEvidence = 100;

class HostOscal {
 public:
  HostOscal(const HostReport& report, bool french)
      : report_(report),
        french_(french),
        time_(report.collected_at.empty() ? "1970-01-01T00:00:00Z" : report.collected_at),
        json_(out_) {}

  std::string render() {
    json_.begin_object().key("assessment-results").begin_object();
    json_.key("uuid").string(id("results"));
    write_metadata();
    json_.key("import-ap").begin_object();
    json_.key("href").string("#" + id("plan"));
    json_.end_object();
    json_.key("results").begin_array().begin_object();
    json_.key("uuid").string(id("result"));
    json_.key("title").string(report_.benchmark_title);
    json_.key("description")
        .string(
            fmt::format("{} on {} ({})", report_.benchmark_title, report_.host, report_.system));
    json_.key("start").string(time_);
    json_.key("end").string(time_);
    write_reviewed();
    write_observations();
    write_findings();
    json_.end_object().end_array();
    write_plan();
    json_.end_object().end_object();
    return std::move(out_) + "\n";
  }

 private:
  std::string id(std::string_view what) const {
    return uuid_of(
        fmt::format("{}\n{}\n{}\n{}", report_.facts_digest, report_.benchmark, report_.host, what));
  }
  static bool is_judged(const ControlResult& control) {
    return control.verdict == ControlVerdict::kPass || control.verdict == ControlVerdict::kFail;
  }
  // Control ids are tokens: a letter first.
  static std::string token(const ControlResult& control) {
    return control.number.empty() ? control.id : "cis-docker_" + control.number;
  }

  void write_metadata() {
    json_.key("metadata").begin_object();
    json_.key("title").string(fmt::format("Seawall: {}", report_.host));
    json_.key("last-modified").string(time_);
    json_.key("version").string(report_.tool_version.empty() ? "0" : report_.tool_version);
    json_.key("oscal-version").string(kVersion);
    std::string notes;
    for (const Finding& note : report_.notes)
      notes += (notes.empty() ? "" : "\n") + note_sentence(note);
    json_.optional("remarks", notes);
    json_.end_object();
  }

  void write_reviewed() {
    json_.key("reviewed-controls").begin_object();
    json_.key("control-selections").begin_array().begin_object();
    if (report_.controls.empty()) {
      json_.key("include-all").begin_object().end_object();
      json_.end_object().end_array().end_object();
      return;
    }
    json_.key("include-controls").begin_array();
    for (const ControlResult& control : report_.controls)
      json_.begin_object().key("control-id").string(token(control)).end_object();
    json_.end_array().end_object().end_array().end_object();
  }

  // The model has no empty lists: what would be one is left out.
  void write_observations() {
    if (report_.controls.empty()) return;
    json_.key("observations").begin_array();
    for (const ControlResult& control : report_.controls) write_observation(control);
    json_.end_array();
  }

  void write_findings() {
    if (std::none_of(report_.controls.begin(), report_.controls.end(), is_judged)) return;
    json_.key("findings").begin_array();
    for (const ControlResult& control : report_.controls) {
      if (is_judged(control)) write_finding(control);
    }
    json_.end_array();
  }

  void property(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    json_.begin_object();
    json_.key("name").string(name);
    json_.key("ns").string("https://seawall.dev/ns/oscal");
    json_.key("value").string(value);
    json_.end_object();
  }

  void write_observation(const ControlResult& control) {
    json_.begin_object();
    json_.key("uuid").string(id("observation " + control.id));
    json_.key("title").string(
        fmt::format("{} {}", short_name(control), text_in(control.title, french_)));
    json_.key("description").string(description_of(control));
    json_.key("props").begin_array();
    property("verdict", to_string(control.verdict));
    property("severity", to_string(control.severity));
    for (const std::string& framework : control.frameworks) property("framework", framework);
    json_.end_array();
    json_.key("methods").begin_array();
    json_.string(control.verdict == ControlVerdict::kManual ? "EXAMINE" : "TEST");
    json_.end_array();
    write_evidence(control);
    json_.key("collected").string(time_);
    json_.end_object();
  }

  std::string description_of(const ControlResult& control) const {
    if (control.verdict == ControlVerdict::kManual) return text_in(control.look, french_);
    if (!control.message.empty()) return control.message;
    const std::string& why = text_in(control.why, french_);
    return why.empty() ? text_in(control.title, french_) : why;
  }

  void write_evidence(const ControlResult& control) {
    const auto lines = evidence_of(control, kMostEvidence);
    if (lines.empty()) return;
    json_.key("relevant-evidence").begin_array();
    for (const EvidenceLine& line : lines) {
      json_.begin_object();
      json_.key("description")
          .string(fmt::format("{}{}{}", line.subject.empty() ? "" : line.subject + ": ",
                              line.what.empty() ? "" : line.what + " = ", line.value));
      if (!line.source.empty()) json_.key("remarks").string(line.source);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_finding(const ControlResult& control) {
    const bool passed = control.verdict == ControlVerdict::kPass;
    json_.begin_object();
    json_.key("uuid").string(id("finding " + control.id));
    json_.key("title").string(text_in(control.title, french_));
    json_.key("description").string(description_of(control));
    json_.key("target").begin_object();
    json_.key("type").string("objective-id");
    json_.key("target-id").string(token(control));
    json_.key("status").begin_object();
    json_.key("state").string(passed ? "satisfied" : "not-satisfied");
    if (const Suppression& why = control.suppression; why.active()) {
      json_.key("remarks").string(exception_sentence(why, host_words(french_)));
    }
    json_.end_object().end_object();
    json_.key("related-observations").begin_array().begin_object();
    json_.key("observation-uuid").string(id("observation " + control.id));
    json_.end_object().end_array();
    if (!passed) {
      std::string remarks =
          text_in(control.fix, french_) + (control.patch.empty() ? "" : "\n" + control.patch);
      for (const std::string& text : excepted_subjects(control, host_words(french_)))
        remarks += "\n" + text;
      json_.key("remarks").string(remarks);
    }
    json_.end_object();
  }

  // What import-ap names: the controls themselves are the plan.
  void write_plan() {
    json_.key("back-matter").begin_object().key("resources").begin_array().begin_object();
    json_.key("uuid").string(id("plan"));
    json_.key("title").string(report_.benchmark_title);
    json_.key("description").string("The controls of seawall host");
    json_.end_object().end_array().end_object();
  }

  const HostReport& report_;
  const bool french_;
  const std::string time_;
  std::string out_;
  JsonWriter json_;
};

}  // namespace

std::string render_host_oscal(const HostReport& report, const HostRenderOptions& options) {
  return HostOscal(report, options.french).render();
}

}  // namespace seawall::report
