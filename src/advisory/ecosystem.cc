#include "advisory/ecosystem.h"

#include <array>
#include <utility>

#include "base/strings.h"

namespace seawall::advisory {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// Debian releases by codename: testing has a codename long before it has a VERSION_ID
// (wiki.debian.org/DebianReleases).
constexpr std::array kDebianCodenames = {
    Pair{"wheezy", "7"},  Pair{"jessie", "8"},    Pair{"stretch", "9"},
    Pair{"buster", "10"}, Pair{"bullseye", "11"}, Pair{"bookworm", "12"},
    Pair{"trixie", "13"}, Pair{"forky", "14"},    Pair{"duke", "15"},
};

bool starts_with_digit(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

std::string_view major_of(std::string_view version) {
  return version.substr(0, version.find('.'));
}

// "3.20.1" gives "3.20"; a lone "3" stays.
std::string_view major_minor_of(std::string_view version) {
  const size_t first = version.find('.');
  if (first == std::string_view::npos) return version;
  return version.substr(0, version.find_first_not_of("0123456789", first + 1));
}

DistributionMatch release(std::string_view ecosystem, std::string_view feed,
                          std::string_view version, std::string_view eol_product,
                          bool by_source = false) {
  DistributionMatch match;
  match.ecosystem = std::string(ecosystem) + ":" + std::string(version);
  match.feed = feed;
  match.eol_product = eol_product;
  match.eol_cycle = version;
  match.by_source = by_source;
  return match;
}

std::optional<DistributionMatch> debian(const Distribution& distribution) {
  std::string_view version = distribution.version_id;
  if (version.empty()) {
    // "trixie" or, in the debian_version of both testing and unstable, "trixie/sid".
    const std::string_view codename = split_once(distribution.codename, '/').first;
    if (codename == "sid") version = "sid";
    for (const auto& [name, number] : kDebianCodenames) {
      if (codename == name) version = number;
    }
    if (version.empty()) return std::nullopt;
  }
  // "12.6" is a point release of 12; before 7 the minor number named the release ("3.1").
  const auto number = parse_unsigned(major_of(version));
  if (number && *number >= 7) version = major_of(version);
  DistributionMatch match = release("debian", "debian", version, "debian", true);
  if (version == "sid") match.eol_cycle.clear();
  return match;
}

std::optional<DistributionMatch> alpine(const Distribution& distribution) {
  const std::string_view version = distribution.version_id;
  // Edge calls itself "3.21_alpha20240606" and the like.
  const bool edge = version == "edge" || version.find("_alpha") != std::string_view::npos ||
                    distribution.pretty_name.ends_with(" edge");
  if (edge) {
    DistributionMatch match = release("alpine", "alpine", "edge", "alpine-linux", true);
    match.eol_cycle.clear();
    return match;
  }
  if (!starts_with_digit(version)) return std::nullopt;
  return release("alpine", "alpine", major_minor_of(version), "alpine-linux", true);
}

std::optional<DistributionMatch> sles(const Distribution& distribution) {
  if (!starts_with_digit(distribution.version_id)) return std::nullopt;
  const std::string_view version = major_minor_of(distribution.version_id);
  // The long-lived products say so by their id or their CPE ("cpe:/o:suse:sles-ltss:15:sp3").
  const std::string_view cpe = distribution.cpe_name;
  const bool extended = distribution.id == "sles_sap" || distribution.id == "sle_hpc" ||
                        cpe.find("ltss") != std::string_view::npos ||
                        cpe.find(":sles_sap:") != std::string_view::npos;
  return release(extended ? "sles-ltss" : "sles", "suse", version, "sles");
}

std::optional<DistributionMatch> amazon(const Distribution& distribution) {
  const std::string_view version = distribution.version_id;
  if (!starts_with_digit(version)) return std::nullopt;
  // "2" and "2023" name the release; of Amazon Linux AMI every version ("2018.03", "2017.09") reads
  // the same updates, those of Amazon Linux 1.
  const bool ami = version.size() == 7 && version[4] == '.' && version < "2019";
  if (!ami) return release("amazon", "amazon", major_of(version), "amazon-linux");
  DistributionMatch match = release("amazon", "amazon", "1", "amazon-linux");
  match.eol_cycle = "2018.03";
  return match;
}

// How a family of distributions is looked up when its release is just the major version.
struct ByMajor {
  std::string_view id, ecosystem, feed, eol_product;
};
// CentOS and CentOS Stream read Red Hat's advisories: CentOS rebuilt them 1:1, and Stream gets the
// fixes of the coming minor release, whose versions are never below the released ones.
constexpr std::array kByMajor = {
    ByMajor{"rhel", "redhat", "redhat", "rhel"},
    ByMajor{"redhat", "redhat", "redhat", "rhel"},
    ByMajor{"centos", "redhat", "redhat", "centos"},
    ByMajor{"almalinux", "alma", "alma", "almalinux"},
    ByMajor{"rocky", "rocky", "rocky", "rocky-linux"},
};

constexpr std::array<std::string_view, 4> kCaseless = {"nuget", "composer", "github", "bitnami"};

// PEP 503: lower case, runs of "-", "_" and "." are one "-".
std::string normalize_pypi(std::string_view name) {
  std::string out;
  for (char c : to_lower(name)) {
    const bool separator = c == '-' || c == '_' || c == '.';
    if (!separator) {
      out += c;
    } else if (out.empty() || out.back() != '-') {
      out += '-';
    }
  }
  return out;
}

// Swift packages are named by their repository: "https://github.com/Apple/swift-nio.git".
std::string normalize_swift(std::string_view name) {
  std::string out = to_lower(name);
  for (std::string_view scheme : {"https://", "http://"}) {
    if (out.starts_with(scheme)) out.erase(0, scheme.size());
  }
  if (out.ends_with(".git")) out.resize(out.size() - 4);
  return out;
}

}  // namespace

std::optional<DistributionMatch> match_distribution(const Distribution& distribution) {
  const std::string_view id = distribution.id, version = distribution.version_id;
  // Derivatives (Mint, Kali, Raspbian ...) build packages of their own under the same names, so
  // id_like is not asked: unsupported is the honest answer.
  if (id == "debian") return debian(distribution);
  if (id == "alpine") return alpine(distribution);
  if (id == "ubuntu") {
    if (!starts_with_digit(version)) return std::nullopt;
    return release("ubuntu", "ubuntu", major_minor_of(version), "ubuntu", true);
  }
  if (id == "amzn") return amazon(distribution);
  if (id == "sles" || id == "sles_sap" || id == "sle_hpc" || id == "sled") {
    return sles(distribution);
  }
  if (id == "sle-micro" || id == "suse-microos" || id == "sl-micro") {
    if (!starts_with_digit(version)) return std::nullopt;
    return release("sle-micro", "suse", major_minor_of(version), "");
  }
  if (id == "opensuse-leap" || id == "opensuse-leap-micro") {
    if (!starts_with_digit(version)) return std::nullopt;
    return release(id, "suse", major_minor_of(version), id == "opensuse-leap" ? "opensuse" : "");
  }
  if (id == "opensuse-tumbleweed") {
    return DistributionMatch{"opensuse-tumbleweed", "suse", "", "", false};
  }
  if (id == "arch") return DistributionMatch{"arch", "arch", "", "", false};
  for (const ByMajor& family : kByMajor) {
    if (id != family.id || !starts_with_digit(version)) continue;
    auto match = release(family.ecosystem, family.feed, major_of(version), family.eol_product);
    // Stream has no minor releases and ends earlier than the CentOS Linux of its number did.
    if (id == "centos" && distribution.pretty_name.find("Stream") != std::string::npos) {
      match.eol_product = "centos-stream";
    }
    return match;
  }
  return std::nullopt;
}

std::string language_ecosystem(PackageType type) {
  switch (type) {
    case PackageType::kNpm:
      return "npm";
    case PackageType::kPypi:
      return "pypi";
    case PackageType::kMaven:
      return "maven";
    case PackageType::kGolang:
      return "go";
    case PackageType::kCargo:
      return "cargo";
    case PackageType::kGem:
      return "gem";
    case PackageType::kNuget:
      return "nuget";
    case PackageType::kComposer:
      return "composer";
    case PackageType::kPub:
      return "pub";
    case PackageType::kHex:
      return "hex";
    case PackageType::kSwift:
      return "swift";
    case PackageType::kCran:
      return "cran";
    case PackageType::kHackage:
      return "hackage";
    case PackageType::kConan:
      return "conan";
    case PackageType::kGithub:
      return "github";
    case PackageType::kBitnami:
      return "bitnami";
    default:
      return {};
  }
}

VersionScheme scheme_of(std::string_view ecosystem) {
  struct Scheme {
    std::string_view name;
    VersionScheme scheme;
  };
  constexpr std::array kSchemes = {
      Scheme{"debian", VersionScheme::kDpkg},    Scheme{"debian-elts", VersionScheme::kDpkg},
      Scheme{"ubuntu", VersionScheme::kDpkg},    Scheme{"ubuntu-pro", VersionScheme::kDpkg},
      Scheme{"alpine", VersionScheme::kApk},     Scheme{"arch", VersionScheme::kPacman},
      Scheme{"npm", VersionScheme::kNpm},        Scheme{"pypi", VersionScheme::kPypi},
      Scheme{"maven", VersionScheme::kMaven},    Scheme{"go", VersionScheme::kGo},
      Scheme{"cargo", VersionScheme::kCrates},   Scheme{"gem", VersionScheme::kRubygems},
      Scheme{"nuget", VersionScheme::kNuget},    Scheme{"composer", VersionScheme::kPackagist},
      Scheme{"pub", VersionScheme::kPub},        Scheme{"hex", VersionScheme::kHex},
      Scheme{"swift", VersionScheme::kSemver},   Scheme{"github", VersionScheme::kSemver},
      Scheme{"bitnami", VersionScheme::kSemver}, Scheme{"conan", VersionScheme::kSemver},
      Scheme{"cran", VersionScheme::kCran},      Scheme{"hackage", VersionScheme::kHackage},
  };
  const std::string_view name = split_once(ecosystem, ':').first;
  for (const Scheme& one : kSchemes) {
    if (one.name == name) return one.scheme;
  }
  for (std::string_view family : {"redhat", "alma", "rocky", "sle", "opensuse", "amazon"}) {
    if (name.starts_with(family)) return VersionScheme::kRpm;
  }
  return VersionScheme::kGeneric;
}

std::string normalize_name(std::string_view ecosystem, std::string_view name) {
  if (ecosystem == "pypi") return normalize_pypi(name);
  if (ecosystem == "swift") return normalize_swift(name);
  for (std::string_view caseless : kCaseless) {
    if (ecosystem == caseless) return to_lower(name);
  }
  return std::string(name);
}

}  // namespace seawall::advisory
