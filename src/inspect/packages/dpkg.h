// What the parts of a dpkg status database mean. Source: deb-control(5), dpkg(1) "INFORMATION ABOUT
// PACKAGES", deb-src-control(5).
#pragma once

#include <string_view>
#include <utility>

namespace seawall::inspect {

// Whether the files of a package with this Status ("install ok installed") are on the disk. They
// are from "unpacked" on; "config-files" is a removed package, "half-installed" one whose
// unpacking or removal was cut short. No Status at all counts as installed: status.d has none.
bool dpkg_is_unpacked(std::string_view status);
// "gcc-12 (12.2.0-14)" -> name and version; the version is empty when there is none.
std::pair<std::string_view, std::string_view> split_dpkg_source(std::string_view source);

}  // namespace seawall::inspect
