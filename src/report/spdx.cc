// SPDX 2.3 in JSON: the artifact as a package that contains the operating system and every package
// found. Vulnerabilities have no place in SPDX 2.3; the other formats carry them.
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/strings.h"
#include "codec/json_writer.h"
#include "report/document.h"
#include "report/renderers.h"
#include "model/spdx_license.h"

namespace seawall::report {
namespace {

constexpr std::string_view kDocument = "SPDXRef-DOCUMENT";
constexpr std::string_view kRoot = "SPDXRef-Artifact";
constexpr std::string_view kSystem = "SPDXRef-OperatingSystem";
constexpr size_t kNameBytes = 64;  // of a package's name in its SPDXID

// Letters, digits, "." and "-" are all that an SPDX identifier may hold (section 3.2 of 2.3).
std::string idstring(std::string_view text) {
  std::string id;
  for (const char c : text.substr(0, kNameBytes)) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '-';
    id += fine ? c : '-';
  }
  return id;
}

std::string_view checksum_name(HashAlgorithm algorithm) {
  constexpr std::string_view kNames[] = {"SHA256", "SHA512", "SHA1", "MD5"};
  return kNames[static_cast<size_t>(algorithm)];
}

class Spdx {
 public:
  explicit Spdx(const ScanReport& report) : report_(report), components_(report), json_(out_) {}

  std::string render() {
    json_.begin_object();
    json_.key("spdxVersion").string("SPDX-2.3");
    json_.key("dataLicense").string("CC0-1.0");
    json_.key("SPDXID").string(kDocument);
    json_.key("name").string(report_.artifact.name.empty() ? "artifact" : report_.artifact.name);
    json_.key("documentNamespace").string(fmt::format("https://seawall.dev/spdx/{}", kUnsealed));
    const size_t seal_at = out_.size() - kUnsealed.size() - 1;
    write_creation();
    json_.key("documentDescribes").begin_array().string(kRoot).end_array();
    json_.key("packages").begin_array();
    write_artifact();
    write_system();
    for (const auto& component : components_.all()) write_package(component);
    json_.end_array();
    write_extracted_licenses();
    write_relationships();
    json_.end_object();
    seal(out_, seal_at);
    return std::move(out_);
  }

 private:
  void write_creation() {
    json_.key("creationInfo").begin_object();
    json_.key("created").string(machine_time(document_time(report_)));
    json_.key("creators").begin_array();
    json_.string(fmt::format("Tool: seawall-{}", report_.tool_version));
    json_.end_array();
    json_.key("licenseListVersion").string(kSpdxListVersion);
    std::string comment = fmt::format("State of the scan: {}.", to_string(report_.state));
    if (!report_.problems.empty()) comment += " Parts could not be read; packages may be missing.";
    json_.key("comment").string(comment);
    json_.end_object();
  }

  void write_common(std::string_view id, std::string_view name, std::string_view version,
                    std::string_view purpose) {
    json_.key("SPDXID").string(id);
    json_.key("name").string(name);
    json_.optional("versionInfo", version);
    json_.key("downloadLocation").string("NOASSERTION");
    json_.key("filesAnalyzed").boolean(false);
    json_.key("licenseConcluded").string("NOASSERTION");
    json_.key("copyrightText").string("NOASSERTION");
    json_.key("primaryPackagePurpose").string(purpose);
  }

  void write_artifact() {
    const ArtifactInfo& artifact = report_.artifact;
    json_.begin_object();
    write_common(kRoot, artifact.name.empty() ? "artifact" : artifact.name, artifact.digest.text(),
                 is_image(artifact)          ? "CONTAINER"
                 : artifact.kind == "rootfs" ? "OPERATING_SYSTEM"
                                             : "APPLICATION");
    json_.key("licenseDeclared").string("NOASSERTION");
    if (!artifact.digest.empty()) {
      json_.key("checksums").begin_array().begin_object();
      json_.key("algorithm").string(checksum_name(artifact.digest.algorithm));
      json_.key("checksumValue").string(artifact.digest.hex);
      json_.end_object().end_array();
    }
    json_.end_object();
  }

  void write_system() {
    const Distribution& distribution = report_.inventory.distribution;
    if (!distribution.known()) return;
    json_.begin_object();
    write_common(kSystem, distribution.id, distribution.version_id, "OPERATING_SYSTEM");
    json_.key("licenseDeclared").string("NOASSERTION");
    json_.optional("summary", distribution.pretty_name);
    json_.end_object();
  }

  // The reference is unique in the document, so its digest makes the identifier unique too.
  static std::string id_of(const ComponentList::Component& component) {
    return fmt::format("SPDXRef-Package-{}-{}-{}", to_string(component.package->type),
                       idstring(component.package->name),
                       digest_of(component.reference).hex.substr(0, 16));
  }

  void write_package(const ComponentList::Component& component) {
    const Package& package = *component.package;
    json_.begin_object();
    write_common(id_of(component), package.name, package.version, "LIBRARY");
    write_license(package.license);
    write_checksum(package.checksum);
    const Location& location = package.location;
    if (!location.path.empty()) {
      std::string from = "found in /" + location.path;
      if (location.layer >= 0) from += fmt::format(", layer {}", location.layer + 1);
      if (!location.layer_digest.empty()) from += " (" + location.layer_digest.text() + ")";
      if (!location.instruction.empty()) from += ", made by: " + location.instruction;
      json_.key("sourceInfo").string(from);
    }
    std::string comment;
    if (!package.found_by.empty()) comment = "found by " + package.found_by;
    if (package.development)
      comment += (comment.empty() ? "" : ", ") + std::string("only for development");
    json_.optional("comment", comment);
    if (!component.purl.empty()) {
      json_.key("externalRefs").begin_array().begin_object();
      json_.key("referenceCategory").string("PACKAGE-MANAGER");
      json_.key("referenceType").string("purl");
      json_.key("referenceLocator").string(component.purl);
      json_.end_object().end_array();
    }
    json_.end_object();
  }

  void write_checksum(std::string_view checksum) {
    constexpr std::tuple<std::string_view, std::string_view, size_t> kAlgorithms[] = {
        {"md5", "MD5", 32},
        {"sha1", "SHA1", 40},
        {"sha256", "SHA256", 64},
        {"sha384", "SHA384", 96},
        {"sha512", "SHA512", 128}};
    const auto [prefix, digits] = split_once(checksum, ':');
    for (const auto& [name, algorithm, size] : kAlgorithms) {
      if (prefix != name || digits.size() != size) continue;
      if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) return;
      json_.key("checksums").begin_array().begin_object();
      json_.key("algorithm").string(algorithm);
      json_.key("checksumValue").string(to_lower(digits));
      json_.end_object().end_array();
    }
  }

  // An expression as it is; other text becomes a LicenseRef whose text the document carries, since
  // to guess what "GPL" means would be a legal statement.
  void write_license(std::string_view license) {
    license = trim(license);
    if (license.empty()) {
      json_.key("licenseDeclared").string("NOASSERTION");
      return;
    }
    if (const auto expression = parse_spdx_expression(license)) {
      for (const std::string& reference : expression->references) {
        extracted_.try_emplace(reference,
                               "The package names this licence without giving its text.");
      }
      json_.key("licenseDeclared").string(expression->text);
      return;
    }
    std::string id =
        fmt::format("LicenseRef-{}-{}", idstring(license), digest_of(license).hex.substr(0, 8));
    json_.key("licenseDeclared").string(id);
    extracted_.try_emplace(std::move(id), license);
  }

  void write_extracted_licenses() {
    if (extracted_.empty()) return;
    json_.key("hasExtractedLicensingInfos").begin_array();
    for (const auto& [id, text] : extracted_) {
      json_.begin_object();
      json_.key("licenseId").string(id);
      json_.key("extractedText").string(text);
      json_.end_object();
    }
    json_.end_array();
  }

  void relate(std::string_view from, std::string_view type, std::string_view to) {
    json_.begin_object();
    json_.key("spdxElementId").string(from);
    json_.key("relationshipType").string(type);
    json_.key("relatedSpdxElement").string(to);
    json_.end_object();
  }

  void write_relationships() {
    json_.key("relationships").begin_array();
    relate(kDocument, "DESCRIBES", kRoot);
    if (report_.inventory.distribution.known()) relate(kRoot, "CONTAINS", kSystem);
    for (const auto& component : components_.all()) relate(kRoot, "CONTAINS", id_of(component));
    const auto [needs, needed] = components_.dependencies();
    for (size_t i = 0; i < needs.size(); ++i) {
      const std::string from = needs[i].empty() ? "" : id_of(components_.all()[i]);
      for (const size_t other : needs[i])
        relate(from, "DEPENDS_ON", id_of(components_.all()[other]));
    }
    json_.end_array();
  }

  const ScanReport& report_;
  const ComponentList components_;
  std::map<std::string, std::string> extracted_;
  std::string out_;
  JsonWriter json_;
};

}  // namespace

std::string render_spdx(const ScanReport& report) {
  return Spdx(report).render();
}

}  // namespace seawall::report
