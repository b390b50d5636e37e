// CycloneDX 1.6 (ECMA-424) and 1.7 in JSON: the artifact, its operating system, every package as a
// component with what it needs, every vulnerability with the components it affects. What people
// stated of a vulnerability (VEX, ignore file) is its analysis; Seawall states nothing by itself.
//
// Members are written in the order that the XML form asks for, so that cyclonedx_xml.cc only
// changes the notation.
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/json_writer.h"
#include "model/spdx_license.h"
#include "report/document.h"
#include "report/renderers.h"
#include "report/spdx_common.h"

namespace seawall::report {
namespace {

constexpr std::string_view kRoot = "artifact";
constexpr std::string_view kSystem = "operating-system";
constexpr size_t kVersionBytes = 1024;  // the schema's bound on a version

// The characters of a version that the schema's length allows; cut at a whole character.
std::string_view bounded(std::string_view version) {
  if (version.size() <= kVersionBytes) return version;
  size_t end = kVersionBytes;
  while (end > 0 && (static_cast<unsigned char>(version[end]) & 0xc0) == 0x80) --end;
  return version.substr(0, end);
}

std::string_view method_of(std::string_view vector) {
  if (vector.starts_with("CVSS:4")) return "CVSSv4";
  if (vector.starts_with("CVSS:3.1")) return "CVSSv31";
  if (vector.starts_with("CVSS:3")) return "CVSSv3";
  return vector.starts_with("AV:") || vector.starts_with("(AV:") ? "CVSSv2" : "other";
}

std::string_view word_of(Severity severity) {
  return severity == Severity::kNegligible ? "info" : to_string(severity);
}

std::string_view hash_name(HashAlgorithm algorithm) {
  constexpr std::string_view kNames[] = {"SHA-256", "SHA-512", "SHA-1", "MD5"};
  return kNames[static_cast<size_t>(algorithm)];
}

// Who speaks under a name: "GHSA-..." is known by its first part.
std::string_view source_of(std::string_view id) {
  return id.substr(0, id.find('-'));
}

// "sha512:<hex>" when it is a digest of an algorithm that CycloneDX names, else nothing.
std::optional<std::pair<std::string_view, std::string_view>> hash_of(std::string_view checksum) {
  struct Algorithm {
    std::string_view prefix, name;
    size_t digits;
  };
  constexpr Algorithm kAlgorithms[] = {{"md5", "MD5", 32},
                                       {"sha1", "SHA-1", 40},
                                       {"sha256", "SHA-256", 64},
                                       {"sha384", "SHA-384", 96},
                                       {"sha512", "SHA-512", 128}};
  const auto [prefix, digits] = split_once(checksum, ':');
  for (const Algorithm& algorithm : kAlgorithms) {
    if (prefix != algorithm.prefix || digits.size() != algorithm.digits) continue;
    if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos) return {};
    return std::pair(algorithm.name, digits);
  }
  return {};
}

// OpenVEX's justifications in CycloneDX's words; the exact one stands in the detail as well.
std::string_view justification_of(std::string_view vex) {
  if (vex == "component_not_present" || vex == "vulnerable_code_not_present")
    return "code_not_present";
  if (vex == "vulnerable_code_not_in_execute_path") return "code_not_reachable";
  if (vex == "vulnerable_code_cannot_be_controlled_by_adversary") return "requires_environment";
  if (vex == "inline_mitigations_already_exist") return "protected_by_mitigating_control";
  return {};
}

class CycloneDx {
 public:
  CycloneDx(const ScanReport& report, std::string_view version)
      : report_(report), version_(version), components_(report), json_(out_) {}

  std::string render() {
    json_.begin_object();
    json_.key("$schema").string(
        fmt::format("http://cyclonedx.org/schema/bom-{}.schema.json", version_));
    json_.key("bomFormat").string("CycloneDX");
    json_.key("specVersion").string(version_);
    json_.key("serialNumber").string(fmt::format("urn:uuid:{}", kUnsealed));
    const size_t seal_at = out_.size() - kUnsealed.size() - 1;
    json_.key("version").integer(1);
    write_metadata();
    json_.key("components").begin_array();
    write_system();
    for (const auto& component : components_.all()) write_component(component);
    json_.end_array();
    write_dependencies();
    write_completeness();
    write_vulnerabilities();
    json_.end_object();
    seal(out_, seal_at);
    return std::move(out_);
  }

 private:
  void property(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    json_.begin_object();
    json_.key("name").string(fmt::format("seawall:{}", name));
    json_.key("value").string(value);
    json_.end_object();
  }

  void write_metadata() {
    json_.key("metadata").begin_object();
    if (const UnixSeconds time = document_time(report_); time != 0) {
      json_.key("timestamp").string(machine_time(time));
    }
    json_.key("tools").begin_object().key("components").begin_array().begin_object();
    json_.key("type").string("application");
    json_.key("name").string("seawall");
    json_.optional("version", report_.tool_version);
    json_.end_object().end_array().end_object();
    write_artifact();
    json_.key("properties").begin_array();
    property("state", to_string(report_.state));
    property("database:digest", report_.database.digest);
    if (report_.database.present) {
      property("database:dataDate", machine_time(report_.database.data_date));
    }
    json_.end_array().end_object();
  }

  void write_artifact() {
    const ArtifactInfo& artifact = report_.artifact;
    json_.key("component").begin_object();
    json_.key("type").string(is_image(artifact)          ? "container"
                             : artifact.kind == "rootfs" ? "operating-system"
                                                         : "application");
    json_.key("bom-ref").string(kRoot);
    json_.key("name").string(artifact.name);
    json_.optional("version", artifact.digest.text());
    if (!artifact.digest.empty()) {
      json_.key("hashes").begin_array().begin_object();
      json_.key("alg").string(hash_name(artifact.digest.algorithm));
      json_.key("content").string(artifact.digest.hex);
      json_.end_object().end_array();
    }
    json_.key("properties").begin_array();
    property("artifact:kind", artifact.kind);
    property("artifact:platform", artifact.platform);
    property("artifact:created", artifact.created);
    property("artifact:configDigest", artifact.config_digest.text());
    for (const LayerInfo& layer : artifact.layers) {
      property("layer:diffId", layer.diff_id.text());
    }
    json_.end_array().end_object();
  }

  void write_system() {
    const Distribution& distribution = report_.inventory.distribution;
    if (!distribution.known()) return;
    json_.begin_object();
    json_.key("type").string("operating-system");
    json_.key("bom-ref").string(kSystem);
    json_.key("name").string(distribution.id);
    json_.optional("version", bounded(distribution.version_id));
    json_.optional("description", distribution.pretty_name);
    json_.end_object();
  }

  void write_component(const ComponentList::Component& component) {
    const Package& package = *component.package;
    json_.begin_object();
    json_.key("type").string("library");
    json_.key("bom-ref").string(component.reference);
    json_.key("name").string(package.name);
    json_.optional("version", bounded(package.version));
    if (package.development) json_.key("scope").string("optional");
    if (const auto hash = hash_of(package.checksum)) {
      json_.key("hashes").begin_array().begin_object();
      json_.key("alg").string(hash->first);
      json_.key("content").string(hash->second);
      json_.end_object().end_array();
    }
    write_licenses(package.license);
    json_.optional("purl", component.purl);
    write_component_properties(package);
    if (!package.location.path.empty()) {
      json_.key("evidence").begin_object().key("occurrences").begin_array().begin_object();
      json_.key("location").string(package.location.path);
      if (package.location.line != 0) json_.key("line").integer(package.location.line);
      json_.end_object().end_array().end_object();
    }
    json_.end_object();
  }

  void write_component_properties(const Package& package) {
    json_.key("properties").begin_array();
    for (const auto& [name, value] : package_properties(package)) {
      json_.begin_object();
      json_.key("name").string(name);
      json_.key("value").string(value);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_licenses(std::string_view license) {
    if (trim(license).empty()) return;
    const auto expression = parse_spdx_expression(license);
    json_.key("licenses").begin_array().begin_object();
    if (expression && !expression->simple) {
      json_.key("expression").string(expression->text);
      json_.key("acknowledgement").string("declared");
    } else {
      json_.key("license").begin_object();
      json_.key(expression ? "id" : "name").string(expression ? expression->text : trim(license));
      json_.key("acknowledgement").string("declared");
      json_.end_object();
    }
    json_.end_object().end_array();
  }

  // What needs what. Under the artifact itself stand the operating system, its packages, and every
  // package that no other one of its file names.
  void write_dependencies() {
    const auto& all = components_.all();
    const auto [needs, needed] = components_.dependencies();
    json_.key("dependencies").begin_array();
    json_.begin_object().key("ref").string(kRoot).key("dependsOn").begin_array();
    if (report_.inventory.distribution.known()) json_.string(kSystem);
    for (size_t i = 0; i < all.size(); ++i) {
      const Package& package = *all[i].package;
      if (!needed[i] || package.direct || is_os_package(package.type))
        json_.string(all[i].reference);
    }
    json_.end_array().end_object();
    for (size_t i = 0; i < all.size(); ++i) {
      if (needs[i].empty()) continue;
      json_.begin_object().key("ref").string(all[i].reference).key("dependsOn").begin_array();
      for (const size_t other : needs[i]) json_.string(all[other].reference);
      json_.end_array().end_object();
    }
    json_.end_array();
  }

  // A part that could not be read means that components may be missing; say so where readers look.
  void write_completeness() {
    if (report_.problems.empty()) return;
    json_.key("compositions").begin_array().begin_object();
    json_.key("aggregate").string("incomplete");
    json_.key("assemblies").begin_array().string(kRoot).end_array();
    json_.end_object().end_array();
  }

  // One entry per vulnerability and source package: its fix is one and the same.
  void write_vulnerabilities() {
    using Key = std::tuple<std::string_view, PackageType, std::string_view, std::string_view,
                           std::string_view, Severity, std::string_view, std::string_view,
                           std::string_view>;
    std::map<Key, size_t> index;
    std::vector<std::vector<const Finding*>> groups;
    const auto add = [&](const Finding& finding) {
      if (!is_vulnerability(finding)) return;
      const Key key(finding.rule_id, finding.package.type, finding.package.advisory_name(),
                    finding.package.advisory_version(), finding.vulnerability.fixed_version,
                    finding.severity, finding.suppression.by, finding.suppression.status,
                    finding.suppression.reason);
      const auto [at, fresh] = index.try_emplace(key, groups.size());
      if (fresh) groups.emplace_back();
      groups[at->second].push_back(&finding);
    };
    for (const Finding& finding : report_.findings) add(finding);
    for (const Finding& finding : report_.suppressed) add(finding);
    json_.key("vulnerabilities").begin_array();
    for (const auto& group : groups) write_vulnerability(group);
    json_.end_array();
  }

  void write_vulnerability(const std::vector<const Finding*>& group) {
    const Finding& finding = *group.front();
    const VulnerabilityDetail& detail = finding.vulnerability;
    json_.begin_object();
    json_.key("id").string(finding.rule_id);
    json_.key("source").begin_object();
    json_.key("name").string(detail.data_source.empty() ? source_of(finding.rule_id)
                                                        : std::string_view(detail.data_source));
    json_.end_object();
    json_.key("references").begin_array();
    for (const auto* names : {&detail.aliases, &detail.advisories}) {
      for (const std::string& name : *names) {
        json_.begin_object().key("id").string(name);
        json_.key("source").begin_object().key("name").string(source_of(name)).end_object();
        json_.end_object();
      }
    }
    json_.end_array();
    write_ratings(finding);
    write_cwes(detail);
    json_.optional("description", finding.title);
    json_.optional("recommendation", finding.remediation);
    json_.key("advisories").begin_array();
    for (const std::string& link : finding.references) {
      json_.begin_object().key("url").string(link).end_object();
    }
    json_.end_array();
    if (const auto time = parse_time(detail.published)) {
      json_.key("published").string(machine_time(*time));
    }
    write_analysis(finding.suppression);
    write_affects(group);
    write_vulnerability_properties(detail);
    json_.end_object();
  }

  void write_ratings(const Finding& finding) {
    const VulnerabilityDetail& detail = finding.vulnerability;
    json_.key("ratings").begin_array();
    // First the severity Seawall judges by, which is the vendor's where the vendor gave one.
    json_.begin_object();
    if (!detail.data_source.empty()) {
      json_.key("source").begin_object().key("name").string(detail.data_source).end_object();
    }
    json_.key("severity").string(word_of(finding.severity));
    json_.key("method").string("other");
    json_.end_object();
    for (const CvssVector& cvss : detail.cvss) {
      json_.begin_object();
      if (!cvss.source.empty()) {
        json_.key("source").begin_object().key("name").string(cvss.source).end_object();
      }
      json_.key("score").number(cvss.score);
      json_.key("severity").string(word_of(severity_of_score(cvss.score)));
      json_.key("method").string(method_of(cvss.vector));
      json_.key("vector").string(cvss.vector);
      json_.end_object();
    }
    json_.end_array();
  }

  void write_cwes(const VulnerabilityDetail& detail) {
    json_.key("cwes").begin_array();
    for (std::string_view cwe : detail.cwes) {
      if (cwe.starts_with("CWE-")) cwe.remove_prefix(4);
      const auto number = parse_unsigned(cwe);
      if (number && *number >= 1 && *number <= 1'000'000) {
        json_.integer(static_cast<int64_t>(*number));
      }
    }
    json_.end_array();
  }

  // A VEX statement says whether the product is affected; an exception of the ignore file only that
  // someone lives with it.
  void write_analysis(const Suppression& suppression) {
    if (!suppression.active()) return;
    const bool vex = suppression.by == "vex";
    json_.key("analysis").begin_object();
    json_.key("state").string(!vex                            ? "exploitable"
                              : suppression.status == "fixed" ? "resolved"
                                                              : "not_affected");
    if (vex) json_.optional("justification", justification_of(suppression.justification));
    if (!vex) json_.key("response").begin_array().string("will_not_fix").end_array();
    std::string detail = suppression.reason;
    const auto add = [&](std::string_view name, std::string_view value) {
      if (!value.empty())
        detail += fmt::format("{}{}: {}", detail.empty() ? "" : "; ", name, value);
    };
    add("justification", suppression.justification);
    add("set aside by", suppression.source);
    add("owner", suppression.owner);
    add("expires", suppression.expires);
    json_.optional("detail", detail);
    json_.end_object();
  }

  void write_affects(const std::vector<const Finding*>& group) {
    const auto finding_is_open = [](const std::vector<const Finding*>& findings) {
      return findings.front()->suppression.by != "vex";
    };
    std::vector<std::pair<std::string_view, std::string_view>> affected;
    for (const Finding* finding : group) {
      const std::string_view reference = components_.reference_of(finding->package);
      affected.emplace_back(reference.empty() ? kRoot : reference, finding->package.version);
    }
    std::sort(affected.begin(), affected.end());
    affected.erase(std::unique(affected.begin(), affected.end()), affected.end());
    json_.key("affects").begin_array();
    for (const auto& [reference, version] : affected) {
      json_.begin_object().key("ref").string(reference);
      if (!version.empty()) {
        json_.key("versions").begin_array().begin_object();
        json_.key("version").string(bounded(version));
        json_.key("status").string(finding_is_open(group) ? "affected" : "unaffected");
        json_.end_object().end_array();
      }
      json_.end_object();
    }
    json_.end_array();
  }

  void write_vulnerability_properties(const VulnerabilityDetail& detail) {
    json_.key("properties").begin_array();
    property("fixState", to_string(detail.fix_state));
    property("fixedVersion", detail.fixed_version);
    property("affectedRange", detail.affected_range);
    property("note", detail.note);
    if (detail.epss) property("epss", fmt::format("{}", *detail.epss));
    if (detail.epss_percentile)
      property("epssPercentile", fmt::format("{}", *detail.epss_percentile));
    if (detail.known_exploited) property("knownExploitedSince", detail.kev_date_added);
    property("risk", fmt::format("{}", detail.risk));
    json_.end_array();
  }

  const ScanReport& report_;
  const std::string_view version_;
  const ComponentList components_;
  std::string out_;
  JsonWriter json_;
};

}  // namespace

std::string render_cyclonedx(const ScanReport& report) {
  return CycloneDx(report, "1.6").render();
}

std::string render_cyclonedx_17(const ScanReport& report) {
  return CycloneDx(report, "1.7").render();
}

}  // namespace seawall::report
