#include "guard/falco/rule_set.h"

#include <iterator>

#include "base/strings.h"
#include "codec/yaml.h"
#include "guard/falco/rule_reader.h"

namespace seawall::guard::falco {
namespace {

constexpr std::string_view kPriorities[] = {"Emergency", "Alert",  "Critical",      "Error",
                                            "Warning",   "Notice", "Informational", "Debug"};

template <typename T>
const T* named(const std::vector<T>& all, const std::map<std::string, size_t, std::less<>>& names,
               std::string_view name) {
  const auto found = names.find(name);
  return found == names.end() ? nullptr : &all[found->second];
}

}  // namespace

std::string_view to_string(Priority priority) {
  return kPriorities[static_cast<size_t>(priority)];
}

bool priority_named(std::string_view word, Priority& priority) {
  for (size_t at = 0; at < std::size(kPriorities); ++at) {
    if (!equal_ignoring_case(word, kPriorities[at]) &&
        !(at == static_cast<size_t>(Priority::kInformational) &&
          equal_ignoring_case(word, "info"))) {
      continue;
    }
    priority = static_cast<Priority>(at);
    return true;
  }
  return false;
}

const List* RuleSet::list(std::string_view name) const {
  return named(lists, list_names_, name);
}
const Macro* RuleSet::macro(std::string_view name) const {
  return named(macros, macro_names_, name);
}

void RuleSet::load(RuleFile given) {
  const auto file = std::make_shared<const RuleFile>(std::move(given));
  const auto failed = [&](std::string message, std::string hint = {}) {
    problems.push_back(
        {Problem::Severity::kError, {file->name, 0, 0}, {}, std::move(message), {}, hint});
  };
  if (file->text.size() > kMaxFile) {
    failed("the file is larger than 16 MiB");
    return;
  }
  Limits limits;
  limits.document_bytes = kMaxFile;
  limits.nodes = 2'000'000;
  const auto documents = parse_yaml(file->text, limits);
  if (!documents.ok()) {
    failed(documents.error().text(), "the file is not YAML; nothing of it is used");
    return;
  }
  for (const Document& document : *documents) {
    const Node& root = document.root();
    if (root.is_null()) continue;
    if (!root.is_array()) {
      failed("the file is not a list of rules, macros and lists",
             "each begins with \"- rule:\", \"- macro:\" or \"- list:\"");
      continue;
    }
    RuleReader reader(*this, file);
    for (const Node& item : root.items()) {
      if (lists.size() + macros.size() + rules.size() >= kMaxObjects) {
        failed("more than 50,000 rules, macros and lists");
        return;
      }
      reader.read(item);
    }
  }
}

}  // namespace seawall::guard::falco
