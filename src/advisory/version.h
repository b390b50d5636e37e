// Version orders: how each ecosystem decides which of two versions is newer, exactly as its own
// tool does.
//
//   compare(VersionScheme::kDpkg, "1:2.0-1", "2.0-1") > 0
//
// Every order is total on all strings, also on those its tool would refuse (is_valid says which
// those are), so that sorting and searching never misbehave on hostile input. COST: under 1
// microsecond a comparison, nothing allocated for versions under 128 bytes. THREADS: safe.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace seawall::advisory {

enum class VersionScheme : uint8_t {
  kDpkg,       // deb-version(7)
  kRpm,        // rpmvercmp of epoch, version, release
  kApk,        // apk-tools 2.14/3 version.c
  kPacman,     // alpm_pkg_vercmp
  kSemver,     // semver.org 2.0.0, with the tolerance OSV asks for (a leading v, missing parts)
  kNpm,        // node-semver, loose
  kPypi,       // PEP 440
  kMaven,      // maven-artifact ComparableVersion
  kRubygems,   // Gem::Version
  kNuget,      // NuGet.Versioning
  kPackagist,  // composer/semver with PHP's version_compare
  kGo,         // golang.org/x/mod/semver, pseudo-versions, "go1.21rc2" of the toolchain
  kCrates,     // cargo's semver
  kPub,        // pub_semver
  kHex,        // Elixir's Version
  kCran,       // R's package_version
  kHackage,    // Data.Version
  kGeneric,    // numbers and words, for what has no order of its own
};
std::string_view to_string(VersionScheme scheme);  // "dpkg"
// From a scheme's name, an OSV ecosystem ("Debian:12", "PyPI") or a purl type, case ignored.
std::optional<VersionScheme> parse_version_scheme(std::string_view name);

std::strong_ordering compare(VersionScheme scheme, std::string_view a, std::string_view b);
// What the ecosystem's own tool accepts as a version.
bool is_valid_version(VersionScheme scheme, std::string_view version);

}  // namespace seawall::advisory
