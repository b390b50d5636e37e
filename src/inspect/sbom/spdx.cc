// SPDX 2.2 and 2.3 (JSON, tag-value).
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/sbom/builder.h"

namespace seawall::inspect {
namespace {

constexpr std::string_view kNothing[] = {"NOASSERTION", "NONE"};

std::string known(std::string_view value) {
  for (const std::string_view nothing : kNothing) {
    if (value == nothing) return {};
  }
  return std::string(value);
}

// "LicenseRef-..." of the document becomes the text it stands for, when that is one line.
using LicenseTexts = std::map<std::string, std::string, std::less<>>;
std::string license_text(std::string_view license, const LicenseTexts& texts) {
  const auto at = texts.find(license);
  return at != texts.end() && at->second.find('\n') == std::string::npos ? at->second
                                                                         : known(license);
}

// "SPDXRef-Artifact" is what Seawall calls the artifact itself, which may be a whole system.
std::string_view purpose_type(std::string_view purpose, std::string_view id) {
  if (id == "SPDXRef-Artifact") return "container";
  if (purpose == "OPERATING-SYSTEM" || purpose == "OPERATING_SYSTEM" ||
      id.starts_with("SPDXRef-OperatingSystem"))
    return "operating-system";
  return purpose == "CONTAINER" || id.starts_with("SPDXRef-ContainerImage") ? "container"
                                                                            : "library";
}

}  // namespace

// "found in /var/lib/dpkg/status, layer 2 (sha256:...)" as Seawall writes it, and Trivy's "built
// package from: openssl 1:1.0.2k-16.el7".
void read_spdx_source_info(std::string_view info, SbomComponent& component) {
  constexpr std::string_view kFound = "found in /", kBuilt = "built package from: ";
  if (info.starts_with(kBuilt)) {
    const auto [name, version] = split_once(info.substr(kBuilt.size()), ' ');
    component.source_name = name;
    component.source_version = version;
  }
  if (!info.starts_with(kFound)) return;
  info.remove_prefix(kFound.size());
  std::string_view path = info;
  if (const size_t made = path.find(", made by: "); made != std::string_view::npos) {
    component.properties["seawall:layer:instruction"] = path.substr(made + 11);
    path = path.substr(0, made);
  }
  if (const size_t layer = path.rfind(", layer "); layer != std::string_view::npos) {
    const auto [number, digest] = split_once(path.substr(layer + 8), ' ');
    if (const auto value = parse_unsigned(number); value && *value > 0)
      component.properties["seawall:layer:index"] = std::to_string(*value - 1);
    if (digest.size() > 2) {
      component.properties["seawall:layer:diffId"] = digest.substr(1, digest.size() - 2);
    }
    path = path.substr(0, layer);
  }
  component.path = path;
}

void read_spdx_comment(std::string_view comment, SbomComponent& component) {
  constexpr std::string_view kFoundBy = "found by ";
  component.optional = comment.find("only for development") != std::string_view::npos;
  if (comment.starts_with(kFoundBy))
    component.properties["seawall:package:foundBy"] =
        comment.substr(kFoundBy.size(), comment.find(',') - kFoundBy.size());
}

Status read_spdx(const Node& root, SbomBuilder& builder) {
  LicenseTexts texts;
  for (const Node& license : root["hasExtractedLicensingInfos"].items())
    texts.emplace(license["licenseId"].string(), license["extractedText"].string());
  for (const Node& node : root["packages"].items()) {
    SbomComponent component;
    component.line = node.line();
    component.type = purpose_type(node["primaryPackagePurpose"].string(), node["SPDXID"].string());
    component.name = node["name"].string();
    component.version = node["versionInfo"].string();
    component.license = license_text(node["licenseDeclared"].string(), texts);
    for (const Node& reference : node["externalRefs"].items()) {
      if (reference["referenceType"].string() == "purl" && component.purl.empty())
        component.purl = reference["referenceLocator"].string();
    }
    if (const Node& sum = node["checksums"][0]; sum.exists())
      component.checksum =
          to_lower(sum["algorithm"].string()) + ":" + std::string(sum["checksumValue"].string());
    read_spdx_source_info(node["sourceInfo"].string(), component);
    read_spdx_comment(node["comment"].string(), component);
    if (component.type == "container") {
      builder.artifact(component.name, component.version);
      component.purl.clear();
    }
    SEAWALL_CHECK(builder.add(component));
  }
  builder.artifact(root["name"].string(), "");
  return {};
}

// A tag-value document is lines "Tag: value", where a value may be <text> over many lines.
Status read_spdx_tag_value(std::string_view text, SbomBuilder& builder) {
  SbomComponent component;
  std::vector<SbomComponent> components;
  LicenseTexts texts;
  std::string license_id, id, purpose;
  const auto close = [&] {
    if (component.name.empty()) return;
    component.type = purpose_type(purpose, id);
    components.push_back(std::move(component));
  };
  uint32_t line = 1;
  while (!text.empty()) {
    const uint32_t first_line = line;
    const size_t newline = text.find('\n');
    size_t end = std::min(newline, text.size());
    // Looked for in this line alone: text without colons must not cost its square.
    const size_t colon = text.substr(0, end).find(':');
    std::string_view tag, value;
    if (colon != std::string_view::npos) {
      tag = trim(text.substr(0, colon));
      value = trim(text.substr(colon + 1, end - colon - 1));
      if (value.starts_with("<text>")) {
        const size_t begin = text.find("<text>", colon) + 6;
        const size_t close_at = text.find("</text>", begin);
        if (close_at == std::string_view::npos)
          return malformed(fmt::format("line {}: <text> without an end", first_line));
        value = text.substr(begin, close_at - begin);
        end = std::min(text.find('\n', close_at), text.size());
      }
    }
    for (const char c : text.substr(0, end)) line += c == '\n';
    ++line;
    text.remove_prefix(std::min(end + 1, text.size()));
    if (tag == "PackageName") {
      close();
      component = {};
      component.line = first_line;
      component.name = value;
      id.clear();
      purpose.clear();
    } else if (tag == "SPDXID") {
      id = value;
    } else if (tag == "PackageVersion") {
      component.version = value;
    } else if (tag == "PackageLicenseDeclared") {
      component.license = value;
    } else if (tag == "PackageSourceInfo") {
      read_spdx_source_info(value, component);
    } else if (tag == "PackageComment") {
      read_spdx_comment(value, component);
    } else if (tag == "PrimaryPackagePurpose") {
      purpose = value;
    } else if (tag == "PackageChecksum" && component.checksum.empty()) {
      const auto [algorithm, digits] = split_once(value, ':');
      component.checksum = to_lower(algorithm) + ":" + std::string(trim(digits));
    } else if (tag == "ExternalRef") {
      const auto [category, rest] = split_once(value, ' ');
      const auto [type, locator] = split_once(trim(rest), ' ');
      if (type == "purl" && component.purl.empty()) component.purl = trim(locator);
    } else if (tag == "LicenseID") {
      license_id = value;
    } else if (tag == "ExtractedText") {
      texts.emplace(license_id, value);
    }
  }
  close();
  for (SbomComponent& one : components) {
    one.license = license_text(one.license, texts);
    if (one.type == "container") {
      builder.artifact(one.name, one.version);
      one.purl.clear();
    }
    SEAWALL_CHECK(builder.add(one));
  }
  return {};
}

}  // namespace seawall::inspect
