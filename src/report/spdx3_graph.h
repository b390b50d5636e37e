// The frame of an SPDX 3.0.1 document in JSON-LD: a context and one flat list of elements that name
// each other by IRI (specification 3.0.1, annex "Serialization information").
//
//   graph.begin("software_Package", "Package-npm-qs-0123456789abcdef");
//   graph.json().key("name").string("qs");
//   graph.end();
//   graph.begin_relationship("Relationship", root, "contains", {package});
//   graph.end();
//
// Identifiers are local ("Artifact"); the graph puts the document's namespace before them.
// REQUIRES: every local identifier is used by one begin() only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/json_writer.h"
#include "model/scan_report.h"
#include "report/document.h"

namespace seawall::report {

// Local identifiers that more than one part names.
inline constexpr std::string_view kSpdx3Root = "Artifact";

class Spdx3Graph {
 public:
  // `uuid` makes the namespace, "https://seawall.dev/spdx/UUID#".
  Spdx3Graph(std::string& out, std::string_view uuid);
  JsonWriter& json() { return json_; }
  // An element with its type, identifier and creation information, left open.
  void begin(std::string_view type, std::string_view local);
  // A relationship of any type, left open. REQUIRES: `to` is not empty.
  void begin_relationship(std::string_view type, std::string_view from, std::string_view what,
                          const std::vector<std::string>& to);
  void end() { json_.end_object(); }
  // An array of the IRIs of local identifiers.
  void iris(std::string_view key, const std::vector<std::string>& locals);
  std::string iri(std::string_view local) const;
  // The local identifiers of all elements so far, in their order.
  const std::vector<std::string>& elements() const { return elements_; }

 private:
  const std::string prefix_;
  std::vector<std::string> elements_;
  size_t relationships_ = 0;
  JsonWriter json_;
};

// The elements of the security profile for the report's findings, open ones and those set aside
// (spdx3_security.cc).
void write_spdx3_security(const ScanReport& report, const ComponentList& components,
                          Spdx3Graph& graph);

}  // namespace seawall::report
