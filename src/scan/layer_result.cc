#include "scan/layer_result.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

#include "base/strings.h"
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

void write_package(JsonWriter& json, const Package& package, const std::string& path) {
  json.begin_object();
  json.key("t").integer(static_cast<int>(package.type));
  json.key("n").string(package.name).key("v").string(package.version);
  json.optional("a", package.architecture)
      .optional("sn", package.source_name)
      .optional("sv", package.source_version);
  json.optional("m", package.module).optional("o", package.vendor).optional("l", package.license);
  if (package.location.line) json.key("ln").integer(package.location.line);
  if (package.installed_size) json.key("s").integer(static_cast<int64_t>(package.installed_size));
  if (package.location.path != path) json.key("p").string(package.location.path);
  json.optional("f", package.found_by).optional("c", package.checksum);
  if (package.development) json.key("dev").boolean(true);
  if (package.direct) json.key("dir").boolean(true);
  write_strings(json, "d", package.depends);
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
  package.location.path = node["p"].string(path);
  package.found_by = node["f"].string();
  package.checksum = node["c"].string();
  package.development = node["dev"].boolean();
  package.direct = node["dir"].boolean();
  package.depends = read_strings(node["d"]);
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

void write_finding(JsonWriter& json, const Finding& finding) {
  json.begin_object();
  json.key("k").integer(static_cast<int>(finding.kind)).key("r").string(finding.rule_id);
  json.key("s").integer(static_cast<int>(finding.severity));
  json.optional("t", finding.title).optional("e", finding.evidence);
  json.optional("h", finding.secret_hash).optional("fix", finding.remediation);
  if (finding.location.line) json.key("ln").integer(finding.location.line);
  write_strings(json, "a", finding.aliases);
  write_strings(json, "ref", finding.references);
  write_strings(json, "c", finding.controls);
  if (finding.suppression.active())
    json.key("by").string(finding.suppression.by).optional("why", finding.suppression.reason);
  json.end_object();
}

Finding read_finding(const Node& node, const std::string& path) {
  Finding finding;
  finding.kind = static_cast<FindingKind>(node["k"].integer().value_or(0));
  finding.rule_id = node["r"].string();
  finding.severity = static_cast<Severity>(node["s"].integer().value_or(0));
  finding.title = node["t"].string();
  finding.evidence = node["e"].string();
  finding.secret_hash = node["h"].string();
  finding.remediation = node["fix"].string();
  finding.location.path = path;
  finding.location.line = static_cast<uint32_t>(node["ln"].integer().value_or(0));
  finding.aliases = read_strings(node["a"]);
  finding.references = read_strings(node["ref"]);
  finding.controls = read_strings(node["c"]);
  finding.suppression.by = node["by"].string();
  finding.suppression.reason = node["why"].string();
  set_fingerprint(finding);
  return finding;
}

void write_result(JsonWriter& json, const FileResult& result) {
  json.begin_object().key("path").string(result.path).key("inspector").string(result.inspector);
  if (!result.packages.empty()) {
    json.key("packages").begin_array();
    for (const Package& package : result.packages) write_package(json, package, result.path);
    json.end_array();
  }
  if (!result.distributions.empty()) {
    json.key("distributions").begin_array();
    for (const Distribution& distribution : result.distributions)
      write_distribution(json, distribution);
    json.end_array();
  }
  if (!result.findings.empty()) {
    json.key("findings").begin_array();
    for (const Finding& finding : result.findings) write_finding(json, finding);
    json.end_array();
  }
  if (!result.owned.empty()) {
    json.key("owned").begin_array();
    for (const OwnedFile& file : result.owned)
      json.integer(std::bit_cast<int64_t>(file.key)).integer(file.package);
    json.end_array();
    write_strings(json, "owners", result.owners);
  }
  write_strings(json, "problems", result.problems);
  write_strings(json, "notes", result.notes);
  json.end_object();
}

FileResult read_result(const Node& node) {
  FileResult result;
  result.path = node["path"].string();
  result.inspector = node["inspector"].string();
  result.packages.reserve(node["packages"].size());
  for (const Node& package : node["packages"].items())
    result.packages.push_back(read_package(package, result.path));
  for (const Node& item : node["distributions"].items())
    result.distributions.push_back(read_distribution(item));
  for (const Node& item : node["findings"].items())
    result.findings.push_back(read_finding(item, result.path));
  result.owners = read_strings(node["owners"]);
  const auto owned = node["owned"].items();
  for (size_t i = 0; i + 1 < owned.size(); i += 2) {
    const auto package = static_cast<uint32_t>(owned[i + 1].integer().value_or(0));
    if (package >= result.owners.size()) continue;
    result.owned.push_back({std::bit_cast<uint64_t>(owned[i].integer().value_or(0)), package});
  }
  result.problems = read_strings(node["problems"]);
  result.notes = read_strings(node["notes"]);
  return result;
}

void write_notable(JsonWriter& json, const NotableFile& file) {
  json.begin_object().key("path").string(file.path).key("m").integer(file.mode);
  if (file.size) json.key("s").integer(static_cast<int64_t>(file.size));
  json.optional("l", file.link);
  if (file.directory) json.key("dir").boolean(true);
  json.end_object();
}

NotableFile read_notable(const Node& node) {
  NotableFile file;
  file.path = node["path"].string();
  file.mode = static_cast<uint32_t>(node["m"].integer().value_or(0));
  file.size = static_cast<uint64_t>(node["s"].integer().value_or(0));
  file.link = node["l"].string();
  file.directory = node["dir"].boolean();
  return file;
}

std::string json_of(const LayerResult& layer) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  json.key("digest").string(layer.digest.text()).key("diffId").string(layer.diff_id.text());
  json.key("packed").integer(static_cast<int64_t>(layer.packed_size));
  json.key("unpacked").integer(static_cast<int64_t>(layer.unpacked_size));
  json.key("files").integer(static_cast<int64_t>(layer.files));
  write_strings(json, "problems", layer.problems);
  json.key("results").begin_array();
  for (const FileResult& result : layer.results) write_result(json, result);
  json.end_array().key("notable").begin_array();
  for (const NotableFile& file : layer.notable) write_notable(json, file);
  json.end_array().end_object();
  return out;
}

Result<LayerResult> layer_of(std::string text) {
  SEAWALL_TRY(const Document document, parse_json(std::move(text)));
  const Node& root = document.root();
  LayerResult layer;
  SEAWALL_TRY(layer.diff_id, Digest::parse(root["diffId"].string()));
  SEAWALL_TRY(layer.digest, Digest::parse(root["digest"].string()));
  layer.packed_size = static_cast<uint64_t>(root["packed"].integer().value_or(0));
  layer.unpacked_size = static_cast<uint64_t>(root["unpacked"].integer().value_or(0));
  layer.files = static_cast<uint64_t>(root["files"].integer().value_or(0));
  layer.problems = read_strings(root["problems"]);
  layer.results.reserve(root["results"].size());
  for (const Node& node : root["results"].items()) layer.results.push_back(read_result(node));
  layer.notable.reserve(root["notable"].size());
  for (const Node& node : root["notable"].items()) layer.notable.push_back(read_notable(node));
  return layer;
}

}  // namespace

std::string to_bytes(const LayerResult& layer) {
  const std::string json = json_of(layer);
  std::string out = fmt::format("{}\n", json.size()) + json;
  for (const uint64_t hash : layer.shadow.hashes()) {
    for (unsigned shift = 0; shift < 64; shift += 8)
      out += static_cast<char>(static_cast<unsigned char>(hash >> shift));
  }
  return out;
}

Result<LayerResult> layer_result_from_bytes(std::string_view bytes) {
  const auto [first, rest] = split_once(bytes, '\n');
  const auto length = parse_unsigned(first);
  if (!length || *length > rest.size() || (rest.size() - *length) % 8 != 0)
    return malformed("no result of a layer");
  SEAWALL_TRY(LayerResult layer, layer_of(std::string(rest.substr(0, *length))));
  std::vector<uint64_t> hashes((rest.size() - *length) / 8);
  const std::string_view packed = rest.substr(*length);
  if constexpr (std::endian::native == std::endian::little) {
    if (!hashes.empty()) std::memcpy(hashes.data(), packed.data(), packed.size());
  } else {
    for (size_t i = 0; i < packed.size(); ++i)
      hashes[i / 8] |= uint64_t{static_cast<unsigned char>(packed[i])} << (i % 8 * 8);
  }
  if (!layer.shadow.assign(std::move(hashes))) return malformed("no result of a layer");
  return layer;
}

}  // namespace seawall::scan
