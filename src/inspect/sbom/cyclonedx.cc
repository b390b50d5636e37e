// CycloneDX 1.2 to 1.7, JSON and XML: the components, nested ones included, and what
// metadata.component says of the artifact.
#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/sbom/builder.h"

namespace seawall::inspect {
namespace {

std::string lower_algorithm(std::string_view name) {
  return replace_all(to_lower(name), "sha-", "sha");
}

std::string license_of(const Node& licenses) {
  std::string text;
  for (const Node& choice : licenses.items()) {
    std::string_view one = choice["expression"].string();
    if (one.empty()) one = choice["license"]["id"].string();
    if (one.empty()) one = choice["license"]["name"].string();
    if (!one.empty()) text += (text.empty() ? "" : " AND ") + std::string(one);
  }
  return text;
}

Status read_component(const Node& node, SbomBuilder& builder) {
  SbomComponent component;
  component.line = node.line();
  component.type = node["type"].string();
  component.name = node["name"].string();
  if (const std::string_view group = node["group"].string(); !group.empty())
    component.name =
        fmt::format("{}{}{}", group, node["purl"].string().starts_with("pkg:maven/") ? ":" : "/",
                    node["name"].string());
  component.version = node["version"].string();
  component.purl = node["purl"].string();
  component.optional = node["scope"].string() == "optional";
  component.license = license_of(node["licenses"]);
  if (const Node& hash = node["hashes"][0]; hash.exists()) {
    component.checksum =
        fmt::format("{}:{}", lower_algorithm(hash["alg"].string()), hash["content"].string());
  }
  component.path = node["evidence"]["occurrences"][0]["location"].string();
  for (const Node& property : node["properties"].items()) {
    component.properties.try_emplace(std::string(property["name"].string()),
                                     property["value"].string());
  }
  SEAWALL_CHECK(builder.add(component));
  for (const Node& child : node["components"].items())
    SEAWALL_CHECK(read_component(child, builder));
  return {};
}

Status read_component(const XmlNode& node, SbomBuilder& builder) {
  SbomComponent component;
  component.line = node.line();
  component.type = node.attribute("type");
  component.name = node.child("name").text();
  component.purl = node.child("purl").text();
  if (const std::string_view group = node.child("group").text(); !group.empty())
    component.name =
        fmt::format("{}{}{}", group, component.purl.starts_with("pkg:maven/") ? ":" : "/",
                    node.child("name").text());
  component.version = node.child("version").text();
  component.optional = node.child("scope").text() == "optional";
  for (const XmlNode& license : node.child("licenses").children()) {
    std::string_view one = license.name() == "expression" ? license.text() : "";
    if (one.empty()) one = license.child("id").text();
    if (one.empty()) one = license.child("name").text();
    if (one.empty()) continue;
    component.license += (component.license.empty() ? "" : " AND ") + std::string(one);
  }
  if (const XmlNode hash = node.child("hashes").child("hash"))
    component.checksum = fmt::format("{}:{}", lower_algorithm(hash.attribute("alg")), hash.text());
  component.path =
      node.child("evidence").child("occurrences").child("occurrence").child("location").text();
  for (const XmlNode& property : node.child("properties").children("property"))
    component.properties.try_emplace(std::string(property.attribute("name")), property.text());
  SEAWALL_CHECK(builder.add(component));
  for (const XmlNode& child : node.child("components").children("component"))
    SEAWALL_CHECK(read_component(child, builder));
  return {};
}

}  // namespace

Status read_cyclonedx(const Node& root, SbomBuilder& builder) {
  const Node& artifact = root["metadata"]["component"];
  builder.artifact(artifact["name"].string(), artifact["version"].string());
  for (const Node& node : root["components"].items()) SEAWALL_CHECK(read_component(node, builder));
  for (const Node& node : artifact["components"].items())
    SEAWALL_CHECK(read_component(node, builder));
  return {};
}

Status read_cyclonedx_xml(const XmlNode& root, SbomBuilder& builder) {
  const XmlNode artifact = root.child("metadata").child("component");
  builder.artifact(artifact.child("name").text(), artifact.child("version").text());
  for (const XmlNode& node : root.child("components").children("component"))
    SEAWALL_CHECK(read_component(node, builder));
  return {};
}

}  // namespace seawall::inspect
