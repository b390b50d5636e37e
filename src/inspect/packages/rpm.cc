#include "inspect/packages/rpm.h"

#include <cstdint>

#include <fmt/format.h>

#include "inspect/packages/ownership.h"
#include "inspect/packages/packages.h"
#include "inspect/packages/rpm_header.h"

namespace seawall::inspect {
namespace {

Status read_any(const FileInput& file, ProblemReport& problems, const RpmHeaderSink& sink) {
  if (is_rpm_sqlite(file.content)) return read_rpm_sqlite(file.content, file.limits, sink);
  if (is_rpm_ndb(file.content)) return read_rpm_ndb(file.content, file.limits, problems, sink);
  if (is_rpm_bdb(file.content)) return read_rpm_bdb(file.content, file.limits, problems, sink);
  return malformed("neither a Berkeley DB hash, an ndb nor an SQLite database");
}

}  // namespace

void parse_rpm(const FileInput& file, InspectorSink& sink) {
  if (file.content.empty()) return;
  ProblemReport problems(sink);
  const auto header = [&](uint64_t record, std::string_view bytes) {
    auto package = parse_rpm_header(bytes, file.limits);
    if (!package.ok()) {
      problems.add(std::move(package).error().at(fmt::format("package record {}", record)));
    } else if (package->has_value()) {
      const std::string name = (*package)->name;
      sink.package(std::move(**package));
      for_each_rpm_file(bytes, [&](std::string_view path) { report_owned(path, name, sink); });
    }
  };
  if (auto status = read_any(file, problems, header); !status.ok()) {
    problems.add(std::move(status).error());
  }
}

}  // namespace seawall::inspect
