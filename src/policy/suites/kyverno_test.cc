#include "policy/suites/kyverno_test.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "codec/yaml.h"
#include "policy/admission/admission_policies.h"

namespace seawall::policy {
namespace {

namespace fs = std::filesystem;
using Outcome = AdmissionOutcome::Result;

std::string_view word_of(Outcome result) {
  switch (result) {
    case Outcome::kPass:
      return "pass";
    case Outcome::kFail:
      return "fail";
    case Outcome::kError:
      return "error";
    case Outcome::kSkip:
      return "skip";
    case Outcome::kNotJudged:
      return "not judged";
  }
  return {};
}

class KyvernoTest {
 public:
  KyvernoTest(std::string path, const TestOptions& options, TestSummary& summary)
      : path_(std::move(path)), options_(options), summary_(summary) {}

  void run() {
    auto text = read_file(path_, kMostTestBytes);
    if (!text.ok()) return fail_file(text.error());
    auto documents = parse_yaml(*text);
    if (!documents.ok()) return fail_file(std::move(documents.error()).at(path_));
    for (const Document& document : *documents) {
      const Node& root = document.root();
      if (root["kind"].string() == "Test") run(root);
    }
  }

 private:
  void fail_file(const Error& error) {
    summary_.count(TestResult::kDiffers, fmt::format("{}: {}", path_, error.text()), options_);
  }
  std::string beside(std::string_view name) const {
    return (fs::path(path_).parent_path() / fs::path(name)).lexically_normal().string();
  }

  void run(const Node& test) {
    AdmissionPolicies policies;
    policies.set_bind_all();
    for (const char* key : {"policies", "exceptions"}) {
      for (const Node& item : test[key].items()) {
        if (auto added = policies.add_file(beside(item.string())); !added.ok()) {
          return fail_file(added.error());
        }
      }
    }
    std::vector<Document> documents;
    std::vector<const Node*> resources, namespaces, parameters = policies.others();
    const auto read = [&](std::string_view name, std::vector<const Node*>& into) {
      auto text = read_file(beside(name), kMostTestBytes);
      if (!text.ok()) return;
      auto read_documents = parse_yaml(*text);
      if (!read_documents.ok()) return;
      for (Document& document : *read_documents) {
        documents.push_back(std::move(document));
        if (documents.back().root().is_object()) into.push_back(&documents.back().root());
      }
    };
    for (const Node& item : test["resources"].items()) read(item.string(), resources);
    for (const Node& item : test["targetResources"].items()) read(item.string(), resources);
    for (const Node& item : test["paramResources"].items()) read(item.string(), parameters);
    std::vector<const Node*> values, users;
    read(test["variables"].string("values.yaml"), values);
    if (!test["userinfo"].string().empty()) read(test["userinfo"].string(), users);
    for (const Node* value : values) {
      for (const Node& item : (*value)["namespaces"].items()) namespaces.push_back(&item);
    }
    for (const Node* resource : resources) {
      if ((*resource)["kind"].string() == "Namespace") namespaces.push_back(resource);
      parameters.push_back(resource);
    }
    std::vector<const Node*> contexts, looked_up;
    if (!test["context"].string().empty()) read(test["context"].string(), contexts);
    for (const Node* one : contexts) {
      for (const Node& item : (*one)["spec"]["resources"].items()) looked_up.push_back(&item);
    }
    context_.resources = looked_up;
    context_.namespaces = namespaces;
    context_.parameters = parameters;
    user_ = users.empty() ? nullptr : &(*users[0])["userInfo"];
    AdmissionEvaluator evaluator(policies);
    for (const Node& result : test["results"].items()) {
      check(result, evaluator, policies, resources);
    }
  }

  void check(const Node& result, AdmissionEvaluator& evaluator, const AdmissionPolicies& policies,
             const std::vector<const Node*>& resources) {
    std::vector<std::string> names;
    for (const Node& item : result["resources"].items()) names.emplace_back(item.string());
    if (!result["resource"].string().empty()) names.emplace_back(result["resource"].string());
    if (names.empty()) return count(result, "", "not judged", "names no resource");
    for (const std::string& name : names) {
      const auto [name_space, rest] = split_once(name, '/');
      const std::string_view plain = rest.empty() ? std::string_view(name) : rest;
      bool found = false;
      for (const Node* resource : resources) {
        const Node& metadata = (*resource)["metadata"];
        if (metadata["name"].string() != plain) continue;
        if (!rest.empty() && metadata["namespace"].string("default") != name_space) continue;
        if (!result["kind"].string().empty() &&
            (*resource)["kind"].string() != result["kind"].string()) {
          continue;
        }
        found = true;
        judge(result, name, *resource, evaluator, policies);
      }
      if (!found) count(result, name, "not judged", "the resource is not in the files");
    }
  }

  void judge(const Node& result, const std::string& name, const Node& resource,
             AdmissionEvaluator& evaluator, const AdmissionPolicies& policies) {
    AdmissionRequest request = AdmissionRequest::of_object(resource, "default");
    request.user_info = user_;
    if (const std::string_view operation = result["operation"].string(); !operation.empty()) {
      request.operation = operation;
      if (operation == "DELETE") std::swap(request.object, request.old_object);
    }
    AdmissionOptions options;
    options.outcomes = true;
    const AdmissionVerdict verdict = evaluator.evaluate(request, context_, options);
    const AdmissionOutcome* said = nullptr;
    for (const AdmissionOutcome& outcome : verdict.outcomes) {
      if (outcome.policy != result["policy"].string() &&
          !result["policy"].string().ends_with("/" + outcome.policy)) {
        continue;
      }
      std::string_view rule = result["rule"].string();
      for (const std::string_view prefix : {"autogen-cronjob-", "autogen-"}) {
        if (rule.starts_with(prefix) && outcome.rule != rule) rule.remove_prefix(prefix.size());
      }
      if (!rule.empty() && !outcome.rule.empty() && outcome.rule != rule) continue;
      // The worst of several speaks.
      if (said == nullptr || said->result == Outcome::kPass || said->result == Outcome::kSkip) {
        said = &outcome;
      }
    }
    if (said != nullptr) {
      return count(result, name, word_of(said->result), said->message);
    }
    // A policy that could not be loaded is not one that leaves the resource alone.
    for (const Error& problem : policies.problems()) {
      if (problem.code() != Code::kUnsupported) {
        return count(result, name, "not judged", problem.text());
      }
    }
    if (policies.size() == 0) return count(result, name, "not judged", "no policy in CEL");
    count(result, name, "skip", "the policy is not about it");
  }

  void count(const Node& result, std::string_view resource, std::string_view said,
             std::string_view why) {
    const std::string_view wanted = result["result"].string(result["status"].string());
    const bool not_judged = said == "not judged";
    const bool passed = !not_judged && said == wanted;
    summary_.count(
        not_judged ? TestResult::kNotJudged
        : passed   ? TestResult::kAgrees
                   : TestResult::kDiffers,
        fmt::format("{}:{}: {}{}{}: {}/{}: {}{}{}", path_, result.line(),
                    printable(result["policy"].string()), result["rule"].exists() ? "/" : "",
                    printable(result["rule"].string()), printable(result["kind"].string()),
                    printable(resource),
                    passed ? std::string(said)
                           : fmt::format("expected {}, got {}", printable(wanted), said),
                    why.empty() ? "" : ": ", printable(why)),
        options_);
  }

  std::string path_;
  const TestOptions& options_;
  TestSummary& summary_;
  AdmissionContext context_;
  const Node* user_ = nullptr;
};

}  // namespace

bool is_kyverno_test(std::string_view file_name) {
  return file_name == "kyverno-test.yaml" || file_name == "kyverno-test.yml";
}

void run_kyverno_test(const std::string& path, const TestOptions& options, TestSummary& summary) {
  KyvernoTest(path, options, summary).run();
}

}  // namespace seawall::policy
