// Images, networks, volumes and the swarm of an engine, as members of the facts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "benchmark/collectors/engine_api.h"

namespace seawall::benchmark {

// `running`: how many containers run each image, by id. Details of images are asked on `jobs`
// threads. LIMITS: kMostImages.
inline constexpr size_t kMostImages = 5000;
std::string image_facts(const EngineApi& api, const std::map<std::string, size_t>& running,
                        unsigned jobs);
std::string network_facts(const EngineApi& api);
std::string volume_facts(const EngineApi& api);
// `info`: the engine's answer to /info.
std::string swarm_facts(const EngineApi& api, const Node& info);

}  // namespace seawall::benchmark
