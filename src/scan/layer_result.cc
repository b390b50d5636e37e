#include "scan/layer_result.h"

#include <cstdint>

#include "codec/json.h"
#include "codec/json_writer.h"

namespace seawall::scan {
namespace {

void write_strings(JsonWriter& json, std::string_view name,
                   const std::vector<std::string>& values) {
  if (values.empty()) return;
  json.key(name).begin_array();
  for (const auto& value : values) json.string(value);
  json.end_array();
}

std::vector<std::string> read_strings(const Node& node) {
  std::vector<std::string> values;
  values.reserve(node.size());
  for (const Node& item : node.items()) values.emplace_back(item.string());
  return values;
}

void write_package(JsonWriter& json, const Package& package) {
  json.begin_object();
  json.key("t").integer(static_cast<int>(package.type));
  json.key("n").string(package.name).key("v").string(package.version);
  json.optional("a", package.architecture)
      .optional("sn", package.source_name)
      .optional("sv", package.source_version);
  json.optional("m", package.module).optional("o", package.vendor).optional("l", package.license);
  if (package.location.line) json.key("ln").integer(package.location.line);
  if (package.installed_size) json.key("s").integer(static_cast<int64_t>(package.installed_size));
  json.end_object();
}

Package read_package(const Node& node, const std::string& path) {
  Package package;
  const int64_t type = node["t"].integer().value_or(-1);
  const bool known = type >= 0 && type <= static_cast<int64_t>(PackageType::kGeneric);
  package.type = known ? static_cast<PackageType>(type) : PackageType::kGeneric;
  package.name = node["n"].string();
  package.version = node["v"].string();
  package.architecture = node["a"].string();
  package.source_name = node["sn"].string();
  package.source_version = node["sv"].string();
  package.module = node["m"].string();
  package.vendor = node["o"].string();
  package.license = node["l"].string();
  package.installed_size = static_cast<uint64_t>(node["s"].integer().value_or(0));
  package.location.path = path;
  package.location.line = static_cast<uint32_t>(node["ln"].integer().value_or(0));
  return package;
}

void write_distribution(JsonWriter& json, const Distribution& distribution) {
  json.begin_object();
  json.optional("id", distribution.id).optional("version", distribution.version_id);
  json.optional("codename", distribution.codename).optional("variant", distribution.variant_id);
  write_strings(json, "like", distribution.id_like);
  json.optional("pretty", distribution.pretty_name).optional("cpe", distribution.cpe_name);
  json.optional("minor", distribution.minor);
  json.end_object();
}

Distribution read_distribution(const Node& node) {
  Distribution distribution;
  distribution.id = node["id"].string();
  distribution.version_id = node["version"].string();
  distribution.codename = node["codename"].string();
  distribution.variant_id = node["variant"].string();
  distribution.id_like = read_strings(node["like"]);
  distribution.pretty_name = node["pretty"].string();
  distribution.cpe_name = node["cpe"].string();
  distribution.minor = node["minor"].string();
  return distribution;
}

}  // namespace

std::string to_json(const LayerResult& layer) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  json.key("digest").string(layer.digest.text()).key("diffId").string(layer.diff_id.text());
  json.key("packed").integer(static_cast<int64_t>(layer.packed_size));
  json.key("unpacked").integer(static_cast<int64_t>(layer.unpacked_size));
  json.key("files").integer(static_cast<int64_t>(layer.files));
  write_strings(json, "hidden", layer.hidden);
  write_strings(json, "problems", layer.problems);
  json.key("results").begin_array();
  for (const FileResult& result : layer.results) {
    json.begin_object().key("path").string(result.path).key("inspector").string(result.inspector);
    json.key("packages").begin_array();
    for (const Package& package : result.packages) write_package(json, package);
    json.end_array();
    if (!result.distributions.empty()) {
      json.key("distributions").begin_array();
      for (const Distribution& distribution : result.distributions)
        write_distribution(json, distribution);
      json.end_array();
    }
    write_strings(json, "problems", result.problems);
    json.end_object();
  }
  json.end_array().end_object();
  return out;
}

Result<LayerResult> layer_result_from_json(std::string text) {
  SEAWALL_TRY(const Document document, parse_json(std::move(text)));
  const Node& root = document.root();
  LayerResult layer;
  SEAWALL_TRY(layer.diff_id, Digest::parse(root["diffId"].string()));
  SEAWALL_TRY(layer.digest, Digest::parse(root["digest"].string()));
  layer.packed_size = static_cast<uint64_t>(root["packed"].integer().value_or(0));
  layer.unpacked_size = static_cast<uint64_t>(root["unpacked"].integer().value_or(0));
  layer.files = static_cast<uint64_t>(root["files"].integer().value_or(0));
  layer.hidden = read_strings(root["hidden"]);
  layer.problems = read_strings(root["problems"]);
  for (const Node& node : root["results"].items()) {
    FileResult result;
    result.path = node["path"].string();
    result.inspector = node["inspector"].string();
    result.packages.reserve(node["packages"].size());
    for (const Node& package : node["packages"].items())
      result.packages.push_back(read_package(package, result.path));
    for (const Node& item : node["distributions"].items())
      result.distributions.push_back(read_distribution(item));
    result.problems = read_strings(node["problems"]);
    layer.results.push_back(std::move(result));
  }
  return layer;
}

}  // namespace seawall::scan
