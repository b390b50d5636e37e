// License expressions of SPDX 2.3 (annex D): which of the many ways of writing a licence may stand
// in a field that only takes SPDX identifiers.
//
//   parse_spdx_expression("mit and (Apache-2.0 OR GPLv2)")  -> nothing: "and" is lower case
//   parse_spdx_expression("MIT AND gpl-2.0-only")->text     -> "MIT AND GPL-2.0-only"
//
// Package managers write what they like ("GPLv2+", "Perl", "BSD and MIT"); such text is a name, no
// expression, and nothing is guessed. LIMITS: 8 KiB and 64 nested parentheses; longer is no
// expression. COST: a binary search in 811 identifiers a term.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace seawall {

struct SpdxExpression {
  std::string text;     // identifiers as the list spells them, one space between words
  bool simple = false;  // one identifier of the list and nothing else, so usable as a licence id
  std::vector<std::string> references;  // each "LicenseRef-..." it names, sorted, once
};
std::optional<SpdxExpression> parse_spdx_expression(std::string_view text);

// The list's spelling of an identifier written in any case; empty when it is not on the list.
std::string_view spdx_license_id(std::string_view id);
std::string_view spdx_exception_id(std::string_view id);

// SPDX License List 3.28: identifiers sorted ignoring case, each followed by a space
// (spdx_license_ids.cc).
inline constexpr std::string_view kSpdxListVersion = "3.28";
std::string_view spdx_license_ids();
std::string_view spdx_exception_ids();

}  // namespace seawall
