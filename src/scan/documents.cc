#include "scan/documents.h"

#include <fmt/format.h>

#include "artifact/referrers.h"
#include "base/strings.h"
#include "inspect/sbom/sbom.h"
#include "policy/vex_files.h"

namespace seawall::scan {
namespace {

constexpr std::string_view kAttached = "attached";

Result<policy::VexDocument> read_attached_vex(const ScanOptions& options) {
  SEAWALL_TRY(const artifact::Target target,
              artifact::parse_target(options.target, options.open.limits));
  auto opened = artifact::open_attached(target, artifact::AttachedKind::kVex, options.open);
  if (!opened.ok()) {
    if (opened.error().code() != Code::kNotFound) return std::move(opened).error();
    return std::move(opened).error().hint("scan it without --vex attached");
  }
  artifact::AttachedDocument& document = opened->document;
  const std::string name = document.digest.short_text();
  auto read = policy::read_vex(std::move(document.bytes), name, options.open.limits);
  if (!read.ok()) return std::move(read).error().at(name);
  read->problems.push_back(
      {name, fmt::format("this VEX document is from {}; it was not verified", document.place), "",
       Code::kUnsupported});
  return read;
}

}  // namespace

Status read_sbom_into(const artifact::SbomFile& file, const ScanOptions& options,
                      ScanReport& report) {
  auto read = inspect::read_sbom(file.bytes, options.open.limits);
  if (!read.ok()) return std::move(read.error()).at(file.name);
  report.artifact.name = read->artifact_name.empty() ? file.name : read->artifact_name;
  report.artifact.kind = "sbom";
  report.artifact.digest = read->artifact_digest;
  report.inventory = std::move(read->inventory);
  report.problems = std::move(read->problems);
  report.notes = std::move(read->notes);
  report.notes.push_back(
      {file.name,
       "packages come from this " + read->format + " document, which nothing was compared with", "",
       Code::kUnsupported});
  return {};
}

Status read_attached_sbom(const artifact::Target& target, const ScanOptions& options,
                          ScanReport& report) {
  auto opened = artifact::open_attached(target, artifact::AttachedKind::kSbom, options.open);
  if (!opened.ok()) {
    if (opened.error().code() != Code::kNotFound) return std::move(opened).error();
    return std::move(opened).error().hint("scan its layers: without --use-attached-sbom");
  }
  const artifact::Image& image = opened->image;
  artifact::AttachedDocument& document = opened->document;
  const std::string name = document.digest.short_text();
  SEAWALL_CHECK(read_sbom_into({name, std::move(document.bytes)}, options, report));
  const Digest described = report.artifact.digest;
  report.artifact.name = image.name;
  report.artifact.digest = image.manifest_digest;
  report.artifact.config_digest = image.config_digest;
  report.artifact.tags = image.tags;
  report.artifact.platform = image.platform;
  report.artifact.created = image.created;
  report.notes.push_back(
      {image.name,
       fmt::format("the layers were not looked at; {} ({}, from {}) was read in their place, and "
                   "it was not verified",
                   document.digest.text(), printable(document.media_type), document.place),
       "scan without --use-attached-sbom to look at the layers", Code::kUnsupported});
  if (!described.empty() && described != image.manifest_digest &&
      described != image.config_digest) {
    report.notes.push_back({name,
                            fmt::format("the document says that it describes {}, this image is {}",
                                        described.short_text(), image.manifest_digest.short_text()),
                            "", Code::kMismatch});
  }
  return {};
}

Result<std::vector<policy::VexStatement>> read_statements(const ScanOptions& options,
                                                          ScanReport& report) {
  std::vector<policy::VexStatement> statements;
  for (const std::string& path : options.vex) {
    SEAWALL_TRY(policy::VexDocument document,
                path == kAttached ? read_attached_vex(options)
                                  : policy::read_vex_path(path, options.open.limits));
    std::move(document.statements.begin(), document.statements.end(),
              std::back_inserter(statements));
    std::move(document.problems.begin(), document.problems.end(), std::back_inserter(report.notes));
  }
  return statements;
}

}  // namespace seawall::scan
