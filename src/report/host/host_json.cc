// The report as JSON (docs/host.md, "JSON"), read back by read_host_json().
#include "codec/json_writer.h"
#include "report/host/host_json_read.h"
#include "report/host/host_renderers.h"

namespace seawall::report {
namespace {

class HostJson {
 public:
  explicit HostJson(const HostReport& report) : report_(report), json_(out_) {}

  std::string render() {
    json_.begin_object();
    json_.key("schema").string(kHostReportSchema);
    json_.key("schemaVersion").integer(kHostReportSchemaVersion);
    json_.optional("tool", report_.tool_version);
    json_.key("benchmark").string(report_.benchmark);
    json_.key("benchmarkTitle").string(report_.benchmark_title);
    json_.key("exitCode").integer(exit_code_of(report_));
    write_host();
    json_.key("summary").begin_object();
    const auto counts = counts_of(report_);
    for (const auto& [verdict, count] : counts)
      json_.key(to_string(verdict)).integer(static_cast<int64_t>(count));
    json_.end_object();
    write_sections();
    json_.key("controls").begin_array();
    for (const ControlResult& control : report_.controls) write_control(control);
    json_.end_array();
    write_notes();
    json_.end_object();
    return std::move(out_) + "\n";
  }

 private:
  void write_host() {
    json_.key("host").begin_object();
    json_.key("name").string(report_.host);
    json_.optional("system", report_.system).optional("kernel", report_.kernel);
    json_.optional("engine", report_.engine);
    json_.key("containers").integer(static_cast<int64_t>(report_.containers));
    json_.optional("collectedAt", report_.collected_at);
    json_.optional("factsDigest", report_.facts_digest);
    json_.end_object();
  }

  void write_text(std::string_view key, const ControlText& text) {
    if (text.en.empty() && text.fr.empty()) return;
    json_.key(key).begin_object();
    json_.key("en").string(text.en);
    json_.key("fr").string(text.fr);
    json_.end_object();
  }

  void write_texts(std::string_view key, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    json_.key(key).begin_array();
    for (const std::string& text : texts) json_.string(text);
    json_.end_array();
  }

  void write_sections() {
    json_.key("sections").begin_object();
    for (const auto& [id, title] : report_.section_titles) write_text(id, title);
    json_.end_object();
  }

  void write_suppression(const Suppression& why) {
    if (!why.active()) return;
    json_.key("suppression").begin_object();
    json_.key("by").string(why.by);
    json_.optional("source", why.source).optional("reason", why.reason);
    json_.optional("owner", why.owner).optional("expires", why.expires);
    json_.end_object();
  }

  void write_evidence(const std::vector<ControlEvidence>& evidence) {
    if (evidence.empty()) return;
    json_.key("evidence").begin_array();
    for (const ControlEvidence& one : evidence) {
      json_.begin_object();
      json_.key("what").string(one.what);
      json_.key("value").string(one.value);
      json_.optional("source", one.source);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_control(const ControlResult& control) {
    json_.begin_object();
    json_.key("id").string(control.id);
    json_.optional("number", control.number);
    json_.key("section").string(control.section);
    json_.key("verdict").string(to_string(control.verdict));
    json_.key("severity").string(to_string(control.severity));
    if (control.level != 0) json_.key("level").integer(control.level);
    json_.key("automated").boolean(control.automated);
    write_text("title", control.title);
    write_text("why", control.why);
    write_text("fix", control.fix);
    write_text("look", control.look);
    json_.optional("patch", control.patch);
    write_texts("aliases", control.aliases);
    write_texts("frameworks", control.frameworks);
    write_texts("references", control.references);
    json_.optional("message", control.message);
    write_evidence(control.evidence);
    if (!control.subjects.empty()) {
      json_.key("subjects").begin_array();
      for (const ControlSubject& subject : control.subjects) write_subject(subject);
      json_.end_array();
    }
    write_suppression(control.suppression);
    json_.end_object();
  }

  void write_subject(const ControlSubject& subject) {
    json_.begin_object();
    json_.key("name").string(subject.name);
    json_.key("verdict").string(to_string(subject.verdict));
    json_.optional("message", subject.message);
    write_evidence(subject.evidence);
    write_suppression(subject.suppression);
    json_.end_object();
  }

  void write_notes() {
    json_.key("notes").begin_array();
    for (const Finding& note : report_.notes) {
      json_.begin_object();
      json_.key("id").string(note.rule_id);
      json_.key("title").string(note.title);
      json_.optional("evidence", note.evidence).optional("remediation", note.remediation);
      json_.key("file").string(note.location.path);
      json_.key("line").integer(note.location.line);
      json_.end_object();
    }
    json_.end_array();
  }

  const HostReport& report_;
  std::string out_;
  JsonWriter json_;
};

}  // namespace

std::string render_host_json(const HostReport& report, const HostRenderOptions&) {
  return HostJson(report).render();
}

}  // namespace seawall::report
