// seawall host: what a host is set up to, judged by CIS Docker and more.

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/file.h"
#include "base/log.h"
#include "base/strings.h"
#include "base/version.h"
#include "benchmark/collect.h"
#include "benchmark/judge.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "policy/ignore_file.h"
#include "report/host/host_baseline.h"
#include "report/host/host_formats.h"
#include "report/host/host_json_read.h"

namespace seawall::cli {
namespace {

struct HostOptions {
  benchmark::CollectOptions collect;
  benchmark::JudgeOptions judge;
  report::HostRenderOptions render;
  std::string format, ignore_file;
};

Result<HostOptions> options_of(const Arguments& arguments) {
  HostOptions options;
  options.collect.docker_socket = arguments.get("docker-socket");
  options.collect.root = arguments.get("root", "/");
  options.collect.tool_version = kVersion;
  options.collect.database = database_of(arguments);
  SEAWALL_TRY(options.collect.jobs, jobs_of(arguments));
  options.judge.benchmark = arguments.get("benchmark", options.judge.benchmark);
  options.judge.beyond = !arguments.has("benchmark-only");
  options.judge.only = words_of(arguments.get("only"));
  options.judge.skip = words_of(arguments.get("skip"));
  options.format = arguments.get("format", "table");
  options.render.color = wants_color(arguments);
  options.render.ascii = wants_ascii(arguments);
  options.render.all = arguments.has("all");
  options.render.width = terminal_width();
  const std::string language = arguments.get("lang", "en");
  if (language != "en" && language != "fr") return usage_error("--lang takes en or fr");
  options.render.french = language == "fr";
  const std::string score = arguments.get("score");
  if (!score.empty() && score != "cis") return usage_error("--score takes cis");
  options.render.cis_score = score == "cis";
  options.ignore_file = arguments.get("ignore-file");
  if (options.ignore_file.empty() && file_exists(".seawall-ignore.yaml"))
    options.ignore_file = ".seawall-ignore.yaml";
  return options;
}

Result<std::string> render(const HostReport& report, const HostOptions& options) {
  std::string known;
  for (const report::HostFormat& format : report::host_formats()) {
    if (format.name == options.format) return format.render(report, options.render);
    known += (known.empty() ? "" : ", ") + std::string(format.name);
  }
  return usage_error(fmt::format("there is no format {} of host", options.format))
      .hint("one of: " + known);
}

// Each control in a line, for who writes --only, --skip or an exception.
std::string list_of(const benchmark::ControlSet& set, const HostOptions& options) {
  std::string text;
  for (const benchmark::Control& control : set.controls()) {
    const std::string number = control.number_in(options.judge.benchmark);
    if (number.empty() && !options.judge.beyond) continue;
    const rules::Text& title = control.rule.title;
    text += fmt::format(
        "{:<9} {:<8} {:<10} {:<8} {}\n", control.rule.id, number.empty() ? control.section : number,
        control.level == 0 ? "" : fmt::format("level {}", control.level),
        to_string(control.rule.severity), options.render.french ? title.fr : title.en);
  }
  return text;
}

std::string explanation_of(const benchmark::Control& control, bool french) {
  const auto in = [&](const auto& text) { return french ? text.fr : text.en; };
  const rules::Rule& rule = control.rule;
  std::string out = fmt::format("{}  {}\n\n  {}\n\n  {}\n", rule.id, to_string(rule.severity),
                                in(rule.title), in(rule.why));
  const auto line = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) out += fmt::format("\n  {:<12} {}\n", name, text);
  };
  line("Asked of", control.each.empty() ? "the host" : "each of " + control.each);
  if (control.applies) line("Applies", control.applies->text);
  for (const benchmark::Expression& condition : control.where) line("Where", condition.text);
  if (control.pass) line("Passes", control.pass->text);
  line("Look at", in(control.look));
  line("What to do", in(rule.fix));
  line("Paste", replace_all(control.patch, "\n", "\n               "));
  line("Also", join(rule.aliases, ", "));
  line("Asked by", join(rule.frameworks, ", "));
  return out;
}

int explain(const benchmark::ControlSet& set, const HostOptions& options,
            const Arguments& arguments) {
  std::string text;
  const std::string name = arguments.get("explain");
  for (const benchmark::Control* control : set.named(name, options.judge.benchmark))
    text += (text.empty() ? "" : "\n") + explanation_of(*control, options.render.french);
  if (text.empty()) {
    return fail(usage_error(fmt::format("there is no control {}", name))
                    .hint("seawall host --list shows them"));
  }
  const auto written = write_output(arguments, text);
  return written.ok() ? kPassed : fail(written.error());
}

// --from FILE, else what this host is like.
Result<std::string> facts_of(const Arguments& arguments, const HostOptions& options) {
  const std::string from = arguments.get("from");
  const uint64_t most = options.collect.limits.document_bytes;
  if (from == "-") return read_standard_input(most);
  if (!from.empty()) return read_file(from, most);
  return benchmark::collect_host(options.collect);
}

Status set_aside(HostReport& report, const HostOptions& options) {
  if (options.ignore_file.empty()) return {};
  const Limits& limits = options.collect.limits;
  SEAWALL_TRY(const std::string text, read_file(options.ignore_file, limits.document_bytes));
  SEAWALL_TRY(const policy::IgnoreFile file,
              policy::read_ignore_file(text, options.ignore_file, now(), limits));
  policy::apply_ignore(report, file, now());
  return {};
}

// What is another than it was in an earlier report.
int compare(const HostReport& report, const Arguments& arguments, const HostOptions& options) {
  const std::string path = arguments.get("baseline");
  const Limits& limits = options.collect.limits;
  auto bytes = read_file(path, limits.document_bytes);
  if (!bytes.ok()) return fail(bytes.error());
  const auto before = report::read_host_json(std::move(*bytes), limits);
  if (!before.ok()) return fail(Error(before.error()).at(path));
  const report::HostDiff diff = report::compare_hosts(*before, report);
  const std::string text = report::render_host_diff(diff, options.format, options.render);
  if (auto written = write_output(arguments, text); !written.ok()) return fail(written.error());
  return report::exit_code_of(diff);
}

Status check_format(const Arguments& arguments, const HostOptions& options) {
  if (!arguments.has("baseline")) {
    SEAWALL_CHECK(render(HostReport(), options));
    return {};
  }
  for (const std::string_view known : {"table", "markdown", "json"}) {
    if (options.format == known) return {};
  }
  return usage_error(fmt::format("what changed has no format {}", options.format))
      .hint("one of: table, markdown, json");
}

int judge_facts(std::string json, const benchmark::ControlSet& controls, const Arguments& arguments,
                const HostOptions& options, std::chrono::steady_clock::time_point started) {
  const auto facts = benchmark::HostFacts::read(std::move(json), options.collect.limits);
  if (!facts.ok()) return fail(Error(facts.error()).at(arguments.get("from", "the facts")));
  auto report = benchmark::judge(controls, *facts, options.judge);
  if (!report.ok()) return fail(report.error());
  if (auto status = set_aside(*report, options); !status.ok()) return fail(status.error());
  report->tool_version = kVersion;
  report->seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  if (arguments.has("baseline")) return compare(*report, arguments, options);
  const auto text = render(*report, options);
  if (!text.ok()) return fail(text.error());
  if (auto written = write_output(arguments, *text); !written.ok()) return fail(written.error());
  return exit_code_of(*report);
}

int run_host(const Arguments& arguments) {
  const auto started = std::chrono::steady_clock::now();
  const auto options = options_of(arguments);
  if (!options.ok()) return fail(options.error());
  const auto controls = benchmark::ControlSet::built_in();
  if (!controls.ok()) return fail(controls.error());
  if (arguments.has("explain")) return explain(*controls, *options, arguments);
  if (arguments.has("list")) {
    const auto written = write_output(arguments, list_of(*controls, *options));
    return written.ok() ? kPassed : fail(written.error());
  }
  if (auto known = check_format(arguments, *options); !known.ok()) return fail(known.error());
  auto json = facts_of(arguments, *options);
  if (!json.ok()) return fail(json.error());
  const std::string save = arguments.get("facts");
  if (save == "-") {  // for who judges elsewhere
    const auto written = write_output(arguments, *json);
    return written.ok() ? kPassed : fail(written.error());
  }
  if (!save.empty()) {
    if (auto written = write_file(save, *json); !written.ok()) return fail(written.error());
  }
  return judge_facts(std::move(*json), *controls, arguments, *options, started);
}

}  // namespace

Command host_command() {
  return {
      "host",
      "",
      "judge how this host and its container engine are set up, by CIS Docker and more",
      "Facts are collected once, without running anything; controls judge them. Each verdict has "
      "the value that was seen\n"
      "and where it came from; what could not be looked at is `error`, never `pass`: run as root "
      "to see all.\n"
      "Of another host: ssh HOST sudo seawall host --facts - | seawall host --from -\n"
      "Exit status: 0 nothing fails, 1 a control fails, 2 could not run or a control could not be "
      "judged;\n"
      "with --baseline: 1 something fails that did not before.",
      {{"format", "NAME",
        "table, json, html, markdown, junit, sarif, oscal, docker-bench, docker-bench-json "
        "(default table)",
        'f'},
       {"all", "", "table: controls that pass or do not apply, and every object, too", 'a'},
       {"benchmark", "NAME",
        "cis-docker-1.8.0 (default), cis-docker-1.7.0, cis-docker-1.6.0, cis-docker-1.1.0"},
       {"benchmark-only", "", "leave out controls that the benchmark does not have"},
       {"only", "LIST", "these alone: ids (SW-H0202), numbers (2.2), sections (2, kernel)"},
       {"skip", "LIST", "all but these"},
       {"list", "", "the controls, judged or not"},
       {"explain", "ID", "one control: why, what passes, what to do"},
       {"facts", "FILE", "save what was seen; -: write it out and judge nothing"},
       {"from", "FILE", "judge what was saved; -: standard input"},
       {"baseline", "FILE", "show what changed since this report (--format json)"},
       {"ignore-file", "FILE", "exceptions (default .seawall-ignore.yaml where you are)"},
       {"lang", "WORD", "en or fr (default en)"},
       {"score", "cis", "also the percentages of CIS, by level"},
       {"docker-socket", "PATH", "where the Docker engine listens"},
       {"root", "DIR", "examine the host whose file system is there (default /)"}},
      {"seawall host", "seawall host --only 5 --format html --output host.html",
       "seawall host --from web-1.json --lang fr --all"},
      0,
      0,
      run_host};
}

}  // namespace seawall::cli
