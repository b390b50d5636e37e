// seawall guard: the runtime agent, and what it says of itself.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "base/interrupt.h"
#include "base/log.h"
#include "base/strings.h"
#include "cli/verbs.h"
#include "codec/json_writer.h"
#include "guard/agent/guard.h"
#include "guard/event/event_json.h"
#include "guard/falco/engine.h"
#include "guard/profile/profile_read.h"

namespace seawall::cli {
namespace {

constexpr int kTurnMilliseconds = 100;
constexpr std::string_view kRunFolder = "/run/seawall";
constexpr std::string_view kStateFolder = "/var/lib/seawall";

// The profiles of a folder (*.yaml) or of one file. One that is wrong stops the start: who wrote
// it believes that it holds.
Result<std::vector<guard::Profile>> profiles_of(const std::string& path) {
  std::vector<std::string> files;
  std::error_code failed;
  if (std::filesystem::is_directory(path, failed)) {
    for (const auto& entry : std::filesystem::directory_iterator(path, failed)) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    }
    if (failed) return errno_error("cannot list " + path, failed.value());
    std::sort(files.begin(), files.end());
  } else {
    files.push_back(path);
  }
  std::vector<guard::Profile> profiles;
  for (const std::string& file : files) {
    SEAWALL_TRY(guard::Profile profile, guard::load_profile(file));
    profiles.push_back(std::move(profile));
  }
  return profiles;
}

Result<guard::GuardOptions> options_of(const Arguments& arguments) {
  guard::GuardOptions options;
  options.state_folder = arguments.get("state", kStateFolder);
  options.run_folder = arguments.get("run", kRunFolder);
  options.docker_socket = arguments.get("docker-socket", options.docker_socket);
  options.keep = !arguments.has("no-keep");
  const std::string folder = options.state_folder + "/profiles";
  std::error_code failed;
  const bool usual = std::filesystem::is_directory(folder, failed);
  const std::string from = arguments.get("profiles", usual ? folder : std::string());
  if (!from.empty()) {
    SEAWALL_TRY(options.profiles, profiles_of(from));
  }
  const std::string seconds = arguments.get("canary-seconds");
  if (!seconds.empty()) {
    const auto number = parse_unsigned(seconds);
    if (!number || *number == 0 || *number > 86'400)
      return usage_error("--canary-seconds takes a number from 1 to 86400");
    options.canary_seconds = static_cast<unsigned>(*number);
  }
  return options;
}

// Falco's rules, and what is wrong in them on stderr; the rest of them works.
Result<std::optional<guard::falco::Engine>> rules_of(const Arguments& arguments) {
  const std::vector<std::string> paths = words_of(arguments.get("rules"));
  if (paths.empty()) return std::optional<guard::falco::Engine>();
  SEAWALL_TRY(std::vector<guard::falco::RuleFile> files, guard::falco::read_rule_files(paths));
  guard::falco::EngineOptions options;
  options.first_match = arguments.has("first-match");
  std::optional<guard::falco::Engine> engine;
  engine.emplace(std::move(files), options);
  for (const guard::falco::Problem& problem : engine->problems()) log_warning(problem.line());
  if (engine->rules().empty()) log_warning("no rule stands in " + join(paths, ", "));
  return engine;
}

std::string alert_json(const guard::falco::Match& match, const guard::Event& event) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  json.key("alert").string(match.rule);
  json.key("priority").string(guard::falco::to_string(match.priority));
  json.key("output").string(match.output);
  json.key("tags").begin_array();
  for (const std::string& tag : match.tags) json.string(tag);
  json.end_array();
  json.key("fields").begin_object();
  for (const auto& [name, value] : match.fields) json.key(name).string(value);
  json.end_object();
  json.end_object();
  // The event as it is, so that a replay can judge it again.
  out.pop_back();
  return out + ",\"event\":" + guard::write_event(event) + "}";
}

// Lines to standard output; what cannot be written is counted, never waited for.
class Lines {
 public:
  void write(const std::string& line) {
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size() ||
        std::fputc('\n', stdout) == EOF)
      ++lost_;
  }
  void flush() { std::fflush(stdout); }
  uint64_t lost() const { return lost_; }

 private:
  uint64_t lost_ = 0;
};

int run_guard(const Arguments& arguments) {
  auto options = options_of(arguments);
  if (!options.ok()) return fail(options.error());
  auto rules = rules_of(arguments);
  if (!rules.ok()) return fail(rules.error());
  std::optional<guard::falco::Engine>& engine = *rules;
  if (engine) options->calls = engine->calls();
  const bool all = arguments.has("events");
  auto started = guard::Guard::start(std::move(*options));
  if (!started.ok()) return fail(started.error());
  guard::Guard& guard = **started;
  log_info(guard::status_text(guard.status(), static_cast<int64_t>(std::time(nullptr))));
  Lines lines;
  const auto see = [&](const guard::Event& event) {
    if (all || event.type == guard::EventType::kDenied) lines.write(guard::write_event(event));
    if (engine) {
      engine->judge(
          event, [&](const guard::falco::Match& match) { lines.write(alert_json(match, event)); });
    }
  };
  while (!interrupted()) {
    if (const Status turned = guard.turn(kTurnMilliseconds, see); !turned.ok())
      return fail(turned.error());
    lines.flush();
  }
  if (lines.lost() > 0) log_warning(fmt::format("{} lines could not be written", lines.lost()));
  return kPassed;
}

int show_status(const Arguments& arguments) {
  const auto status = guard::read_status(arguments.get("run", kRunFolder));
  if (!status.ok()) return fail(status.error());
  const std::string format = arguments.get("format", "text");
  std::string text;
  if (format == "text") {
    text = guard::status_text(*status, static_cast<int64_t>(std::time(nullptr)));
  } else if (format == "json") {
    text = guard::status_json(*status);
  } else if (format == "metrics") {
    text = guard::status_metrics(*status);
  } else {
    return fail(usage_error(fmt::format("there is no format {} of guard status", format))
                    .hint("one of: text, json, metrics"));
  }
  if (const Status written = write_output(arguments, text); !written.ok())
    return fail(written.error());
  if (status->is_stale(static_cast<int64_t>(std::time(nullptr)))) return kFailed;
  return status->canary_holds ? kPassed : kDenied;
}

int probe_kernel(const Arguments& arguments) {
  const guard::Trials trials = guard::try_kernel();
  const auto layout = guard::group_layout();
  const auto word = [](const Status& trial) {
    return trial.ok() ? std::string("yes") : "no: " + trial.error().text();
  };
  std::string text = fmt::format(
      "tracepoints         {}\nkernel hooks        {}\ncontrol group BPF   {}\n"
      "control groups      {}\n",
      word(trials.tracepoints), word(trials.hooks), word(trials.group_programs),
      layout.ok() ? layout->name + " at " + layout->root : layout.error().text());
  const auto backends = guard::choose_backends(trials);
  text += backends.ok() ? backends->line() + "\n" : "nothing can be seen or enforced here\n";
  if (const Status written = write_output(arguments, text); !written.ok())
    return fail(written.error());
  return backends.ok() && layout.ok() ? kPassed : kFailed;
}

}  // namespace

std::vector<Command> guard_commands() {
  return {
      {"guard run",
       "",
       "deny and watch what containers do, in the kernel",
       "Profiles (seawall profile) are bound to containers before they run; what they deny fails "
       "or "
       "is killed.\n"
       "How each kind of thing is enforced is chosen by trying; a canary proves it at the start "
       "and "
       "every minute.\n"
       "Denials and alerts are lines of JSON on standard output (docs/guard.md). What is attached "
       "enforces on when the\n"
       "guard dies; the next one takes it over. Needs root.",
       {{"profiles", "PATH", "a folder of profiles or one (default STATE/profiles)"},
        {"rules", "PATH", "Falco's rule files, unmodified", 0, true},
        {"first-match", "", "only the first rule that matches fires, as with Falco"},
        {"events", "", "every event, too"},
        {"state", "DIR", "what is kept (default /var/lib/seawall)"},
        {"run", "DIR", "what ends with the machine (default /run/seawall)"},
        {"docker-socket", "PATH", "where the engine listens (default /var/run/docker.sock)"},
        {"canary-seconds", "N", "how often the canary tries (default 60)"},
        {"no-keep", "", "enforcement ends with the guard"}},
       {"seawall guard run", "seawall guard run --rules /etc/falco/falco_rules.yaml"},
       0,
       0,
       run_guard},
      {"guard status",
       "",
       "how the guard enforces, what its canary says, which containers it holds",
       "Exit status: 0 the canary was denied all it tried, 1 something went through or it could "
       "not "
       "try, 2 no guard.",
       {{"format", "NAME", "text, json, metrics (Prometheus) (default text)", 'f'},
        {"run", "DIR", "of the guard (default /run/seawall)"}},
       {"seawall guard status", "seawall guard status --format metrics"},
       0,
       0,
       show_status},
      {"guard probe",
       "",
       "try what this kernel lets a guard do",
       "Loads the smallest program of each kind and lets a hook refuse one harmless question.",
       {},
       {"seawall guard probe", "seawall guard probe --output probe.txt"},
       0,
       0,
       probe_kernel}};
}

}  // namespace seawall::cli
