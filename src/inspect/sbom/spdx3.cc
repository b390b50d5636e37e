// SPDX 3.0 (JSON-LD): one flat list of elements that name each other by IRI. Read is the compact
// form that the specification prescribes for documents (annex "Serialization information").
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/sbom/builder.h"

namespace seawall::inspect {
namespace {

// What has to be known of the other elements before packages can be read.
class Graph {
 public:
  explicit Graph(const Node& elements) {
    for (const Node& element : elements.items()) {
      const std::string_view type = element["type"].string();
      const std::string_view id = element["spdxId"].string();
      if (type == "simplelicensing_SimpleLicensingText") {
        texts_.emplace(id, element["simplelicensing_licenseText"].string());
      } else if (type == "simplelicensing_LicenseExpression") {
        expressions_.emplace(id, &element);
      } else if (type == "software_Sbom") {
        for (const Node& root : element["rootElement"].items()) roots_.insert(root.string());
      } else if (type == "Relationship") {
        add(element);
      }
    }
  }

  // What the package declares, else what someone concluded.
  std::string license_of(std::string_view package) const {
    for (const auto* list : {&declared_, &concluded_}) {
      const auto license = list->find(package);
      if (license != list->end()) return text_of(license->second);
    }
    return {};
  }
  bool is_root(std::string_view id) const { return roots_.contains(id); }

 private:
  void add(const Node& relationship) {
    const std::string_view type = relationship["relationshipType"].string();
    if (type != "hasDeclaredLicense" && type != "hasConcludedLicense") return;
    auto& list = type == "hasDeclaredLicense" ? declared_ : concluded_;
    list.emplace(relationship["from"].string(), relationship["to"][0].string());
  }

  // An expression; one LicenseRef becomes the text that it stands for, when that is one line.
  std::string text_of(std::string_view license) const {
    const auto at = expressions_.find(license);
    if (at == expressions_.end()) return {};
    const Node& element = *at->second;
    const std::string_view expression = element["simplelicensing_licenseExpression"].string();
    for (const Node& entry : element["simplelicensing_customIdToUri"].items()) {
      if (entry["key"].string() != expression) continue;
      const auto text = texts_.find(entry["value"].string());
      if (text != texts_.end() && text->second.find('\n') == std::string_view::npos)
        return std::string(text->second);
    }
    return expression == "NOASSERTION" || expression == "NONE" ? std::string()
                                                               : std::string(expression);
  }

  std::map<std::string_view, std::string_view> texts_, declared_, concluded_;
  std::map<std::string_view, const Node*> expressions_;
  std::set<std::string_view> roots_;
};

std::string purl_of(const Node& package) {
  if (const Node& url = package["software_packageUrl"]; !url.string().empty())
    return std::string(url.string());
  for (const Node& identifier : package["externalIdentifier"].items()) {
    if (identifier["externalIdentifierType"].string() == "packageUrl")
      return std::string(identifier["identifier"].string());
  }
  return {};
}

std::string checksum_of(const Node& package) {
  for (const Node& method : package["verifiedUsing"].items()) {
    if (method["type"].string() == "Hash")
      return fmt::format("{}:{}", method["algorithm"].string(), method["hashValue"].string());
  }
  return {};
}

void read_properties(const Node& package, SbomComponent& component) {
  for (const Node& extension : package["extension"].items()) {
    for (const Node& property : extension["extension_cdxProperty"].items()) {
      component.properties.try_emplace(std::string(property["extension_cdxPropName"].string()),
                                       property["extension_cdxPropValue"].string());
    }
  }
}

SbomComponent component_of(const Node& package, const Graph& graph) {
  SbomComponent component;
  component.line = package.line();
  component.name = package["name"].string();
  component.version = package["software_packageVersion"].string();
  component.purl = purl_of(package);
  component.checksum = checksum_of(package);
  component.license = graph.license_of(package["spdxId"].string());
  read_spdx_source_info(package["software_sourceInfo"].string(), component);
  read_spdx_comment(package["comment"].string(), component);
  read_properties(package, component);
  const std::string_view purpose = package["software_primaryPurpose"].string();
  const bool is_artifact = purpose == "container" ||
                           (component.purl.empty() && graph.is_root(package["spdxId"].string()));
  component.type = is_artifact                    ? "container"
                   : purpose == "operatingSystem" ? "operating-system"
                                                  : "library";
  return component;
}

}  // namespace

Status read_spdx_3(const Node& root, SbomBuilder& builder) {
  const Graph graph(root["@graph"]);
  for (const Node& node : root["@graph"].items()) {
    if (node["type"].string() != "software_Package") continue;
    SbomComponent component = component_of(node, graph);
    if (component.type == "container") {
      builder.artifact(component.name, component.version);
      component.purl.clear();
    }
    SEAWALL_CHECK(builder.add(component));
  }
  for (const Node& node : root["@graph"].items()) {
    if (node["type"].string() == "SpdxDocument") builder.artifact(node["name"].string(), "");
  }
  return {};
}

}  // namespace seawall::inspect
