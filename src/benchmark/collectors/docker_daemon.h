// The facts of the Docker daemon itself: its process, what it runs with, where it listens.
#pragma once

#include <string>

#include "benchmark/collectors/engine_api.h"
#include "benchmark/collectors/system.h"

namespace seawall::benchmark {

struct DockerDaemon {
  std::string json;       // the member `docker`
  std::string conflicts;  // members of `conflicts`, with commas between
};

// `version`, `info`: the engine's answers. Fills in what `engines` says of files and processes.
DockerDaemon docker_daemon(const EngineApi& api, const Document& version,
                           const Result<Document>& info, const HostFiles& files,
                           const std::vector<HostProcess>& processes, EngineFacts& engines);

}  // namespace seawall::benchmark
