// SPDX 2.3 as tag-value text: the JSON document line by line, in the order that the specification
// gives the sections: document, packages, licences, relationships.
#include <fmt/format.h>

#include "base/strings.h"
#include "codec/json.h"
#include "report/renderers.h"

namespace seawall::report {
namespace {

class Converter {
 public:
  std::string convert(const Node& document) {
    tag("SPDXVersion", document["spdxVersion"]);
    tag("DataLicense", document["dataLicense"]);
    tag("SPDXID", document["SPDXID"]);
    tag("DocumentName", document["name"]);
    tag("DocumentNamespace", document["documentNamespace"]);
    const Node& creation = document["creationInfo"];
    for (const Node& creator : creation["creators"].items()) tag("Creator", creator);
    tag("Created", creation["created"]);
    text("CreatorComment", creation["comment"]);
    tag("LicenseListVersion", creation["licenseListVersion"]);
    for (const Node& package : document["packages"].items()) write_package(package);
    for (const Node& license : document["hasExtractedLicensingInfos"].items()) {
      out_ += '\n';
      tag("LicenseID", license["licenseId"]);
      text("ExtractedText", license["extractedText"]);
    }
    out_ += '\n';
    for (const Node& relation : document["relationships"].items()) {
      line("Relationship", fmt::format("{} {} {}", relation["spdxElementId"].string(),
                                       relation["relationshipType"].string(),
                                       relation["relatedSpdxElement"].string()));
    }
    return std::move(out_);
  }

 private:
  // A value of one line: what would end it becomes a space.
  void line(std::string_view name, std::string value) {
    for (char& c : value) {
      if (static_cast<unsigned char>(c) < ' ') c = ' ';
    }
    out_ += fmt::format("{}: {}\n", name, value);
  }
  void tag(std::string_view name, const Node& value) {
    if (value.is_string()) line(name, std::string(value.string()));
  }
  // A value of many lines; the end mark inside it would end it early.
  void text(std::string_view name, const Node& value) {
    if (!value.is_string()) return;
    std::string shown = replace_all(value.string(), "</text>", "< /text>");
    for (char& c : shown) {
      if (static_cast<unsigned char>(c) < ' ' && c != '\n') c = ' ';
    }
    out_ += fmt::format("{}: <text>{}</text>\n", name, shown);
  }

  void write_package(const Node& package) {
    out_ += '\n';
    tag("PackageName", package["name"]);
    tag("SPDXID", package["SPDXID"]);
    tag("PackageVersion", package["versionInfo"]);
    tag("PackageDownloadLocation", package["downloadLocation"]);
    line("FilesAnalyzed", "false");
    for (const Node& checksum : package["checksums"].items()) {
      line("PackageChecksum", fmt::format("{}: {}", checksum["algorithm"].string(),
                                          checksum["checksumValue"].string()));
    }
    text("PackageSourceInfo", package["sourceInfo"]);
    tag("PackageLicenseConcluded", package["licenseConcluded"]);
    tag("PackageLicenseDeclared", package["licenseDeclared"]);
    tag("PackageCopyrightText", package["copyrightText"]);
    text("PackageSummary", package["summary"]);
    text("PackageComment", package["comment"]);
    for (const Node& reference : package["externalRefs"].items()) {
      line("ExternalRef", fmt::format("{} {} {}", reference["referenceCategory"].string(),
                                      reference["referenceType"].string(),
                                      reference["referenceLocator"].string()));
    }
    tag("PrimaryPackagePurpose", package["primaryPackagePurpose"]);
  }

  std::string out_;
};

}  // namespace

std::string render_spdx_tag_value(const ScanReport& report) {
  // Our own writer made the document, so it parses.
  const auto document = parse_json(render_spdx(report));
  return document.ok() ? Converter().convert(document->root()) : std::string();
}

}  // namespace seawall::report
