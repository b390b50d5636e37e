#include "advisory/ecosystem_osv.h"

#include <array>
#include <utility>

#include "advisory/ecosystem.h"
#include "base/strings.h"

namespace seawall::advisory {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// Ecosystems of languages. A repository may follow the name ("Packagist:https://...").
constexpr std::array kLanguages = {
    Pair{"npm", "npm"},         Pair{"PyPI", "pypi"},          Pair{"Maven", "maven"},
    Pair{"Go", "go"},           Pair{"crates.io", "cargo"},    Pair{"RubyGems", "gem"},
    Pair{"NuGet", "nuget"},     Pair{"Packagist", "composer"}, Pair{"Pub", "pub"},
    Pair{"Hex", "hex"},         Pair{"SwiftURL", "swift"},     Pair{"CRAN", "cran"},
    Pair{"Hackage", "hackage"}, Pair{"ConanCenter", "conan"},  Pair{"GitHub Actions", "github"},
    Pair{"Bitnami", "bitnami"},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "12", "9.2", "15.6": what may stand behind the colon of an ecosystem of ours.
bool is_release(std::string_view text) {
  if (text.empty() || text.size() > 16 || !is_digit(text.front())) return false;
  for (char c : text) {
    if (!is_digit(c) && c != '.') return false;
  }
  return text.back() != '.';
}

// A Debian or Alpine release: a number, or the word of a rolling one.
std::string release_or_word(std::string_view prefix, std::string_view release,
                            std::string_view word) {
  if (!is_release(release) && release != word) return {};
  return std::string(prefix) + ":" + std::string(release);
}

std::string ubuntu(std::string_view rest) {
  std::string_view prefix = "ubuntu:";
  if (rest.starts_with("Pro:")) {
    prefix = "ubuntu-pro:";
    rest.remove_prefix(4);
  }
  // "22.04:LTS"; the FIPS and realtime pockets ("Pro:FIPS-updates:22.04:LTS") are other builds.
  const auto [release, kind] = split_once(rest, ':');
  if (!is_release(release) || (!kind.empty() && kind != "LTS")) return {};
  return std::string(prefix) + std::string(release);
}

// Add-on channels whose packages install on plain Red Hat Enterprise Linux under names of their own
// (rh-nodejs14-nodejs) or are its extras: their rows hold for the release they are built for.
constexpr std::array<std::string_view, 4> kRedHatAddOns = {"rhel_extras", "rhel_dotnet", "devtools",
                                                           "rhel_software_collections"};
// Extended lives of one minor release (major for els). Their fixes reach subscribers only.
constexpr std::array kRedHatExtended = {
    Pair{"rhel_eus", "redhat-eus:"}, Pair{"rhel_e4s", "redhat-e4s:"},
    Pair{"rhel_tus", "redhat-tus:"}, Pair{"rhel_aus", "redhat-aus:"},
    Pair{"rhel_els", "redhat-els:"},
};

// The CPE tail of Red Hat's product: PRODUCT:VERSION[::STREAM], e.g.
// "enterprise_linux:9::appstream", "rhel_software_collections:3::el7", "rhel_extras:7".
std::string red_hat(std::string_view rest) {
  const auto [product, tail] = split_once(rest, ':');
  const auto [version, more] = split_once(tail, ':');
  const std::string_view stream = more.starts_with(':') ? more.substr(1) : std::string_view();
  if (product == "enterprise_linux") {
    if (!is_release(version)) return {};
    // Since 10 the version is a minor one ("10.0"); the main streams are looked up by the major.
    return "redhat:" + std::string(split_once(version, '.').first);
  }
  for (const auto& [name, prefix] : kRedHatExtended) {
    if (product == name && is_release(version)) return std::string(prefix) + std::string(version);
  }
  for (std::string_view name : kRedHatAddOns) {
    if (product != name) continue;
    const std::string_view release = stream.starts_with("el") ? stream.substr(2) : version;
    if (name != "rhel_extras" && !stream.starts_with("el")) return {};
    return is_release(release) ? "redhat:" + std::string(release) : std::string();
  }
  // Other products (OpenShift, JBoss, Satellite ...) rebuild packages of the base system under the
  // same names: their rows say nothing of the base system's builds.
  return {};
}

// "15 SP5", "15 SP3-LTSS", "12", "15.6" at the end of SUSE's product names.
struct SuseRelease {
  std::string version;  // "15.5"
  bool extended = false;
};
SuseRelease suse_release(std::string_view text) {
  SuseRelease release;
  size_t at = 0;
  while (at < text.size() && (is_digit(text[at]) || text[at] == '.')) ++at;
  const std::string_view major = text.substr(0, at);
  if (!is_release(major)) return release;
  release.version = major;
  std::string_view rest = text.substr(at);
  if (rest.starts_with(" SP")) {
    rest.remove_prefix(3);
    if (rest.empty() || !is_digit(rest[0])) return {};
    release.version += '.';
    release.version += rest[0];
    rest.remove_prefix(1);
  }
  // "-LTSS", "-ESPOS", "-BCL", " LTSS EXTREME CORE", "-TERADATA", "-SECURITY".
  release.extended = !rest.empty();
  return release;
}

// Products that are one code stream with the server of their service pack.
constexpr std::array<std::string_view, 8> kSuseGeneral = {
    "Linux Enterprise Server",
    "Linux Enterprise Desktop",
    "Linux Enterprise Software Development Kit",
    "Linux Enterprise Workstation Extension",
    "Linux Enterprise High Availability Extension",
    "Linux Enterprise Server for Raspberry Pi",
    "Linux Enterprise Real Time Extension",
    "Package Hub",
};
constexpr std::array<std::string_view, 3> kSuseExtended = {
    "Linux Enterprise Server for SAP Applications",
    "Linux Enterprise High Performance Computing",
    "Linux Enterprise Server LTSS Extended Security",
};

std::string suse(std::string_view product) {
  size_t digit = 0;
  while (digit < product.size() &&
         !(is_digit(product[digit]) && digit > 0 && product[digit - 1] == ' ')) {
    ++digit;
  }
  if (digit >= product.size()) return {};
  const std::string_view name = trim(product.substr(0, digit));
  const SuseRelease release = suse_release(product.substr(digit));
  if (release.version.empty()) return {};
  if (name == "Linux Enterprise Micro" || name == "Linux Micro") {
    return "sle-micro:" + release.version;
  }
  for (std::string_view extended : kSuseExtended) {
    if (name == extended) return "sles-ltss:" + release.version;
  }
  bool general = name.starts_with("Linux Enterprise Module for ");
  for (std::string_view one : kSuseGeneral) general = general || name == one;
  if (!general) return {};
  return (release.extended ? "sles-ltss:" : "sles:") + release.version;
}

std::string open_suse(std::string_view product) {
  if (product == "Tumbleweed") return "opensuse-tumbleweed";
  if (product.starts_with("Leap Micro ") && is_release(product.substr(11))) {
    return "opensuse-leap-micro:" + std::string(product.substr(11));
  }
  if (!product.starts_with("Leap ")) return {};
  // "15.1 NonFree" is the same release.
  const std::string_view release = split_once(product.substr(5), ' ').first;
  return is_release(release) ? "opensuse-leap:" + std::string(release) : std::string();
}

std::string major_only(std::string_view prefix, std::string_view release) {
  if (!is_release(release)) return {};
  return std::string(prefix) + ":" + std::string(split_once(release, '.').first);
}

}  // namespace

std::string ecosystem_of_osv(std::string_view osv_ecosystem) {
  const auto [name, rest] = split_once(osv_ecosystem, ':');
  for (const auto& [osv, ours] : kLanguages) {
    if (name == osv) return std::string(ours);
  }
  if (name == "Debian") return release_or_word("debian", rest, "sid");
  if (name == "Alpine") {
    return release_or_word("alpine", rest.starts_with('v') ? rest.substr(1) : rest, "edge");
  }
  if (name == "Ubuntu") return ubuntu(rest);
  if (name == "Red Hat") return red_hat(rest);
  if (name == "AlmaLinux") return major_only("alma", rest);
  if (name == "Rocky Linux") return major_only("rocky", rest);
  if (name == "SUSE") return suse(rest);
  if (name == "openSUSE") return open_suse(rest);
  return {};
}

std::string_view feed_of_ecosystem(std::string_view ecosystem) {
  const std::string_view name = split_once(ecosystem, ':').first;
  if (name.starts_with("redhat")) return "redhat";
  if (name.starts_with("sle") || name.starts_with("opensuse")) return "suse";
  if (name.starts_with("ubuntu")) return "ubuntu";
  for (std::string_view own :
       {"debian", "debian-elts", "alpine", "alma", "rocky", "amazon", "arch"}) {
    if (name == own) return own;
  }
  for (const auto& [osv, ours] : kLanguages) {
    if (name == ours) return ours;
  }
  return {};
}

bool is_debug_package(std::string_view name) {
  return name.ends_with("-debuginfo") || name.ends_with("-debugsource") ||
         name.find("-debuginfo-") != std::string_view::npos;
}

}  // namespace seawall::advisory
