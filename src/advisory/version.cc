#include "advisory/version.h"

#include <iterator>

#include "advisory/versions/apk.h"
#include "advisory/versions/dpkg.h"
#include "advisory/versions/generic.h"
#include "advisory/versions/golang.h"
#include "advisory/versions/maven.h"
#include "advisory/versions/numbers.h"
#include "advisory/versions/packagist.h"
#include "advisory/versions/pacman.h"
#include "advisory/versions/pypi.h"
#include "advisory/versions/rpm.h"
#include "advisory/versions/rubygems.h"
#include "advisory/versions/semver.h"
#include "base/strings.h"

namespace seawall::advisory {
namespace {

struct Scheme {
  std::string_view name;
  std::strong_ordering (*compare)(std::string_view, std::string_view);
  bool (*is_valid)(std::string_view);
};

// In the order of VersionScheme.
constexpr Scheme kSchemes[] = {
    {"dpkg", versions::compare_dpkg, versions::is_valid_dpkg},
    {"rpm", versions::compare_rpm, versions::is_valid_rpm},
    {"apk", versions::compare_apk, versions::is_valid_apk},
    {"pacman", versions::compare_pacman, versions::is_valid_pacman},
    {"semver", versions::compare_semver, versions::is_valid_semver},
    {"npm", versions::compare_npm, versions::is_valid_npm},
    {"pypi", versions::compare_pypi, versions::is_valid_pypi},
    {"maven", versions::compare_maven, versions::is_valid_maven},
    {"rubygems", versions::compare_rubygems, versions::is_valid_rubygems},
    {"nuget", versions::compare_nuget, versions::is_valid_nuget},
    {"packagist", versions::compare_packagist, versions::is_valid_packagist},
    {"go", versions::compare_golang, versions::is_valid_golang},
    {"crates", versions::compare_crates, versions::is_valid_crates},
    {"pub", versions::compare_pub, versions::is_valid_pub},
    {"hex", versions::compare_hex, versions::is_valid_hex},
    {"cran", versions::compare_cran, versions::is_valid_cran},
    {"hackage", versions::compare_hackage, versions::is_valid_hackage},
    {"generic", versions::compare_generic, versions::is_valid_generic},
};
static_assert(std::size(kSchemes) == static_cast<size_t>(VersionScheme::kGeneric) + 1);

struct Alias {
  std::string_view name;
  VersionScheme scheme;
};

// Distributions, OSV ecosystems and purl types whose name is not the scheme's.
constexpr Alias kAliases[] = {
    {"deb", VersionScheme::kDpkg},
    {"debian", VersionScheme::kDpkg},
    {"ubuntu", VersionScheme::kDpkg},
    {"ubuntu-pro", VersionScheme::kDpkg},
    {"echo", VersionScheme::kDpkg},
    {"opkg", VersionScheme::kDpkg},
    {"red hat", VersionScheme::kRpm},
    {"redhat", VersionScheme::kRpm},
    {"redhat-eus", VersionScheme::kRpm},
    {"rhel", VersionScheme::kRpm},
    {"centos", VersionScheme::kRpm},
    {"fedora", VersionScheme::kRpm},
    {"alma", VersionScheme::kRpm},
    {"almalinux", VersionScheme::kRpm},
    {"rocky", VersionScheme::kRpm},
    {"rocky linux", VersionScheme::kRpm},
    {"suse", VersionScheme::kRpm},
    {"sles", VersionScheme::kRpm},
    {"opensuse", VersionScheme::kRpm},
    {"opensuse-leap", VersionScheme::kRpm},
    {"opensuse-tumbleweed", VersionScheme::kRpm},
    {"amazon", VersionScheme::kRpm},
    {"oracle", VersionScheme::kRpm},
    {"openeuler", VersionScheme::kRpm},
    {"mageia", VersionScheme::kRpm},
    {"photon os", VersionScheme::kRpm},
    {"azure linux", VersionScheme::kRpm},
    {"alpine", VersionScheme::kApk},
    {"wolfi", VersionScheme::kApk},
    {"chainguard", VersionScheme::kApk},
    {"minimos", VersionScheme::kApk},
    {"arch", VersionScheme::kPacman},
    {"alpm", VersionScheme::kPacman},
    {"gem", VersionScheme::kRubygems},
    {"composer", VersionScheme::kPackagist},
    {"golang", VersionScheme::kGo},
    {"crates.io", VersionScheme::kCrates},
    {"cargo", VersionScheme::kCrates},
    {"swift", VersionScheme::kSemver},
    {"swifturl", VersionScheme::kSemver},
    {"julia", VersionScheme::kSemver},
    {"bitnami", VersionScheme::kSemver},
    {"github", VersionScheme::kSemver},
    {"github actions", VersionScheme::kSemver},
    {"ghc", VersionScheme::kHackage},
};

const Scheme& row_of(VersionScheme scheme) {
  return kSchemes[static_cast<size_t>(scheme)];
}

}  // namespace

std::string_view to_string(VersionScheme scheme) {
  return row_of(scheme).name;
}

std::optional<VersionScheme> parse_version_scheme(std::string_view name) {
  // "Debian:12", "Red Hat:enterprise_linux:9::appstream": releases share their family's order.
  name = trim(name.substr(0, name.find(':')));
  for (size_t i = 0; i < std::size(kSchemes); ++i) {
    if (equal_ignoring_case(name, kSchemes[i].name)) return static_cast<VersionScheme>(i);
  }
  for (const Alias& alias : kAliases) {
    if (equal_ignoring_case(name, alias.name)) return alias.scheme;
  }
  return std::nullopt;
}

std::strong_ordering compare(VersionScheme scheme, std::string_view a, std::string_view b) {
  return row_of(scheme).compare(a, b);
}

bool is_valid_version(VersionScheme scheme, std::string_view version) {
  return row_of(scheme).is_valid(version);
}

}  // namespace seawall::advisory
