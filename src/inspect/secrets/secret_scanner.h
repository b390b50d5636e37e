// SecretScanner: a file's text to the secrets in it.
//
//   const SecretScanner scanner(SecretRules::built_in());
//   for (const Finding& finding : scanner.scan("app/.env", text).findings) ...
//
// A file is read in windows of 256 KiB that overlap by 16 KiB, so that neither its size nor the
// length of its lines matters. One pass over a window finds the keywords of all rules; a pattern is
// tried only within its rule's reach of a keyword. What it catches must pass the rule's entropy,
// check and allow list and be no placeholder. Where several rules catch the same text, the most
// specific one speaks: that whose keyword is part of the secret, then one with a check, then the
// one with the longest keyword. A secret that stands twice in a file is one finding, at its first
// line.
//
// `seawall:allow` (or `gitleaks:allow`) in the line where a secret begins sets it aside, for all
// rules or for those named after it: `seawall:allow SW-S0101`. The finding stays, suppressed by
// "inline".
//
// COST: the speed of the literal pass on text without keywords; memory is two windows, whatever the
// file. LIMITS: kMostFindings a file, then a problem; a secret longer than 16 KiB may be missed
// where windows meet. No secret stands in any field of a finding. THREADS: scan() is safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "inspect/secrets/literal_set.h"
#include "inspect/secrets/secret_rules.h"
#include "model/finding.h"

namespace seawall::inspect {

struct SecretScan {
  std::vector<Finding> findings;  // by line; location.path is the caller's to set
  std::vector<Error> problems;
};

class SecretScanner {
 public:
  static constexpr size_t kMostFindings = 1000;

  // REQUIRES: `rules` outlive the scanner.
  explicit SecretScanner(const SecretRules& rules, LiteralEngine engine = LiteralEngine::kBest,
                         std::string hash_key = {});  // empty: default_hash_key()

  // `path` is normalised; it decides which rules with `paths` take part. UTF-16 with a byte order
  // mark is read as the text it is.
  SecretScan scan(std::string_view path, std::string_view text) const;
  SecretScan scan(std::string_view path, const RandomAccess& data) const;

  const SecretRules& rules() const { return rules_; }
  const LiteralSet& literals() const { return *literals_; }
  const std::string& hash_key() const { return hash_key_; }

 private:
  const SecretRules& rules_;
  std::unique_ptr<LiteralSet> literals_;
  std::string hash_key_;
};

}  // namespace seawall::inspect
