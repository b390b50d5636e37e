#include "guard/falco/rule_reader.h"

#include <algorithm>

#include "base/strings.h"

namespace seawall::guard::falco {
namespace {

constexpr std::string_view kRuleKeys =
    "rule condition output desc priority tags exceptions enabled source warn_evttypes "
    "skip-if-unknown-filter append override";
constexpr std::string_view kAppendable = "condition output desc tags exceptions";
constexpr std::string_view kReplaceable =
    "condition output desc priority capture capture_duration tags exceptions enabled "
    "warn_evttypes skip-if-unknown-filter";

bool among(std::string_view word, std::string_view words) {
  const std::vector<std::string_view> all = split(words, ' ');
  return std::find(all.begin(), all.end(), word) != all.end();
}

}  // namespace

void RuleReader::error(const Node& at, std::string message, std::string hint) {
  set_.problems.push_back({Problem::Severity::kError, place_of(*file_, at), name_,
                           std::move(message), scalar(at), std::move(hint)});
}
void RuleReader::warn(const Node& at, std::string message, std::string hint) {
  set_.problems.push_back({Problem::Severity::kWarning, place_of(*file_, at), name_,
                           std::move(message), scalar(at), std::move(hint)});
}

void RuleReader::warn_unknown_keys(const Node& item, std::string_view known) {
  for (const Member& member : item.members()) {
    if (!among(member.key, known)) {
      warn(member.value, "the key " + std::string(member.key) + " is not known and is ignored");
    }
  }
}

// Falco takes every scalar as it is written: "080" and "yes" are texts. YAML made values of them,
// so the file is asked.
std::string RuleReader::scalar(const Node& node) const {
  if (node.is_string()) return std::string(node.string());
  if (node.is_array() || node.is_object() || !node.exists() || node.is_null()) return {};
  size_t at = 0;
  const std::string_view text = file_->text;
  for (uint32_t line = 1; line < node.line(); ++line) {
    at = text.find('\n', at);
    if (at == std::string_view::npos) return {};
    ++at;
  }
  for (uint32_t column = 1; column < node.column() && at < text.size(); ++column) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) ++at;
  }
  if (at >= text.size()) return {};
  return std::string(trim(text.substr(at, text.find_first_of(",]}#\n", at) - at)));
}

bool RuleReader::texts(const Node& node, std::string_view what, std::vector<std::string>& out) {
  if (!node.is_array()) {
    error(node, std::string(what) + " is not a list of texts");
    return false;
  }
  for (const Node& item : node.items()) {
    if (item.is_array() || item.is_object()) {
      error(item, "an item of " + std::string(what) + " is not a text");
      return false;
    }
    out.push_back(scalar(item));
  }
  return true;
}

std::shared_ptr<SourceText> RuleReader::source_text(const Node& node) const {
  auto text = std::make_shared<SourceText>();
  text->append(file_, node);
  return text;
}

std::optional<RuleReader::Overrides> RuleReader::overrides(const Node& item,
                                                           std::string_view append,
                                                           std::string_view replace) {
  Overrides found;
  const Node& node = item["override"];
  if (!node.exists()) return found;
  if (!node.is_object()) {
    error(node, "override is not an object", "as in \"override: {condition: append}\"");
    return std::nullopt;
  }
  for (const auto& [key, how] : node.members()) {
    const bool appends = how.string() == "append";
    if (!appends && how.string() != "replace") {
      error(how, "override takes append or replace");
      return std::nullopt;
    }
    if (!among(key, appends ? append : replace)) {
      error(how, std::string(key) + " cannot be " + (appends ? "appended to" : "replaced"));
      return std::nullopt;
    }
    if (!item[key].exists()) {
      error(how, "override names " + std::string(key) + ", which is not given");
      return std::nullopt;
    }
    (appends ? found.append : found.replace).insert(std::string(key));
  }
  return found;
}

bool RuleReader::wants_append(const Node& item, const Overrides& overrides, bool& append) {
  append = item["append"].boolean();
  if (append) warn(item["append"], "\"append: true\" is deprecated", "override says the same");
  if (!append || !overrides.any()) return true;
  error(item["append"], "append and override exclude each other");
  return false;
}

void RuleReader::read(const Node& item) {
  name_.clear();
  if (!item.is_object()) {
    error(item, "an object is expected: a rule, a macro or a list");
  } else if (item["required_engine_version"].exists()) {
    read_engine_version(item);
  } else if (item["required_plugin_versions"].exists()) {
    warn_unknown_keys(item, "required_plugin_versions");
  } else if (item["list"].exists()) {
    read_list(item);
  } else if (item["macro"].exists()) {
    read_macro(item);
  } else if (item["rule"].exists()) {
    read_rule(item);
  } else {
    warn(item, "an object that is neither a rule nor a macro nor a list is ignored");
  }
}

void RuleReader::read_engine_version(const Node& item) {
  const Node& node = item["required_engine_version"];
  const std::string version = scalar(node);
  std::vector<std::string_view> parts = split(version, '.');
  if (parts.size() == 1) parts.insert(parts.begin(), "0");  // 26 is 0.26.0
  const auto major = parse_unsigned(parts[0]);
  const auto minor = parts.size() > 1 ? parse_unsigned(parts[1]) : std::nullopt;
  if (!major || !minor) {
    error(node, "\"" + version + "\" is not a version", "as in 0.57.0");
  } else if (*major > 0 || *minor > RuleSet::kEngineMinor) {
    warn(node, "the file asks for engine " + version + "; this is the language of 0.57.0",
         "what is newer is reported where it stands");
  }
  warn_unknown_keys(item, "required_engine_version");
}

void RuleReader::read_list(const Node& item) {
  List list;
  list.name = name_ = scalar(item["list"]);
  list.place = place_of(*file_, item["list"]);
  if (name_.empty()) return error(item["list"], "a list has a name");
  if (!texts(item["items"], "items", list.items)) return;
  const auto override_keys = overrides(item, "items", "items");
  bool append = false;
  if (!override_keys || !wants_append(item, *override_keys, append)) return;
  append = append || override_keys->append.contains("items");
  warn_unknown_keys(item, "list items append override");

  const auto known = set_.list_names_.find(name_);
  const size_t index = set_.next_index_++;
  if (append) {
    if (known == set_.list_names_.end()) {
      return error(item["list"], "there is no list of this name to append to");
    }
    List& before = set_.lists[known->second];
    before.items.insert(before.items.end(), list.items.begin(), list.items.end());
    before.sees = index;
    return;
  }
  list.index = list.sees = index;
  if (known == set_.list_names_.end()) {
    set_.list_names_.emplace(name_, set_.lists.size());
    set_.lists.push_back(std::move(list));
  } else {
    list.index = set_.lists[known->second].index;
    set_.lists[known->second] = std::move(list);
  }
}

void RuleReader::read_macro(const Node& item) {
  Macro macro;
  macro.name = name_ = scalar(item["macro"]);
  macro.place = place_of(*file_, item["macro"]);
  if (name_.empty()) return error(item["macro"], "a macro has a name");
  const Node& condition = item["condition"];
  if (condition.string().empty()) {
    return error(condition.exists() ? condition : item, "a macro has a condition");
  }
  macro.condition = source_text(condition);
  const auto override_keys = overrides(item, "condition", "condition");
  bool append = false;
  if (!override_keys || !wants_append(item, *override_keys, append)) return;
  append = append || override_keys->append.contains("condition");
  warn_unknown_keys(item, "macro condition append override");

  const auto known = set_.macro_names_.find(name_);
  const size_t index = set_.next_index_++;
  if (append) {
    if (known == set_.macro_names_.end()) {
      return error(item["macro"], "there is no macro of this name to append to");
    }
    Macro& before = set_.macros[known->second];
    before.condition->append(file_, condition);
    before.sees = index;
    return;
  }
  macro.index = macro.sees = index;
  if (known == set_.macro_names_.end()) {
    set_.macro_names_.emplace(name_, set_.macros.size());
    set_.macros.push_back(std::move(macro));
  } else {
    macro.index = set_.macros[known->second].index;
    set_.macros[known->second] = std::move(macro);
  }
}

Rule* RuleReader::known_rule(const Node& item) {
  const auto known = set_.rule_names_.find(name_);
  if (known != set_.rule_names_.end()) return &set_.rules[known->second];
  error(item["rule"], "there is no rule of this name to change",
        "it must stand earlier, in this file or one before it");
  return nullptr;
}

void RuleReader::read_rule(const Node& item) {
  name_ = scalar(item["rule"]);
  if (name_.empty()) return error(item["rule"], "a rule has a name");
  warn_unknown_keys(item, std::string(kRuleKeys));
  const auto override_keys = overrides(item, kAppendable, kReplaceable);
  bool append = false;
  if (!override_keys || !wants_append(item, *override_keys, append)) return;
  ++set_.next_index_;
  if (override_keys->any()) {
    for (const auto& [key, value] : item.members()) {
      if (among(key, kReplaceable) && !override_keys->names(key)) {
        return error(value, "override says nothing of " + std::string(key),
                     "say append or replace, or leave the key out");
      }
    }
    return update_rule(item, *override_keys);
  }
  if (append) {
    Overrides old;
    for (const std::string_view key : {"condition", "exceptions"}) {
      if (item[key].exists()) old.append.insert(std::string(key));
    }
    if (!old.any()) return error(item, "an appended rule has a condition or exceptions");
    return update_rule(item, old);
  }
  const bool only_enabled = !item["condition"].exists() && !item["output"].exists() &&
                            !item["desc"].exists() && !item["priority"].exists();
  if (!only_enabled) return define_rule(item);
  if (!item["enabled"].exists()) {
    return error(item, "a rule has condition, output, desc and priority");
  }
  warn(item["enabled"], "a rule of nothing but enabled is deprecated",
       "write \"override: {enabled: replace}\"");
  if (Rule* rule = known_rule(item)) rule->enabled = item["enabled"].boolean();
}

void RuleReader::define_rule(const Node& item) {
  Rule rule;
  rule.name = name_;
  rule.place = place_of(*file_, item["rule"]);
  rule.source = item["source"].string("syscall");
  for (const std::string_view key : {"condition", "output", "desc", "priority"}) {
    if (!item[key].is_string()) {
      return error(item[key].exists() ? item[key] : item, "a rule has a " + std::string(key));
    }
  }
  for (const std::string_view key : {"condition", "output", "desc", "priority", "tags",
                                     "exceptions", "enabled", "skip-if-unknown-filter"}) {
    if (item[key].exists() && !update_key(item, rule, key, false)) return;
  }
  if (rule.source != "syscall") {
    warn(item["source"], "the rule is about \"" + rule.source +
                             "\", which does not come from the "
                             "kernel; it is left out");
    return;
  }
  const auto known = set_.rule_names_.find(name_);
  if (known == set_.rule_names_.end()) {
    set_.rule_names_.emplace(name_, set_.rules.size());
    set_.rules.push_back(std::move(rule));
  } else {
    set_.rules[known->second] = std::move(rule);
  }
}

void RuleReader::update_rule(const Node& item, const Overrides& overrides) {
  Rule* known = known_rule(item);
  if (known == nullptr) return;
  Rule changed = *known;
  // Texts are shared: what is appended to must not change the rule when a later key is wrong.
  changed.condition = std::make_shared<SourceText>(*changed.condition);
  changed.output = std::make_shared<SourceText>(*changed.output);
  for (const std::string& key : overrides.append) {
    if (!update_key(item, changed, key, true)) return;
  }
  for (const std::string& key : overrides.replace) {
    if (!update_key(item, changed, key, false)) return;
  }
  *known = std::move(changed);
}

bool RuleReader::update_key(const Node& item, Rule& rule, std::string_view key, bool append) {
  const Node& node = item[key];
  if (key == "condition" || key == "output") {
    auto& text = key == "condition" ? rule.condition : rule.output;
    if (!node.is_string()) return error(node, std::string(key) + " is not a text"), false;
    if (append) {
      text->append(file_, node);
    } else {
      text = source_text(node);
    }
  } else if (key == "desc") {
    const std::string text(trim(scalar(node)));
    rule.description = append ? rule.description + ' ' + text : text;
  } else if (key == "priority") {
    if (!priority_named(scalar(node), rule.priority)) {
      return error(node, "\"" + scalar(node) + "\" is not a priority",
                   "emergency, alert, critical, error, warning, notice, info or debug"),
             false;
    }
  } else if (key == "tags") {
    std::vector<std::string> tags;
    if (!texts(node, "tags", tags)) return false;
    if (!append) rule.tags.clear();
    for (std::string& tag : tags) {
      if (std::find(rule.tags.begin(), rule.tags.end(), tag) == rule.tags.end()) {
        rule.tags.push_back(std::move(tag));
      }
    }
  } else if (key == "exceptions") {
    if (!append) rule.exceptions.clear();
    return read_exceptions(node, rule.exceptions, append);
  } else if (key == "enabled" || key == "skip-if-unknown-filter") {
    if (node.kind() != NodeKind::kBool) {
      return error(node, std::string(key) + " is neither true nor false"), false;
    }
    (key == "enabled" ? rule.enabled : rule.skip_unknown) = node.boolean();
  }
  return true;
}

}  // namespace seawall::guard::falco
