#include "advisory/vendors/vendors.h"

#include <algorithm>
#include <cstdint>

#include "base/strings.h"
#include "model/severity.h"

namespace seawall::advisory::vendors {
namespace {

constexpr size_t kSummaryBytes = 200;  // Record::summary
// Products of Red Hat that are streams of the operating system itself.
constexpr std::pair<std::string_view, std::string_view> kRedHatStreams[] = {
    {"rhel_eus", "redhat-eus:"}, {"rhel_aus", "redhat-aus:"}, {"rhel_tus", "redhat-tus:"},
    {"rhel_e4s", "redhat-e4s:"}, {"rhel_els", "redhat-els:"},
};
constexpr uint64_t kOldestRedHat = 6;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string line;
  bool space = false;
  for (char c : trim(text)) {
    if (c == '\n' && !line.empty()) break;
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) {
      space = !line.empty();
      continue;
    }
    if (space) line += ' ';
    space = false;
    line += c;
    if (line.size() > kSummaryBytes) break;
  }
  if (line.size() > kSummaryBytes) {
    const size_t word = line.rfind(' ', kSummaryBytes - 3);
    size_t end = word == std::string::npos || word < kSummaryBytes / 2 ? kSummaryBytes - 3 : word;
    // A cut inside a UTF-8 sequence would leave an invalid one.
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
    line.resize(end);
    line += "...";
  }
  return line;
}

std::string date_of(std::string_view time) {
  if (time.size() < 10 || time[4] != '-' || time[7] != '-') return {};
  const std::string_view date = time.substr(0, 10);
  return all_digits(date.substr(0, 4)) && all_digits(date.substr(5, 2)) &&
                 all_digits(date.substr(8, 2))
             ? std::string(date)
             : std::string();
}

std::string_view stem_of(std::string_view path, std::string_view ending) {
  const size_t slash = path.rfind('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (!name.ends_with(ending)) return {};
  name.remove_suffix(ending.size());
  return name;
}

std::vector<Range> below(std::string_view fixed) {
  return {Range{.introduced = {}, .fixed = std::string(fixed), .last_affected = {}}};
}

void add_cvss(Record& record, std::string_view vector, std::string_view source) {
  vector = trim(vector);
  if (vector.empty()) return;
  const auto score = cvss_base_score(vector);
  if (!score.ok()) return;
  record.cvss.push_back({std::string(vector), std::string(source), *score});
}

std::string redhat_ecosystem(std::string_view cpe) {
  // cpe:/PART:redhat:PRODUCT:VERSION:UPDATE:EDITION (CPE 2.2 URI binding).
  const std::vector<std::string_view> parts = split(cpe, ':');
  if (parts.size() < 5 || parts[0] != "cpe" || parts[2] != "redhat") return {};
  const std::string_view product = parts[3], version = parts[4];
  const std::string_view variant = parts.size() > 6 ? parts[6] : std::string_view();
  const auto major = parse_unsigned(split_once(version, '.').first);
  if (!major || *major < kOldestRedHat) return {};
  if (product == "enterprise_linux") {
    if (variant == "hypervisor" || variant == "fastdatapath") return {};
    return "redhat:" + std::to_string(*major);
  }
  for (const auto& [name, prefix] : kRedHatStreams) {
    if (product == name && version.size() < 8) return std::string(prefix) + std::string(version);
  }
  return {};
}

void BuildTable::add(std::string_view name, std::string_view version, std::string_view module,
                     std::string_view architecture) {
  if (name.empty() || version.empty() || architecture == "src") return;
  // Debug information is no code that runs, and would be a third of all rows.
  if (name.ends_with("-debuginfo") || name.ends_with("-debugsource") ||
      name.find("-debuginfo-common") != std::string_view::npos) {
    return;
  }
  auto& architectures = builds_[{std::string(name), std::string(version), std::string(module)}];
  if (std::find(architectures.begin(), architectures.end(), architecture) == architectures.end()) {
    architectures.emplace_back(architecture);
  }
}

std::vector<Affected> BuildTable::rows(std::string_view ecosystem) const {
  std::vector<Affected> rows;
  for (const auto& [key, architectures] : builds_) {
    Affected row;
    row.ecosystem = ecosystem;
    row.package = key.name;
    row.ranges = below(key.version);
    row.state = FixState::kFixed;
    row.module = key.module;
    const auto has = [&](std::string_view name) {
      return std::find(architectures.begin(), architectures.end(), name) != architectures.end();
    };
    if (!has("noarch") && !has("") && (architectures.size() == 1 || !has("x86_64"))) {
      row.architectures = architectures;
      std::sort(row.architectures.begin(), row.architectures.end());
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace seawall::advisory::vendors
