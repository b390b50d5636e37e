#include "policy/suites/gator_suite.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/file.h"
#include "base/regex.h"
#include "base/strings.h"
#include "codec/yaml.h"
#include "policy/admission/admission_policies.h"

namespace seawall::policy {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGroup = "test.gatekeeper.sh/";
constexpr std::string_view kPoint = "gator.gatekeeper.sh";

// Whether an assertion holds of the messages; else what is wrong.
Result<bool> holds(const Node& assertion, const std::vector<std::string>& messages,
                   std::string& why) {
  size_t found = messages.size();
  const std::string_view pattern = assertion["message"].string();
  if (!pattern.empty()) {
    SEAWALL_TRY(const Regex message, Regex::compile(pattern));
    found = 0;
    for (const std::string& one : messages) found += message.matches(one) ? 1 : 0;
  }
  const Node& wanted = assertion["violations"];
  const std::string_view word =
      wanted.kind() == NodeKind::kBool ? (wanted.boolean() ? "yes" : "no") : wanted.string("yes");
  bool fits = false;
  std::string expected(word);
  if (const auto number = wanted.integer()) {
    fits = *number >= 0 && static_cast<size_t>(*number) == found;
    expected = fmt::format("{}", *number);
  } else if (word == "yes" || word == "no") {
    fits = (found > 0) == (word == "yes");
  } else {
    return malformed("violations is yes, no or a number");
  }
  if (fits) return true;
  why = fmt::format("expected violations: {}{}{}, got {}", expected,
                    pattern.empty() ? "" : " with the message ", pattern, found);
  for (const std::string& message : messages) why += "; " + message;
  return false;
}

class GatorSuite {
 public:
  GatorSuite(std::string path, const TestOptions& options, TestSummary& summary)
      : path_(std::move(path)), options_(options), summary_(summary) {}

  void run() {
    const auto documents = read(path_);
    if (!documents.ok()) return count(TestResult::kDiffers, path_, documents.error().text());
    bool any = false;
    for (const Document& document : *documents) {
      const Node& suite = document.root();
      if (suite["kind"].string() != "Suite" || !suite["apiVersion"].string().starts_with(kGroup)) {
        continue;
      }
      any = true;
      if (suite["skip"].boolean()) continue;
      for (const Node& test : suite["tests"].items()) {
        if (!test["skip"].boolean()) run(test);
      }
    }
    if (!any) count(TestResult::kDiffers, path_, "it is no suite of tests");
  }

 private:
  static Result<std::vector<Document>> read(const std::string& path) {
    SEAWALL_TRY(const std::string text, read_file(path, kMostTestBytes));
    auto documents = parse_yaml(text);
    if (!documents.ok()) return std::move(documents.error()).at(path);
    return documents;
  }
  std::string beside(std::string_view name) const {
    return (fs::path(path_).parent_path() / fs::path(name)).lexically_normal().string();
  }
  void count(TestResult result, std::string_view what, std::string_view why, size_t cases = 1) {
    summary_.count(result, fmt::format("{}{}{}", what, why.empty() ? "" : ": ", printable(why)),
                   options_, cases);
  }
  std::string place(const Node& test) const {
    return fmt::format("{}:{}: {}", path_, test.line(), printable(test["name"].string("?")));
  }

  void run(const Node& test) {
    const std::string what = place(test);
    AdmissionPolicies policies;
    for (const char* key : {"template", "constraint"}) {
      if (test[key].string().empty()) {
        return count(TestResult::kDiffers, what, fmt::format("the {} is missing", key));
      }
      const auto added = policies.add_file(beside(test[key].string()));
      if (!added.ok()) return count(TestResult::kDiffers, what, added.error().text());
    }
    std::string unsupported = test["expansion"].string().empty() ? "" : "it expands its objects";
    std::string wrong;
    for (const Error& problem : policies.problems()) {
      (problem.code() == Code::kUnsupported ? unsupported : wrong) = problem.text();
    }
    if (test["invalid"].boolean()) {
      return count(wrong.empty() ? TestResult::kDiffers : TestResult::kAgrees, what,
                   wrong.empty() ? "expected a constraint that is invalid" : wrong);
    }
    if (!wrong.empty()) return count(TestResult::kDiffers, what, wrong);
    size_t cases = 0;
    for (const Node& one : test["cases"].items()) cases += one["skip"].boolean() ? 0 : 1;
    if (!unsupported.empty()) return count(TestResult::kNotJudged, what, unsupported, cases);
    AdmissionEvaluator evaluator(policies);
    for (const Node& one : test["cases"].items()) {
      if (!one["skip"].boolean()) judge(one, what, evaluator);
    }
  }

  void judge(const Node& one, const std::string& test, AdmissionEvaluator& evaluator) {
    const std::string what =
        fmt::format("{}: {} (line {})", test, printable(one["name"].string("?")), one.line());
    std::vector<std::string> messages;
    std::string not_judged;
    if (auto reviewed = review(one, evaluator, messages, not_judged); !reviewed.ok()) {
      return count(TestResult::kDiffers, what, reviewed.error().text());
    }
    if (!not_judged.empty()) return count(TestResult::kNotJudged, what, not_judged);
    const auto assertions = one["assertions"].items();
    if (assertions.empty()) return count(TestResult::kDiffers, what, "it asserts nothing");
    for (const Node& assertion : assertions) {
      std::string why;
      const auto held = holds(assertion, messages, why);
      if (!held.ok()) return count(TestResult::kDiffers, what, held.error().text());
      if (!*held) return count(TestResult::kDiffers, what, why);
    }
    count(TestResult::kAgrees, what, "");
  }

  Status review(const Node& one, AdmissionEvaluator& evaluator, std::vector<std::string>& messages,
                std::string& not_judged) const {
    if (one["object"].string().empty()) return malformed("the object is missing");
    SEAWALL_TRY(const std::vector<Document> documents, read(beside(one["object"].string())));
    std::vector<const Node*> objects, namespaces;
    for (const Document& document : documents) {
      if (document.root().is_object()) objects.push_back(&document.root());
    }
    if (objects.size() != 1) {
      return malformed(fmt::format("its file has {} objects, not one", objects.size()));
    }
    std::vector<Document> inventory;
    for (const Node& name : one["inventory"].items()) {
      SEAWALL_TRY(std::vector<Document> more, read(beside(name.string())));
      for (Document& document : more) inventory.push_back(std::move(document));
    }
    for (const Document& document : inventory) {
      if (document.root()["kind"].string() == "Namespace") namespaces.push_back(&document.root());
    }
    SEAWALL_TRY(const AdmissionRequest request, request_of(*objects[0]));
    AdmissionContext context;
    context.namespaces = namespaces;
    AdmissionOptions options;
    options.enforcement_point = kPoint;
    const AdmissionVerdict verdict = evaluator.evaluate(request, context, options);
    if (!verdict.problems.empty()) not_judged = verdict.problems[0];
    // A violation is one, whatever number of actions it has.
    const AdmissionMessage* last = nullptr;
    for (const AdmissionMessage& message : verdict.messages) {
      if (last == nullptr || last->binding != message.binding || last->rule != message.rule) {
        messages.push_back(message.message);
      }
      last = &message;
    }
    return {};
  }

  // As gator asks: about an object without an operation, or what a review says.
  static Result<AdmissionRequest> request_of(const Node& object) {
    if (object["kind"].string() != "AdmissionReview" ||
        !object["apiVersion"].string().starts_with("admission.k8s.io/")) {
      AdmissionRequest request = AdmissionRequest::of_object(object);
      request.operation = "";
      return request;
    }
    const Node& asked = object["request"];
    if (!asked["object"].is_object() && !asked["oldObject"].is_object()) {
      return malformed("the review has no object");
    }
    SEAWALL_TRY(AdmissionRequest request, AdmissionRequest::of_review(asked));
    if (asked["operation"].string().empty()) request.operation = "";
    return request;
  }

  std::string path_;
  const TestOptions& options_;
  TestSummary& summary_;
};

}  // namespace

bool is_gator_suite(std::string_view text) {
  return text.find(kGroup) != text.npos && text.find("Suite") != text.npos;
}

void run_gator_suite(const std::string& path, const TestOptions& options, TestSummary& summary) {
  GatorSuite(path, options, summary).run();
}

}  // namespace seawall::policy
