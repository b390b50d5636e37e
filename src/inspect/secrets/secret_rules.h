// Secret rules: what the files content/secrets/*.yaml say, ready to be asked. docs/secrets.md
// describes the format; rules/rule.h the part that all rules share.
//
//   SEAWALL_TRY(auto rules, SecretRules::load("/etc/seawall/secrets"));  // replaces the built-in
//
// Patterns of the built-in rules are compiled when one of their keywords is first met: most scans
// meet few of them. Rules from a path are compiled at once, so that a mistake in one is told before
// the scan. COST: a few milliseconds for two hundred rules. THREADS: safe once loaded.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/path_set.h"
#include "base/regex.h"
#include "inspect/secrets/literal_set.h"
#include "inspect/secrets/secret_checks.h"
#include "rules/rule.h"

namespace seawall::inspect {

class SecretRule {
 public:
  static constexpr uint32_t kReach = 1024, kMostReach = 16u << 10;

  rules::Rule rule;
  std::vector<std::string> keywords;
  std::string pattern;
  double entropy = 0;  // the least a secret must have
  SecretCheck check = nullptr;
  PathSet paths;            // empty: every file
  bool generic = false;     // speaks only where no other rule does
  uint32_t reach = kReach;  // bytes after a keyword that a match may take; a quarter before it
  std::vector<std::string> pass, fail;  // examples, without their markers

  // Null when the pattern does not compile; status() says why. Compiles at the first call.
  const Regex* regex() const;
  Status status() const;
  // True when one of the rule's `allow` patterns matches.
  bool allows(std::string_view secret) const;

 private:
  friend Result<std::unique_ptr<SecretRule>> read_secret_rule(rules::Rule rule, const Node& node);
  void compile() const;
  std::vector<std::string> allow_;
  mutable std::once_flag once_;
  mutable std::optional<Regex> regex_;
  mutable std::vector<Regex> allow_regexes_;
  mutable std::optional<Error> error_;
};

class SecretRules {
 public:
  // A file of rules or a folder of *.yaml files. ERRORS: kMalformed with file, line and what to do.
  static Result<SecretRules> load(const std::string& path);
  // From files by name, as built_in_content() gives them. `compile` tests every pattern.
  struct Source {
    std::string name, yaml;
  };
  static Result<SecretRules> parse(const std::vector<Source>& sources, bool compile);
  // Those in the binary, loaded once. A mistake in them is a bug that the tests catch; then the set
  // is empty.
  static const SecretRules& built_in();

  const std::vector<std::unique_ptr<SecretRule>>& all() const { return rules_; }
  const SecretRule* find(std::string_view id) const;
  // The keywords of all rules, each once, and the rules that each belongs to (indexes into all()).
  const std::vector<std::string>& keywords() const { return keywords_; }
  const std::vector<uint32_t>& rules_of(uint32_t keyword) const { return by_keyword_[keyword]; }

 private:
  void index();
  std::vector<std::unique_ptr<SecretRule>> rules_;
  std::vector<std::string> keywords_;
  std::vector<std::vector<uint32_t>> by_keyword_;
};

}  // namespace seawall::inspect
