#include "scan/helm.h"

#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "base/path_set.h"
#include "base/program.h"
#include "base/strings.h"
#include "scan/chart.h"

namespace seawall::scan {
namespace {

constexpr size_t kMostOutput = 64 << 20;
constexpr uint64_t kMostMemory = 2ull << 30;
constexpr size_t kMostMessage = 300;
constexpr uint64_t kMostValues = 8 << 20;  // of one file
constexpr std::string_view kSource = "# Source: ";

// A directory of ours alone, gone with what it holds.
class PrivateDirectory {
 public:
  static Result<PrivateDirectory> make() {
    std::error_code error;
    std::string path = (std::filesystem::temp_directory_path(error) / "seawall-XXXXXX").string();
    if (!::mkdtemp(path.data())) return errno_error("cannot make a temporary directory", errno);
    return PrivateDirectory(std::move(path));
  }
  ~PrivateDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  PrivateDirectory(PrivateDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  PrivateDirectory& operator=(PrivateDirectory&&) = delete;
  std::string below(std::string_view name) const { return fmt::format("{}/{}", path_, name); }

 private:
  explicit PrivateDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// Nothing of ours but these: no proxies, no repositories, no plugins, no cluster.
std::vector<std::string> environment_of(const PrivateDirectory& home) {
  return {"PATH=/usr/bin:/bin",
          "HOME=" + home.below("home"),
          "TMPDIR=" + home.below("home"),
          "HELM_CACHE_HOME=" + home.below("home/cache"),
          "HELM_CONFIG_HOME=" + home.below("home/config"),
          "HELM_DATA_HOME=" + home.below("home/data"),
          "HELM_PLUGINS=" + home.below("home/plugins"),
          "HELM_NO_PLUGINS=1",
          "KUBECONFIG=" + home.below("home/none"),
          "GOMEMLIMIT=1GiB"};
}

// Files of values under names of ours: helm would fetch a URL, and take a comma for two names.
Status add_values(const HelmOptions& options, const PrivateDirectory& home, ProgramCall& call) {
  for (size_t i = 0; i < options.values.size(); ++i) {
    SEAWALL_TRY(const std::string text, read_file(options.values[i], kMostValues));
    const std::string name = home.below(fmt::format("values-{}.yaml", i));
    SEAWALL_CHECK(write_file(name, text, 0600));
    call.arguments.insert(call.arguments.end(), {"--values", name});
  }
  return {};
}

// What helm says, on one line: from its "Error:" on, else the line that is no warning, with the
// chart's path for that of our copy.
std::string message_of(const std::string& errors, const std::string& copy, const Chart& chart) {
  std::string text = replace_all(to_valid_utf8(errors), copy, chart.path);
  if (const size_t error = text.find("Error: "); error != text.npos) {
    text.erase(0, error + 7);
  } else {
    std::string last;
    for_each_line(text, [&](std::string_view line, size_t) {
      if (last.empty() && !line.starts_with("WARNING")) last = trim(line);
    });
    text = std::move(last);
  }
  std::string line(trim(replace_all(text, "\n", " ")));
  if (line.size() > kMostMessage) line = to_valid_utf8(line.substr(0, kMostMessage)) + " ...";
  return line.empty() ? "it says nothing" : printable(line);
}

std::string templates_of(const Chart& chart) {
  const size_t count = chart.templates();
  return count == 1 ? "1 template" : fmt::format("{} templates", count);
}

Error not_judged(Code code, const Chart& chart, std::string_view why) {
  return Error(code, fmt::format("helm cannot render it, so that {} cannot be judged: {}",
                                 templates_of(chart), why));
}

Error failure_of(const ProgramAnswer& answer, const std::string& copy, const Chart& chart) {
  const std::string said = message_of(answer.errors, copy, chart);
  Error error = not_judged(Code::kMalformed, chart, said);
  if (said.find("missing in charts/") != std::string::npos)
    return std::move(error).hint("helm dependency build fetches the charts that it depends on");
  return std::move(error).hint(
      "if it needs values, give them with --helm-values FILE; helm template shows more");
}

}  // namespace

std::vector<RenderedFile> split_rendered(std::string_view stream, const std::string& chart) {
  std::vector<RenderedFile> files;
  std::map<std::string, size_t, std::less<>> known;
  std::string* current = nullptr;
  const auto enter = [&](std::string path) {
    const auto [at, added] = known.emplace(std::move(path), files.size());
    if (added) files.push_back({at->first, {}});
    current = &files[at->second].text;
  };
  bool after_separator = false;
  for_each_line(stream, [&](std::string_view line, size_t) {
    const bool separator = line == "---";
    if (after_separator) {
      bool escapes = false;
      // "NAME/templates/web.yaml", where NAME is the chart's, whatever its directory is called.
      const std::string_view named =
          line.starts_with(kSource) ? split_once(line.substr(kSource.size()), '/').second : "";
      const std::string below = normalize_path(trim(named), escapes);
      if (!escapes && !below.empty())
        enter(chart == "." ? below : chart + "/" + below);
      else if (!current)
        enter(chart);
      *current += "---\n";
    } else if (!current && !separator && !trim(line).empty()) {
      enter(chart);
    }
    after_separator = separator;
    if (!separator && current) (*current += line) += '\n';
  });
  return files;
}

Result<std::vector<RenderedFile>> render_chart(const std::string& path, const HelmOptions& options,
                                               const Limits& limits) {
  SEAWALL_TRY(const Chart chart, read_chart(path, limits));
  if (chart.is_library(limits)) return std::vector<RenderedFile>();
  ProgramCall call;
  call.program = find_program("helm");
  if (call.program.empty()) {
    return unsupported(fmt::format("helm is not installed: {} of chart {} {} not judged",
                                   templates_of(chart), printable(path),
                                   chart.templates() == 1 ? "was" : "were"))
        .hint(
            "install helm, or judge what it prints elsewhere: helm template CHART | seawall "
            "lint -");
  }
  SEAWALL_TRY(const PrivateDirectory home, PrivateDirectory::make());
  const std::string copy = home.below("chart");
  SEAWALL_CHECK(make_directories(home.below("home/plugins")));
  SEAWALL_CHECK(make_directories(copy));
  SEAWALL_CHECK(chart.write_below(copy));
  call.arguments = {"template", "--include-crds"};
  SEAWALL_CHECK(add_values(options, home, call));
  call.arguments.insert(call.arguments.end(), {"--", copy});
  call.environment = environment_of(home);
  call.time = options.time;
  call.output_bytes = kMostOutput;
  call.error_bytes = 16 << 10;
  call.memory_bytes = kMostMemory;
  auto answer = run_program(call);
  if (!answer.ok() && answer.error().code() != Code::kCancelled)
    return not_judged(answer.error().code(), chart, answer.error().message());
  if (!answer.ok()) return std::move(answer).error();
  if (answer->status != 0) return failure_of(*answer, copy, chart);
  return split_rendered(answer->output, path);
}

void ChartSet::add(std::string_view path) {
  constexpr std::string_view kName = "Chart.yaml";
  const size_t slash = path.rfind('/');
  if (path.substr(slash + 1) != kName) return;
  directories_.emplace(slash == path.npos ? "." : path.substr(0, slash));
}

// "web/charts/cache" is a part of "web" when both are charts.
bool ChartSet::is_part(const std::string& directory) const {
  const size_t name = directory.rfind('/');
  if (name == std::string::npos) return false;
  const std::string_view parent = std::string_view(directory).substr(0, name);
  if (parent == "charts") return directories_.contains(".");
  if (!parent.ends_with("/charts")) return false;
  return directories_.contains(std::string(parent.substr(0, parent.size() - 7)));
}

std::vector<std::string> ChartSet::charts() const {
  std::vector<std::string> out;
  std::copy_if(directories_.begin(), directories_.end(), std::back_inserter(out),
               [&](const std::string& one) { return !is_part(one); });
  return out;
}

bool ChartSet::renders(std::string_view path) const {
  if (!is_manifest_name(path)) return false;
  for (size_t at = 0; at != path.npos; at = path.find('/', at + 1)) {
    const std::string_view directory = at == 0 ? "." : path.substr(0, at);
    const std::string_view rest = at == 0 ? path : path.substr(at + 1);
    const std::string_view first = split_once(rest, '/').first;
    if (first.size() == rest.size()) break;  // the file itself
    if ((first == "templates" || first == "crds" || first == "charts") &&
        directories_.contains(std::string(directory))) {
      return true;
    }
  }
  return false;
}

}  // namespace seawall::scan
