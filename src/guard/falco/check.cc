#include "guard/falco/check.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/strings.h"
#include "guard/falco/wildcard.h"

namespace seawall::guard::falco {
namespace {

bool contains_ignoring_case(std::string_view text, std::string_view lower) {
  const auto folded = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(),
                     [&](char a, char b) { return folded(a) == b; }) != text.end() ||
         lower.empty();
}

bool compare(int64_t left, Operator op, int64_t right) {
  switch (op) {
    case Operator::kLess:
      return left < right;
    case Operator::kLessOrEqual:
      return left <= right;
    case Operator::kGreater:
      return left > right;
    case Operator::kGreaterOrEqual:
      return left >= right;
    case Operator::kNotEqual:
      return left != right;
    default:
      return left == right;
  }
}

bool compare(std::string_view left, Operator op, std::string_view right) {
  switch (op) {
    case Operator::kNotEqual:
      return left != right;
    case Operator::kContains:
    case Operator::kContainsBytes:
      return left.find(right) != std::string_view::npos;
    case Operator::kContainsIgnoringCase:
      return contains_ignoring_case(left, right);
    case Operator::kStartsWith:
    case Operator::kStartsWithBytes:
      return left.starts_with(right);
    case Operator::kEndsWith:
      return left.ends_with(right);
    case Operator::kGlob:
      return wildcard_match(right, left);
    case Operator::kGlobIgnoringCase:
      return wildcard_match(right, left, true);
    default:
      return left == right;
  }
}

}  // namespace

bool Check::fits(const Slots& slots, Run& run) const {
  if (never_) return false;
  const Value& value = slots.read(slot_, run);
  if (!value.exists()) return false;
  if (op_ == Operator::kExists) return true;
  if (right_ < 0) return fits_value(value);
  const Value& right = slots.read(right_, run);
  return right.exists() && fits_right(value, right);
}

bool Check::fits_value(const Value& value) const {
  switch (value.kind) {
    case Value::Kind::kText:
      if (or_number_ && value.count == 1 && is_equality(op_) &&
          std::find(numbers_.begin(), numbers_.end(), value.numbers[0]) != numbers_.end()) {
        return op_ != Operator::kNotEqual;
      }
      return fits_text(value.text);
    case Value::Kind::kTexts: {
      const auto fits = [&](std::string_view text) { return fits_text(text); };
      return all_of_list_ ? std::all_of(value.texts.begin(), value.texts.end(), fits)
                          : std::any_of(value.texts.begin(), value.texts.end(), fits);
    }
    case Value::Kind::kNumbers: {
      const bool all = op_ == Operator::kNotEqual;
      for (int at = 0; at < value.count; ++at) {
        if (fits_number(value.numbers[at]) != all) return !all;
      }
      return all;
    }
    case Value::Kind::kAddresses: {
      const bool all = op_ == Operator::kNotEqual;
      for (int at = 0; at < value.count; ++at) {
        if (fits_address(*value.addresses[at]) != all) return !all;
      }
      return all;
    }
    case Value::Kind::kBool:
      return (value.truth == truth_) != (op_ == Operator::kNotEqual);
    case Value::Kind::kNone:
      break;
  }
  return false;
}

bool Check::fits_one(std::string_view text, size_t at) const {
  if (op_ == Operator::kRegex) return patterns_[at].matches(text);
  return compare(text, op_, texts_[at]);
}

bool Check::fits_text(std::string_view text) const {
  if (op_ == Operator::kPathPrefix) return path_fits(text);
  if (indexed_ && !set_.empty()) return set_.contains(text);
  if (indexed_) {
    auto after = std::upper_bound(texts_.begin(), texts_.end(), text);
    return after != texts_.begin() && text.starts_with(*--after);
  }
  if (texts_.size() == 1) return fits_one(text, 0);
  size_t fitting = 0;
  for (size_t at = 0; at < texts_.size(); ++at) fitting += fits_one(text, at);
  if (quantifier_ == Quantifier::kOneOf) return fitting == 1;
  if (quantifier_ == Quantifier::kAllOf) return fitting == texts_.size();
  return fitting > 0;
}

// Each of its own beginnings that ends before a slash, and the whole, is looked for.
bool Check::path_fits(std::string_view path) const {
  for (size_t at = 0; at <= path.size(); ++at) {
    if (at < path.size() && path[at] != '/') continue;
    if (set_.contains(path.substr(0, at))) return true;
  }
  return false;
}

bool Check::fits_number(int64_t number) const {
  size_t fitting = 0;
  for (const int64_t one : numbers_) fitting += compare(number, op_, one);
  if (quantifier_ == Quantifier::kOneOf) return fitting == 1;
  if (quantifier_ == Quantifier::kAllOf) return fitting == numbers_.size();
  return fitting > 0;
}

bool Check::fits_address(const Address& address) const {
  bool found = false;
  for (const Network& network : networks_) {
    const int bytes = network.bits / 8, rest = network.bits % 8;
    const auto mask = static_cast<uint8_t>(0xff00 >> rest);
    found = found || (std::memcmp(address.bytes, network.bytes, static_cast<size_t>(bytes)) == 0 &&
                      (rest == 0 || ((address.bytes[bytes] ^ network.bytes[bytes]) & mask) == 0));
  }
  return found != (op_ == Operator::kNotEqual);
}

// Two values of the same event. Lists: "in" wants every one on the left to be on the right.
bool Check::fits_right(const Value& left, const Value& right) const {
  using Kind = Value::Kind;
  if (left.kind == Kind::kNumbers && right.kind == Kind::kNumbers) {
    return compare(left.numbers[0], op_, right.numbers[0]);
  }
  if (left.kind == Kind::kBool && right.kind == Kind::kBool) {
    return (left.truth == right.truth) != (op_ == Operator::kNotEqual);
  }
  if (left.kind == Kind::kAddresses && right.kind == Kind::kAddresses) {
    const bool same = std::memcmp(left.addresses[0]->bytes, right.addresses[0]->bytes,
                                  sizeof(Address::bytes)) == 0;
    return same != (op_ == Operator::kNotEqual);
  }
  const std::array<std::string_view, 1> left_text{left.text}, right_text{right.text};
  const std::span<const std::string_view> lefts =
      left.kind == Kind::kTexts ? std::span<const std::string_view>(left.texts) : left_text;
  const std::span<const std::string_view> rights =
      right.kind == Kind::kTexts ? std::span<const std::string_view>(right.texts) : right_text;
  std::string lower;
  size_t fitting = 0;
  for (const std::string_view one : lefts) {
    fitting += std::any_of(rights.begin(), rights.end(), [&](std::string_view other) {
      if (op_ != Operator::kContainsIgnoringCase) return compare(one, op_, other);
      lower = to_lower(other);
      return compare(one, op_, lower);
    });
  }
  return all_of_list_ ? fitting == lefts.size() : fitting > 0;
}

}  // namespace seawall::guard::falco
