#include <fmt/format.h>

#include "base/strings.h"

#include <cstdint>
#include "inspect/packages/control_file.h"
#include "inspect/packages/ownership.h"
#include "inspect/packages/packages.h"

namespace seawall::inspect {
namespace {

// One record: lines "X:value", ended by an empty one. The file list (F, M, R, a, Z) is most of it
// and passed over.
class ApkReader {
 public:
  ApkReader(const FileInput& file, InspectorSink& sink)
      : file_(file), sink_(sink), problems_(sink) {}

  void run() {
    uint32_t number = 0;
    for_each_line(file_.content, [&](std::string_view line, size_t at) {
      number = static_cast<uint32_t>(at);
      if (trim(line).empty()) {
        finish();
      } else {
        field(line, number);
      }
    });
    finish();
  }

 private:
  void field(std::string_view line, uint32_t number) {
    if (first_line_ == 0) first_line_ = number;
    if (line.size() < 2 || line[1] != ':') {
      problems_.add(number, fmt::format("\"{}\" is no line of an apk database",
                                        printable(line.substr(0, 80))));
      return;
    }
    const std::string_view value = trim(line.substr(2));
    const auto text = [&] { return field_text(value, number, file_.limits, problems_); };
    switch (line[0]) {
      case 'P':
        package_.name = text();
        package_.location.line = number;
        break;
      case 'V':
        package_.version = text();
        break;
      case 'A':
        package_.architecture = text();
        break;
      case 'o':
        package_.source_name = text();
        break;
      case 'L':
        package_.license = text();
        break;
      case 'm':
        package_.vendor = text();
        break;
      case 'F':
        directory_ = value;
        break;
      case 'R':
        report_owned(directory_.empty() ? std::string(value)
                                        : std::string(directory_) + "/" + std::string(value),
                     package_.name, sink_);
        break;
      case 'I':
        package_.installed_size = parse_unsigned(value).value_or(0);
        break;
      default:
        break;
    }
  }

  void finish() {
    if (first_line_ != 0) {
      if (package_.name.empty() || package_.version.empty()) {
        problems_.add(first_line_,
                      fmt::format("a package without \"{}\"", package_.name.empty() ? "P:" : "V:"));
      } else {
        if (package_.source_name == package_.name) package_.source_name.clear();
        package_.type = PackageType::kApk;
        sink_.package(std::move(package_));
      }
    }
    package_ = Package();
    directory_ = {};
    first_line_ = 0;
  }

  const FileInput& file_;
  InspectorSink& sink_;
  ProblemReport problems_;
  Package package_;
  std::string_view directory_;  // of the files that follow
  uint32_t first_line_ = 0;     // of the record being read; 0 between records
};

}  // namespace

void parse_apk(const FileInput& file, InspectorSink& sink) {
  ApkReader(file, sink).run();
}

}  // namespace seawall::inspect
