// The security profile of SPDX 3.0.1 for what a scan found. That a version is in an advisory's
// range is a hasAssociatedVulnerability, with the scores that were published; "affected", "not
// affected" and "fixed" are statements of people and written only where people made them (VEX, the
// ignore file).
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/strings.h"
#include "report/spdx3_graph.h"
#include "report/spdx_common.h"

namespace seawall::report {
namespace {

constexpr std::string_view kKev = "https://www.cisa.gov/known-exploited-vulnerabilities-catalog";

// OpenVEX's justifications in SPDX's spelling; empty for one that it does not know.
std::string_view justification_of(std::string_view vex) {
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"component_not_present", "componentNotPresent"},
      {"vulnerable_code_not_present", "vulnerableCodeNotPresent"},
      {"vulnerable_code_not_in_execute_path", "vulnerableCodeNotInExecutePath"},
      {"vulnerable_code_cannot_be_controlled_by_adversary",
       "vulnerableCodeCannotBeControlledByAdversary"},
      {"inline_mitigations_already_exist", "inlineMitigationsAlreadyExist"}};
  for (const auto& [theirs, ours] : kWords) {
    if (theirs == vex) return ours;
  }
  return {};
}

std::string_view cvss_type(std::string_view vector) {
  if (vector.starts_with("CVSS:4")) return "security_CvssV4VulnAssessmentRelationship";
  if (vector.starts_with("CVSS:3")) return "security_CvssV3VulnAssessmentRelationship";
  return vector.starts_with("AV:") || vector.starts_with("(AV:")
             ? "security_CvssV2VulnAssessmentRelationship"
             : "";
}

// CVSS 3.1 section 5 and CVSS 4.0 section 6.
std::string_view rating_of(double score) {
  if (score >= 9) return "critical";
  if (score >= 7) return "high";
  if (score >= 4) return "medium";
  return score > 0 ? "low" : "none";
}

class Security {
 public:
  Security(const ScanReport& report, const ComponentList& components, Spdx3Graph& graph)
      : graph_(graph), json_(graph.json()) {
    std::map<std::string_view, std::string> ids;
    for (const auto& component : components.all())
      ids.emplace(component.reference, spdx_package_id(component));
    const auto add = [&](const Finding& finding) {
      if (!is_vulnerability(finding)) return;
      const auto id = ids.find(components.reference_of(finding.package));
      groups_[finding.rule_id].push_back(
          {&finding, id == ids.end() ? std::string(kSpdx3Root) : id->second});
    };
    for (const Finding& finding : report.findings) add(finding);
    for (const Finding& finding : report.suppressed) add(finding);
  }

  void write() {
    for (const auto& [name, subjects] : groups_) {
      id_ = fmt::format("Vulnerability-{}-{}", spdx_idstring(name),
                        digest_of(name).hex.substr(0, 16));
      write_vulnerability(name, *subjects.front().finding);
      write_associations(subjects);
      write_cvss(subjects);
      write_signals(subjects);
      write_statements(subjects);
    }
  }

 private:
  struct Subject {
    const Finding* finding;
    std::string package;  // its local identifier
  };
  using Subjects = std::vector<Subject>;
  using Packages = std::set<std::string>;

  void identifier(std::string_view name) {
    json_.begin_object();
    json_.key("type").string("ExternalIdentifier");
    json_.key("externalIdentifierType").string(name.starts_with("CVE-") ? "cve" : "securityOther");
    json_.key("identifier").string(name);
    json_.end_object();
  }

  void write_vulnerability(std::string_view name, const Finding& finding) {
    graph_.begin("security_Vulnerability", id_);
    json_.key("name").string(name);
    json_.optional("summary", finding.title);
    json_.key("externalIdentifier").begin_array();
    identifier(name);
    for (const std::string& alias : finding.vulnerability.aliases) identifier(alias);
    json_.end_array();
    if (!finding.references.empty()) {
      json_.key("externalRef").begin_array().begin_object();
      json_.key("type").string("ExternalRef");
      json_.key("externalRefType").string("securityAdvisory");
      json_.key("locator").begin_array();
      for (const std::string& reference : finding.references) json_.string(reference);
      json_.end_array().end_object().end_array();
    }
    write_time("security_publishedTime", finding.vulnerability.published);
    write_time("security_withdrawnTime", finding.vulnerability.withdrawn);
    graph_.end();
  }

  void write_time(std::string_view key, const std::string& time) {
    if (const auto value = parse_time(time)) json_.key(key).string(machine_time(*value));
  }

  // From each package, as the specification has it for this type, not from the vulnerability.
  void write_associations(const Subjects& subjects) {
    Packages packages;
    for (const Subject& subject : subjects) {
      if (subject.finding->suppression.by != "vex") packages.insert(subject.package);
    }
    for (const std::string& package : packages) {
      graph_.begin_relationship("Relationship", package, "hasAssociatedVulnerability", {id_});
      graph_.end();
    }
  }

  // An assessment of the vulnerability for these packages, left open.
  void begin_assessment(std::string_view type, std::string_view what, const Packages& packages) {
    graph_.begin_relationship(type, id_, what, {packages.begin(), packages.end()});
  }

  void write_cvss(const Subjects& subjects) {
    struct Rating {
      double score = 0;
      Packages packages;
    };
    std::map<std::pair<std::string, std::string>, Rating> ratings;
    for (const Subject& subject : subjects) {
      for (const CvssVector& cvss : subject.finding->vulnerability.cvss) {
        if (cvss_type(cvss.vector).empty() || !std::isfinite(cvss.score)) continue;
        Rating& rating = ratings[{cvss.vector, cvss.source}];
        rating.score = cvss.score;
        rating.packages.insert(subject.package);
      }
    }
    for (const auto& [key, rating] : ratings) {
      const auto& [vector, source] = key;
      const std::string_view type = cvss_type(vector);
      begin_assessment(type, "hasAssessmentFor", rating.packages);
      json_.key("security_score").number(rating.score);
      if (!type.starts_with("security_CvssV2"))
        json_.key("security_severity").string(rating_of(rating.score));
      json_.key("security_vectorString").string(vector);
      if (!source.empty()) json_.key("comment").string("published by " + source);
      graph_.end();
    }
  }

  // EPSS and KEV speak of the vulnerability as such: one each, for all its packages.
  void write_signals(const Subjects& subjects) {
    Packages packages;
    const VulnerabilityDetail *epss = nullptr, *kev = nullptr;
    for (const Subject& subject : subjects) {
      const VulnerabilityDetail& detail = subject.finding->vulnerability;
      packages.insert(subject.package);
      if (!epss && detail.epss && detail.epss_percentile) epss = &detail;
      if (!kev && detail.known_exploited) kev = &detail;
    }
    if (epss) {
      begin_assessment("security_EpssVulnAssessmentRelationship", "hasAssessmentFor", packages);
      json_.key("security_probability").number(*epss->epss);
      json_.key("security_percentile").number(*epss->epss_percentile);
      graph_.end();
    }
    if (kev) {
      begin_assessment("security_ExploitCatalogVulnAssessmentRelationship", "hasAssessmentFor",
                       packages);
      json_.key("security_catalogType").string("kev");
      json_.key("security_exploited").boolean(true);
      json_.key("security_locator").string(kKev);
      graph_.end();
    }
  }

  // What people stated: the same words for several packages are one statement.
  void write_statements(const Subjects& subjects) {
    struct Less {
      bool operator()(const Suppression* a, const Suppression* b) const {
        const auto key = [](const Suppression& s) {
          return std::tie(s.by, s.source, s.status, s.justification, s.reason, s.owner, s.expires);
        };
        return key(*a) < key(*b);
      }
    };
    std::map<const Suppression*, Packages, Less> statements;
    for (const Subject& subject : subjects) {
      if (subject.finding->suppression.active())
        statements[&subject.finding->suppression].insert(subject.package);
    }
    for (const auto& [suppression, packages] : statements) write_statement(*suppression, packages);
  }

  void write_statement(const Suppression& suppression, const Packages& packages) {
    if (suppression.by == "vex" && suppression.status == "fixed") {
      begin_assessment("security_VexFixedVulnAssessmentRelationship", "fixedIn", packages);
    } else if (suppression.by == "vex") {
      begin_assessment("security_VexNotAffectedVulnAssessmentRelationship", "doesNotAffect",
                       packages);
      const std::string_view justification = justification_of(suppression.justification);
      json_.optional("security_justificationType", justification);
      // One of the two is mandatory.
      if (justification.empty() || !suppression.reason.empty())
        json_.key("security_impactStatement")
            .string(suppression.reason.empty() ? "stated without a reason" : suppression.reason);
    } else {
      begin_assessment("security_VexAffectedVulnAssessmentRelationship", "affects", packages);
      json_.key("security_actionStatement").string(accepted(suppression));
    }
    json_.optional("security_statusNotes",
                   suppression.source.empty() ? "" : "stated in " + suppression.source);
    graph_.end();
  }

  static std::string accepted(const Suppression& suppression) {
    std::string text = "accepted, will not be fixed here";
    if (!suppression.reason.empty()) text += ": " + suppression.reason;
    if (!suppression.owner.empty()) text += "; owner: " + suppression.owner;
    if (!suppression.expires.empty()) text += "; expires: " + suppression.expires;
    return text;
  }

  Spdx3Graph& graph_;
  JsonWriter& json_;
  std::map<std::string, Subjects> groups_;  // by the vulnerability's name
  std::string id_;                          // of the vulnerability being written
};

}  // namespace

void write_spdx3_security(const ScanReport& report, const ComponentList& components,
                          Spdx3Graph& graph) {
  Security(report, components, graph).write();
}

}  // namespace seawall::report
