// Falco's rule files as they stand: lists, macros and rules, later files over earlier ones, before
// any condition is understood.
//
//   RuleSet set;
//   set.load(file);                 // RuleFile{"falco_rules.yaml", text}; again for the next one
//   for (const Problem& problem : set.problems) ...
//
// As Falco does it: a definition of a known name takes the place of the earlier one, in its order;
// "override" appends to or replaces single keys; "append: true" is its older form; a rule of
// nothing but "enabled" turns one on or off. A macro may use macros defined before it (or before
// what was last appended to it), a rule all of them. An error costs the object that has it, the
// rest loads. LIMITS: kMaxFile bytes a file, kMaxObjects objects in all. Source: falcosecurity
// falco 0.43, userspace/engine/rule_loader_{reader,collector,compiler}.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "guard/falco/condition.h"
#include "guard/falco/source_text.h"

namespace seawall::guard::falco {

enum class Priority : uint8_t {
  kEmergency,
  kAlert,
  kCritical,
  kError,
  kWarning,
  kNotice,
  kInformational,
  kDebug,
};
std::string_view to_string(Priority priority);  // "Critical"
bool priority_named(std::string_view word, Priority& priority);

struct List {
  std::string name;
  std::vector<std::string> items;
  Place place;
  size_t index = 0, sees = 0;  // it may use what has an index below `sees`
};

struct Macro {
  std::string name;
  std::shared_ptr<SourceText> condition;
  Place place;
  size_t index = 0, sees = 0;
};

// fields and comps of one exception, and its rows of values: a row has for each field one or more
// texts. Of a single field the rows are one value each.
struct Exception {
  struct Cell {
    bool list = false;
    std::vector<std::string> items;
  };
  std::string name;
  bool single = false;
  std::vector<std::string> fields, comparisons;
  std::vector<std::vector<Cell>> rows;
  std::shared_ptr<SourceText> source;  // where it stands
};

struct Rule {
  std::string name, description, source;
  std::shared_ptr<SourceText> condition, output;
  Priority priority = Priority::kDebug;
  std::vector<std::string> tags;
  std::vector<Exception> exceptions;
  bool enabled = true;
  bool skip_unknown = false;  // an unknown field costs the rule silently
  Place place;
};

class RuleSet {
 public:
  static constexpr size_t kMaxFile = 16u << 20;
  static constexpr size_t kMaxObjects = 50'000;
  // The version of Falco's engine whose language this is.
  static constexpr int kEngineMinor = 57;

  void load(RuleFile file);

  std::vector<List> lists;
  std::vector<Macro> macros;
  std::vector<Rule> rules;  // in the order in which their names were first defined
  std::vector<Problem> problems;
  const List* list(std::string_view name) const;
  const Macro* macro(std::string_view name) const;

 private:
  friend class RuleReader;
  using Names = std::map<std::string, size_t, std::less<>>;
  Names list_names_, macro_names_, rule_names_;
  size_t next_index_ = 0;
};

}  // namespace seawall::guard::falco
