// Red Hat's VEX documents (CSAF 2.0, profile "csaf_vex", security.access.redhat.com/data/csaf/v2/
// vex): one CVE, every product of Red Hat, and what each is to it.
//
// A document names products in a tree (a release by CPE, a component by package URL), pairs
// component with release in `relationships`, and lists the pairs by status:
//   fixed                 one record for each notice (vendor_fix remediation), covering the CVE;
//                         rows by binary package
//   known_affected        rows without a fix; the state is in the remediations:
//                         no_fix_planned "Will not fix" / "Out of support scope",
//                         none_available "Affected" / "Fix deferred"
//   under_investigation   rows without a fix
//   known_not_affected    no row
// Two generations of these documents are in use. In the older one a module is a relationship of its
// own (package -> module -> release); in the newer one the package URL has a qualifier "rpmmod".
// Both are read. Components that are no rpm and products that are no stream of Red Hat Enterprise
// Linux are passed over; so are documents of other publishers, whose products have no Red Hat CPE.
// Source: CSAF 2.0 (OASIS), sections 3.2.2 and 3.2.3; purl-spec, type rpm.
#include <algorithm>
#include <unordered_map>

#include "advisory/vendors/vendors.h"
#include "base/strings.h"

namespace seawall::advisory::vendors {
namespace {

constexpr int kTreeDepth = 16;         // real product trees are 4 deep
constexpr int kRelationshipDepth = 4;  // package -> module -> release is 2

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

// "nodejs:18:8090020231:a75119d5" -> "nodejs:18": a module is known by name and stream.
std::string module_stream(std::string_view module) {
  const size_t colon = module.find(':');
  if (colon == std::string_view::npos) return {};
  return std::string(module.substr(0, module.find(':', colon + 1)));
}

// One component: an rpm, or a module when `is_module`.
struct Component {
  std::string name, version, architecture, module;
  bool is_module = false;
};

// pkg:rpm/redhat/NAME@VERSION-RELEASE?arch=A&epoch=E&rpmmod=M, or pkg:rpmmod/redhat/NAME@STREAM:...
bool read_purl(std::string_view purl, Component& component) {
  if (purl.starts_with("pkg:rpm/")) {
    purl.remove_prefix(8);
  } else if (purl.starts_with("pkg:rpmmod/")) {
    purl.remove_prefix(11);
    component.is_module = true;
  } else {
    return false;
  }
  const auto [body, qualifiers] = split_once(purl.substr(0, purl.find('#')), '?');
  const auto [path, version] = split_once(body, '@');
  const size_t slash = path.rfind('/');
  component.name = percent_decoded(slash == std::string_view::npos ? path : path.substr(slash + 1));
  component.version = percent_decoded(version);
  for (std::string_view pair : split(qualifiers, '&')) {
    const auto [key, value] = split_once(pair, '=');
    if (key == "arch") {
      component.architecture = percent_decoded(value);
    } else if (key == "epoch" && value != "0" && !value.empty() && !component.version.empty()) {
      component.version = percent_decoded(value) + ":" + component.version;
    } else if (key == "rpmmod") {
      component.module = module_stream(percent_decoded(value));
    }
  }
  if (component.is_module) {
    component.module = module_stream(component.name + ":" + component.version);
  }
  return !component.name.empty();
}

struct Product {
  std::string_view cpe, purl;
};
struct Relationship {
  std::string_view component, platform;
};
struct Pair {
  std::string ecosystem;  // empty: passed over
  Component component;
};

class VexReader {
 public:
  VexReader(const Node& document, FeedContext& context) : document_(document), context_(context) {}

  void run() {
    read_branches(document_["product_tree"]["branches"], 0);
    for (const Node& product : document_["product_tree"]["full_product_names"].items()) {
      read_product(product);
    }
    for (const Node& relationship : document_["product_tree"]["relationships"].items()) {
      relationships_[relationship["full_product_name"]["product_id"].string()] = {
          relationship["product_reference"].string(),
          relationship["relates_to_product_reference"].string()};
    }
    for (const Node& vulnerability : document_["vulnerabilities"].items()) {
      read_vulnerability(vulnerability);
    }
  }

 private:
  void read_product(const Node& product) {
    const Node& helper = product["product_identification_helper"];
    products_[product["product_id"].string()] = {helper["cpe"].string(), helper["purl"].string()};
  }

  void read_branches(const Node& branches, int depth) {
    if (depth > kTreeDepth) return;
    for (const Node& branch : branches.items()) {
      if (branch["product"].is_object()) read_product(branch["product"]);
      read_branches(branch["branches"], depth + 1);
    }
  }

  // What a product id of a status list stands for.
  Pair resolve(std::string_view id) const {
    auto found = relationships_.find(id);
    if (found == relationships_.end()) return {};
    std::string_view component_id = found->second.component;
    std::string_view platform_id = found->second.platform;
    Pair pair;
    // In the older documents the component may itself be "package of module".
    for (int i = 0; i < kRelationshipDepth; ++i) {
      found = relationships_.find(component_id);
      if (found == relationships_.end()) break;
      component_id = found->second.component;
    }
    const auto product = products_.find(component_id);
    if (product == products_.end() || !read_purl(product->second.purl, pair.component)) return {};
    if (pair.component.is_module) return {};
    for (int i = 0; i < kRelationshipDepth; ++i) {
      found = relationships_.find(platform_id);
      if (found == relationships_.end()) break;
      Component between;
      const auto module = products_.find(found->second.component);
      if (module != products_.end() && read_purl(module->second.purl, between) &&
          between.is_module) {
        pair.component.module = between.module;
      }
      platform_id = found->second.platform;
    }
    const auto platform = products_.find(platform_id);
    if (platform != products_.end()) pair.ecosystem = redhat_ecosystem(platform->second.cpe);
    return pair;
  }

  void read_remediations(const Node& vulnerability) {
    states_.clear();
    notices_.clear();
    for (const Node& remediation : vulnerability["remediations"].items()) {
      const std::string_view category = remediation["category"].string();
      const std::string_view details = remediation["details"].string();
      std::string_view notice;
      FixState state = FixState::kAffected;
      if (category == "vendor_fix") {
        const std::string_view url = remediation["url"].string();
        notice = url.substr(url.rfind('/') + 1);
        if (!notice.starts_with("RH")) continue;
      } else if (category == "no_fix_planned") {
        state =
            details.starts_with("Out of support") ? FixState::kEndOfLife : FixState::kWillNotFix;
      } else if (category == "none_available") {
        state = details.starts_with("Fix deferred") ? FixState::kDeferred : FixState::kAffected;
      } else {
        continue;  // workarounds
      }
      for (const Node& id : remediation["product_ids"].items()) {
        if (notice.empty()) {
          states_[id.string()] = state;
        } else {
          notices_[id.string()] = notice;
        }
      }
    }
  }

  void read_vulnerability(const Node& vulnerability) {
    const std::string_view cve = vulnerability["cve"].string();
    if (!is_cve(cve)) return;
    read_remediations(vulnerability);
    const Node& status = vulnerability["product_status"];
    Record record = describe(vulnerability, cve);
    add_unfixed(status["known_affected"], FixState::kAffected, record);
    add_unfixed(status["under_investigation"], FixState::kUnderInvestigation, record);
    emit_notices(status["fixed"], record);
    context_.sink.record(std::move(record));
  }

  Record describe(const Node& vulnerability, std::string_view cve) const {
    Record record;
    record.feed = "redhat";
    record.id = cve;
    record.published = date_of(vulnerability["release_date"].string());
    record.severity = parse_severity(document_["document"]["aggregate_severity"]["text"].string());
    record.summary = one_line(vulnerability["title"].string());
    for (const Node& note : vulnerability["notes"].items()) {
      if (record.summary.empty() && note["category"].string() == "description") {
        record.summary = one_line(note["text"].string());
      }
    }
    const std::string_view weakness = vulnerability["cwe"]["id"].string();
    if (weakness.starts_with("CWE-")) record.cwes.emplace_back(weakness);
    for (const Node& score : vulnerability["scores"].items()) {
      for (const char* version : {"cvss_v3", "cvss_v2"}) {
        const std::string_view vector = score[version]["vectorString"].string();
        const auto same = [&](const CvssVector& known) { return known.vector == vector; };
        if (std::none_of(record.cvss.begin(), record.cvss.end(), same)) {
          add_cvss(record, vector, "redhat");
        }
      }
    }
    record.references.push_back("https://access.redhat.com/security/cve/" + record.id);
    return record;
  }

  void add_unfixed(const Node& ids, FixState state, Record& record) const {
    const auto key = [](const Affected& row) {
      return std::tie(row.ecosystem, row.package, row.module, row.state);
    };
    for (const Node& id : ids.items()) {
      Pair pair = resolve(id.string());
      if (pair.ecosystem.empty()) continue;
      Affected row;
      row.ecosystem = std::move(pair.ecosystem);
      row.package = std::move(pair.component.name);
      row.module = std::move(pair.component.module);
      row.ranges = below({});
      const auto known = states_.find(id.string());
      row.state = known == states_.end() ? state : known->second;
      record.affected.push_back(std::move(row));
    }
    // The same package is listed once for each architecture and repository.
    std::sort(record.affected.begin(), record.affected.end(),
              [&](const Affected& a, const Affected& b) { return key(a) < key(b); });
    record.affected.erase(
        std::unique(record.affected.begin(), record.affected.end(),
                    [&](const Affected& a, const Affected& b) { return key(a) == key(b); }),
        record.affected.end());
  }

  void emit_notices(const Node& ids, const Record& cve) {
    // notice -> ecosystem -> builds; a fix without a notice goes by the CVE's own name.
    std::map<std::string, std::map<std::string, BuildTable>> notices;
    for (const Node& id : ids.items()) {
      Pair pair = resolve(id.string());
      if (pair.ecosystem.empty() || pair.component.version.empty()) continue;
      const auto notice = notices_.find(id.string());
      notices[std::string(notice == notices_.end() ? cve.id : notice->second)][pair.ecosystem].add(
          pair.component.name, pair.component.version, pair.component.module,
          pair.component.architecture);
    }
    for (const auto& [name, ecosystems] : notices) {
      Record record;
      record.feed = cve.feed;
      record.id = name;
      if (name != cve.id) record.covers.push_back(cve.id);
      record.references.push_back(name == cve.id ? cve.references[0]
                                                 : "https://access.redhat.com/errata/" + name);
      for (const auto& [ecosystem, builds] : ecosystems) {
        for (Affected& row : builds.rows(ecosystem)) record.affected.push_back(std::move(row));
      }
      if (!record.affected.empty()) context_.sink.record(std::move(record));
    }
  }

  const Node& document_;
  FeedContext& context_;
  std::unordered_map<std::string_view, Product> products_;
  std::unordered_map<std::string_view, Relationship> relationships_;
  std::unordered_map<std::string_view, FixState> states_;
  std::unordered_map<std::string_view, std::string_view> notices_;
};

}  // namespace

bool accepts_csaf_vex(const Node& document) {
  return document["document"]["category"].string().starts_with("csaf_") &&
         document["document"]["csaf_version"].is_string();
}

void parse_csaf_vex(const Node& document, FeedContext& context) {
  // A CVE that was rejected stays as a document without products.
  if (document["document"]["tracking"]["status"].string() == "deleted") return;
  VexReader(document, context).run();
}

}  // namespace seawall::advisory::vendors
