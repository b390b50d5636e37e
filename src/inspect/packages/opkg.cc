#include <fmt/format.h>

#include "base/strings.h"

#include <cstdint>
#include "inspect/packages/control_file.h"
#include "inspect/packages/dpkg.h"
#include "inspect/packages/packages.h"

namespace seawall::inspect {
namespace {

struct OpkgParagraph {
  Package package;
  std::string_view status, source;
  bool has_fields = false;
  uint32_t line = 0;
};

void read_field(const ControlField& field, const FileInput& file, ProblemReport& problems,
                OpkgParagraph& out) {
  const auto is = [&](std::string_view name) { return equal_ignoring_case(field.name, name); };
  const auto text = [&] { return field_text(field.value, field.line, file.limits, problems); };
  if (!out.has_fields) out.line = field.line;
  out.has_fields = true;
  if (is("Package")) {
    out.package.name = text();
    out.package.location.line = field.line;
  } else if (is("Version")) {
    out.package.version = text();
  } else if (is("Architecture")) {
    out.package.architecture = text();
  } else if (is("Maintainer")) {
    out.package.vendor = text();
  } else if (is("License")) {
    out.package.license = text();
  } else if (is("Status")) {
    out.status = field.value;
  } else if (is("SourceName")) {
    out.package.source_name = text();
  } else if (is("Source")) {
    out.source = field.value;
  } else if (is("Installed-Size")) {
    out.package.installed_size = parse_unsigned(field.value).value_or(0);  // bytes, unlike dpkg's
  }
}

}  // namespace

// OpenWrt's Source is the path of a feed ("feeds/base/package/libs/zlib") and its SourceName the
// package's name; Yocto's Source is the recipe's file or a list of addresses. Only a name counts.
void parse_opkg(const FileInput& file, InspectorSink& sink) {
  ProblemReport problems(sink);
  ControlReader reader(file.content);
  while (reader.next_paragraph()) {
    OpkgParagraph paragraph;
    ControlField field;
    while (reader.next_field(field)) {
      if (field.name.empty()) {
        problems.add(field.line, fmt::format("\"{}\" is no field of a control file",
                                             printable(field.value.substr(0, 80))));
      } else {
        read_field(field, file, problems, paragraph);
      }
    }
    Package& package = paragraph.package;
    if (!paragraph.has_fields || !dpkg_is_unpacked(paragraph.status)) continue;
    if (package.name.empty() || package.version.empty()) {
      problems.add(paragraph.line, fmt::format("an installed package without \"{}\"",
                                               package.name.empty() ? "Package" : "Version"));
      continue;
    }
    if (package.source_name.empty() && !paragraph.source.empty() &&
        paragraph.source.find_first_of("/: \t") == std::string_view::npos &&
        !paragraph.source.ends_with(".bb")) {
      package.source_name = field_text(paragraph.source, paragraph.line, file.limits, problems);
    }
    if (package.source_name == package.name) package.source_name.clear();
    package.type = PackageType::kOpkg;
    sink.package(std::move(package));
  }
}

}  // namespace seawall::inspect
