// Images, networks, volumes and the swarm of an engine, as members of the facts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "benchmark/collectors/container_facts.h"
#include "benchmark/collectors/engine_api.h"

namespace seawall::benchmark {

// `running`: how many containers run each image, by id. Details of images are asked on `jobs`
// threads. LIMITS: kMostImages.
inline constexpr size_t kMostImages = 5000;
// The members of a list, with commas between.
Result<std::string> image_facts(const EngineApi& api, const std::map<std::string, size_t>& running,
                                unsigned jobs);
// Names of containers by the name of their network.
using Attached = std::map<std::string, std::vector<std::string>>;
std::string network_facts(const EngineApi& api, const Attached& attached);
// `list`: the engine's answer to /volumes.
std::string volume_facts(const Result<Document>& list);
// Folders of the host that named volumes bind, by the volume's name: {"data": "/etc"}.
Result<VolumeDevices> volume_devices(const Result<Document>& list);
// `info`: the engine's answer to /info. `state`: its file swarm/docker-state.json.
std::string swarm_facts(const EngineApi& api, const Node& info, Result<std::string> state);

}  // namespace seawall::benchmark
