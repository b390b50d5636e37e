// One object of a rule file after the other into a RuleSet. Internal to rule_set.cc.
#pragma once

#include <optional>
#include <set>

#include "guard/falco/rule_set.h"

namespace seawall::guard::falco {

class RuleReader {
 public:
  RuleReader(RuleSet& set, std::shared_ptr<const RuleFile> file)
      : set_(set), file_(std::move(file)) {}
  void read(const Node& item);

 private:
  struct Overrides {
    std::set<std::string, std::less<>> append, replace;
    bool any() const { return !append.empty() || !replace.empty(); }
    bool names(std::string_view key) const { return append.contains(key) || replace.contains(key); }
  };
  void error(const Node& at, std::string message, std::string hint = {});
  void warn(const Node& at, std::string message, std::string hint = {});
  void warn_unknown_keys(const Node& item, std::string_view known);
  std::string scalar(const Node& node) const;
  bool texts(const Node& node, std::string_view what, std::vector<std::string>& out);
  std::optional<Overrides> overrides(const Node& item, std::string_view append,
                                     std::string_view replace);
  bool wants_append(const Node& item, const Overrides& overrides, bool& append);
  std::shared_ptr<SourceText> source_text(const Node& node) const;

  void read_engine_version(const Node& item);
  void read_list(const Node& item);
  void read_macro(const Node& item);
  void read_rule(const Node& item);
  void define_rule(const Node& item);
  void update_rule(const Node& item, const Overrides& overrides);
  bool update_key(const Node& item, Rule& rule, std::string_view key, bool append);
  bool read_exceptions(const Node& node, std::vector<Exception>& exceptions, bool append);
  bool read_exception(const Node& node, Exception& exception);
  bool read_row(const Node& node, const Exception& exception,
                std::vector<std::vector<Exception::Cell>>& rows);
  bool check_exception(const Node& node, Exception& exception);
  Rule* known_rule(const Node& item);

  RuleSet& set_;
  std::shared_ptr<const RuleFile> file_;
  std::string name_;  // of the object being read
};

}  // namespace seawall::guard::falco
