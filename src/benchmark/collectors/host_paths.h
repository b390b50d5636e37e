// What it means that a path of the host is inside a container.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "benchmark/collectors/host_files.h"

namespace seawall::benchmark {

// Why it matters ("kernel and boot loader"); empty for paths that are nobody's secret. Paths below
// a sensitive one are, too, but for what many containers rightly read: time zones, certificates,
// names of hosts.
std::string_view sensitivity_of(std::string_view path);
// Engine sockets of the host that are reached through the path: itself, or below it.
std::vector<std::string> sockets_below(const HostFiles& files, std::string_view path,
                                       const std::vector<std::string>& known_sockets);
// Where container engines listen unless told otherwise.
const std::vector<std::string>& usual_engine_sockets();
// The path with its links followed on the host; as it is where that cannot be done.
std::string resolved(const HostFiles& files, const std::string& path);

}  // namespace seawall::benchmark
