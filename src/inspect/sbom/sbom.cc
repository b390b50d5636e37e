#include "inspect/sbom/sbom.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/sbom/builder.h"

namespace seawall::inspect {
namespace {

// Envelope, statement, and a document as a string inside: no honest one nests deeper.
constexpr int kMostWrappings = 4;

Result<SbomContent> read(std::string bytes, const Limits& limits, int wrappings);

Result<SbomContent> read_json(const Node& root, const Limits& limits, int wrappings) {
  if (wrappings > kMostWrappings) return limit_reached("attestations nested in attestations");
  // What `cosign attest` attaches since 2.0 (sigstore bundle 0.3).
  if (root["dsseEnvelope"].is_object())
    return read_json(root["dsseEnvelope"], limits, wrappings + 1);
  if (root["payload"].is_string() && root["payloadType"].is_string()) {
    SEAWALL_TRY(std::string payload, from_base64(root["payload"].string()));
    SEAWALL_TRY(SbomContent content, read(std::move(payload), limits, wrappings + 1));
    content.notes.push_back({"attestation", "its signature was not verified",
                             "verify it first, for example with cosign verify-attestation",
                             Code::kUnsupported});
    return content;
  }
  if (root["predicateType"].is_string()) {
    const Node& predicate = root["predicate"];
    const Node& inner = predicate["Data"].exists() ? predicate["Data"] : predicate;
    SEAWALL_TRY(SbomContent content, inner.is_string()
                                         ? read(std::string(inner.string()), limits, wrappings + 1)
                                         : read_json(inner, limits, wrappings + 1));
    const Node& subject = root["subject"][0];
    if (content.artifact_name.empty()) content.artifact_name = subject["name"].string();
    if (auto digest = Digest::parse("sha256:" + std::string(subject["digest"]["sha256"].string()));
        digest.ok()) {
      content.artifact_digest = std::move(digest).value();
    }
    return content;
  }
  const auto with = [&](std::string format,
                        Status (*reader)(const Node&, SbomBuilder&)) -> Result<SbomContent> {
    SbomBuilder builder(std::move(format), limits);
    SEAWALL_CHECK(reader(root, builder));
    return builder.finish();
  };
  if (root["bomFormat"].string() == "CycloneDX")
    return with(fmt::format("CycloneDX {}", to_valid_utf8(root["specVersion"].string())),
                read_cyclonedx);
  if (root["spdxVersion"].is_string())
    return with(std::string(root["spdxVersion"].string()), read_spdx);
  if (root["@graph"].is_array()) return with("SPDX-3.0", read_spdx_3);
  if (root["artifacts"].is_array() && root["schema"].exists()) return with("syft-json", read_syft);
  return unsupported("the document is no bill of materials that Seawall knows")
      .hint("CycloneDX, SPDX or syft-json, as JSON, XML or tag-value");
}

Result<SbomContent> read(std::string bytes, const Limits& limits, int wrappings) {
  const std::string_view text = trim(bytes);
  if (text.starts_with("\xEF\xBB\xBF"))
    return read(bytes.substr(bytes.find('\xEF') + 3), limits, wrappings);
  if (text.starts_with('<')) {
    const std::string valid = to_valid_utf8(bytes);
    SEAWALL_TRY(const auto document, XmlDocument::parse(valid, limits));
    const XmlNode root = document->root();
    const std::string_view space = root.attribute("xmlns");
    if (root.name() != "bom" || space.find("cyclonedx.org/schema/bom/") == std::string_view::npos)
      return unsupported("the XML document is no CycloneDX bill of materials");
    SbomBuilder builder(
        fmt::format("CycloneDX {}", to_valid_utf8(space.substr(space.rfind('/') + 1))), limits);
    SEAWALL_CHECK(read_cyclonedx_xml(root, builder));
    return builder.finish();
  }
  if (text.starts_with("SPDXVersion:")) {
    SbomBuilder builder(std::string(trim(text.substr(12, text.find('\n') - 12))), limits);
    SEAWALL_CHECK(read_spdx_tag_value(to_valid_utf8(text), builder));
    return builder.finish();
  }
  // Attestations come one a line; the first is the document.
  if (text.starts_with("{\"payload") && text.find('\n') != std::string_view::npos)
    bytes = std::string(text.substr(0, text.find('\n')));
  SEAWALL_TRY(const Document document, parse_json(std::move(bytes), limits));
  return read_json(document.root(), limits, wrappings);
}

}  // namespace

Result<SbomContent> read_sbom(std::string bytes, const Limits& limits) {
  if (bytes.size() > limits.document_bytes)
    return limit_reached(fmt::format("an SBOM of more than {} bytes", limits.document_bytes));
  return read(std::move(bytes), limits, 0);
}

}  // namespace seawall::inspect
