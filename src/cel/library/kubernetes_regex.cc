// find and findAll. Source: Kubernetes 1.36, k8s.io/apiserver/pkg/cel/library/regex.go, and the
// order and number of matches of Go's regexp.FindAllString.
#include <vector>

#include "cel/library.h"
#include "cel/regex_cache.h"
#include "cel/utf8.h"

namespace seawall::cel {
namespace {

Value wrong_pattern(Call& call, const std::string& problem) {
  return call.error("Illegal regex: " + problem);
}

Value find(Call& call, Arguments arguments) {
  std::string problem;
  const auto regex = cached_regex(arguments[1].string(), &problem);
  if (regex == nullptr) return wrong_pattern(call, problem);
  std::string_view match;
  const std::string_view text = arguments[0].string();
  return Value::string(regex->find(text, 0, match) ? match : std::string_view());
}

// A match of nothing directly behind another match does not count.
Value find_all(Call& call, Arguments arguments) {
  std::string problem;
  const auto regex = cached_regex(arguments[1].string(), &problem);
  if (regex == nullptr) return wrong_pattern(call, problem);
  const std::string_view text = arguments[0].string();
  const int64_t wanted = arguments.size() > 2 ? arguments[2].integer() : -1;
  std::vector<Value> matches;
  size_t at = 0, last_end = std::string_view::npos;
  while (at <= text.size() && (wanted < 0 || matches.size() < static_cast<uint64_t>(wanted))) {
    std::string_view match;
    if (!regex->find(text, at, match)) break;
    const auto begin = static_cast<size_t>(match.data() - text.data());
    const size_t end = begin + match.size();
    const bool repeated = end == at && begin == last_end;
    if (end > at) {
      at = end;
    } else if (at < text.size()) {
      next_character(text, at);
    } else {
      ++at;
    }
    last_end = end;
    if (!repeated) matches.push_back(Value::string(match));
  }
  return make_list(call.arena(), matches);
}

// Characters and one more, times a quarter of the pattern's: a guess at its states.
uint64_t search_cost(Arguments arguments, const Value&) {
  return scaled_cost(cost_size(arguments[0]) + 1, kStringFactor) *
         scaled_cost(cost_size(arguments[1]), kRegexFactor);
}

constexpr Overload kOverloads[] = {
    {"string_find_string", "find", Style::kMember, "(string, string) -> string", find, search_cost},
    {"string_find_all_string", "findAll", Style::kMember, "(string, string) -> list(string)",
     find_all, search_cost},
    {"string_find_all_string_int", "findAll", Style::kMember,
     "(string, string, int) -> list(string)", find_all, search_cost},
};

}  // namespace

const Library kubernetes_regex_library{"kubernetes.regex", kOverloads};

}  // namespace seawall::cel
