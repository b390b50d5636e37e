#include <fmt/format.h>

#include "base/strings.h"

#include <cstdint>
#include "inspect/packages/control_file.h"
#include "inspect/packages/packages.h"

namespace seawall::inspect {

// One file per package: "%NAME%", the values one a line, an empty line.
void parse_pacman(const FileInput& file, InspectorSink& sink) {
  ProblemReport problems(sink);
  Package package;
  std::string_view section;
  bool any = false;
  for_each_line(file.content, [&](std::string_view line, size_t at) {
    const auto number = static_cast<uint32_t>(at);
    line = trim(line);
    if (line.empty()) return;
    any = true;
    if (line.size() > 2 && line.front() == '%' && line.back() == '%') {
      section = line.substr(1, line.size() - 2);
      return;
    }
    const auto set = [&](std::string& field) {
      if (!field.empty()) return;
      field = field_text(line, number, file.limits, problems);
    };
    if (section == "NAME") {
      if (package.location.line == 0) package.location.line = number;
      set(package.name);
    } else if (section == "VERSION") {
      set(package.version);
    } else if (section == "BASE") {
      set(package.source_name);
    } else if (section == "ARCH") {
      set(package.architecture);
    } else if (section == "PACKAGER") {
      set(package.vendor);
    } else if (section == "ISIZE" || section == "SIZE") {
      package.installed_size = parse_unsigned(line).value_or(0);
    } else if (section == "LICENSE" &&
               package.license.size() + line.size() + 5 <= file.limits.string_bytes) {
      // Several licences stand one a line and all hold, as SPDX's AND says.
      package.license += package.license.empty() ? "" : " AND ";
      package.license += to_valid_utf8(line);
    } else if (section.empty()) {
      problems.add(number, "a value before the first %SECTION%");
    }
  });
  if (!any) return;
  if (package.name.empty() || package.version.empty()) {
    problems.add(0,
                 fmt::format("a package without %{}%", package.name.empty() ? "NAME" : "VERSION"));
    return;
  }
  if (package.source_name == package.name) package.source_name.clear();
  package.type = PackageType::kAlpm;
  sink.package(std::move(package));
}

}  // namespace seawall::inspect
