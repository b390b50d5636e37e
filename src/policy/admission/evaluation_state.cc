#include "policy/admission/evaluation_state.h"

#include <algorithm>
#include <vector>

#include "cel/authorizer.h"
#include "policy/admission/kyverno_functions.h"

namespace seawall::policy {
namespace {

// A Namespace that nobody described: active, with the label that the API server sets.
Node make_namespace(Arena& arena, std::string_view name) {
  const auto object = [&](std::initializer_list<Member> members) {
    return Node::object(arena.copy(std::span<const Member>(members.begin(), members.size())), 1, 1);
  };
  const auto text = [](std::string_view value) { return Node::string(value, 1, 1); };
  const Node finalizers[] = {text("kubernetes")};
  return object(
      {{"apiVersion", text("v1")},
       {"kind", text("Namespace")},
       {"metadata", object({{"name", text(name)},
                            {"labels", object({{"kubernetes.io/metadata.name", text(name)}})},
                            {"creationTimestamp", Node::null(1, 1)}})},
       {"spec",
        object({{"finalizers", Node::array(arena.copy(std::span<const Node>(finalizers)), 1, 1)}})},
       {"status", object({{"phase", text("Active")}})}});
}

// The object with this member instead of one of its name.
Node with_member(Arena& arena, const Node& object, std::string_view key, const Node& value) {
  std::vector<Member> members(object.members().begin(), object.members().end());
  std::erase_if(members, [&](const Member& member) { return member.key == key; });
  members.push_back({key, value});
  return Node::object(arena.copy(std::span<const Member>(members)), object.line() + 1, 1);
}

// A Namespace with that label, which a file need not have.
Node with_name_label(Arena& arena, const Node& node, std::string_view name) {
  constexpr std::string_view kLabel = "kubernetes.io/metadata.name";
  const Node& metadata = node["metadata"];
  if (metadata["labels"][kLabel].exists()) return node;
  const Node labels = with_member(arena, metadata["labels"], kLabel, Node::string(name, 1, 1));
  return with_member(arena, node, "metadata", with_member(arena, metadata, "labels", labels));
}

Node with_namespace(Arena& arena, const Node& node, std::string_view name) {
  const Node metadata = with_member(arena, node["metadata"], "namespace", Node::string(name, 1, 1));
  return with_member(arena, node, "metadata", metadata);
}

cel::Value value_of(const Node* node) {
  return node == nullptr ? cel::Value::null() : cel::Value::of(*node);
}

}  // namespace

RequestState::RequestState(const AdmissionRequest& request, const AdmissionContext& context,
                           const AdmissionOptions& options, cel::Evaluation& evaluation)
    : request_(request), context_(context), options_(options), evaluation_(evaluation) {
  if (!request.name_space.empty()) {
    for (const Node* node : context.namespaces) {
      if ((*node)["metadata"]["name"].string() == request.name_space) selected_namespace_ = node;
    }
    namespace_is_known_ = selected_namespace_ != nullptr;
    made_namespace_ = selected_namespace_ == nullptr
                          ? make_namespace(arena_, request.name_space)
                          : with_name_label(arena_, *selected_namespace_, request.name_space);
    selected_namespace_ = &made_namespace_;
    const bool is_namespace =
        request.kind == "Namespace" && request.version == "v1" && request.group.empty();
    if (!is_namespace) namespace_ = selected_namespace_;
  }
  request_node_ = request.variable(arena_);
  const Node* objects[] = {request.object, request.old_object};
  for (size_t i = 0; i < std::size(objects) && request.adds_namespace; ++i) {
    if (objects[i] == nullptr || !objects[i]->is_object()) continue;
    completed_[i] = with_namespace(arena_, *objects[i], request.name_space);
    objects[i] = &completed_[i];
  }
  input_.object = value_of(objects[0]);
  input_.old_object = value_of(objects[1]);
  input_.request = cel::Value::of(request_node_);
  input_.name_space = value_of(namespace_);
  no_decisions_ = Node::array({}, 1, 1);
  const Node& decisions = context.authorizer == nullptr ? no_decisions_ : *context.authorizer;
  const std::string_view user =
      request.user_info == nullptr ? std::string_view() : (*request.user_info)["username"].string();
  input_.authorizer = cel::make_authorizer(arena_, decisions, user);
  input_.request_resource = cel::make_request_resource(
      arena_, decisions, user,
      {request.group, request.resource, request.subresource, request.name_space, request.name});
}

cel::Value RequestState::resources() {
  if (!lookups_) lookups_ = make_lookups(context_.resources, arena_);
  return cel::Value::of(*lookups_);
}

void RequestState::find(AdmissionMessage finding) {
  if (finding.action == AdmissionAction::kDeny) {
    verdict.verdict = AdmissionDecision::kDeny;
  } else if (finding.action == AdmissionAction::kWarn) {
    verdict.verdict = std::max(verdict.verdict, AdmissionDecision::kWarn);
  }
  verdict.messages.push_back(std::move(finding));
}

AdmissionMessage message_of(const PolicyDecision& decision, std::string_view where) {
  AdmissionMessage message;
  message.message = decision.message;
  message.reason = decision.reason.empty() ? "Invalid" : decision.reason;
  message.where = decision.validation == nullptr ? where : decision.validation->expression.where;
  message.cost = decision.cost;
  message.is_error = decision.outcome == PolicyDecision::Outcome::kError;
  return message;
}

AdmissionOutcome outcome_of(const PolicyAnswer& answer) {
  AdmissionOutcome outcome;
  if (!answer.applies) outcome.result = AdmissionOutcome::Result::kSkip;
  for (const PolicyDecision& decision : answer.decisions) {
    if (decision.outcome == PolicyDecision::Outcome::kAdmit ||
        outcome.result != AdmissionOutcome::Result::kPass) {
      continue;
    }
    outcome.result = decision.outcome == PolicyDecision::Outcome::kDeny
                         ? AdmissionOutcome::Result::kFail
                         : AdmissionOutcome::Result::kError;
    outcome.message = decision.message;
  }
  outcome.condition_cost = answer.condition_cost;
  outcome.validation_cost = answer.validation_cost;
  outcome.message_cost = answer.message_cost;
  outcome.annotation_cost = answer.annotation_cost;
  return outcome;
}

}  // namespace seawall::policy
