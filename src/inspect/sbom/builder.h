// What the readers of all formats fill in: one component after the other, in the words of its
// document, becomes a package.
#pragma once

#include <map>
#include <string>

#include "codec/json.h"
#include "codec/xml.h"
#include "inspect/sbom/sbom.h"

namespace seawall::inspect {

struct SbomComponent {
  std::string type;  // CycloneDX's words: "library", "operating-system", "container"
  std::string name, version, purl, license, checksum;
  std::string path;  // where it was found, when the format has a place for it
  std::string source_name, source_version;
  std::map<std::string, std::string> properties;
  bool optional = false;
  uint32_t line = 0;  // in the document
};

class SbomBuilder {
 public:
  SbomBuilder(std::string format, const Limits& limits) : limits_(limits) {
    content_.format = std::move(format);
  }
  void artifact(std::string_view name, std::string_view digest);
  void distribution(std::string_view name, std::string_view version);
  Status add(const SbomComponent& component);
  void note(std::string message);
  SbomContent finish();

 private:
  const Limits& limits_;
  SbomContent content_;
  Distribution from_purls_;
  size_t without_purl_ = 0, unknown_type_ = 0, bad_purl_ = 0;
};

// One reader a format; each adds what it finds. ERRORS: kLimit, kMalformed.
Status read_cyclonedx(const Node& root, SbomBuilder& builder);
Status read_cyclonedx_xml(const XmlNode& root, SbomBuilder& builder);
Status read_spdx(const Node& root, SbomBuilder& builder);
Status read_spdx_3(const Node& root, SbomBuilder& builder);
Status read_spdx_tag_value(std::string_view text, SbomBuilder& builder);
Status read_syft(const Node& root, SbomBuilder& builder);

// What SPDX of either generation has in free text: where a package was found, what found it.
void read_spdx_source_info(std::string_view info, SbomComponent& component);
void read_spdx_comment(std::string_view comment, SbomComponent& component);

}  // namespace seawall::inspect
