#include "scan/chart.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "artifact/layer_walk.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/path_set.h"
#include "base/strings.h"
#include "codec/decompress.h"
#include "codec/tar.h"
#include "codec/yaml.h"

namespace seawall::scan {
namespace {

constexpr uint64_t kMostBytes = 64 << 20, kMostFiles = 20'000;

Limits limits_of_charts(const Limits& limits) {
  Limits own = limits;
  own.entries = std::min(own.entries, kMostFiles);
  own.file_bytes = std::min(own.file_bytes, kMostBytes);
  own.unpacked_bytes = std::min(own.unpacked_bytes, 2 * kMostBytes);  // with headers and padding
  return own;
}

Error too_large() {
  return limit_reached(fmt::format("the chart has more than {}", human_bytes(kMostBytes)));
}

// Everything below a chart's directory.
class ChartVisitor : public artifact::FileVisitor {
 public:
  explicit ChartVisitor(Chart& chart) : chart_(chart) {}

  void entry(const artifact::WalkedEntry& entry) override {
    if (entry.kind != artifact::EntryKind::kSymlink) return;
    std::error_code error;
    const std::string target =
        std::filesystem::read_symlink(fmt::format("{}/{}", chart_.path, entry.path), error);
    if (!error && link_stays_inside(entry.path, target)) {
      chart_.links.emplace(entry.path, target);
    } else {
      problem(malformed(
          fmt::format("the link {} leaves the chart", printable(entry.path.substr(0, 200)))));
    }
  }
  artifact::Interest interest(const artifact::WalkedEntry& file) override {
    if (bytes_ + file.size <= kMostBytes) return artifact::Interest::kContent;
    problem(too_large());
    return artifact::Interest::kNone;
  }
  artifact::Interest interest(const artifact::WalkedEntry&, std::string_view) override {
    return artifact::Interest::kNone;
  }
  void file(const artifact::WalkedFile& file) override {
    bytes_ += file.content.size();
    chart_.files.emplace(file.path, file.content);
  }
  bool wants_link(std::string_view) override { return false; }
  bool may_contain(std::string_view directory) override {
    const std::string_view name = directory.substr(directory.rfind('/') + 1);
    return name != ".git" && name != ".svn" && name != ".hg" && name != "node_modules";
  }
  void problem(Error error) override {
    if (!failed_) failed_ = std::move(error);
  }
  Status status() { return failed_ ? Status(std::move(*failed_)) : Status(); }

 private:
  Chart& chart_;
  uint64_t bytes_ = 0;
  std::optional<Error> failed_;
};

// The files of a packed chart, without the one directory that they are in. Links are left out, as
// Helm does.
Status read_archive(const std::string& path, const Limits& limits, Chart& chart) {
  SEAWALL_TRY(const auto file, File::open(path));
  SEAWALL_TRY(const Decompressed unpacked,
              decompress(std::make_unique<RangeReader>(file, 0, file->size()), limits));
  TarReader tar(*unpacked.reader, limits);
  uint64_t bytes = 0;
  while (true) {
    SEAWALL_TRY(const TarEntry* entry, tar.next());
    if (!entry) return {};
    if (entry->type != TarType::kFile) continue;
    bool escapes = false;
    const std::string whole = normalize_path(entry->path, escapes);
    const std::string name(split_once(whole, '/').second);
    if (escapes || name.empty()) {
      return malformed(fmt::format("the file {} is not below the chart's directory",
                                   printable(entry->path.substr(0, 200))));
    }
    bytes += entry->size;
    if (bytes > kMostBytes) return too_large();
    SEAWALL_TRY(chart.files[name], read_all(tar.content(), kMostBytes));
  }
}

Status read_directory(const std::string& path, const Limits& limits, Chart& chart) {
  ChartVisitor visitor(chart);
  artifact::FileVisitor* const visitors[] = {&visitor};
  uint64_t files = 0;
  SEAWALL_CHECK(artifact::walk_tree(path, limits, visitors, files));
  return visitor.status();
}

std::string parent_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

}  // namespace

bool is_manifest_name(std::string_view path) {
  return path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json");
}

bool link_stays_inside(std::string_view path, std::string_view target) {
  if (target.empty() || target.starts_with('/')) return false;
  const auto depth = std::count(path.begin(), path.end(), '/');
  long up = 0;
  bool down = false;
  for (const std::string_view part : split(target, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      down = true;
    } else if (down || ++up > depth) {
      // Behind a name ".." goes up from wherever that name, itself perhaps a link, leads.
      return false;
    }
  }
  return true;
}

size_t Chart::templates() const {
  return static_cast<size_t>(std::count_if(files.begin(), files.end(), [](const auto& file) {
    const std::string_view whole = file.first;
    const std::string_view name = whole.substr(whole.rfind('/') + 1);
    const bool below = whole.starts_with("templates/") ||
                       (whole.starts_with("charts/") && whole.find("/templates/") != whole.npos);
    return below && !name.starts_with('_') && is_manifest_name(name);
  }));
}

bool Chart::is_library(const Limits& limits) const {
  const auto file = files.find("Chart.yaml");
  if (file == files.end()) return false;
  const auto documents = parse_yaml(file->second, limits);
  return documents.ok() && !documents->empty() &&
         documents->front().root()["type"].string() == "library";
}

Status Chart::write_below(const std::string& directory) const {
  for (const auto& [name, content] : files) {
    const std::string to = directory + "/" + name;
    SEAWALL_CHECK(make_directories(parent_of(to)));
    SEAWALL_TRY(AtomicFile file, AtomicFile::create(to, 0600));
    SEAWALL_CHECK(file.write(content));
    SEAWALL_CHECK(file.commit(false));
  }
  for (const auto& [name, target] : links) {
    const std::string to = directory + "/" + name;
    SEAWALL_CHECK(make_directories(parent_of(to)));
    if (::symlink(target.c_str(), to.c_str()) != 0)
      return errno_error("cannot make the link " + printable(name), errno);
  }
  return {};
}

Result<Chart> read_chart(const std::string& path, const Limits& limits) {
  Chart chart;
  chart.path = path;
  const Limits own = limits_of_charts(limits);
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    SEAWALL_CHECK(read_directory(path, own, chart));
  } else {
    SEAWALL_CHECK(read_archive(path, own, chart));
  }
  if (!chart.files.contains("Chart.yaml"))
    return malformed("it has no Chart.yaml, so it is no Helm chart");
  return chart;
}

}  // namespace seawall::scan
