// Package URLs (purl-spec, ECMA-427): the parts of one, and the package it names.
//
//   SEAWALL_TRY(const Purl purl, parse_purl("pkg:deb/debian/curl@7.50.3-1?arch=i386"));
//   purl.name                      // "curl"
//   to_string(purl)                // canonical
//
// Reading is lenient where tools differ (case of the type, slashes after "pkg:", a stray subpath)
// and strict where a guess would name another package. LIMITS: 8 KiB. COST: linear.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/package.h"

namespace seawall {

struct Purl {
  std::string type;     // lower case
  std::string space;    // "namespace" in the specification: "org.apache", "github.com/gorilla"
  std::string name;     // never empty
  std::string version;  // may be empty
  std::map<std::string, std::string> qualifiers;  // keys in lower case, no empty values
  std::string subpath;
  std::string_view qualifier(std::string_view key) const;
  bool operator==(const Purl&) const = default;
};

// Parts are decoded and follow the rules of their type (a PyPI name is lower case with hyphens).
// ERRORS: kMalformed, kLimit, with the offending text.
Result<Purl> parse_purl(std::string_view text);
// The canonical form.
std::string to_string(const Purl& purl);

// The package as an inspector would have found it: epoch in the version, "group:artifact" for
// Maven, the source package from "upstream". Nothing when Seawall knows no such type.
std::optional<Package> package_of(const Purl& purl);
// The distribution of an OS package: "debian" and "12" of
// "pkg:deb/debian/curl@1?distro=debian-12"; unknown for other types.
Distribution distribution_of(const Purl& purl);
// The id that os-release uses for a name as SBOMs write it: "rhel" for "redhat".
std::string distribution_id(std::string_view name);

}  // namespace seawall
