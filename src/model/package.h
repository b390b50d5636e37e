// Package and Inventory: the components found in an artifact, and where each came from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"

namespace seawall {

// The package URL types Seawall knows (purl-spec, "Known types"), also naming the ecosystem.
enum class PackageType : uint8_t {
  kDeb,
  kApk,
  kRpm,
  kAlpm,
  kOpkg,
  kNpm,
  kPypi,
  kMaven,
  kGolang,
  kCargo,
  kGem,
  kNuget,
  kComposer,
  kPub,
  kHex,
  kSwift,
  kConan,
  kConda,
  kCran,
  kHackage,
  kCpan,
  kLuarocks,
  kJulia,
  kGithub,
  kBitnami,
  kCocoapods,
  kOtp,
  kWordpress,
  kGeneric,
};
std::string_view to_string(PackageType type);  // the purl type: "deb", "apk", "golang"
bool is_os_package(PackageType type);

// Where in the artifact something was found.
struct Location {
  std::string path;     // normalised, relative to the root: "var/lib/dpkg/status"
  int layer = -1;       // index from the bottom, 0-based; -1 when there are no layers
  Digest layer_digest;  // the layer's diffID
  std::string
      instruction;    // what the image's history says made the layer: "RUN apt-get install curl"
  uint32_t line = 0;  // 1-based; 0 unknown
  auto operator<=>(const Location&) const = default;
};

struct Package {
  PackageType type = PackageType::kGeneric;
  std::string name;            // as the package manager says it
  std::string version;         // full: epoch, upstream, revision
  std::string architecture;    // "amd64", "noarch"; empty when it has none
  std::string source_name;     // the source package when it is another one, else empty
  std::string source_version;  // its version when it is another one, else empty
  std::string module;          // rpm modularity label "nodejs:18:8060020220523160029:ad008a3a"
  std::string vendor;   // who built it, as written in the database; tells third-party packages
  std::string license;  // as written; SPDX expressions where the format has them
  uint64_t installed_size = 0;  // bytes, 0 unknown
  std::string found_by;         // the inspector: "dpkg", "npm-lock"
  // What it needs, "name@version" of packages the same file names, sorted; for SBOMs.
  std::vector<std::string> depends;
  bool development = false;  // needed only to build or test, says the lock file
  bool direct = false;       // asked for by the project itself, says the lock file
  std::string checksum;      // of the package as fetched, as the file says: "sha512:<hex>"
  std::string owner;         // the OS package that installed it; empty when none did
  Location location;
  auto operator<=>(const Package&) const = default;

  // The name and version the distribution's advisories speak of.
  const std::string& advisory_name() const { return source_name.empty() ? name : source_name; }
  const std::string& advisory_version() const {
    return source_version.empty() ? version : source_version;
  }
};

// Which distribution an artifact is, from os-release (freedesktop.org os-release(5)) and its
// elders.
struct Distribution {
  std::string id;          // "debian", "alpine", "rhel" ...; lower case; empty when unknown
  std::string version_id;  // "12", "3.20.1"; empty on rolling ones
  std::string codename;    // "bookworm"
  std::string variant_id;
  std::vector<std::string> id_like;
  std::string pretty_name;  // "Debian GNU/Linux 12 (bookworm)"
  std::string cpe_name;
  std::string minor;  // from debian_version, e.g. "12.6"; empty otherwise
  bool known() const { return !id.empty(); }
  auto operator<=>(const Distribution&) const = default;
};

struct Inventory {
  Distribution distribution;
  std::vector<Package> packages;  // sorted: type, name, version, architecture, location
};

// The package URL, e.g.
// "pkg:deb/debian/libexpat1@2.5.0-1?arch=amd64&distro=debian-12&upstream=expat". Source: purl-spec,
// canonical form (qualifiers sorted, percent-encoding as specified).
std::string purl_of(const Package& package, const Distribution& distribution);
// Puts packages in their order and drops exact duplicates.
void sort_packages(std::vector<Package>& packages);

}  // namespace seawall
