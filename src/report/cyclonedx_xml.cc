// CycloneDX 1.6 in XML: the JSON document in the other notation. Both have the same members in the
// same order; XML makes some of them attributes and wraps the items of a list in an element of
// their own.
#include <iterator>

#include <fmt/format.h>

#include "codec/json.h"
#include "report/renderers.h"
#include "report/xml_writer.h"

namespace seawall::report {
namespace {

// What an item of a list is called, and where lists of plain strings have their value.
struct List {
  std::string_view name, item;
  std::string_view reference;  // strings become <item ref="..."/>
};
constexpr List kLists[] = {
    {"components", "component", ""},
    {"hashes", "hash", ""},
    {"licenses", "", ""},
    {"properties", "property", ""},
    {"occurrences", "occurrence", ""},
    {"compositions", "composition", ""},
    {"assemblies", "assembly", "ref"},
    {"dependencies", "dependency", ""},
    {"dependsOn", "dependency", "ref"},
    {"vulnerabilities", "vulnerability", ""},
    {"references", "reference", ""},
    {"ratings", "rating", ""},
    {"cwes", "cwe", ""},
    {"advisories", "advisory", ""},
    {"response", "response", ""},
    {"affects", "target", ""},
    {"versions", "version", ""},
};

const List* list_of(std::string_view name) {
  for (const List& list : kLists) {
    if (list.name == name) return &list;
  }
  return nullptr;
}

struct Attribute {
  std::string_view element, member;
};
constexpr Attribute kAttributes[] = {
    {"component", "type"}, {"component", "bom-ref"},       {"hash", "alg"},
    {"property", "name"},  {"license", "acknowledgement"}, {"dependency", "ref"}};

bool is_attribute(std::string_view element, std::string_view member) {
  for (const Attribute& attribute : kAttributes) {
    if (attribute.element == element && attribute.member == member) return true;
  }
  return false;
}

// The members whose value is the element's own text.
bool is_text(std::string_view element, std::string_view member) {
  return (element == "hash" && member == "content") || (element == "property" && member == "value");
}

std::string scalar(const Node& node) {
  if (node.is_string()) return std::string(node.string());
  if (const auto integer = node.integer()) return fmt::format("{}", *integer);
  if (const auto number = node.number()) return fmt::format("{}", *number);
  return node.boolean() ? "true" : "false";
}

class Converter {
 public:
  explicit Converter(std::string& out) : xml_(out) {}

  void write_bom(const Node& bom) {
    xml_.begin("bom")
        .attribute("xmlns",
                   fmt::format("http://cyclonedx.org/schema/bom/{}", bom["specVersion"].string()))
        .attribute("serialNumber", bom["serialNumber"].string())
        .attribute("version", "1");
    for (const char* name :
         {"metadata", "components", "dependencies", "compositions", "vulnerabilities"}) {
      if (bom[name].exists()) write(name, bom[name]);
    }
    xml_.end();
  }

 private:
  void write(std::string_view name, const Node& node) {
    if (node.is_array()) return write_list(name, node);
    if (!node.is_object()) {
      xml_.begin(name).text(scalar(node)).end();
      return;
    }
    xml_.begin(name);
    write_members(name, node);
    xml_.end();
  }

  void write_members(std::string_view name, const Node& node) {
    for (const Member& member : node.members()) {
      if (is_attribute(name, member.key)) xml_.attribute(member.key, scalar(member.value));
    }
    for (const Member& member : node.members()) {
      if (is_attribute(name, member.key)) continue;
      if (is_text(name, member.key)) {
        xml_.text(scalar(member.value));
      } else {
        write(member.key, member.value);
      }
    }
  }

  void write_list(std::string_view name, const Node& node) {
    const List* list = list_of(name);
    if (!list || node.size() == 0) return;
    // What a dependency needs stands inside it without a list around it.
    const bool wrapped = name != "dependsOn";
    if (wrapped) xml_.begin(name == "response" ? "responses" : name);
    for (const Node& item : node.items()) {
      if (name == "licenses") {
        write_license(item);
      } else if (!list->reference.empty()) {
        xml_.begin(list->item).attribute(list->reference, item.string()).end();
      } else {
        write(list->item, item);
      }
    }
    if (wrapped) xml_.end();
  }

  void write_license(const Node& choice) {
    if (choice["license"].exists()) return write("license", choice["license"]);
    xml_.begin("expression")
        .attribute("acknowledgement", choice["acknowledgement"].string())
        .text(choice["expression"].string())
        .end();
  }

  XmlWriter xml_;
};

}  // namespace

std::string render_cyclonedx_xml(const ScanReport& report) {
  std::string out;
  // Our own writer made the document, so it parses.
  if (const auto document = parse_json(render_cyclonedx(report)); document.ok()) {
    Converter(out).write_bom(document->root());
  }
  return out;
}

}  // namespace seawall::report
