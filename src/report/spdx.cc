// SPDX 2.3 in JSON: the artifact as a package that contains the operating system and every package
// found. Vulnerabilities have no place in SPDX 2.3; the other formats carry them.
#include <map>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/json_writer.h"
#include "model/spdx_license.h"
#include "report/document.h"
#include "report/renderers.h"
#include "report/spdx_common.h"

namespace seawall::report {
namespace {

constexpr std::string_view kDocument = "SPDXRef-DOCUMENT";
constexpr std::string_view kRoot = "SPDXRef-Artifact";
constexpr std::string_view kSystem = "SPDXRef-OperatingSystem";

std::string to_upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
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
    json_.key("comment").string(spdx_creation_comment(report_));
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
      json_.key("algorithm").string(to_upper(spdx_algorithm(artifact.digest.algorithm)));
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

  static std::string id_of(const ComponentList::Component& component) {
    return "SPDXRef-" + spdx_package_id(component);
  }

  void write_package(const ComponentList::Component& component) {
    const Package& package = *component.package;
    json_.begin_object();
    write_common(id_of(component), package.name, package.version, "LIBRARY");
    write_license(package.license);
    write_checksum(package.checksum);
    json_.optional("sourceInfo", spdx_source_info(package.location));
    json_.optional("comment", spdx_comment(package));
    if (!component.purl.empty()) {
      json_.key("externalRefs").begin_array().begin_object();
      json_.key("referenceCategory").string("PACKAGE-MANAGER");
      json_.key("referenceType").string("purl");
      json_.key("referenceLocator").string(component.purl);
      json_.end_object().end_array();
    }
    json_.end_object();
  }

  void write_checksum(std::string_view text) {
    const auto checksum = spdx_checksum(text);
    if (!checksum) return;
    json_.key("checksums").begin_array().begin_object();
    json_.key("algorithm").string(to_upper(checksum->first));
    json_.key("checksumValue").string(checksum->second);
    json_.end_object().end_array();
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
    std::string id = spdx_license_ref(license);
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
