// Names of vulnerabilities, as every part of advisory/ must tell them apart.
#pragma once

#include <string_view>

namespace seawall::advisory {

// "CVE-", four digits of a year, "-" and four or more digits, upper case (cve.org, "CVE ID
// syntax").
bool is_cve(std::string_view id);

}  // namespace seawall::advisory
