// Quantity: Kubernetes' numbers with a unit, "100m", "1.5Gi", "12e6", exactly.
//
//   SEAWALL_TRY(const Quantity memory, Quantity::parse("1536Mi", arena));
//   memory.compare(*Quantity::parse("1.5Gi", arena)) == 0;  memory.text() == "1536Mi";
//
// A Quantity is held in one of two forms, as Kubernetes holds it, because what people see depends
// on it: an int64 times a power of ten, or any decimal. "1.5Gi" is of the second form, so that
// integer() knows no integer in it, though 1610612736 is one. Text is canonical: the largest unit
// that needs no fraction, in the family of units (powers of 10, of 2, exponent) it was written in.
//
// ERRORS: kMalformed with Kubernetes' message; kLimit. LIMITS: 1,024 bytes of text and 4,096
// digits. Differences: Kubernetes' add() and compare() change the other form's receiver in place
// (an error of its library); here a Quantity never changes. The arena holds the digits of long
// ones. Source: Kubernetes 1.36, k8s.io/apimachinery/pkg/api/resource.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/arena.h"

namespace seawall::cel {

class Quantity {
 public:
  enum class Units : uint8_t { kExponent, kBinary, kDecimal };  // 12e6, 12Mi, 12M

  static Result<Quantity> parse(std::string_view text, Arena& arena);
  static Quantity of(int64_t value);  // in exponents, as Kubernetes' add(int) takes it

  std::string text() const;
  int sign() const;                          // -1, 0, 1
  int compare(const Quantity& other) const;  // -1, 0, 1
  std::optional<int64_t> integer() const;    // of the first form only, when it is one
  double approximate() const;                // infinity when it is too large
  // Units are those of the left side, or of the right when the left is zero.
  Result<Quantity> add(const Quantity& other, Arena& arena) const;
  Result<Quantity> subtract(const Quantity& other, Arena& arena) const;

 private:
  // +-digits * 10^exponent; digits without zeros in front or at the end, empty for zero.
  struct Decimal {
    bool negative = false;
    std::string digits;
    int64_t exponent = 0;
  };
  static Result<Quantity> parse_large(std::string_view value, Units units, int base, int exponent,
                                      Arena& arena);
  static int compare_magnitude(const Decimal& left, const Decimal& right);
  static Result<Decimal> sum(const Decimal& left, const Decimal& right);
  Decimal decimal() const;
  void set_decimal(const Decimal& decimal, Arena& arena);
  Result<Quantity> plus(const Quantity& other, bool negated, Arena& arena) const;
  std::string canonical_text() const;

  bool large_ = false;  // which form
  bool negative_ = false;
  Units units_ = Units::kDecimal;
  int64_t value_ = 0;  // of the first form: value_ * 10^scale_
  int64_t scale_ = 0;  // of the second: minus the decimal places it was written with
  std::string_view digits_;
  int64_t exponent_ = 0;      // of the second: digits_ * 10^exponent_
  std::string_view written_;  // the text, where that was canonical
};

}  // namespace seawall::cel
