// One comparison of a condition, made ready: values parsed to what the field is, many of them as
// hash sets or sorted prefixes, patterns compiled.
//
//   Result<Check> check = Check::compile(expression, slot, slots);
//   check->fits(slots.read(slot, run), slots, run);
//
// A value that does not exist fits nothing. Of a field of several values (proc.aname without an
// index) one that fits is enough; of a list that a function gives, "in" wants all. COST: constant
// for sets and prefixes (a binary search), else the number of values.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/regex.h"
#include "guard/falco/slot.h"

namespace seawall::guard::falco {

class Check {
 public:
  // ERRORS: kMalformed when the operator or a value does not suit the field.
  static Result<Check> compile(const Expression& expression, int slot, Slots& slots);
  bool fits(const Slots& slots, Run& run) const;
  // Microcosts: what the field costs, and what the comparison adds.
  uint32_t cost() const { return cost_; }
  // True when no event fits, whatever it says: "in ()", a field without values.
  bool never() const { return never_; }
  int slot() const { return slot_; }
  Operator op() const { return op_; }
  Quantifier quantifier() const { return quantifier_; }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  struct Network {
    uint8_t bytes[16];
    int bits;
  };
  Status take_values(const Expression& expression, const Slots& slots);
  Status take_text(const Literal& value);
  Status take_number(const Literal& value);
  Status take_network(const Literal& value);
  void index_texts();
  bool fits_value(const Value& value) const;
  bool fits_text(std::string_view text) const;
  bool fits_one(std::string_view text, size_t at) const;
  bool fits_number(int64_t number) const;
  bool fits_address(const Address& address) const;
  bool path_fits(std::string_view path) const;
  bool fits_right(const Value& left, const Value& right) const;

  int slot_ = 0, right_ = -1;
  Operator op_ = Operator::kEqual;
  Quantifier quantifier_ = Quantifier::kNone;
  bool never_ = false, or_number_ = false, all_of_list_ = false;
  uint32_t cost_ = 0;
  std::vector<std::string> texts_;
  std::shared_ptr<const std::vector<std::string>> kept_;  // what the set's views are of
  std::unordered_set<std::string_view> set_;
  bool indexed_ = false;  // set_ (equality, paths) or texts_ sorted (prefixes) answers
  std::vector<int64_t> numbers_;
  std::vector<Network> networks_;
  std::vector<Regex> patterns_;
  bool truth_ = false;
};

}  // namespace seawall::guard::falco
