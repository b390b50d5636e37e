// The compiling half of check.h: values as written become what is compared with.
#include <algorithm>
#include <cstring>

#include "base/digest.h"
#include "base/strings.h"
#include "guard/falco/check.h"

namespace seawall::guard::falco {
namespace {

// How many values make a set quicker than a comparison of each.
constexpr size_t kFewTexts = 4;

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
  if (type == FieldType::kNumber && !is_equality(check.op_) && !order(check.op_)) return unsuited();
  if ((type == FieldType::kBool || type == FieldType::kAddress) && !is_equality(check.op_)) {
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

}  // namespace seawall::guard::falco
