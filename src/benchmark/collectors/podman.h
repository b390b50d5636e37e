// The facts of a Podman service.
#pragma once

#include <string>

#include "benchmark/collectors/engine_api.h"

namespace seawall::benchmark {

// The member `podman`. `version`, `info`: its answers.
std::string podman_facts(const EngineApi& api, const Node& version, const Result<Document>& info);

}  // namespace seawall::benchmark
