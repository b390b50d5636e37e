#include "cel/authorizer.h"

#include <algorithm>

#include "base/strings.h"
#include "cel/library.h"
#include "cel/library/name_format.h"

namespace seawall::cel {
namespace {

// Everything that one question is about; each step of building it makes a copy.
struct Question {
  const Node* decisions = nullptr;
  std::string_view user, verb, path, group, resource, subresource, name_space, name, field_selector,
      label_selector;
  bool of_path = false;
};

class QuestionObject final : public Object {
 public:
  QuestionObject(const Type* type, const Question& question) : Object(type), question_(question) {}
  const Question& question() const { return question_; }
  std::string text() const override { return std::string(type()->name); }

 private:
  Question question_;
};

class DecisionObject final : public Object {
 public:
  DecisionObject(bool allowed, std::string_view reason, std::string_view error, bool errored)
      : Object(&types::decision),
        allowed_(allowed),
        errored_(errored),
        reason_(reason),
        error_(error) {}
  std::string text() const override { return std::string(type()->name); }
  bool allowed() const { return allowed_; }
  bool errored() const { return errored_; }
  std::string_view reason() const { return reason_; }
  std::string_view error() const { return error_; }

 private:
  bool allowed_, errored_;
  std::string_view reason_, error_;
};

const Question& question_of(const Value& value) {
  return static_cast<const QuestionObject&>(value.object()).question();
}
const DecisionObject& decision_of(const Value& value) {
  return static_cast<const DecisionObject&>(value.object());
}

// Does the entry's key fit? A number or list fits nothing: a mistake must not allow.
bool fits(const Node& entry, std::string_view key, std::string_view asked) {
  const Node& wanted = entry[key];
  if (!wanted.exists()) return true;
  return wanted.is_string() && (wanted.string() == "*" || wanted.string() == asked);
}

bool fits(const Node& entry, const Question& asked) {
  if (!fits(entry, "user", asked.user) || !fits(entry, "verb", asked.verb)) return false;
  if (entry["path"].exists() != asked.of_path) return false;
  if (asked.of_path) return fits(entry, "path", asked.path);
  const bool whole = entry["subresource"].exists() || asked.subresource.empty();
  return whole && fits(entry, "group", asked.group) && fits(entry, "resource", asked.resource) &&
         fits(entry, "subresource", asked.subresource) &&
         fits(entry, "namespace", asked.name_space) && fits(entry, "name", asked.name) &&
         fits(entry, "fieldSelector", asked.field_selector) &&
         fits(entry, "labelSelector", asked.label_selector);
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n\v\f\r") == std::string_view::npos;
}

bool is_format(std::string_view format, std::string_view text) {
  return find_name_format(format)->problems(text).empty();
}

// A copy of the question in arguments[0] with one part more.
template <const Type* kType, std::string_view Question::* kPart>
Value with(Call& call, Arguments arguments) {
  Question question = question_of(arguments[0]);
  question.*kPart = arguments[1].string();
  return call.object<QuestionObject>(kType, question);
}

Value path(Call& call, Arguments arguments) {
  if (is_blank(arguments[1].string())) return call.error("path must not be empty");
  Question question = question_of(arguments[0]);
  question.of_path = true;
  question.path = arguments[1].string();
  return call.object<QuestionObject>(&types::path_check, question);
}

Value resource(Call& call, Arguments arguments) {
  if (is_blank(arguments[1].string())) return call.error("resource must not be empty");
  return with<&types::resource_check, &Question::resource>(call, arguments);
}

Value service_account(Call& call, Arguments arguments) {
  const std::string_view name_space = arguments[1].string(), name = arguments[2].string();
  if (!is_format("dns1123Subdomain", name)) return call.error("Invalid service account name");
  if (!is_format("dns1123Label", name_space)) {
    return call.error("Invalid service account namespace");
  }
  Question question = question_of(arguments[0]);
  std::string user = "system:serviceaccount:";
  ((user += name_space) += ':') += name;
  question.user = call.arena().copy(std::string_view(user));
  return call.object<QuestionObject>(&types::authorizer, question);
}

Value check(Call& call, Arguments arguments) {
  Question question = question_of(arguments[0]);
  question.verb = arguments[1].string();
  const auto entries = question.decisions->items();
  const auto found = std::find_if(entries.begin(), entries.end(), [&question](const Node& entry) {
    return entry.is_object() && fits(entry, question);
  });
  if (found == entries.end()) {
    return call.object<DecisionObject>(false, "no decision given", "", false);
  }
  const Node& error = (*found)["error"];
  return call.object<DecisionObject>((*found)["allowed"].boolean() && !error.exists(),
                                     (*found)["reason"].string(), error.string(), error.exists());
}

Value allowed(Call&, Arguments arguments) {
  return Value::boolean(decision_of(arguments[0]).allowed());
}
Value errored(Call&, Arguments arguments) {
  return Value::boolean(decision_of(arguments[0]).errored());
}
Value reason(Call&, Arguments arguments) {
  return Value::string(decision_of(arguments[0]).reason());
}
Value error(Call&, Arguments arguments) {
  return Value::string(decision_of(arguments[0]).error());
}

// So that an expression can pay for two.
uint64_t check_cost(Arguments, const Value&) {
  return 350'000;
}

// The text is read; for every second character, a requirement might be made: a struct and a list.
uint64_t selector_cost(Arguments arguments, const Value&) {
  const uint64_t size = cost_size(arguments[1]);
  return kListBase + scaled_cost(size, kStringFactor) +
         scaled_cost(size, 0.5) * (kListBase + kStructBase);
}

constexpr Style kMember = Style::kMember;
constexpr std::string_view kResourceCheck =
    "(kubernetes.authorization.ResourceCheck, string) -> kubernetes.authorization.ResourceCheck";
constexpr Overload kOverloads[] = {
    {"authorizer_path", "path", kMember,
     "(kubernetes.authorization.Authorizer, string) -> kubernetes.authorization.PathCheck", path},
    {"authorizer_group", "group", kMember,
     "(kubernetes.authorization.Authorizer, string) -> kubernetes.authorization.GroupCheck",
     with<&types::group_check, &Question::group>},
    {"authorizer_serviceaccount", "serviceAccount", kMember,
     "(kubernetes.authorization.Authorizer, string, string) -> "
     "kubernetes.authorization.Authorizer",
     service_account},
    {"groupcheck_resource", "resource", kMember,
     "(kubernetes.authorization.GroupCheck, string) -> kubernetes.authorization.ResourceCheck",
     resource},
    {"resourcecheck_subresource", "subresource", kMember, kResourceCheck,
     with<&types::resource_check, &Question::subresource>},
    {"resourcecheck_namespace", "namespace", kMember, kResourceCheck,
     with<&types::resource_check, &Question::name_space>},
    {"resourcecheck_name", "name", kMember, kResourceCheck,
     with<&types::resource_check, &Question::name>},
    {"pathcheck_check", "check", kMember,
     "(kubernetes.authorization.PathCheck, string) -> kubernetes.authorization.Decision", check,
     check_cost},
    {"resourcecheck_check", "check", kMember,
     "(kubernetes.authorization.ResourceCheck, string) -> kubernetes.authorization.Decision", check,
     check_cost},
    {"decision_errored", "errored", kMember, "(kubernetes.authorization.Decision) -> bool",
     errored},
    {"decision_error", "error", kMember, "(kubernetes.authorization.Decision) -> string", error},
    {"decision_allowed", "allowed", kMember, "(kubernetes.authorization.Decision) -> bool",
     allowed},
    {"decision_reason", "reason", kMember, "(kubernetes.authorization.Decision) -> string", reason},
};
constexpr Overload kSelectors[] = {
    {"authorizer_fieldselector", "fieldSelector", kMember, kResourceCheck,
     with<&types::resource_check, &Question::field_selector>, selector_cost},
    {"authorizer_labelselector", "labelSelector", kMember, kResourceCheck,
     with<&types::resource_check, &Question::label_selector>, selector_cost},
};

Value make_question(Arena& arena, const Type* type, const Question& question) {
  void* const place = arena.allocate(sizeof(QuestionObject), alignof(QuestionObject));
  return Value::object(new (place) QuestionObject(type, question));
}

}  // namespace

Value make_authorizer(Arena& arena, const Node& decisions, std::string_view user) {
  Question question;
  question.decisions = &decisions;
  question.user = arena.copy(user);
  return make_question(arena, &types::authorizer, question);
}

Value make_request_resource(Arena& arena, const Node& decisions, std::string_view user,
                            const RequestResource& resource) {
  Question question;
  question.decisions = &decisions;
  question.user = arena.copy(user);
  question.group = arena.copy(resource.group);
  question.resource = arena.copy(resource.resource);
  question.subresource = arena.copy(resource.subresource);
  question.name_space = arena.copy(resource.name_space);
  question.name = arena.copy(resource.name);
  return make_question(arena, &types::resource_check, question);
}

const Library kubernetes_authorizer_library{"kubernetes.authz", kOverloads};
const Library kubernetes_authorizer_selectors_library{"kubernetes.authzSelectors", kSelectors};

}  // namespace seawall::cel
