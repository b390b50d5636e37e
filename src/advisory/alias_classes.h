// Alias classes: which names mean one and the same vulnerability.
//
// Names are dense numbers (the builder's string ids). link() notes that two names are aliases;
// resolve() merges them transitively. Feeds contain errors that would merge half of the world, so a
// class never holds two CVE ids: links with a CVE at one end are taken first, in the order of the
// names, and a link that would bring two CVEs together is left out. The result does not depend on
// the order of the calls. COST: near-linear (union by size, path halving).
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace seawall::advisory {

bool is_cve_id(std::string_view name);  // "CVE-" year "-" number, upper case

class AliasClasses {
 public:
  void link(uint32_t a, uint32_t b) { links_.emplace_back(a, b); }
  // `name_of` gives the text of a number below `count`. REQUIRES: called once, after all links.
  void resolve(uint32_t count, const std::function<std::string_view(uint32_t)>& name_of);
  // The number that stands for the class.
  uint32_t find(uint32_t name) const;
  uint64_t refused() const { return refused_; }  // links left out by the rule

 private:
  std::vector<std::pair<uint32_t, uint32_t>> links_;
  mutable std::vector<uint32_t> parent_;
  uint64_t refused_ = 0;
};

// Is `a` to be preferred to `b` as the name of a class? CVE first, then GHSA, then the smallest.
bool is_better_name(std::string_view a, std::string_view b);

}  // namespace seawall::advisory
