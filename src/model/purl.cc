// Package URLs. Source: purl-spec (ECMA-427), "How to build a PURL" and the type definitions.
#include <map>

#include "base/strings.h"
#include "model/package.h"

namespace seawall {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Everything but letters, digits, ".-_~" and the colon is encoded, in UTF-8 bytes and upper case.
void append_encoded(std::string& out, std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_alphanumeric(c) || std::string_view(".-_~:").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
    }
  }
}

struct Coordinates {
  std::string space;  // "namespace" in the specification: segments with "/" between them
  std::string name;
  std::string version;
  std::map<std::string, std::string> qualifiers;
};

// "group/name" at the last separator; all of it is the name when there is none.
void split_name(Coordinates& to, std::string_view name, char separator) {
  const size_t at = name.rfind(separator);
  if (at == std::string_view::npos) {
    to.name = name;
  } else {
    to.space = name.substr(0, at);
    to.name = name.substr(at + 1);
  }
}

// "1:2.0-3" has the epoch "1"; nothing is split off unless digits come before the colon.
void split_epoch(Coordinates& coordinates) {
  const size_t colon = coordinates.version.find(':');
  if (colon == std::string::npos || colon == 0) return;
  const std::string epoch = coordinates.version.substr(0, colon);
  if (epoch.find_first_not_of("0123456789") != std::string::npos) return;
  coordinates.qualifiers["epoch"] = epoch;
  coordinates.version.erase(0, colon + 1);
}

void describe_os_package(Coordinates& to, const Package& package,
                         const Distribution& distribution) {
  to.space = to_lower(distribution.id);
  to.name = package.type == PackageType::kRpm ? package.name : to_lower(package.name);
  to.qualifiers["arch"] = package.architecture;
  if (distribution.known()) {
    to.qualifiers["distro"] = distribution.version_id.empty()
                                  ? distribution.id
                                  : distribution.id + "-" + distribution.version_id;
  }
  if (!package.source_name.empty()) {
    const bool same = package.source_version.empty() || package.source_version == package.version;
    to.qualifiers["upstream"] =
        same ? package.source_name : package.source_name + "@" + package.source_version;
  }
  if (package.type == PackageType::kRpm) {
    split_epoch(to);
    to.qualifiers["rpmmod"] = package.module;
  }
}

// The name rules of the type definitions ("name_definition", "normalization_rules").
void describe_language_package(Coordinates& to, const Package& package) {
  switch (package.type) {
    case PackageType::kMaven:
      split_name(to, package.name, ':');
      break;
    case PackageType::kNpm:
    case PackageType::kGolang:
    case PackageType::kSwift:
    case PackageType::kConan:
    case PackageType::kCpan:
      split_name(to, package.name, '/');
      break;
    case PackageType::kComposer:
    case PackageType::kHex:
    case PackageType::kGithub:
    case PackageType::kLuarocks:
      split_name(to, to_lower(package.name), '/');
      break;
    case PackageType::kPypi:
      to.name = replace_all(to_lower(package.name), "_", "-");
      to.version = to_lower(package.version);
      break;
    case PackageType::kPub:
      to.name = to_lower(package.name);
      for (char& c : to.name) {
        if (!is_alphanumeric(c)) c = '_';
      }
      break;
    case PackageType::kBitnami:
      to.name = to_lower(package.name);
      to.qualifiers["arch"] = package.architecture;
      break;
    case PackageType::kWordpress:
    case PackageType::kOtp:
      to.name = to_lower(package.name);
      break;
    default:
      to.name = package.name;
  }
}

std::string render(PackageType type, const Coordinates& coordinates) {
  std::string purl = "pkg:" + std::string(to_string(type));
  for (const std::string_view segment : split(coordinates.space, '/')) {
    if (segment.empty()) continue;
    purl += '/';
    append_encoded(purl, segment);
  }
  purl += '/';
  append_encoded(purl, coordinates.name);
  if (!coordinates.version.empty()) {
    purl += '@';
    append_encoded(purl, coordinates.version);
  }
  char separator = '?';
  for (const auto& [key, value] : coordinates.qualifiers) {
    if (value.empty()) continue;
    purl += separator + key + "=";
    append_encoded(purl, value);
    separator = '&';
  }
  return purl;
}

}  // namespace

std::string purl_of(const Package& package, const Distribution& distribution) {
  Coordinates coordinates;
  coordinates.version = package.version;
  if (is_os_package(package.type)) {
    describe_os_package(coordinates, package, distribution);
  } else {
    describe_language_package(coordinates, package);
  }
  return render(package.type, coordinates);
}

}  // namespace seawall
