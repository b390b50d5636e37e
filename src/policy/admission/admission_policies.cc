#include "policy/admission/admission_policies.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "policy/admission/gatekeeper.h"
#include "policy/admission/kyverno_policy.h"
#include "policy/admission/validating_admission_policy.h"

namespace seawall::policy {

struct AdmissionPolicies::State {
  PolicyEnvironment environment;
  std::vector<Document> documents;
  std::vector<AdmissionPolicy> policies;
  std::vector<AdmissionBinding> bindings;
  std::vector<KyvernoRule> kyverno;
  std::vector<KyvernoException> exceptions;
  std::vector<std::unique_ptr<GatekeeperTemplate>> templates;
  std::vector<GatekeeperConstraint> constraints;
  std::vector<Error> problems;
  std::vector<const Node*> others;

  explicit State(int minor) : environment(minor) {}

  // False: the policy cannot be judged.
  bool compile(CompiledPolicy& policy) {
    if (auto compiled = policy.compile(environment); !compiled.ok()) {
      problems.push_back(std::move(compiled.error()));
      return false;
    }
    for (const Expression* expression : policy.problems()) {
      problems.push_back(malformed(expression->problem).at(expression->where));
    }
    return true;
  }

  void add_policy(Result<AdmissionPolicy> read) {
    if (!read.ok()) return problems.push_back(std::move(read.error()));
    AdmissionPolicy policy = std::move(*read);
    if (!compile(policy.compiled)) return;
    for (const AdmissionBinding& binding : bindings) {
      if (binding.policy == policy.name) policy.bindings.push_back(binding);
    }
    policies.push_back(std::move(policy));
  }

  void add_kyverno(Result<std::vector<KyvernoRule>> read) {
    if (!read.ok()) return problems.push_back(std::move(read.error()));
    for (KyvernoRule& rule : *read) {
      if (auto compiled = policy::compile(rule, environment); !compiled.ok()) {
        problems.push_back(std::move(compiled.error()));
        continue;
      }
      if (!rule.not_supported.empty()) {
        problems.push_back(unsupported(rule.policy + ": " + rule.not_supported).at(rule.where));
      }
      kyverno.push_back(std::move(rule));
    }
  }

  void add_exceptions(Result<std::vector<KyvernoException>> read) {
    if (!read.ok()) return problems.push_back(std::move(read.error()));
    for (KyvernoException& exception : *read) {
      if (compile(exception.conditions)) exceptions.push_back(std::move(exception));
    }
  }

  // Templates and constraints come in any order.
  void add_template(Result<GatekeeperTemplate> read) {
    if (!read.ok()) return problems.push_back(std::move(read.error()));
    if (find_template(read->kind) != nullptr) {
      return problems.push_back(
          malformed("there is another ConstraintTemplate of " + printable(read->kind))
              .at(read->where));
    }
    if (!compile(read->compiled)) return;
    if (!read->not_supported.empty()) {
      problems.push_back(unsupported(read->kind + ": " + read->not_supported).at(read->where));
    }
    templates.push_back(std::make_unique<GatekeeperTemplate>(std::move(*read)));
    std::erase_if(constraints, [&](GatekeeperConstraint& constraint) {
      return constraint.kind == templates.back()->kind && !bound(constraint, *templates.back());
    });
  }

  void add_constraint(Result<GatekeeperConstraint> read) {
    if (!read.ok()) return problems.push_back(std::move(read.error()));
    const GatekeeperTemplate* its_template = find_template(read->kind);
    if (its_template != nullptr && !bound(*read, *its_template)) return;
    constraints.push_back(std::move(*read));
  }

  bool bound(GatekeeperConstraint& constraint, const GatekeeperTemplate& its_template) {
    auto status = bind(constraint, its_template);
    if (!status.ok()) problems.push_back(std::move(status.error()));
    return status.ok();
  }

  const GatekeeperTemplate* find_template(std::string_view kind) const {
    for (const auto& one : templates) {
      if (one->kind == kind) return one.get();
    }
    return nullptr;
  }

  void add_binding(Result<AdmissionBinding> read) {
    if (!read.ok()) return problems.push_back(std::move(read.error()));
    for (AdmissionPolicy& policy : policies) {
      if (policy.name == read->policy) policy.bindings.push_back(*read);
    }
    bindings.push_back(std::move(*read));
  }
};

AdmissionPolicies::AdmissionPolicies(int kubernetes_minor)
    : state_(std::make_unique<State>(kubernetes_minor)) {}
AdmissionPolicies::~AdmissionPolicies() = default;
AdmissionPolicies::AdmissionPolicies(AdmissionPolicies&&) noexcept = default;

size_t AdmissionPolicies::size() const {
  return state_->policies.size() + state_->kyverno.size() + state_->templates.size();
}

std::vector<Error> AdmissionPolicies::problems() const {
  std::vector<Error> problems = state_->problems;
  for (const GatekeeperConstraint& constraint : state_->constraints) {
    if (constraint.its_template != nullptr) continue;
    problems.push_back(
        Error(Code::kNotFound, "there is no ConstraintTemplate of " + printable(constraint.kind))
            .at(constraint.where));
  }
  return problems;
}

std::vector<Error> AdmissionPolicies::unused() const {
  std::vector<Error> unused;
  for (const AdmissionPolicy& policy : state_->policies) {
    if (!policy.bindings.empty() || bind_all_) continue;
    unused.push_back(
        malformed("no binding names the policy " + printable(policy.name)).at(policy.where));
  }
  for (const AdmissionBinding& binding : state_->bindings) {
    const bool named = std::any_of(state_->policies.begin(), state_->policies.end(),
                                   [&](const auto& it) { return it.name == binding.policy; });
    if (named) continue;
    unused.push_back(
        malformed("there is no policy " + printable(binding.policy)).at(binding.where));
  }
  for (const auto& one : state_->templates) {
    const bool named = std::any_of(state_->constraints.begin(), state_->constraints.end(),
                                   [&](const auto& it) { return it.its_template == one.get(); });
    if (named) continue;
    unused.push_back(malformed("no constraint uses " + printable(one->kind)).at(one->where));
  }
  return unused;
}

const std::vector<const Node*>& AdmissionPolicies::others() const {
  return state_->others;
}

Result<std::vector<std::string>> policy_files_below(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, error)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".yaml" || extension == ".yml" || extension == ".json") {
      files.push_back(entry.path().string());
    }
  }
  if (error) return Error(Code::kIo, "cannot read the directory: " + error.message()).at(directory);
  std::sort(files.begin(), files.end());
  return files;
}

Status AdmissionPolicies::add_file(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    SEAWALL_TRY(std::string text, read_file(path, kMostPolicyBytes));
    return add(std::move(text), path);
  }
  SEAWALL_TRY(const std::vector<std::string> files, policy_files_below(path));
  for (const std::string& file : files) SEAWALL_CHECK(add_file(file));
  return {};
}

Status AdmissionPolicies::add(std::string text, const std::string& file) {
  auto documents = parse_yaml(text);
  if (!documents.ok()) return std::move(documents.error()).at(file);
  const auto take = [&](const Node& node) {
    if (node.is_object() && !add(node, file)) state_->others.push_back(&node);
  };
  for (Document& document : *documents) {
    state_->documents.push_back(std::move(document));
    const Node& root = state_->documents.back().root();
    const Node& items = root["items"];
    if (!root["kind"].string().ends_with("List") || !items.is_array()) {
      take(root);
      continue;
    }
    for (const Node& item : items.items()) take(item);
  }
  return {};
}

bool AdmissionPolicies::is_policy(const Node& document) {
  const std::string_view group = split_api_version(document["apiVersion"].string()).first;
  const std::string_view kind = document["kind"].string();
  if (group == "policies.kyverno.io") {
    return kind == "PolicyException" || kind == "ValidatingPolicy" ||
           kind == "NamespacedValidatingPolicy";
  }
  if (group == "kyverno.io") return kind == "ClusterPolicy" || kind == "Policy";
  if (group == "templates.gatekeeper.sh") return kind == "ConstraintTemplate";
  if (group == "constraints.gatekeeper.sh") return true;
  return group == "admissionregistration.k8s.io" &&
         (kind == "ValidatingAdmissionPolicy" || kind == "ValidatingAdmissionPolicyBinding");
}

bool AdmissionPolicies::add(const Node& document, std::string_view file) {
  if (!is_policy(document)) return false;
  const auto [group, version] = split_api_version(document["apiVersion"].string());
  const std::string_view kind = document["kind"].string();
  Fields fields(file);
  if (group == "policies.kyverno.io" && kind == "PolicyException") {
    state_->add_exceptions(read_kyverno_exception(document, fields));
  } else if (group.ends_with("kyverno.io")) {
    state_->add_kyverno(read_kyverno_policy(document, fields));
  } else if (group == "templates.gatekeeper.sh") {
    state_->add_template(read_gatekeeper_template(document, fields));
  } else if (group == "constraints.gatekeeper.sh") {
    state_->add_constraint(read_gatekeeper_constraint(document, fields));
  } else {
    add_of_kubernetes(document, version, fields);
  }
  return true;
}

void AdmissionPolicies::add_of_kubernetes(const Node& document, std::string_view version,
                                          Fields& fields) {
  if (version != "v1" && version != "v1beta1" && version != "v1alpha1") {
    fields.fail(document["apiVersion"], "this version is not known; v1, v1beta1 and v1alpha1 are");
  }
  if (state_->policies.size() >= kMostPolicies || state_->bindings.size() >= kMostPolicies) {
    fields.fail(document, fmt::format("there are more than {} policies", kMostPolicies));
  }
  if (document["kind"].string() == "ValidatingAdmissionPolicy") {
    state_->add_policy(read_admission_policy(document, fields));
  } else {
    state_->add_binding(read_admission_binding(document, fields));
  }
}

AdmissionVerdict AdmissionEvaluator::evaluate(const AdmissionRequest& request,
                                              const AdmissionContext& context,
                                              const AdmissionOptions& options) {
  RequestState state(request, context, options, evaluation_);
  for (const AdmissionPolicy& policy : policies_.state_->policies) {
    apply(policy, policies_.bind_all(), state);
  }
  for (const KyvernoRule& rule : policies_.state_->kyverno) {
    apply(rule, policies_.state_->exceptions, state);
  }
  for (const GatekeeperConstraint& constraint : policies_.state_->constraints) {
    apply(constraint, state);
  }
  return std::move(state.verdict);
}

}  // namespace seawall::policy
