// Semver: versions by Semantic Versioning 2.0, as Kubernetes reads them, with its messages.
//
//   SEAWALL_TRY(const Semver version, Semver::parse("1.2.3-rc.1+build"));
//   version.minor == 2; version.compare(*Semver::parse("1.2.3")) == -1;
//
// A Semver points into the text it was read from. ERRORS: kMalformed: "No Major.Minor.Patch
// elements found". Source: semver.org 2.0.0, 11 (order); Kubernetes 1.36,
// k8s.io/apiserver/pkg/cel/library/semverlib.go, which uses github.com/blang/semver 4.0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace seawall::cel {

struct Semver {
  uint64_t major = 0, minor = 0, patch = 0;
  std::string_view prerelease, build;  // without their '-' and '+'

  static Result<Semver> parse(std::string_view text);
  // What Kubernetes makes of a loose version: no "v" in front, no leading zeros, zeros for what is
  // missing: "v01.1" is "1.1.0". ERRORS: a short version with a prerelease or build.
  static Result<std::string> normalize(std::string_view text);

  std::string text() const;
  int compare(const Semver& other) const;  // -1, 0, 1; builds do not count
};

}  // namespace seawall::cel
