#include "policy/admission/gatekeeper_match.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::policy {
namespace {

bool has(const std::vector<std::string>& items, std::string_view wanted) {
  return std::any_of(items.begin(), items.end(),
                     [&](const std::string& item) { return item == "*" || item == wanted; });
}

// '*' at either end stands for any text; elsewhere Gatekeeper does not take it.
bool fits_glob(std::string_view glob, std::string_view text) {
  const bool open_start = glob.starts_with('*'), open_end = glob.ends_with('*');
  if (open_start) glob.remove_prefix(1);
  if (open_end && !glob.empty()) glob.remove_suffix(1);
  if (open_start && open_end) return text.find(glob) != text.npos;
  if (open_start) return text.ends_with(glob);
  return open_end ? text.starts_with(glob) : text == glob;
}

bool any_glob(const std::vector<std::string>& globs, std::string_view text) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return fits_glob(glob, text); });
}

void check_glob(std::string_view glob, const Node& node, Fields& fields) {
  std::string_view middle = glob;
  if (middle.starts_with('*')) middle.remove_prefix(1);
  if (middle.ends_with('*')) middle.remove_suffix(1);
  const bool fits = std::all_of(middle.begin(), middle.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == ':';
  });
  if (!fits) {
    fields.fail(node, fmt::format("{} is no name: lower-case letters, digits, '-', with '*' at an "
                                  "end",
                                  printable(glob)));
  }
}

std::vector<std::string> read_globs(const Node& node, std::string_view key, Fields& fields) {
  std::vector<std::string> globs = fields.texts(node, key);
  for (const std::string& glob : globs) check_glob(glob, node[key], fields);
  return globs;
}

std::optional<LabelSelector> read_selector(const Node& node, std::string_view key, Fields& fields) {
  if (!node[key].is_object()) return std::nullopt;
  LabelSelector selector = LabelSelector::read(node[key], key, fields);
  if (!selector.problem().empty()) fields.fail(node[key], selector.problem());
  return selector;
}

bool fits_kinds(const GatekeeperMatch& match, std::string_view group, std::string_view kind) {
  const auto fits = [&](const GatekeeperMatch::Kinds& it) {
    return (it.kinds.empty() || has(it.kinds, kind)) &&
           (it.groups.empty() || has(it.groups, group));
  };
  return match.kinds.empty() || std::any_of(match.kinds.begin(), match.kinds.end(), fits);
}

bool fits_name(std::string_view glob, const Node& metadata) {
  if (glob.empty() || fits_glob(glob, metadata["name"].string())) return true;
  const std::string_view prefix = metadata["generateName"].string();
  return glob.ends_with('*') && !prefix.empty() && fits_glob(glob, prefix);
}

// spec.match about one of the request's objects. `unknown`: it hangs on labels of a Namespace that
// nobody gave.
bool fits_object(const GatekeeperMatch& match, const RequestState& state, const Node& object,
                 bool& unknown) {
  const auto [group, version] = split_api_version(object["apiVersion"].string());
  const std::string_view kind = object["kind"].string();
  if (!fits_kinds(match, group, kind)) return false;
  const bool is_namespace = kind == "Namespace" && group.empty();
  const Node& metadata = object["metadata"];
  const std::string_view name_space =
      is_namespace ? metadata["name"].string() : std::string_view(state.request().name_space);
  const bool namespaced = !is_namespace && !name_space.empty();
  if (match.scope == (namespaced ? "Cluster" : "Namespaced")) return false;
  if (!name_space.empty()) {
    if (!match.namespaces.empty() && !any_glob(match.namespaces, name_space)) return false;
    if (any_glob(match.excluded_namespaces, name_space)) return false;
  }
  if (match.labels && !match.labels->matches(metadata["labels"])) return false;
  if (!fits_name(match.name, metadata)) return false;
  if (!match.namespace_labels || (!is_namespace && !namespaced)) return true;
  if (is_namespace) return match.namespace_labels->matches(metadata["labels"]);
  unknown = !state.namespace_is_known() &&
            !match.namespace_labels->asks_only("kubernetes.io/metadata.name");
  return match.namespace_labels->matches((*state.selected_namespace())["metadata"]["labels"]);
}

}  // namespace

GatekeeperMatch GatekeeperMatch::read(const Node& node, Fields& fields) {
  GatekeeperMatch match;
  fields.only(node, "match",
              {"source", "kinds", "scope", "namespaces", "excludedNamespaces", "labelSelector",
               "namespaceSelector", "name"});
  match.generated_only =
      fields.word(node, "source", {"All", "Original", "Generated"}) == "Generated";
  match.scope = fields.word(node, "scope", {"*", "Cluster", "Namespaced"});
  for (const Node& item : fields.list(node, "kinds")) {
    fields.only(item, "kinds", {"apiGroups", "kinds"});
    match.kinds.push_back({fields.texts(item, "apiGroups"), fields.texts(item, "kinds")});
  }
  match.namespaces = read_globs(node, "namespaces", fields);
  match.excluded_namespaces = read_globs(node, "excludedNamespaces", fields);
  match.labels = read_selector(node, "labelSelector", fields);
  match.namespace_labels = read_selector(node, "namespaceSelector", fields);
  match.name = fields.text(node, "name");
  check_glob(match.name, node["name"], fields);
  return match;
}

bool GatekeeperMatch::matches(const RequestState& state, std::string& problem) const {
  if (generated_only) return false;
  const AdmissionRequest& request = state.request();
  for (const Node* object : {request.object, request.old_object}) {
    if (object == nullptr || !object->is_object()) continue;
    bool unknown = false;
    const bool fits = fits_object(*this, state, *object, unknown);
    if (unknown) {
      problem = fmt::format(
          "namespaceSelector asks for labels of the Namespace {}, which is not "
          "among what was given",
          printable(request.name_space));
      return false;
    }
    if (fits) return true;
  }
  return false;
}

}  // namespace seawall::policy
