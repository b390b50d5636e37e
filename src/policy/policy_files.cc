#include "policy/policy_files.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/file.h"
#include "codec/yaml.h"

namespace seawall::policy {
namespace {

struct Content {
  bool own = false, admission = false, objects = false;
};

Result<Content> look_into(const std::string& file) {
  SEAWALL_TRY(const std::string text, read_file(file, AdmissionPolicies::kMostPolicyBytes));
  auto documents = parse_yaml(text);
  if (!documents.ok()) return std::move(documents.error()).at(file);
  Content content;
  const auto look = [&](const Node& node) {
    const std::string_view group = split_api_version(node["apiVersion"].string()).first;
    content.own = content.own || (group == "seawall.dev" && node["kind"].string() == "Policy");
    content.admission = content.admission || AdmissionPolicies::is_policy(node);
    content.objects = content.objects || !node["kind"].string().empty();
  };
  for (const Document& document : *documents) {
    look(document.root());
    for (const Node& item : document.root()["items"].items()) look(item);
  }
  return content;
}

}  // namespace

Result<PolicyFiles> find_policy_files(const std::string& path) {
  PolicyFiles found;
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    const auto content = look_into(path);
    const bool admission = content.ok() && content->admission && !content->own;
    (admission ? found.admission : found.own).push_back(path);
    return found;
  }
  bool any = false;
  SEAWALL_TRY(const std::vector<std::string> files, policy_files_below(path));
  for (const std::string& file : files) {
    SEAWALL_TRY(const Content content, look_into(file));
    any = any || content.own || content.admission;
    if (content.own) {
      found.own.push_back(file);
    } else if (content.objects) {
      found.admission.push_back(file);
    }
  }
  if (any) return found;
  return Error(Code::kNotFound, "there is no policy below it")
      .at(path)
      .hint(
          "looked for are policies of seawall.dev, ValidatingAdmissionPolicies, Kyverno's "
          "policies in CEL and Gatekeeper's templates");
}

Result<PolicySet> load_policy_set(const PolicyChoice& choice, UnixSeconds today) {
  PolicySet set;
  PolicyChoice own = choice;
  if (!choice.file.empty()) {
    SEAWALL_TRY(const PolicyFiles files, find_policy_files(choice.file));
    if (files.own.size() > 1) {
      return usage_error(
                 fmt::format("there are several policies: {}, {}", files.own[0], files.own[1]))
          .at(choice.file)
          .hint("name the one that decides");
    }
    own.file = files.own.empty() ? "" : files.own[0];
    if (files.own.empty()) own.builtin_rules = false;
    if (!files.admission.empty()) set.admission = std::make_unique<AdmissionPolicies>();
    for (const std::string& file : files.admission) SEAWALL_CHECK(set.admission->add_file(file));
  }
  SEAWALL_TRY(set.own, load_policy(own, today));
  if (set.admission != nullptr && own.file.empty() && own.presets.empty()) {
    set.own.name = choice.file;
  }
  return set;
}

}  // namespace seawall::policy
