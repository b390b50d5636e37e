#include "model/package.h"

#include <algorithm>
#include <tuple>

namespace seawall {

std::string_view to_string(PackageType type) {
  constexpr std::string_view kNames[] = {
      "deb",      "apk",    "rpm",    "alpm",    "opkg",      "npm",      "pypi",
      "maven",    "golang", "cargo",  "gem",     "nuget",     "composer", "pub",
      "hex",      "swift",  "conan",  "conda",   "cran",      "hackage",  "cpan",
      "luarocks", "julia",  "github", "bitnami", "cocoapods", "otp",      "wordpress-plugin",
      "generic"};
  static_assert(std::size(kNames) == static_cast<size_t>(PackageType::kGeneric) + 1);
  return kNames[static_cast<size_t>(type)];
}

bool is_os_package(PackageType type) {
  return type <= PackageType::kOpkg;
}
static_assert(PackageType::kDeb < PackageType::kOpkg && PackageType::kOpkg < PackageType::kNpm);

void sort_packages(std::vector<Package>& packages) {
  const auto key = [](const Package& p) {
    return std::tie(p.type, p.name, p.version, p.architecture, p.location);
  };
  std::sort(packages.begin(), packages.end(), [&](const Package& a, const Package& b) {
    const auto left = key(a), right = key(b);
    return left != right ? left < right : a < b;
  });
  packages.erase(std::unique(packages.begin(), packages.end()), packages.end());
}

}  // namespace seawall
