#include "cel/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace seawall::cel {
namespace {

constexpr int64_t kMostDigits = 4096;

// Go's math.Pow10: a product or quotient of two tables, which rounds otherwise than pow().
double power_of_ten(int64_t exponent) {
  if (exponent > 308) return std::numeric_limits<double>::infinity();
  if (exponent < -323) return 0;
  static constexpr std::array<double, 32> kUnit = {1e00, 1e01, 1e02, 1e03, 1e04, 1e05, 1e06, 1e07,
                                                   1e08, 1e09, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 1e23,
                                                   1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31};
  static constexpr std::array<double, 10> kUp = {1e00,  1e32,  1e64,  1e96,  1e128,
                                                 1e160, 1e192, 1e224, 1e256, 1e288};
  static constexpr std::array<double, 11> kDown = {1e-00,  1e-32,  1e-64,  1e-96,  1e-128, 1e-160,
                                                   1e-192, 1e-224, 1e-256, 1e-288, 1e-320};
  const auto at = static_cast<size_t>(exponent < 0 ? -exponent : exponent);
  return exponent >= 0 ? kUp[at / 32] * kUnit[at % 32] : kDown[at / 32] / kUnit[at % 32];
}

}  // namespace

Quantity Quantity::of(int64_t value) {
  Quantity made;
  made.value_ = value;
  made.units_ = Units::kExponent;
  return made;
}

Quantity::Decimal Quantity::decimal() const {
  if (large_) return {negative_, std::string(digits_), exponent_};
  if (value_ == 0) return {};
  Decimal decimal{value_ < 0, std::to_string(value_).substr(value_ < 0 ? 1 : 0), scale_};
  while (decimal.digits.back() == '0') {
    decimal.digits.pop_back();
    ++decimal.exponent;
  }
  return decimal;
}

void Quantity::set_decimal(const Decimal& decimal, Arena& arena) {
  large_ = true;
  negative_ = decimal.negative;
  digits_ = arena.copy(decimal.digits);
  exponent_ = decimal.exponent;
}

int Quantity::sign() const {
  const bool zero = large_ ? digits_.empty() : value_ == 0;
  const bool negative = large_ ? negative_ : value_ < 0;
  return zero ? 0 : negative ? -1 : 1;
}

// First by the place of the first digit, then digit by digit.
int Quantity::compare_magnitude(const Decimal& left, const Decimal& right) {
  if (left.digits.empty() || right.digits.empty()) {
    return static_cast<int>(right.digits.empty()) - static_cast<int>(left.digits.empty());
  }
  const int64_t left_place = left.exponent + static_cast<int64_t>(left.digits.size());
  const int64_t right_place = right.exponent + static_cast<int64_t>(right.digits.size());
  if (left_place != right_place) return left_place < right_place ? -1 : 1;
  const int order = left.digits.compare(right.digits);
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

int Quantity::compare(const Quantity& other) const {
  const int left = sign(), right = other.sign();
  if (left != right) return left < right ? -1 : 1;
  return left * compare_magnitude(decimal(), other.decimal());
}

std::optional<int64_t> Quantity::integer() const {
  if (large_ || scale_ < 0) return std::nullopt;
  int64_t value = value_;
  for (int64_t i = 0; i < scale_ && value != 0; ++i) {
    if (__builtin_mul_overflow(value, 10, &value)) return std::nullopt;
  }
  return value;
}

double Quantity::approximate() const {
  if (!large_) {
    const auto base = static_cast<double>(value_);
    return scale_ == 0 ? base : base * power_of_ten(scale_);
  }
  if (digits_.empty()) return 0;
  const std::string text = std::string(digits_) + "e" + std::to_string(exponent_ - scale_);
  double base = std::numeric_limits<double>::infinity();
  std::from_chars(text.data(), text.data() + text.size(), base);
  if (negative_) base = -base;
  return scale_ == 0 ? base : base * power_of_ten(scale_);
}

Result<Quantity> Quantity::add(const Quantity& other, Arena& arena) const {
  return plus(other, false, arena);
}
Result<Quantity> Quantity::subtract(const Quantity& other, Arena& arena) const {
  return plus(other, true, arena);
}

Result<Quantity> Quantity::plus(const Quantity& other, bool negated, Arena& arena) const {
  Quantity made = *this;
  made.written_ = {};
  if (sign() == 0) made.units_ = other.units_;
  if (!large_ && !other.large_) {
    if (other.value_ == 0) return made;
    // Kubernetes negates without looking: the smallest number stays what it is.
    const int64_t added = negated && other.value_ != INT64_MIN ? -other.value_ : other.value_;
    // Both at the smaller scale, while they fit; an empty left side takes the right's scale.
    const int64_t scale = value_ == 0 ? other.scale_ : std::min(scale_, other.scale_);
    const auto scaled = [scale](int64_t value, int64_t from) -> std::optional<int64_t> {
      for (; from > scale && value != 0; --from) {
        if (__builtin_mul_overflow(value, 10, &value)) return std::nullopt;
      }
      return value;
    };
    const auto left = scaled(value_, scale_), right = scaled(added, other.scale_);
    int64_t both = 0;
    if (left && right && !__builtin_add_overflow(*left, *right, &both)) {
      made.value_ = both;
      made.scale_ = scale;
      return made;
    }
  }
  Decimal right = other.decimal();
  if (negated && !right.digits.empty()) right.negative = !right.negative;
  SEAWALL_TRY(const Decimal total, sum(decimal(), right));
  made.set_decimal(total, arena);
  made.scale_ = std::min(scale_, other.scale_);
  made.value_ = 0;
  return made;
}

// Digits of both from the highest place to the lowest, then as on paper.
Result<Quantity::Decimal> Quantity::sum(const Decimal& left, const Decimal& right) {
  if (left.digits.empty()) return right;
  if (right.digits.empty()) return left;
  const int64_t low = std::min(left.exponent, right.exponent);
  const int64_t high = std::max(left.exponent + static_cast<int64_t>(left.digits.size()),
                                right.exponent + static_cast<int64_t>(right.digits.size()));
  if (high - low > kMostDigits) return limit_reached("the quantity has too many digits");
  const bool swapped = compare_magnitude(left, right) < 0;
  const Decimal& larger = swapped ? right : left;
  const Decimal& smaller = swapped ? left : right;
  const bool subtracted = left.negative != right.negative;
  const auto digit = [](const Decimal& decimal, int64_t place) {
    const int64_t at = static_cast<int64_t>(decimal.digits.size()) - 1 - (place - decimal.exponent);
    const bool within = at >= 0 && at < static_cast<int64_t>(decimal.digits.size());
    return within ? decimal.digits[static_cast<size_t>(at)] - '0' : 0;
  };
  Decimal total{larger.negative, {}, low};
  int carry = 0;
  for (int64_t place = low; place < high || carry != 0; ++place) {
    const int other = digit(smaller, place);
    int value = digit(larger, place) + (subtracted ? -other : other) + carry;
    carry = value < 0 ? -1 : value / 10;
    value = (value + 10) % 10;
    total.digits += static_cast<char>('0' + value);
  }
  const size_t zeros = std::min(total.digits.find_first_not_of('0'), total.digits.size());
  total.exponent += static_cast<int64_t>(zeros);
  total.digits.erase(0, zeros);
  total.digits.resize(total.digits.find_last_not_of('0') + 1);
  std::reverse(total.digits.begin(), total.digits.end());
  if (total.digits.empty()) return Decimal{};
  return total;
}

}  // namespace seawall::cel
