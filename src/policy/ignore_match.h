// What ignore files say, whatever they are applied to.
#pragma once

#include "policy/ignore_file.h"

namespace seawall::policy {

// Whether one of the patterns, or no pattern at all, fits. "*" stands for any text, all else for
// itself. COST: linear times the number of stars.
bool any_fits(const std::vector<std::string>& patterns, std::string_view text);
// It can only be meant for the controls of hosts.
bool is_for_hosts(const IgnoreEntry& entry);
bool expired(const IgnoreEntry& entry, UnixSeconds today);
Suppression suppression_of(const IgnoreEntry& entry, const IgnoreFile& file);
// SW-P0001, for a person to decide anew.
Finding expired_finding(const IgnoreEntry& entry, const IgnoreFile& file);

}  // namespace seawall::policy
