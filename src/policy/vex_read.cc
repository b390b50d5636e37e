// The three formats of VEX documents into statements.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/strings.h"
#include "codec/json.h"
#include "policy/vex.h"

namespace seawall::policy {
namespace {

UnixSeconds time_of(const Node& node, UnixSeconds other = 0) {
  return parse_time(node.string()).value_or(other);
}

bool known_status(std::string_view status) {
  return status == "not_affected" || status == "affected" || status == "fixed" ||
         status == "under_investigation";
}

void add(VexDocument& document, VexStatement statement, uint32_t line) {
  const bool usable = known_status(statement.status) && !statement.vulnerabilities.empty() &&
                      !statement.products.empty();
  if (usable) {
    document.statements.push_back(std::move(statement));
  } else {
    document.problems.push_back(
        {fmt::format("{}, line {}", statement.source, line),
         "a statement without a status, a vulnerability or a product was left out",
         "name all three in the VEX document", Code::kMalformed});
  }
}

void append(std::vector<std::string>& list, std::string_view text) {
  if (!text.empty()) list.emplace_back(text);
}

// A product or subcomponent: a plain string in 0.0.1, an object since.
void append_identifiers(std::vector<std::string>& list, const Node& node) {
  append(list, node.string());
  append(list, node["@id"].string());
  append(list, node["identifiers"]["purl"].string());
}

void read_openvex(const Node& root, const std::string& source, VexDocument& document) {
  const UnixSeconds written = time_of(root["last_updated"], time_of(root["timestamp"]));
  for (const Node& node : root["statements"].items()) {
    VexStatement statement;
    statement.source = source;
    const Node& vulnerability = node["vulnerability"];
    append(statement.vulnerabilities, vulnerability.string());
    append(statement.vulnerabilities, vulnerability["name"].string());
    for (const Node& alias : vulnerability["aliases"].items())
      append(statement.vulnerabilities, alias.string());
    statement.status = node["status"].string();
    statement.justification = node["justification"].string();
    statement.impact = node["impact_statement"].string();
    statement.action = node["action_statement"].string();
    statement.timestamp = time_of(node["last_updated"], time_of(node["timestamp"], written));
    // Each product has subcomponents of its own.
    for (const Node& product : node["products"].items()) {
      VexStatement one = statement;
      append_identifiers(one.products, product);
      for (const Node& part : product["subcomponents"].items())
        append_identifiers(one.subcomponents, part);
      for (const Node& part : node["subcomponents"].items())
        append_identifiers(one.subcomponents, part);
      add(document, std::move(one), node.line());
    }
    if (node["products"].size() == 0) add(document, std::move(statement), node.line());
  }
}

// CSAF names products once, in a tree and in relationships, and then speaks of their ids.
class CsafProducts {
 public:
  explicit CsafProducts(const Node& tree) {
    walk(tree);
    for (const Node& relation : tree["relationships"].items()) {
      const std::string id(relation["full_product_name"]["product_id"].string());
      parts_[id] = {std::string(relation["relates_to_product_reference"].string()),
                    std::string(relation["product_reference"].string())};
    }
  }
  void fill(VexStatement& statement, std::string_view id) const {
    if (const auto part = parts_.find(id); part != parts_.end()) {
      // A part of a platform without a package URL could be any platform's: nothing is said of it.
      const auto platform = purls_.find(part->second.first);
      const auto component = purls_.find(part->second.second);
      if (platform != purls_.end() && component != purls_.end()) {
        statement.products.push_back(platform->second);
        statement.subcomponents.push_back(component->second);
      }
    }
    if (const auto purl = purls_.find(id); purl != purls_.end() && statement.products.empty())
      statement.products.push_back(purl->second);
  }

 private:
  void name(const Node& product) {
    const Node& helper = product["product_identification_helper"];
    std::string_view purl = helper["purl"].string();
    if (purl.empty()) purl = helper["purls"][0].string();
    if (!purl.empty()) purls_.emplace(product["product_id"].string(), purl);
  }
  void walk(const Node& node) {
    for (const Node& product : node["full_product_names"].items()) name(product);
    if (node["product"].exists()) name(node["product"]);
    for (const Node& relation : node["relationships"].items()) name(relation["full_product_name"]);
    for (const Node& branch : node["branches"].items()) walk(branch);
  }
  std::map<std::string, std::string, std::less<>> purls_;
  std::map<std::string, std::pair<std::string, std::string>, std::less<>> parts_;
};

// The text of the first entry that concerns the product.
std::string_view entry_for(const Node& list, std::string_view product, std::string_view member) {
  for (const Node& entry : list.items()) {
    for (const Node& id : entry["product_ids"].items()) {
      if (id.string() == product) return entry[member].string();
    }
  }
  return {};
}

void read_csaf(const Node& root, const std::string& source, VexDocument& document) {
  const CsafProducts products(root["product_tree"]);
  const UnixSeconds written = time_of(root["document"]["tracking"]["current_release_date"]);
  constexpr std::pair<const char*, const char*> kStatuses[] = {
      {"known_not_affected", "not_affected"},
      {"fixed", "fixed"},
      {"first_fixed", "fixed"},
      {"known_affected", "affected"},
      {"under_investigation", "under_investigation"}};
  for (const Node& node : root["vulnerabilities"].items()) {
    for (const auto& [member, status] : kStatuses) {
      for (const Node& id : node["product_status"][member].items()) {
        VexStatement statement;
        statement.source = source;
        append(statement.vulnerabilities, node["cve"].string());
        for (const Node& other : node["ids"].items())
          append(statement.vulnerabilities, other["text"].string());
        statement.status = status;
        statement.timestamp = written;
        statement.justification = entry_for(node["flags"], id.string(), "label");
        const bool affected = statement.status == "affected";
        (affected ? statement.action : statement.impact) =
            affected ? entry_for(node["remediations"], id.string(), "details")
                     : entry_for(node["threats"], id.string(), "details");
        products.fill(statement, id.string());
        add(document, std::move(statement), node.line());
      }
    }
  }
}

std::string_view openvex_justification(std::string_view cyclonedx) {
  if (cyclonedx == "code_not_present") return "vulnerable_code_not_present";
  if (cyclonedx == "code_not_reachable") return "vulnerable_code_not_in_execute_path";
  if (cyclonedx.starts_with("requires_"))
    return "vulnerable_code_cannot_be_controlled_by_adversary";
  if (cyclonedx.starts_with("protected_")) return "inline_mitigations_already_exist";
  return {};
}

void read_components(const Node& list, std::map<std::string, std::string, std::less<>>& purls) {
  for (const Node& component : list.items()) {
    if (component["bom-ref"].is_string() && component["purl"].is_string())
      purls.emplace(component["bom-ref"].string(), component["purl"].string());
    read_components(component["components"], purls);
  }
}

void read_cyclonedx(const Node& root, const std::string& source, VexDocument& document) {
  std::map<std::string, std::string, std::less<>> purls;
  read_components(root["components"], purls);
  const UnixSeconds written = time_of(root["metadata"]["timestamp"]);
  for (const Node& node : root["vulnerabilities"].items()) {
    const Node& analysis = node["analysis"];
    const std::string_view state = analysis["state"].string();
    if (state.empty()) continue;
    VexStatement statement;
    statement.source = source;
    append(statement.vulnerabilities, node["id"].string());
    for (const Node& other : node["references"].items())
      append(statement.vulnerabilities, other["id"].string());
    statement.status = state == "not_affected" || state == "false_positive" ? "not_affected"
                       : state.starts_with("resolved")                      ? "fixed"
                       : state == "exploitable"                             ? "affected"
                                                                            : "under_investigation";
    statement.justification = openvex_justification(analysis["justification"].string());
    statement.impact = analysis["detail"].string();
    statement.timestamp = time_of(analysis["lastUpdated"], time_of(node["updated"], written));
    for (const Node& target : node["affects"].items()) {
      std::string_view reference = target["ref"].string();
      // A BOM-Link "urn:cdx:UUID/1#ref" names a component of another document by its reference.
      if (reference.starts_with("urn:cdx:")) reference = split_once(reference, '#').second;
      const auto at = purls.find(reference);
      append(statement.products, at == purls.end() ? reference : std::string_view(at->second));
    }
    add(document, std::move(statement), node.line());
  }
}

// Envelope, statement, document: no honest one nests deeper.
constexpr int kMostWrappings = 3;

Result<VexDocument> read_root(const Node& root, const std::string& source, const Limits& limits,
                              int wrappings) {
  if (wrappings > kMostWrappings) return limit_reached("attestations nested in attestations");
  VexDocument document;
  if (root["dsseEnvelope"].is_object())
    return read_root(root["dsseEnvelope"], source, limits, wrappings + 1);
  if (root["payload"].is_string() && root["payloadType"].is_string()) {
    SEAWALL_TRY(std::string payload, from_base64(root["payload"].string()));
    SEAWALL_TRY(const Document inner, parse_json(std::move(payload), limits));
    return read_root(inner.root(), source, limits, wrappings + 1);
  }
  if (root["predicateType"].is_string())
    return read_root(root["predicate"], source, limits, wrappings + 1);
  if (root["@context"].string().find("openvex") != std::string_view::npos) {
    read_openvex(root, source, document);
  } else if (root["document"]["csaf_version"].is_string()) {
    read_csaf(root, source, document);
  } else if (root["bomFormat"].string() == "CycloneDX") {
    read_cyclonedx(root, source, document);
  } else {
    return unsupported("the document is no VEX that Seawall knows")
        .hint("OpenVEX, CSAF or CycloneDX, as JSON");
  }
  return document;
}

}  // namespace

Result<VexDocument> read_vex(std::string bytes, const std::string& source, const Limits& limits) {
  SEAWALL_TRY(const Document json, parse_json(std::move(bytes), limits));
  return read_root(json.root(), source, limits, 0);
}

}  // namespace seawall::policy
