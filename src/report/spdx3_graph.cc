#include "report/spdx3_graph.h"

#include <fmt/format.h>

namespace seawall::report {

Spdx3Graph::Spdx3Graph(std::string& out, std::string_view uuid)
    : prefix_(fmt::format("https://seawall.dev/spdx/{}#", uuid)), json_(out) {}

std::string Spdx3Graph::iri(std::string_view local) const {
  return prefix_ + std::string(local);
}

void Spdx3Graph::begin(std::string_view type, std::string_view local) {
  elements_.emplace_back(local);
  json_.begin_object();
  json_.key("type").string(type);
  json_.key("spdxId").string(iri(local));
  json_.key("creationInfo").string("_:creation");
}

void Spdx3Graph::begin_relationship(std::string_view type, std::string_view from,
                                    std::string_view what, const std::vector<std::string>& to) {
  begin(type, fmt::format("Relationship-{}", ++relationships_));
  json_.key("from").string(iri(from));
  json_.key("relationshipType").string(what);
  iris("to", to);
}

void Spdx3Graph::iris(std::string_view key, const std::vector<std::string>& locals) {
  json_.key(key).begin_array();
  for (const std::string& local : locals) json_.string(iri(local));
  json_.end_array();
}

}  // namespace seawall::report
