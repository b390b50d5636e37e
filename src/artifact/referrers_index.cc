#include "artifact/referrers_index.h"

#include <algorithm>

#include <fmt/format.h>

#include "artifact/manifest.h"
#include "base/strings.h"
#include "codec/json.h"

namespace seawall::artifact {
namespace {

constexpr std::string_view kCreated = "org.opencontainers.image.created";
constexpr int kMostWrappings = 3;  // bundle, envelope, statement

bool holds_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != text.npos; });
}

// The media type itself is a document of the kind ("application/spdx+json").
bool is_document_type(std::string_view type, AttachedKind kind) {
  if (kind == AttachedKind::kVex) return holds_any(type, {"openvex", "application/vex", "csaf"});
  return holds_any(type, {"spdx", "cyclonedx", "syft", "cosign.artifact.sbom"});
}

// The media type wraps statements of any kind.
bool is_envelope_type(std::string_view type) {
  return holds_any(type, {"in-toto", "dsse", "sigstore.bundle"});
}

bool is_predicate(std::string_view type, AttachedKind kind) {
  if (kind == AttachedKind::kVex) return holds_any(type, {"openvex", "cyclonedx.org/vex", "csaf"});
  return holds_any(
      type, {"spdx.dev", "spdx.org", "cyclonedx.org/bom", "cyclonedx.org/schema", "syft.dev/bom"});
}

// What a manifest's layer says of the statement in it: BuildKit's and cosign's annotations.
std::string_view predicate_of(const Node& annotations) {
  for (const char* key :
       {"in-toto.io/predicate-type", "predicateType", "dev.sigstore.bundle.predicateType"}) {
    if (const auto type = annotations[key].string(); !type.empty()) return type;
  }
  return {};
}

bool statement_attests(const Node& root, AttachedKind kind, const Limits& limits, int wrappings) {
  if (wrappings > kMostWrappings) return false;
  if (root["dsseEnvelope"].is_object())
    return statement_attests(root["dsseEnvelope"], kind, limits, wrappings + 1);
  if (!root["payload"].is_string()) return is_predicate(root["predicateType"].string(), kind);
  auto payload = from_base64(root["payload"].string());
  if (!payload.ok()) return false;
  const auto inner = parse_json(std::move(payload).value(), limits);
  return inner.ok() && statement_attests(inner->root(), kind, limits, wrappings + 1);
}

}  // namespace

std::string_view to_string(AttachedKind kind) {
  return kind == AttachedKind::kSbom ? "SBOM" : "VEX document";
}

Result<std::vector<ReferrerEntry>> parse_referrers(std::string_view json, const Limits& limits) {
  SEAWALL_TRY(const bool index, is_index(json, "", limits));
  if (!index) return malformed("a manifest where a list of manifests should be");
  SEAWALL_TRY(const Document document, parse_json(std::string(json), limits));
  const Node& list = document.root()["manifests"];
  if (list.size() > kMostReferrers) {
    return limit_reached(fmt::format("{} manifests are listed; at most {} are looked at",
                                     list.size(), kMostReferrers));
  }
  std::vector<ReferrerEntry> entries;
  for (const Node& node : list.items()) {
    auto descriptor = parse_descriptor(node, limits.manifest_bytes);
    if (!descriptor.ok())
      return std::move(descriptor).error().at(fmt::format("entry {}", entries.size() + 1));
    const Node& annotations = node["annotations"];
    ReferrerEntry entry;
    entry.descriptor = std::move(descriptor).value();
    entry.artifact_type = node["artifactType"].string();
    entry.created = annotations[kCreated].string();
    entry.name = annotations["org.opencontainers.image.ref.name"].string();
    if (annotations["vnd.docker.reference.type"].string() == "attestation-manifest")
      entry.attests_to = annotations["vnd.docker.reference.digest"].string();
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<AttachedManifest> parse_attached(std::string_view json, std::string_view artifact_type,
                                        AttachedKind kind, const Limits& limits) {
  SEAWALL_TRY(const Manifest manifest, parse_manifest(json, limits));
  SEAWALL_TRY(const Document document, parse_json(std::string(json), limits));
  const Node& root = document.root();
  AttachedManifest attached;
  attached.subject = root["subject"]["digest"].string();
  attached.created = root["annotations"][kCreated].string();
  const std::string_view own = root["artifactType"].string(artifact_type);
  for (size_t i = 0; i < manifest.layers.size(); ++i) {
    const Descriptor& layer = manifest.layers[i];
    const std::string_view predicate = predicate_of(root["layers"][i]["annotations"]);
    AttachedLayer found{layer, false};
    if (is_envelope_type(layer.media_type)) {
      if (!predicate.empty() && !is_predicate(predicate, kind)) continue;
      found.surely = !predicate.empty();
    } else {
      // A manifest of SBOMs may call its layers plain JSON.
      found.surely = is_document_type(layer.media_type, kind) || is_document_type(own, kind);
      if (!found.surely) continue;
    }
    attached.layers.push_back(std::move(found));
  }
  return attached;
}

bool may_hold(std::string_view artifact_type, AttachedKind kind) {
  // Early indexes say nothing, or name the configuration's type.
  return artifact_type.empty() || artifact_type.find(".config.") != artifact_type.npos ||
         artifact_type.find("oci.empty") != artifact_type.npos ||
         is_document_type(artifact_type, kind) || is_envelope_type(artifact_type);
}

bool attests(std::string_view bytes, AttachedKind kind, const Limits& limits) {
  const auto document = parse_json(std::string(bytes.substr(0, bytes.find('\n'))), limits);
  if (document.ok()) return statement_attests(document->root(), kind, limits, 0);
  const auto whole = parse_json(std::string(bytes), limits);
  return whole.ok() && statement_attests(whole->root(), kind, limits, 0);
}

}  // namespace seawall::artifact
