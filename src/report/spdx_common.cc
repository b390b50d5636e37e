#include "report/spdx_common.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/strings.h"

namespace seawall::report {
namespace {

constexpr size_t kNameBytes = 64;  // of a name in an identifier

}  // namespace

std::string spdx_idstring(std::string_view text) {
  std::string id;
  for (const char c : text.substr(0, kNameBytes)) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '-';
    id += fine ? c : '-';
  }
  return id;
}

std::string spdx_package_id(const ComponentList::Component& component) {
  return fmt::format("Package-{}-{}-{}", to_string(component.package->type),
                     spdx_idstring(component.package->name),
                     digest_of(component.reference).hex.substr(0, 16));
}

std::string spdx_license_ref(std::string_view license) {
  return fmt::format("LicenseRef-{}-{}", spdx_idstring(license),
                     digest_of(license).hex.substr(0, 8));
}

std::string spdx_source_info(const Location& location) {
  if (location.path.empty()) return {};
  std::string from = "found in /" + location.path;
  if (location.layer >= 0) from += fmt::format(", layer {}", location.layer + 1);
  if (!location.layer_digest.empty()) from += " (" + location.layer_digest.text() + ")";
  if (!location.instruction.empty()) from += ", made by: " + location.instruction;
  return from;
}

std::string spdx_comment(const Package& package) {
  std::string comment;
  if (!package.found_by.empty()) comment = "found by " + package.found_by;
  if (package.development)
    comment += (comment.empty() ? "" : ", ") + std::string("only for development");
  return comment;
}

std::string spdx_creation_comment(const ScanReport& report) {
  std::string comment = fmt::format("State of the scan: {}.", to_string(report.state));
  if (!report.problems.empty()) comment += " Parts could not be read; packages may be missing.";
  return comment;
}

std::optional<std::pair<std::string, std::string>> spdx_checksum(std::string_view checksum) {
  constexpr std::pair<std::string_view, size_t> kAlgorithms[] = {
      {"md5", 32}, {"sha1", 40}, {"sha256", 64}, {"sha384", 96}, {"sha512", 128}};
  const auto [prefix, digits] = split_once(checksum, ':');
  for (const auto& [name, size] : kAlgorithms) {
    if (prefix != name || digits.size() != size) continue;
    if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) break;
    return std::pair(std::string(name), to_lower(digits));
  }
  return std::nullopt;
}

std::string_view spdx_algorithm(HashAlgorithm algorithm) {
  constexpr std::string_view kNames[] = {"sha256", "sha512", "sha1", "md5"};
  return kNames[static_cast<size_t>(algorithm)];
}

std::vector<std::pair<std::string, std::string>> package_properties(const Package& package) {
  std::vector<std::pair<std::string, std::string>> list;
  const auto add = [&](std::string_view name, std::string value) {
    if (!value.empty()) list.emplace_back(fmt::format("seawall:{}", name), std::move(value));
  };
  const Location& location = package.location;
  add("package:foundBy", package.found_by);
  add("package:architecture", package.architecture);
  add("package:sourceName", package.source_name);
  add("package:sourceVersion", package.source_version);
  add("package:module", package.module);
  add("package:vendor", package.vendor);
  add("package:owner", package.owner);
  if (package.development) add("package:development", "true");
  if (package.direct) add("package:direct", "true");
  add("location:path", location.path);
  if (location.layer >= 0) add("layer:index", std::to_string(location.layer));
  add("layer:diffId", location.layer_digest.text());
  add("layer:instruction", location.instruction);
  return list;
}

}  // namespace seawall::report
