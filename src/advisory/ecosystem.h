// Ecosystems: the names under which advisories and packages meet ("debian:12", "alpine:3.20",
// "npm").
//
//   family           name                      versions of names
//   Debian           debian:12, debian:sid     source packages
//   Ubuntu           ubuntu:22.04              source packages; pro pockets "ubuntu-pro:22.04"
//   Alpine           alpine:3.20, alpine:edge  origin packages
//   Red Hat          redhat:9 (the main streams enterprise_linux:9::*), redhat-eus:9.2 ...  binary
//   packages Alma, Rocky      alma:9, rocky:9           binary packages SUSE             sles:15.5,
//   opensuse-leap:15.5, opensuse-tumbleweed  binary packages Amazon           amazon:2023 binary
//   packages Arch             arch                      binary packages languages        npm pypi
//   maven go cargo gem nuget composer pub hex swift cran hackage conan github bitnami
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/version.h"
#include "model/package.h"

namespace seawall::advisory {

// How one distribution release is looked up.
struct DistributionMatch {
  std::string ecosystem;               // "debian:12"
  std::string feed;                    // the feed of content/feeds.yaml that knows it: "debian"
  std::string eol_product, eol_cycle;  // as in endoflife.date: "debian", "12"
  bool by_source = false;              // advisories speak of source packages
};
// Nothing for a distribution that no feed describes: its packages are `unsupported`, never clean.
std::optional<DistributionMatch> match_distribution(const Distribution& distribution);
// The ecosystem of a package that is not the distribution's ("npm", "pypi"); empty when there is
// none.
std::string language_ecosystem(PackageType type);
// The version order of an ecosystem name as above.
VersionScheme scheme_of(std::string_view ecosystem);
// OSV's ecosystem names to ours: "Debian:12", "Red Hat:enterprise_linux:9::appstream", "SUSE:Linux
// Enterprise Server 15 SP5", "Alpine:v3.20", "crates.io"; empty when Seawall does not use it.
std::string ecosystem_of_osv(std::string_view osv_ecosystem);
// A package's name as its ecosystem compares names (PEP 503 for pypi, lower case for nuget ...).
std::string normalize_name(std::string_view ecosystem, std::string_view name);

}  // namespace seawall::advisory
