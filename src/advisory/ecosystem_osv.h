// OSV's ecosystem names beyond what advisory/ecosystem.h promises to everyone: the feed an
// ecosystem belongs to, and the parts of rpm distributions that Seawall leaves out.
#pragma once

#include <string>
#include <string_view>

namespace seawall::advisory {

// "debian:12" gives "debian", "redhat-eus:9.2" "redhat", "sles:15.5" "suse", "npm" "npm";
// empty for what is no ecosystem of ours. The view lives as long as the program.
std::string_view feed_of_ecosystem(std::string_view ecosystem);
// Binary packages that hold debug symbols ("bash-debuginfo"): never installed in what is scanned,
// and a third of all rows of the rpm feeds.
bool is_debug_package(std::string_view name);

}  // namespace seawall::advisory
