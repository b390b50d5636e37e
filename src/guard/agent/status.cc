#include "guard/agent/status.h"

#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "codec/json.h"
#include "codec/json_writer.h"

namespace seawall::guard {
namespace {

constexpr size_t kMostStatus = 16u << 20;
constexpr int64_t kSilentSeconds = 30;  // then it counts as gone

std::string file_of(const std::string& folder) {
  return folder + "/guard.json";
}

std::string ago(int64_t seconds) {
  if (seconds < 120) return fmt::format("{} s ago", std::max<int64_t>(seconds, 0));
  return fmt::format("{} min ago", seconds / 60);
}

// Of a label in the text format of Prometheus.
std::string label_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

bool GuardStatus::is_stale(int64_t now) const {
  return now - time > kSilentSeconds;
}

size_t GuardStatus::count(std::string_view mode) const {
  return static_cast<size_t>(
      std::count_if(containers.begin(), containers.end(),
                    [&](const ContainerState& one) { return one.mode == mode; }));
}

double GuardStatus::enforced_share() const {
  if (containers.empty()) return 1;
  if (!canary_holds) return 0;
  const auto enforced =
      std::count_if(containers.begin(), containers.end(),
                    [](const ContainerState& one) { return one.mode == "enforce" && !one.late; });
  return static_cast<double>(enforced) / static_cast<double>(containers.size());
}

std::string status_json(const GuardStatus& status) {
  std::string out;
  JsonWriter json(out, JsonWriter::kPretty);
  json.begin_object();
  json.key("time").integer(status.time);
  json.key("pid").integer(status.pid);
  json.key("kernel").string(status.kernel);
  json.key("backends").begin_object();
  json.key("exec").string(status.exec);
  json.key("files").string(status.files);
  json.key("network").string(status.network);
  json.key("privilege").string(status.privilege);
  json.optional("hooksMissing", status.hooks_missing);
  json.end_object();
  json.key("groups").string(status.groups);
  json.key("kept").boolean(status.kept);
  json.key("canary").begin_object();
  json.key("result").string(status.canary);
  json.key("time").integer(status.canary_time);
  json.key("holds").boolean(status.canary_holds);
  json.end_object();
  json.key("containers").begin_array();
  for (const GuardStatus::ContainerState& one : status.containers) {
    json.begin_object();
    json.key("id").string(one.id);
    json.optional("name", one.name).optional("image", one.image);
    json.optional("profile", one.profile).optional("mode", one.mode);
    json.key("lost").integer(static_cast<int64_t>(one.lost));
    json.key("late").boolean(one.late);
    json.end_object();
  }
  json.end_array();
  json.key("counters").begin_object();
  for (const auto& [name, value] : status.counters)
    json.key(name).integer(static_cast<int64_t>(value));
  json.end_object();
  json.key("problems").begin_array();
  for (const std::string& problem : status.problems) json.string(problem);
  json.end_array();
  json.end_object();
  return out + "\n";
}

Result<GuardStatus> status_from_json(std::string_view text) {
  SEAWALL_TRY(const Document document, parse_json(std::string(text)));
  const Node& root = document.root();
  if (!root.is_object()) return malformed("the status of a guard is no JSON object");
  const auto string = [](const Node& node) { return std::string(node.string()); };
  const auto number = [](const Node& node) { return node.integer().value_or(0); };
  GuardStatus status;
  status.time = number(root["time"]);
  status.pid = static_cast<int>(number(root["pid"]));
  status.kernel = string(root["kernel"]);
  status.exec = string(root["backends"]["exec"]);
  status.files = string(root["backends"]["files"]);
  status.network = string(root["backends"]["network"]);
  status.privilege = string(root["backends"]["privilege"]);
  status.hooks_missing = string(root["backends"]["hooksMissing"]);
  status.groups = string(root["groups"]);
  status.kept = root["kept"].boolean();
  status.canary = string(root["canary"]["result"]);
  status.canary_time = number(root["canary"]["time"]);
  status.canary_holds = root["canary"]["holds"].boolean();
  for (const Node& one : root["containers"].items()) {
    status.containers.push_back(
        {string(one["id"]), string(one["name"]), string(one["image"]), string(one["profile"]),
         string(one["mode"]), static_cast<uint64_t>(number(one["lost"])), one["late"].boolean()});
  }
  for (const Member& member : root["counters"].members())
    status.counters[std::string(member.key)] = static_cast<uint64_t>(number(member.value));
  for (const Node& problem : root["problems"].items()) status.problems.push_back(string(problem));
  return status;
}

std::string status_text(const GuardStatus& status, int64_t now) {
  std::string out =
      fmt::format("kernel {}   exec: {}   files: {}   network: {}   privilege: {}   ",
                  status.kernel, status.exec, status.files, status.network, status.privilege);
  out += status.canary_time == 0
             ? fmt::format("canary: {}\n", status.canary)
             : fmt::format("canary: {}, {}\n", status.canary, ago(now - status.canary_time));
  if (!status.hooks_missing.empty())
    out += fmt::format("  no kernel hooks: {}\n", status.hooks_missing);
  const size_t none = status.count("");
  out += fmt::format("{} containers: {} enforced, {} observed, {} learning{}",
                     status.containers.size(), status.count("enforce"), status.count("observe"),
                     status.count("learn"),
                     none == 0 ? "" : fmt::format(", {} without a profile", none));
  std::string notes;
  for (const GuardStatus::ContainerState& one : status.containers) {
    if (one.lost == 0 && !one.late) continue;
    notes += fmt::format("{}{}: {}{}", notes.empty() ? "" : "; ",
                         one.name.empty() ? one.id.substr(0, 12) : one.name,
                         one.lost == 0 ? "" : fmt::format("{} events lost", one.lost),
                         !one.late       ? ""
                         : one.lost == 0 ? "bound late"
                                         : ", bound late");
  }
  out += notes.empty() ? "\n" : fmt::format(" ({})\n", notes);
  uint64_t denied = 0, observed = 0, lost = 0;
  for (const auto& [name, value] : status.counters) {
    if (name.starts_with("denied.")) denied += value;
    if (name.starts_with("observed.")) observed += value;
    if (name.starts_with("lost")) lost += value;
  }
  out += fmt::format("{} denied, {} would have been, {} events lost\n", denied, observed, lost);
  for (const std::string& problem : status.problems) out += fmt::format("  problem: {}\n", problem);
  if (!status.kept) out += "  enforcement ends with this guard\n";
  if (status.is_stale(now))
    out += fmt::format("the guard (pid {}) said this {}; does it still run?\n", status.pid,
                       ago(now - status.time));
  return out;
}

std::string status_metrics(const GuardStatus& status) {
  std::string out;
  const auto gauge = [&](std::string_view name, std::string_view help) {
    out +=
        fmt::format("# HELP seawall_guard_{0} {1}\n# TYPE seawall_guard_{0} gauge\n", name, help);
  };
  gauge("backend", "1: how a kind of thing is enforced.");
  const std::pair<const char*, const std::string*> kinds[] = {{"exec", &status.exec},
                                                              {"files", &status.files},
                                                              {"network", &status.network},
                                                              {"privilege", &status.privilege}};
  for (const auto& [kind, backend] : kinds)
    out += fmt::format("seawall_guard_backend{{kind=\"{}\",backend=\"{}\"}} 1\n", kind,
                       label_value(*backend));
  gauge("canary_denied", "1: what the canary tried was denied.");
  out += fmt::format("seawall_guard_canary_denied {}\n", status.canary_holds ? 1 : 0);
  gauge("canary_time_seconds", "When the canary last tried.");
  out += fmt::format("seawall_guard_canary_time_seconds {}\n", status.canary_time);
  gauge("containers", "Containers by mode of their profile.");
  for (const char* mode : {"enforce", "observe", "learn", ""})
    out += fmt::format("seawall_guard_containers{{mode=\"{}\"}} {}\n", *mode == 0 ? "none" : mode,
                       status.count(mode));
  gauge("enforced_share", "Share of containers that are really enforced.");
  out += fmt::format("seawall_guard_enforced_share {:.6f}\n", status.enforced_share());
  out +=
      "# HELP seawall_guard_total Counts of the kernel part, by what.\n"
      "# TYPE seawall_guard_total counter\n";
  for (const auto& [name, value] : status.counters)
    out += fmt::format("seawall_guard_total{{what=\"{}\"}} {}\n", label_value(name), value);
  return out;
}

Status write_status(const GuardStatus& status, const std::string& folder) {
  return write_file(file_of(folder), status_json(status), 0644);
}

void remove_status(const std::string& folder) {
  ::unlink(file_of(folder).c_str());
}

Result<GuardStatus> read_status(const std::string& folder) {
  auto text = read_file(file_of(folder), kMostStatus);
  if (!text.ok() && text.error().code() == Code::kNotFound)
    return std::move(text).error().hint("start one: sudo seawall guard run");
  if (!text.ok()) return text.error();
  auto status = status_from_json(*text);
  if (!status.ok()) return std::move(status).error().at(file_of(folder));
  return status;
}

}  // namespace seawall::guard
