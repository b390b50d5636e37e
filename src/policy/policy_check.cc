#include "policy/policy_check.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/strings.h"
#include "cel/environment.h"

namespace seawall::policy {
namespace {

// A condition without its spaces, so that two ways of writing one are the same.
std::string plain(std::string_view condition) {
  std::string text;
  char quote = 0;
  for (const char c : condition) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == ' ' || c == '\n' || c == '\t') {
      continue;
    }
    text += c;
  }
  return text;
}

bool negates(const std::string& left, const std::string& right) {
  return left == "!(" + right + ")" || left == "!" + right || right == "!(" + left + ")" ||
         right == "!" + left;
}

// The value of a condition that reads nothing.
std::optional<bool> constant_of(const PolicyRule& rule) {
  if (!rule.program || !rule.reads.empty()) return std::nullopt;
  cel::Evaluation evaluation;
  const std::vector<cel::Value> none(condition_variables().size());
  const cel::Value value = evaluation.run(*rule.program, none);
  if (!value.is(cel::Kind::kBool)) return std::nullopt;
  return value.boolean();
}

// Whether two lists of patterns can be about the same thing, as far as can be told without trying.
bool may_overlap(const Patterns& left, const Patterns& right) {
  if (left.empty() || right.empty()) return true;
  const auto has_star = [](const std::string& pattern) {
    return pattern.find_first_of("*?") != pattern.npos;
  };
  return std::any_of(left.begin(), left.end(), [&](const std::string& one) {
    return has_star(one) || std::any_of(right.begin(), right.end(), [&](const std::string& other) {
             return has_star(other) || one == other;
           });
  });
}
bool may_overlap(const PolicyRule& left, const PolicyRule& right) {
  return (left.stages & right.stages) != 0 && may_overlap(left.match.images, right.match.images) &&
         may_overlap(left.match.namespaces, right.match.namespaces) &&
         may_overlap(left.match.kinds, right.match.kinds) &&
         may_overlap(left.match.operations, right.match.operations);
}

// Everything that `narrow` is about, `wide` is about too: it asks nothing, or the same.
bool covers(const PolicyRule& wide, const PolicyRule& narrow) {
  return wide.match.empty() && wide.except.empty() && (narrow.stages & ~wide.stages) == 0 &&
         wide.action >= narrow.action;
}

bool is_everything(const Match& match) {
  const auto any = [](const Patterns& patterns) {
    return std::find(patterns.begin(), patterns.end(), "*") != patterns.end();
  };
  Match rest = match;
  for (Patterns* patterns : {&rest.images, &rest.registries, &rest.namespaces, &rest.kinds,
                             &rest.names, &rest.vulnerabilities, &rest.packages, &rest.paths}) {
    if (any(*patterns)) patterns->clear();
  }
  return rest.empty();
}

std::string where_of(const PolicyRule& rule) {
  return fmt::format("{}:{}", rule.file, rule.line);
}

void check_alone(const PolicyRule& rule, std::vector<PolicyRemark>& remarks) {
  const auto constant = constant_of(rule);
  if (!constant) return;
  if (!*constant) {
    remarks.push_back(
        {where_of(rule), rule.id, "it can never speak: its condition is always false"});
  } else if (rule.match.empty() && rule.action == Verdict::kDeny) {
    remarks.push_back({where_of(rule), rule.id,
                       "it denies everything: it matches all and its "
                       "condition is always true"});
  }
}

void check_pair(const PolicyRule& first, const PolicyRule& second,
                std::vector<PolicyRemark>& remarks) {
  const std::string left = plain(first.condition), right = plain(second.condition);
  if (left.empty() || right.empty()) return;
  if (left == right) {
    const bool later = covers(first, second);
    if (later || covers(second, first)) {
      const PolicyRule& dead = later ? second : first;
      const PolicyRule& other = later ? first : second;
      remarks.push_back(
          {where_of(dead), dead.id,
           fmt::format("it adds nothing to {}, which asks the same of more", other.id)});
    }
  }
  if (negates(left, right) && first.action == Verdict::kDeny && second.action == Verdict::kDeny &&
      may_overlap(first, second)) {
    remarks.push_back({where_of(second), second.id,
                       fmt::format("it contradicts {}: what one lets pass the other denies, so "
                                   "that everything is denied",
                                   first.id)});
  }
}

void check_exception(const Policy& policy, const PolicyException& exception, UnixSeconds now,
                     std::vector<PolicyRemark>& remarks) {
  const std::string where = fmt::format("{}:{}", exception.file, exception.line);
  if (now >= exception.ends) {
    remarks.push_back({where, exception.rule,
                       fmt::format("this exception ended on {}; renew it or take it out ({})",
                                   exception.expires, exception.owner)});
  }
  if (is_everything(exception.match)) {
    remarks.push_back({where, exception.rule,
                       "this exception is about everything, so that its rule never speaks"});
  }
  for (const PolicyRule& rule : policy.rules) {
    if (rule.id != exception.rule) continue;
    if (exception.match.about_findings() && rule.asked_of != AskedOf::kFindings) {
      remarks.push_back({where, exception.rule,
                         "this exception names findings, but its rule is not asked of findings; it "
                         "can never be used"});
    }
  }
}

}  // namespace

std::vector<PolicyRemark> check_policy(const Policy& policy, UnixSeconds now) {
  std::vector<PolicyRemark> remarks;
  for (size_t i = 0; i < policy.rules.size(); ++i) {
    const PolicyRule& rule = policy.rules[i];
    check_alone(rule, remarks);
    for (size_t j = i + 1; j < policy.rules.size(); ++j) {
      check_pair(rule, policy.rules[j], remarks);
    }
  }
  for (const PolicyException& exception : policy.exceptions) {
    check_exception(policy, exception, now, remarks);
  }
  return remarks;
}

}  // namespace seawall::policy
