// A baseline: the secrets that were known when a project began to scan. New ones count; these are
// set aside until they are gone.
//
//   {"version": 1, "secrets": [{"rule": "SW-S0101", "path": "app/.env", "secret_hash": "9f3c...",
//                               "fingerprint": "...", "reason": "rotated in May"}]}
//
// An entry fits a finding of the same rule, path and secret_hash, whatever its line. The hash is
// keyed: a baseline made with one $SEAWALL_SECRET_HASH_KEY says nothing under another, and then
// everything counts (it fails closed).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/finding.h"

namespace seawall::inspect {

class Baseline {
 public:
  struct Entry {
    std::string rule, path, secret_hash, fingerprint, reason;
  };

  // ERRORS: kMalformed with line and column; kUnsupported for a later version; those of the file.
  static Result<Baseline> parse(std::string_view json, std::string_view source);
  static Result<Baseline> load(const std::string& path);
  // Of all secrets among the findings that nothing sets aside.
  static Baseline of(const std::vector<Finding>& findings, std::string_view reason);

  std::string to_json() const;
  // Sets `suppression` of the findings in it and returns how many; those suppressed already stay.
  size_t apply(std::vector<Finding>& findings) const;
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::string source_;
  std::vector<Entry> entries_;  // by rule, path and hash
};

}  // namespace seawall::inspect
