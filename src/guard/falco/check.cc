#include "guard/falco/check.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/digest.h"
#include "base/strings.h"
#include "guard/falco/wildcard.h"

namespace seawall::guard::falco {
namespace {

// How many values make a set quicker than a comparison of each.
constexpr size_t kFewTexts = 4;

bool equality(Operator op) {
  return op == Operator::kEqual || op == Operator::kNotEqual || op == Operator::kIn ||
         op == Operator::kIntersects;
}
bool order(Operator op) {
  return op >= Operator::kLess && op <= Operator::kGreaterOrEqual;
}
bool many(Operator op) {
  return op == Operator::kIn || op == Operator::kIntersects || op == Operator::kPathPrefix;
}

uint32_t cost_of(Operator op) {
  switch (op) {
    case Operator::kContains:
    case Operator::kContainsBytes:
      return 3;
    case Operator::kContainsIgnoringCase:
    case Operator::kGlob:
    case Operator::kGlobIgnoringCase:
      return 6;
    case Operator::kRegex:
      return 15;
    default:
      return 1;
  }
}

bool contains_ignoring_case(std::string_view text, std::string_view lower) {
  const auto folded = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(),
                     [&](char a, char b) { return folded(a) == b; }) != text.end() ||
         lower.empty();
}

std::optional<int64_t> number_of(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::optional<uint64_t> magnitude;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    text.remove_prefix(2);
    if (text.empty() || text.size() > 16) return std::nullopt;
    uint64_t value = 0;
    for (const char c : text) {
      const char low = static_cast<char>(c | 0x20);
      const bool letter = low >= 'a' && low <= 'f';
      if (!letter && (c < '0' || c > '9')) return std::nullopt;
      value = value << 4 | static_cast<uint64_t>(letter ? low - 'a' + 10 : c - '0');
    }
    magnitude = value;
  } else {
    magnitude = parse_unsigned(text);
  }
  if (!magnitude || *magnitude > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
  const auto value = static_cast<int64_t>(*magnitude);
  return negative ? -value : value;
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

Result<Check> Check::compile(const Expression& expression, int slot, Slots& slots) {
  Check check;
  check.slot_ = slot;
  check.op_ = expression.op;
  check.quantifier_ = expression.quantifier;
  check.or_number_ = slots.or_number(slot);
  check.all_of_list_ = slots.is_function(slot) && expression.op == Operator::kIn;
  check.cost_ = slots.cost(slot) + cost_of(check.op_);
  check.never_ = slots.never(slot);
  if (check.op_ == Operator::kExists) return check;
  const FieldType type = slots.type(slot);
  const bool text =
      type == FieldType::kText || type == FieldType::kTexts || type == FieldType::kBytes;
  const auto unsuited = [&] {
    return malformed(std::string(to_string(check.op_)) + " does not suit " + slots.name(slot));
  };
  if (text && order(check.op_)) return unsuited();
  if (type == FieldType::kNumber && !equality(check.op_) && !order(check.op_)) return unsuited();
  if ((type == FieldType::kBool || type == FieldType::kAddress) && !equality(check.op_)) {
    return unsuited();
  }
  if (expression.right) {
    SEAWALL_TRY(check.right_, slots.add(*expression.right));
    const FieldType right = slots.type(check.right_);
    const bool right_text =
        right == FieldType::kText || right == FieldType::kTexts || right == FieldType::kBytes;
    if (text != right_text || (!text && type != right) || check.op_ == Operator::kRegex ||
        check.op_ == Operator::kPathPrefix) {
      return malformed(slots.name(slot) + " and " + slots.name(check.right_) +
                       " cannot be compared by " + std::string(to_string(check.op_)));
    }
    check.never_ = check.never_ || slots.never(check.right_);
    check.cost_ += slots.cost(check.right_);
    return check;
  }
  SEAWALL_CHECK(check.take_values(expression, slots));
  return check;
}

Status Check::take_values(const Expression& expression, const Slots& slots) {
  const FieldType type = slots.type(slot_);
  if (expression.values.empty()) never_ = true;
  for (const Literal& value : expression.values) {
    Status taken;
    if (type == FieldType::kNumber) {
      taken = take_number(value);
    } else if (type == FieldType::kAddress) {
      taken = take_network(value);
    } else if (type == FieldType::kBool) {
      truth_ = value.text == "true" || value.text == "1";
      if (!truth_ && value.text != "false" && value.text != "0") {
        taken = malformed('"' + value.text + "\" is neither true nor false");
      }
      if (expression.values.size() > 1) taken = malformed("a list does not suit true and false");
    } else {
      taken = take_text(value);
      if (or_number_) {
        if (const auto number = number_of(value.text)) numbers_.push_back(*number);
      }
    }
    if (!taken.ok()) return std::move(taken).error();
  }
  index_texts();
  return {};
}

Status Check::take_text(const Literal& value) {
  std::string text = value.text;
  if (op_ == Operator::kContainsBytes || op_ == Operator::kStartsWithBytes) {
    auto bytes = from_hex(text);
    if (!bytes.ok()) return malformed('"' + text + "\" is not hexadecimal");
    text = std::move(*bytes);
  } else if (op_ == Operator::kContainsIgnoringCase) {
    text = to_lower(text);
  } else if (op_ == Operator::kPathPrefix) {
    while (text.ends_with('/')) text.pop_back();
  } else if (op_ == Operator::kRegex) {
    auto pattern = Regex::compile("\\A(?:" + text + ")\\z");
    if (!pattern.ok()) return std::move(pattern).error();
    patterns_.push_back(std::move(*pattern));
  }
  texts_.push_back(std::move(text));
  return {};
}

Status Check::take_number(const Literal& value) {
  const auto number = number_of(value.text);
  if (!number) return malformed('"' + value.text + "\" is not a whole number");
  numbers_.push_back(*number);
  return {};
}

// An address or a network in CIDR form; both families as 16 bytes.
Status Check::take_network(const Literal& value) {
  const auto [address_part, bits_part] = split_once(value.text, '/');
  Address address;
  if (!parse_address(address_part, address)) {
    return malformed('"' + value.text + "\" is not an address or a network");
  }
  const int width = is_v4(address) && address_part.find(':') == std::string_view::npos ? 32 : 128;
  const bool alone = address_part.size() == value.text.size();
  const auto bits = alone ? std::optional<uint64_t>(width) : parse_unsigned(bits_part);
  if (!bits || *bits > static_cast<uint64_t>(width)) {
    return malformed('"' + value.text + "\" is not a network");
  }
  Network network{};
  network.bits = static_cast<int>(*bits) + (128 - width);
  std::memcpy(network.bytes, address.bytes, sizeof(network.bytes));
  networks_.push_back(network);
  return {};
}

// Equality of many values by a set; one prefix of many by the sorted list, from which those are
// taken that begin with another.
void Check::index_texts() {
  const bool any = many(op_) || quantifier_ == Quantifier::kAnyOf;
  if (!any || (texts_.size() <= kFewTexts && op_ != Operator::kPathPrefix)) return;
  if (op_ == Operator::kStartsWith || op_ == Operator::kStartsWithBytes) {
    std::sort(texts_.begin(), texts_.end());
    std::vector<std::string> kept;
    for (std::string& text : texts_) {
      if (kept.empty() || !text.starts_with(kept.back())) kept.push_back(std::move(text));
    }
    texts_ = std::move(kept);
    indexed_ = true;
  } else if (op_ == Operator::kEqual || many(op_)) {
    kept_ = std::make_shared<const std::vector<std::string>>(texts_);
    for (const std::string& text : *kept_) set_.insert(text);
    indexed_ = true;
  }
}

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
      if (or_number_ && value.count == 1 && equality(op_) &&
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
