// The renderers behind host_formats(), one file each.
#pragma once

#include "report/host/host_formats.h"

namespace seawall::report {

std::string render_host_table(const HostReport& report, const HostRenderOptions& options);
std::string render_host_json(const HostReport& report, const HostRenderOptions& options);
std::string render_host_html(const HostReport& report, const HostRenderOptions& options);
std::string render_host_markdown(const HostReport& report, const HostRenderOptions& options);
std::string render_host_junit(const HostReport& report, const HostRenderOptions& options);
std::string render_host_sarif(const HostReport& report, const HostRenderOptions& options);
// OSCAL 1.1.2 assessment results, JSON.
std::string render_host_oscal(const HostReport& report, const HostRenderOptions& options);
// The log of docker-bench-security 1.6, for who reads it by program; and its JSON.
std::string render_docker_bench(const HostReport& report, const HostRenderOptions& options);
std::string render_docker_bench_json(const HostReport& report, const HostRenderOptions& options);

}  // namespace seawall::report
