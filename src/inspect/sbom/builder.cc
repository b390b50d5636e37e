#include "inspect/sbom/builder.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "model/purl.h"

namespace seawall::inspect {
namespace {

std::string_view property(const SbomComponent& component, std::string_view name) {
  const auto at = component.properties.find(std::string(name));
  return at == component.properties.end() ? std::string_view() : std::string_view(at->second);
}

void set(std::string& field, std::string_view value) {
  if (!value.empty()) field = value;
}

// What Seawall itself wrote.
void read_own(const SbomComponent& component, Package& package) {
  set(package.found_by, property(component, "seawall:package:foundBy"));
  set(package.architecture, property(component, "seawall:package:architecture"));
  set(package.source_name, property(component, "seawall:package:sourceName"));
  set(package.source_version, property(component, "seawall:package:sourceVersion"));
  set(package.module, property(component, "seawall:package:module"));
  set(package.vendor, property(component, "seawall:package:vendor"));
  set(package.owner, property(component, "seawall:package:owner"));
  package.direct = property(component, "seawall:package:direct") == "true";
  set(package.location.path, property(component, "seawall:location:path"));
  set(package.location.instruction, property(component, "seawall:layer:instruction"));
  if (const auto layer = parse_unsigned(property(component, "seawall:layer:index"));
      layer && *layer < 100'000) {
    package.location.layer = static_cast<int>(*layer);
  }
  if (auto digest = Digest::parse(property(component, "seawall:layer:diffId")); digest.ok())
    package.location.layer_digest = std::move(digest).value();
}

// What Trivy and Syft write beside the package URL.
void read_theirs(const SbomComponent& component, Package& package) {
  const std::string_view name = property(component, "aquasecurity:trivy:SrcName");
  std::string version(property(component, "aquasecurity:trivy:SrcVersion"));
  if (!name.empty() && !version.empty()) {
    const std::string_view epoch = property(component, "aquasecurity:trivy:SrcEpoch");
    const std::string_view release = property(component, "aquasecurity:trivy:SrcRelease");
    if (!epoch.empty() && epoch != "0") version = std::string(epoch) + ":" + version;
    if (!release.empty()) version += "-" + std::string(release);
    package.source_name = name;
    package.source_version = version;
  }
  set(package.module, property(component, "aquasecurity:trivy:Modularitylabel"));
  set(package.module, property(component, "syft:metadata:modularityLabel"));
  set(package.found_by, property(component, "syft:package:foundBy"));
  for (const char* key : {"aquasecurity:trivy:FilePath", "syft:location:0:path"}) {
    std::string_view path = property(component, key);
    while (path.starts_with('/')) path.remove_prefix(1);
    set(package.location.path, path);
  }
  for (const char* key : {"aquasecurity:trivy:LayerDiffID", "syft:location:0:layerID"}) {
    if (auto digest = Digest::parse(property(component, key)); digest.ok())
      package.location.layer_digest = std::move(digest).value();
  }
}

}  // namespace

void SbomBuilder::artifact(std::string_view name, std::string_view digest) {
  if (content_.artifact_name.empty()) content_.artifact_name = to_valid_utf8(name);
  if (auto parsed = Digest::parse(digest); parsed.ok() && content_.artifact_digest.empty())
    content_.artifact_digest = std::move(parsed).value();
}

void SbomBuilder::distribution(std::string_view name, std::string_view version) {
  Distribution& distribution = content_.inventory.distribution;
  if (distribution.known() || name.empty()) return;
  distribution.id = distribution_id(name);
  distribution.version_id = version;
}

void SbomBuilder::note(std::string message) {
  content_.notes.push_back({content_.format, std::move(message), "", Code::kUnsupported});
}

Status SbomBuilder::add(const SbomComponent& component) {
  if (component.type == "operating-system") {
    distribution(component.name, component.version);
    return {};
  }
  if (component.purl.empty()) {
    without_purl_ += component.type == "library" || component.type == "framework";
    return {};
  }
  auto purl = parse_purl(component.purl);
  if (!purl.ok()) {
    if (bad_purl_++ == 0) {
      content_.problems.push_back({fmt::format("line {}", component.line), purl.error().message(),
                                   "correct the SBOM or make it again", purl.error().code()});
    }
    return {};
  }
  auto package = package_of(*purl);
  if (!package) {
    ++unknown_type_;
    return {};
  }
  if (content_.inventory.packages.size() >= limits_.packages)
    return limit_reached(fmt::format("more than {} packages", limits_.packages));
  // A package URL folds the case of some types; advisories of others know the written one.
  if (equal_ignoring_case(component.name, package->name)) package->name = component.name;
  if (equal_ignoring_case(component.version, package->version))
    package->version = component.version;
  package->license = component.license;
  package->checksum = component.checksum;
  package->development = component.optional;
  set(package->source_name, component.source_name);
  set(package->source_version, component.source_version);
  package->location.path = component.path;
  read_theirs(component, *package);
  read_own(component, *package);
  if (package->source_version == package->version) package->source_version.clear();
  if (package->source_name == package->name) package->source_name.clear();
  if (const Distribution found = distribution_of(*purl); found.known() && !from_purls_.known())
    from_purls_ = found;
  content_.inventory.packages.push_back(std::move(*package));
  return {};
}

SbomContent SbomBuilder::finish() {
  Distribution& distribution = content_.inventory.distribution;
  if (!distribution.known()) distribution = from_purls_;
  // "debian" and "12" of the document say less than the package URLs' "12.5" only when it is empty.
  if (distribution.id == from_purls_.id && distribution.version_id.empty())
    distribution.version_id = from_purls_.version_id;
  if (without_purl_ > 0)
    note(fmt::format("{} components have no package URL and were left out", without_purl_));
  if (unknown_type_ > 0)
    note(fmt::format("{} components are of a type that has no packages to check", unknown_type_));
  if (bad_purl_ > 1) note(fmt::format("{} package URLs cannot be read", bad_purl_));
  sort_packages(content_.inventory.packages);
  return std::move(content_);
}

}  // namespace seawall::inspect
