#include "inspect/packages/dpkg.h"

#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/packages/control_file.h"
#include "inspect/packages/packages.h"

namespace seawall::inspect {
namespace {

enum Key : uint8_t {
  kPackage,
  kStatus,
  kVersion,
  kArchitecture,
  kSource,
  kMaintainer,
  kInstalledSize,
  kKeys
};
constexpr std::array<std::string_view, kKeys> kNames = {
    "Package", "Status", "Version", "Architecture", "Source", "Maintainer", "Installed-Size"};

// The fields of one paragraph that matter. A field that stands twice keeps its first value.
struct Paragraph {
  std::array<ControlField, kKeys> fields;
  bool has_fields = false;

  std::string_view operator[](Key key) const { return fields[key].value; }
  void set(const ControlField& field) {
    has_fields = true;
    for (size_t key = 0; key < kKeys; ++key) {
      if (fields[key].line == 0 && equal_ignoring_case(field.name, kNames[key])) {
        fields[key] = field;
        return;
      }
    }
  }
};

class DpkgReader {
 public:
  DpkgReader(const FileInput& file, InspectorSink& sink)
      : file_(file), sink_(sink), problems_(sink) {}

  void run() {
    ControlReader reader(file_.content);
    while (reader.next_paragraph()) {
      Paragraph paragraph;
      ControlField field;
      while (reader.next_field(field)) {
        if (field.name.empty()) {
          problems_.add(field.line, fmt::format("\"{}\" is no field of a control file",
                                                printable(field.value.substr(0, 80))));
        } else {
          paragraph.set(field);
        }
      }
      if (paragraph.has_fields) package(paragraph);
    }
  }

 private:
  std::string text(const Paragraph& paragraph, Key key) {
    return field_text(paragraph[key], paragraph.fields[key].line, file_.limits, problems_);
  }

  void package(const Paragraph& paragraph) {
    if (!dpkg_is_unpacked(paragraph[kStatus])) return;
    const uint32_t line = paragraph.fields[kPackage].line;
    if (paragraph[kPackage].empty() || paragraph[kVersion].empty()) {
      uint32_t place = line;
      for (const ControlField& field : paragraph.fields) place = place ? place : field.line;
      problems_.add(place, fmt::format("an installed package without \"{}\"",
                                       paragraph[kPackage].empty() ? "Package" : "Version"));
      return;
    }
    Package package;
    package.type = PackageType::kDeb;
    package.name = text(paragraph, kPackage);
    package.version = text(paragraph, kVersion);
    if (package.name.empty() || package.version.empty()) return;
    package.architecture = text(paragraph, kArchitecture);
    const std::string source = text(paragraph, kSource);
    const auto [name, version] = split_dpkg_source(source);
    if (name != package.name) package.source_name = name;
    if (version != package.version) package.source_version = version;
    package.vendor = text(paragraph, kMaintainer);
    const auto kibibytes = parse_unsigned(paragraph[kInstalledSize]);
    if (kibibytes && *kibibytes < (1ull << 53)) package.installed_size = *kibibytes << 10;
    package.location.line = line;
    sink_.package(std::move(package));
  }

  const FileInput& file_;
  InspectorSink& sink_;
  ProblemReport problems_;
};

}  // namespace

bool dpkg_is_unpacked(std::string_view status) {
  constexpr std::string_view kUnpacked[] = {"installed", "triggers-pending", "triggers-awaited",
                                            "half-configured", "unpacked"};
  if (status.empty()) return true;
  const std::string_view state = status.substr(status.find_last_of(" \t") + 1);
  for (std::string_view word : kUnpacked) {
    if (equal_ignoring_case(state, word)) return true;
  }
  return false;
}

std::pair<std::string_view, std::string_view> split_dpkg_source(std::string_view source) {
  const auto [name, rest] = split_once(source, '(');
  return {trim(name), trim(rest.substr(0, rest.find(')')))};
}

void parse_dpkg(const FileInput& file, InspectorSink& sink) {
  if (file.path.ends_with(".md5sums")) return;
  DpkgReader(file, sink).run();
}

}  // namespace seawall::inspect
