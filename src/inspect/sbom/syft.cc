// Syft's own JSON: artifacts with a package URL, where each was found, and the distribution.
#include "base/strings.h"
#include "inspect/sbom/builder.h"

namespace seawall::inspect {

Status read_syft(const Node& root, SbomBuilder& builder) {
  builder.artifact(root["source"]["metadata"]["userInput"].string(),
                   root["source"]["metadata"]["manifestDigest"].string());
  builder.distribution(root["distro"]["id"].string(), root["distro"]["versionID"].string());
  for (const Node& node : root["artifacts"].items()) {
    SbomComponent component;
    component.line = node.line();
    component.type = "library";
    component.name = node["name"].string();
    component.version = node["version"].string();
    component.purl = node["purl"].string();
    for (const Node& license : node["licenses"].items()) {
      const std::string_view value =
          license.is_string() ? license.string() : license["value"].string();
      if (!value.empty())
        component.license += (component.license.empty() ? "" : " AND ") + std::string(value);
    }
    const Node& location = node["locations"][0];
    component.properties["syft:location:0:path"] = location["path"].string();
    component.properties["syft:location:0:layerID"] = location["layerID"].string();
    component.properties["syft:package:foundBy"] = node["foundBy"].string();
    component.properties["syft:metadata:modularityLabel"] =
        node["metadata"]["modularityLabel"].string();
    SEAWALL_CHECK(builder.add(component));
  }
  return {};
}

}  // namespace seawall::inspect
