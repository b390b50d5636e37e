// SPDX 3.0.1 in JSON-LD: the artifact as a package that contains the operating system and every
// package found, what needs what, declared licences, and for a scan the vulnerabilities.
//
// Profiles: core, software, simpleLicensing, security, and extension for the properties that only
// Seawall knows (the same that its CycloneDX documents carry). No licence is concluded, since
// Seawall looks at what the package's own files declare and at nothing else.
#include <map>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/strings.h"
#include "model/spdx_license.h"
#include "report/renderers.h"
#include "report/spdx3_graph.h"
#include "report/spdx_common.h"

namespace seawall::report {
namespace {

constexpr std::string_view kSystem = "OperatingSystem";
constexpr std::string_view kSbom = "Sbom";
constexpr std::string_view kAgent = "Agent";
constexpr std::string_view kTool = "Tool";

class Spdx3 {
 public:
  Spdx3(const ScanReport& report, std::string_view uuid)
      : report_(report), components_(report), graph_(out_, uuid), json_(graph_.json()) {}

  std::string render() {
    json_.begin_object();
    json_.key("@context").string("https://spdx.org/rdf/3.0.1/spdx-context.jsonld");
    json_.key("@graph").begin_array();
    write_creation();
    write_artifact();
    write_system();
    for (const auto& component : components_.all()) write_package(component);
    write_contains();
    write_dependencies();
    write_licenses();
    if (report_.asks_vulnerabilities) write_spdx3_security(report_, components_, graph_);
    write_sbom();
    write_document();
    json_.end_array().end_object();
    return std::move(out_);
  }

 private:
  std::string name() const {
    return report_.artifact.name.empty() ? "artifact" : report_.artifact.name;
  }

  // Who made the document, when and with what. An Agent is mandatory; the tool is its own.
  void write_creation() {
    json_.begin_object();
    json_.key("type").string("CreationInfo");
    json_.key("@id").string("_:creation");
    json_.key("specVersion").string("3.0.1");
    json_.key("created").string(machine_time(document_time(report_)));
    graph_.iris("createdBy", {std::string(kAgent)});
    graph_.iris("createdUsing", {std::string(kTool)});
    json_.key("comment").string(spdx_creation_comment(report_));
    json_.end_object();
    graph_.begin("SoftwareAgent", kAgent);
    json_.key("name").string("Seawall");
    graph_.end();
    graph_.begin("Tool", kTool);
    json_.key("name").string(fmt::format("seawall-{}", report_.tool_version));
    graph_.end();
    first_of_content_ = graph_.elements().size();
  }

  void write_hash(std::string_view algorithm, std::string_view digits) {
    json_.key("verifiedUsing").begin_array().begin_object();
    json_.key("type").string("Hash");
    json_.key("algorithm").string(algorithm);
    json_.key("hashValue").string(digits);
    json_.end_object().end_array();
  }

  void write_artifact() {
    const ArtifactInfo& artifact = report_.artifact;
    graph_.begin("software_Package", kSpdx3Root);
    json_.key("name").string(name());
    json_.optional("software_packageVersion", artifact.digest.text());
    json_.key("software_primaryPurpose")
        .string(is_image(artifact)          ? "container"
                : artifact.kind == "rootfs" ? "operatingSystem"
                                            : "application");
    if (!artifact.digest.empty())
      write_hash(spdx_algorithm(artifact.digest.algorithm), artifact.digest.hex);
    graph_.end();
  }

  void write_system() {
    const Distribution& distribution = report_.inventory.distribution;
    if (!distribution.known()) return;
    graph_.begin("software_Package", kSystem);
    json_.key("name").string(distribution.id);
    json_.optional("software_packageVersion", distribution.version_id);
    json_.optional("summary", distribution.pretty_name);
    json_.key("software_primaryPurpose").string("operatingSystem");
    graph_.end();
  }

  void write_package(const ComponentList::Component& component) {
    const Package& package = *component.package;
    graph_.begin("software_Package", spdx_package_id(component));
    json_.key("name").string(package.name);
    json_.optional("software_packageVersion", package.version);
    json_.key("software_primaryPurpose").string("library");
    json_.optional("software_packageUrl", component.purl);
    if (!component.purl.empty()) {
      json_.key("externalIdentifier").begin_array().begin_object();
      json_.key("type").string("ExternalIdentifier");
      json_.key("externalIdentifierType").string("packageUrl");
      json_.key("identifier").string(component.purl);
      json_.end_object().end_array();
    }
    if (const auto checksum = spdx_checksum(package.checksum))
      write_hash(checksum->first, checksum->second);
    json_.optional("software_sourceInfo", spdx_source_info(package.location));
    json_.optional("comment", spdx_comment(package));
    write_properties(package);
    graph_.end();
  }

  void write_properties(const Package& package) {
    const auto properties = package_properties(package);
    if (properties.empty()) return;
    json_.key("extension").begin_array().begin_object();
    json_.key("type").string("extension_CdxPropertiesExtension");
    json_.key("extension_cdxProperty").begin_array();
    for (const auto& [key, value] : properties) {
      json_.begin_object();
      json_.key("type").string("extension_CdxPropertyEntry");
      json_.key("extension_cdxPropName").string(key);
      json_.key("extension_cdxPropValue").string(value);
      json_.end_object();
    }
    json_.end_array().end_object().end_array();
  }

  // A part that could not be read means that packages may be missing.
  void write_contains() {
    std::vector<std::string> parts;
    if (report_.inventory.distribution.known()) parts.emplace_back(kSystem);
    for (const auto& component : components_.all()) parts.push_back(spdx_package_id(component));
    if (parts.empty()) return;
    graph_.begin_relationship("Relationship", kSpdx3Root, "contains", parts);
    if (!report_.problems.empty()) json_.key("completeness").string("incomplete");
    graph_.end();
  }

  void write_dependencies() {
    const auto [needs, needed] = components_.dependencies();
    for (size_t i = 0; i < needs.size(); ++i) {
      if (needs[i].empty()) continue;
      std::vector<std::string> others;
      for (const size_t other : needs[i])
        others.push_back(spdx_package_id(components_.all()[other]));
      graph_.begin_relationship("Relationship", spdx_package_id(components_.all()[i]), "dependsOn",
                                others);
      graph_.end();
    }
  }

  // One expression element for all packages that declare the same, then who declares it.
  void write_licenses() {
    std::map<std::string, std::vector<std::string>> declared;
    for (const auto& component : components_.all()) {
      const std::string_view license = trim(component.package->license);
      if (!license.empty()) declared[std::string(license)].push_back(spdx_package_id(component));
    }
    std::map<std::string, std::string> texts;  // of LicenseRefs that stand for something written
    for (const auto& [license, packages] : declared) {
      const std::string local = "License-" + digest_of(license).hex.substr(0, 16);
      write_expression(local, license, texts);
      for (const std::string& package : packages) {
        graph_.begin_relationship("Relationship", package, "hasDeclaredLicense", {local});
        graph_.end();
      }
    }
    for (const auto& [reference, text] : texts) {
      graph_.begin("simplelicensing_SimpleLicensingText", reference);
      json_.key("simplelicensing_licenseText").string(text);
      graph_.end();
    }
  }

  // An expression as it is; other text becomes a LicenseRef whose text the document carries, since
  // to guess what "GPL" means would be a legal statement.
  void write_expression(std::string_view local, const std::string& license,
                        std::map<std::string, std::string>& texts) {
    const auto expression = parse_spdx_expression(license);
    std::vector<std::string> references;
    if (expression) {
      references = expression->references;
      for (const std::string& reference : references)
        texts.try_emplace(reference, "The package names this licence without giving its text.");
    } else {
      references = {spdx_license_ref(license)};
      texts.try_emplace(references.front(), license);
    }
    graph_.begin("simplelicensing_LicenseExpression", local);
    json_.key("simplelicensing_licenseExpression")
        .string(expression ? expression->text : references.front());
    json_.key("simplelicensing_licenseListVersion").string(fmt::format("{}.0", kSpdxListVersion));
    if (!references.empty()) {
      json_.key("simplelicensing_customIdToUri").begin_array();
      for (const std::string& reference : references) {
        json_.begin_object();
        json_.key("type").string("DictionaryEntry");
        json_.key("key").string(reference);
        json_.key("value").string(graph_.iri(reference));
        json_.end_object();
      }
      json_.end_array();
    }
    graph_.end();
  }

  void write_sbom() {
    const auto& elements = graph_.elements();
    const std::vector<std::string> content(
        elements.begin() + static_cast<std::ptrdiff_t>(first_of_content_), elements.end());
    graph_.begin("software_Sbom", kSbom);
    json_.key("name").string(name());
    json_.key("software_sbomType").begin_array();
    json_.string(report_.artifact.kind == "dir" ? "source" : "analyzed").end_array();
    graph_.iris("rootElement", {std::string(kSpdx3Root)});
    graph_.iris("element", content);
    graph_.end();
  }

  void write_document() {
    graph_.begin("SpdxDocument", "Document");
    json_.key("name").string(name());
    json_.key("dataLicense").string("https://spdx.org/licenses/CC0-1.0");
    json_.key("profileConformance").begin_array();
    for (const char* profile : {"core", "software", "simpleLicensing", "extension"})
      json_.string(profile);
    if (report_.asks_vulnerabilities) json_.string("security");
    json_.end_array();
    graph_.iris("rootElement", {std::string(kSbom)});
    graph_.iris("element", {std::string(kAgent), std::string(kTool), std::string(kSbom)});
    graph_.end();
  }

  const ScanReport& report_;
  const ComponentList components_;
  size_t first_of_content_ = 0;  // elements before it describe the document, not the artifact
  std::string out_;
  Spdx3Graph graph_;
  JsonWriter& json_;
};

}  // namespace

// Its namespace stands in every identifier, so the document is written twice: once to learn what it
// says, once with the namespace that follows from that.
std::string render_spdx_3(const ScanReport& report) {
  const std::string unsealed = Spdx3(report, kUnsealed).render();
  return Spdx3(report, uuid_of("https://seawall.dev/document/" + digest_of(unsealed).text()))
      .render();
}

}  // namespace seawall::report
