// From a package URL back to the package: what Seawall, Trivy and Syft put into the qualifiers.
#include <iterator>

#include "base/strings.h"
#include "model/purl.h"

namespace seawall {
namespace {

std::optional<PackageType> type_of(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(PackageType::kGeneric); ++i) {
    const auto type = static_cast<PackageType>(i);
    if (to_string(type) == name) return type;
  }
  return {};
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "expat", "expat@2.5.0-1" and, as Syft writes it for rpm, "expat-2.5.0-1.el9.src.rpm".
void read_upstream(Package& package, std::string_view upstream) {
  if (upstream.ends_with(".src.rpm")) {
    upstream.remove_suffix(8);
    const size_t release = upstream.rfind('-');
    const size_t version = release == std::string_view::npos || release == 0
                               ? release
                               : upstream.rfind('-', release - 1);
    if (version == std::string_view::npos || version == 0) return;
    package.source_name = upstream.substr(0, version);
    package.source_version = upstream.substr(version + 1);
    // The source has the epoch of what was built from it.
    if (const size_t colon = package.version.find(':'); colon != std::string::npos)
      package.source_version = package.version.substr(0, colon + 1) + package.source_version;
  } else {
    const auto [name, version] = split_once(upstream, '@');
    package.source_name = name;
    package.source_version = version;
  }
  if (package.source_version == package.version) package.source_version.clear();
  if (package.source_name == package.name && package.source_version.empty())
    package.source_name.clear();
}

}  // namespace

std::string distribution_id(std::string_view name) {
  struct Alias {
    std::string_view written, id;
  };
  constexpr Alias kAliases[] = {
      {"redhat", "rhel"},
      {"red hat enterprise linux", "rhel"},
      {"amazon", "amzn"},
      {"amazonlinux", "amzn"},
      {"alma", "almalinux"},
      {"oracle", "ol"},
      {"oraclelinux", "ol"},
      {"rockylinux", "rocky"},
      {"suse linux enterprise server", "sles"},
      {"suse", "sles"},
      {"opensuse.leap", "opensuse-leap"},
      {"opensuse.tumbleweed", "opensuse-tumbleweed"},
      {"cbl-mariner", "mariner"},
      {"archlinux", "arch"},
  };
  const std::string lower = to_lower(trim(name));
  for (const Alias& alias : kAliases) {
    if (alias.written == lower) return std::string(alias.id);
  }
  return lower;
}

std::optional<Package> package_of(const Purl& purl) {
  const auto type = type_of(purl.type);
  if (!type) return {};
  Package package;
  package.type = *type;
  package.version = purl.version;
  package.architecture = purl.qualifier("arch");
  if (is_os_package(*type)) {
    package.name = purl.name;
    const std::string_view epoch = purl.qualifier("epoch");
    if (all_digits(epoch) && epoch != "0" && package.version.find(':') == std::string::npos)
      package.version = std::string(epoch) + ":" + package.version;
    package.module = purl.qualifier("rpmmod");
    if (package.module.empty()) package.module = purl.qualifier("modularitylabel");
    read_upstream(package, purl.qualifier("upstream"));
    return package;
  }
  const char separator = *type == PackageType::kMaven ? ':' : '/';
  package.name = purl.space.empty() ? purl.name : purl.space + separator + purl.name;
  return package;
}

// "debian-12", "debian-12.5", "opensuse-leap-15.5"; a bare "3.18.2" or "jessie" belongs to the
// namespace's distribution.
Distribution distribution_of(const Purl& purl) {
  Distribution distribution;
  const auto type = type_of(purl.type);
  if (!type || !is_os_package(*type)) return distribution;
  distribution.id = distribution_id(purl.space);
  const std::string_view distro = purl.qualifier("distro");
  const size_t dash = distro.rfind('-');
  const bool named = dash != std::string_view::npos && dash + 1 < distro.size() &&
                     distro[dash + 1] >= '0' && distro[dash + 1] <= '9';
  if (named) {
    distribution.id = distribution_id(distro.substr(0, dash));
    distribution.version_id = distro.substr(dash + 1);
  } else if (!distro.empty() && distro[0] >= '0' && distro[0] <= '9') {
    distribution.version_id = distro;
  } else if (!distro.empty() && distribution_id(distro) != distribution.id) {
    distribution.codename = distro;
  }
  return distribution;
}

}  // namespace seawall
