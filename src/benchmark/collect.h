// Collects the facts of a host, in parallel, without a shell and without running anything.
//
//   SEAWALL_TRY(const std::string json, collect_host(options));   // docs/formats/host-facts.md
//
// What cannot be looked at becomes {"$error": ...} in its place and the rest goes on. COST: 50
// containers in under 0.5 s. LIMITS: 5,000 containers (more is said in `problems`), each answer of
// the engine 64 MiB and engine_seconds, files of /proc 1 MiB. ERRORS: kCancelled only. THREADS:
// safe.
#pragma once

#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace seawall::benchmark {

struct CollectOptions {
  std::string root = "/";  // where /proc, /etc, /run ... are; another one for tests
  std::string
      docker_socket;  // empty: $DOCKER_HOST, the usual places, and what dockerd processes hold
  unsigned engine_seconds = 5;  // without a byte from the engine
  unsigned jobs = 0;            // 0: default_jobs()
  std::string database;         // of advisories, for ends of life; empty: none
  std::string tool_version;
  Limits limits;
};

Result<std::string> collect_host(const CollectOptions& options);

// What the engine's collectors learn that others need. Empty strings: not known.
struct EngineFacts {
  std::string docker_socket, docker_version, containerd_socket;
  std::string config_file, data_root;            // "/etc/docker/daemon.json", "/var/lib/docker"
  std::string tls_ca, tls_certificate, tls_key;  // as the daemon runs with
  int docker_pid = 0, containerd_pid = 0;
  // Members of the facts, "name": JSON text: docker, podman, containers, images, networks, volumes,
  // swarm, conflicts.
  std::vector<std::pair<std::string, std::string>> members;
};
// collectors/engine*.cc, container*.cc, daemon*.cc
EngineFacts collect_engines(const CollectOptions& options);
// Members host, files, audit, units, kernel, mounts, users, groups, listening, certificates,
// updates. collectors/system*.cc and others beside.
std::vector<std::pair<std::string, std::string>> collect_system(const CollectOptions& options,
                                                                const EngineFacts& engines);

// The value that stands for what could not be looked at, as JSON.
std::string error_value(const Error& error, std::string_view needs = {});

}  // namespace seawall::benchmark
