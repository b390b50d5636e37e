// seawall diff: two artifacts in, what changed between them out.
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "base/file.h"
#include "base/version.h"
#include "cli/scan_options.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "report/diff.h"
#include "report/json_read.h"
#include "scan/diff.h"

namespace seawall::cli {
namespace {

// The report that `seawall scan --format json` saved there, if the file is one.
Result<std::optional<ScanReport>> saved_report(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return std::optional<ScanReport>();
  SEAWALL_TRY(const auto file, File::open(path));
  std::string start(4096, '\0');
  SEAWALL_TRY(const size_t size, file->read_at(0, start));
  if (!report::looks_like_json_report(std::string_view(start).substr(0, size)))
    return std::optional<ScanReport>();
  const Limits limits;
  SEAWALL_TRY(std::string bytes, read_file(path, limits.document_bytes));
  auto report = report::read_json(std::move(bytes), limits);
  if (!report.ok()) return std::move(report.error()).at(path);
  return std::optional<ScanReport>(std::move(*report));
}

Result<ScanReport> scan_one(const Arguments& arguments, const std::string& target) {
  SEAWALL_TRY(auto saved, saved_report(target));
  if (saved) return std::move(*saved);
  SEAWALL_TRY(const scan::ScanOptions options, scan_options_of(arguments, target));
  auto report = scan::scan(options);
  if (!report.ok()) return std::move(report.error()).at(target);
  report->tool_version = kVersion;
  return report;
}

Result<std::string> render(const ReportDiff& diff, const Arguments& arguments) {
  const std::string name = arguments.get("format", "table");
  if (name == "json") return report::render_diff_json(diff);
  if (name == "markdown") return report::render_diff_markdown(diff);
  if (name == "table") {
    return report::render_diff_table(diff, {wants_color(arguments), wants_ascii(arguments),
                                            arguments.has("all"), terminal_width()});
  }
  return usage_error(fmt::format("there is no format {} of diff", name))
      .hint("one of: table, json, markdown");
}

int run_diff(const Arguments& arguments) {
  const ScanReport nothing;
  ReportDiff empty;
  empty.before = empty.after = &nothing;
  if (auto known = render(empty, arguments); !known.ok()) return fail(known.error());
  auto options = scan_options_of(arguments, "");
  if (!options.ok()) return fail(options.error());
  const auto before = scan_one(arguments, arguments.positional()[0]);
  if (!before.ok()) return fail(before.error());
  const auto after = scan_one(arguments, arguments.positional()[1]);
  if (!after.ok()) return fail(after.error());
  const auto diff = scan::diff(*before, *after, options->policy);
  if (!diff.ok()) return fail(diff.error());
  const auto text = render(*diff, arguments);
  if (!text.ok()) return fail(text.error());
  if (auto written = write_output(arguments, *text); !written.ok()) return fail(written.error());
  return scan::exit_code_of(*diff);
}

std::vector<Flag> flags() {
  std::vector<Flag> list = {{"format", "NAME", "table, json, markdown (default table)", 'f'},
                            {"all", "", "table: everything, not only the most important", 'a'}};
  const std::vector<Flag> shared = scan_flags();
  list.insert(list.end(), shared.begin(), shared.end());
  return list;
}

}  // namespace

Command diff_command() {
  return {
      "diff",
      "BEFORE AFTER",
      "say what changed between two images, archives, trees or SBOMs",
      "Both are what `seawall scan` takes, or a report that `seawall scan --format json` saved. "
      "Findings are the same when they concern the same "
      "package "
      "or file,\n"
      "whatever its version or layer; packages are paired in version order. The policy judges what "
      "AFTER\n"
      "introduces alone.\n"
      "Exit status: 0 nothing new is denied, 1 something new is, 2 could not run or a part could "
      "not "
      "be read,\n"
      "3 cannot say (no or stale advisory data).",
      flags(),
      {"seawall diff app:1.4 app:1.5", "seawall diff old.tar new.tar --fail-on high",
       "seawall diff released.json app:1.5 --format markdown"},
      2,
      2,
      run_diff};
}

}  // namespace seawall::cli
