// The clauses of string.format(): what one %s, %d ... makes of a value. There are two sets, because
// Kubernetes has version 2 of cel-go's strings extension and cel-spec describes a later one.
//
// Source: cel-go ext/formatting.go (classic, in strings_format_classic.cc) and formatting_v2.go
// (current, in strings_format.cc).
#pragma once

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>

#include "cel/value.h"

namespace seawall::cel {

inline constexpr int kMostPrecision = 1000, kDefaultPrecision = 6;

// A nested value is given up when its text grows beyond this.
inline constexpr size_t kMostFormattedBytes = 1u << 20;

struct Clause {
  std::string text;
  std::string problem;  // empty: none
};
// Reads what stands behind the % at `at`, which moves to the letter. The problem, or nothing.
std::string read_clause(std::string_view format, size_t& at, int& precision);
// `letter` is one of sdfeboxX; 0 <= precision <= kMostPrecision.
Clause classic_clause(char letter, int precision, const Value& value);
Clause current_clause(char letter, int precision, const Value& value);

// What both have in common.
std::string type_name(const Value& value);
Clause wrong_type(std::string_view rule, const Value& value);  // "RULE, was given TYPE"
std::string in_base(const Value& value, int base);             // of an int or uint
std::string hexadecimal(const Value& value, bool upper);       // also of strings and bytes
// REQUIRES: a finite value.
std::string fixed_text(double value, int precision, std::chars_format format);

}  // namespace seawall::cel
