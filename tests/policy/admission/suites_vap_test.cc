// ValidatingAdmissionPolicies against the answers of the API server's own code: suites that are
// found under $SEAWALL_SUITES (a directory that has vap-kubescape.jsonl and vap-edge.jsonl).
#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "codec/json.h"
#include "policy/admission/admission_policies.h"

namespace seawall::policy {
namespace {

std::string first_word(const AdmissionVerdict& verdict) {
  for (const AdmissionMessage& finding : verdict.messages) {
    if (finding.action != AdmissionAction::kDeny) continue;
    if (finding.binding.empty()) {
      return fmt::format("ValidatingAdmissionPolicy '{}' denied request: {}", finding.policy,
                         finding.message);
    }
    return fmt::format("ValidatingAdmissionPolicy '{}' with binding '{}' denied request: {}",
                       finding.policy, finding.binding, finding.message);
  }
  return {};
}

std::string first_reason(const AdmissionVerdict& verdict) {
  for (const AdmissionMessage& finding : verdict.messages) {
    if (finding.action == AdmissionAction::kDeny) return finding.reason;
  }
  return {};
}

// Cases whose answer is not the plugin's, and why.
bool is_known(const Node& line) {
  const std::string_view suite = line["Suite"].string(), name = line["Name"].string();
  // The API server does not store these: bindings without an action, two variables of one name.
  if (name.starts_with("[]") || name == "dup") return true;
  // The words of a syntax error are those of another parser; where it stands is the same.
  if (name.starts_with("syntax")) return true;
  // In the plugin, several parameters come in the order of a Go map.
  if (suite == "params" && name.starts_with("sel")) return true;
  // Which kinds a cluster has is not known here.
  if (line["UnknownParamKind"].boolean()) return true;
  // So does all() over a map; the verdict is the same, the cost depends on the order.
  return suite == "C-0077";
}

// Empty: as expected.
std::string difference(const Node& line) {
  AdmissionPolicies policies;
  for (const char* key : {"Policy", "Binding"}) {
    if (line[key].is_object()) policies.add(line[key], "suite");
  }
  for (const char* key : {"Policies", "Bindings"}) {
    for (const Node& item : line[key].items()) policies.add(item, "suite");
  }
  const auto request = AdmissionRequest::of_review(line["Request"]);
  if (!request.ok()) return request.error().text();
  std::vector<const Node*> namespaces, parameters;
  for (const Node& item : line["Namespaces"].items()) namespaces.push_back(&item);
  for (const Node& item : line["Params"].items()) parameters.push_back(&item);
  AdmissionContext context;
  context.namespaces = namespaces;
  context.parameters = parameters;
  AdmissionOptions options;
  options.outcomes = options.every_message = true;
  static const Document allow_all =
      *parse_json(R"([{"allowed": true}, {"path": "*", "allowed": true}])");
  if (line["AllowByDefault"].boolean()) context.authorizer = &allow_all.root();
  const AdmissionVerdict verdict =
      AdmissionEvaluator(policies).evaluate(*request, context, options);

  const Node& expected = line["Expected"];
  const bool allowed = verdict.verdict != AdmissionDecision::kDeny;
  if (allowed != expected["allowed"].boolean()) {
    return fmt::format("allowed {}: {} | expected {}", allowed, first_word(verdict),
                       expected["message"].string());
  }
  if (!allowed) {
    const std::string_view message = expected["message"].string();
    if (!message.ends_with(": " + first_word(verdict))) {
      return fmt::format("message {} | expected {}", first_word(verdict), message);
    }
    if (first_reason(verdict) != expected["reason"].string()) {
      return "reason " + first_reason(verdict);
    }
  }
  std::vector<std::string> warnings;
  for (const AdmissionMessage& finding : verdict.messages) {
    if (finding.action != AdmissionAction::kWarn) continue;
    warnings.push_back(
        fmt::format("Validation failed for ValidatingAdmissionPolicy '{}' with binding '{}': {}",
                    finding.policy, finding.binding, finding.message));
  }
  std::vector<std::string> wanted_warnings;
  for (const Node& item : expected["warnings"].items()) wanted_warnings.emplace_back(item.string());
  if (warnings != wanted_warnings) return "warnings " + join(warnings, " | ");
  for (const Member& note : expected["auditAnnotations"].members()) {
    if (note.key == "validation.policy.admission.k8s.io/validation_failure") continue;
    bool found = false;
    for (const auto& [key, value] : verdict.audit) {
      found = found || (key == note.key && value == note.value.string());
    }
    if (!found) return fmt::format("annotation {}", note.key);
  }
  const auto evaluations = expected["evaluations"].items();
  if (evaluations.size() != verdict.outcomes.size()) {
    return fmt::format("{} evaluations, expected {}", verdict.outcomes.size(), evaluations.size());
  }
  for (size_t i = 0; i < evaluations.size(); ++i) {
    const AdmissionOutcome& outcome = verdict.outcomes[i];
    const Node& cost = evaluations[i]["cost"];
    const std::pair<const char*, uint64_t> costs[] = {
        {"matchConditions", outcome.condition_cost},
        {"validations", outcome.validation_cost},
        {"messageExpressions", outcome.message_cost},
        {"auditAnnotations", outcome.annotation_cost}};
    for (const auto& [key, units] : costs) {
      const auto wanted = cost[key].integer();
      if (wanted && static_cast<uint64_t>(*wanted) != units) {
        return fmt::format("cost of {}: {}, expected {}", key, units, *wanted);
      }
    }
  }
  return {};
}

void run_suite(const std::string& name, size_t least, size_t most_known) {
  const char* directory = std::getenv("SEAWALL_SUITES");
  if (directory == nullptr) GTEST_SKIP() << "SEAWALL_SUITES is not set";
  const std::string path = std::string(directory) + "/" + name;
  if (!file_exists(path)) GTEST_SKIP() << path << " is not there";
  const auto text = read_file(path, 1u << 30);
  ASSERT_TRUE(text.ok());
  size_t cases = 0, wrong = 0, known = 0;
  for_each_line(*text, [&](std::string_view line, size_t number) {
    if (line.empty()) return;
    const auto document = parse_json(std::string(line));
    ASSERT_TRUE(document.ok());
    ++cases;
    const std::string problem = difference(document->root());
    if (problem.empty()) return;
    if (is_known(document->root())) {
      ++known;
      return;
    }
    if (++wrong <= 40) {
      std::printf("%s:%zu %s: %s: %s\n", name.c_str(), number,
                  std::string(document->root()["Suite"].string()).c_str(),
                  std::string(document->root()["Name"].string()).c_str(), problem.c_str());
    }
  });
  std::printf("%s: %zu of %zu agree, %zu differ as known\n", name.c_str(), cases - wrong - known,
              cases, known);
  EXPECT_GE(cases, least);
  EXPECT_EQ(wrong, 0u);
  EXPECT_LE(known, most_known);
}

TEST(VapSuites, KubescapeLibrary) {
  run_suite("vap-kubescape.jsonl", 628, 1);
}

TEST(VapSuites, EdgeCases) {
  run_suite("vap-edge.jsonl", 2829, 30);
}

}  // namespace
}  // namespace seawall::policy
