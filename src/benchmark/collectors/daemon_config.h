// DaemonSettings: what dockerd runs with: flags over its configuration file over defaults.
//
//   DaemonSettings settings = daemon_settings(arguments, pid, config, version);
//   settings.agree(key, "true", "engine")         // what the engine says of itself counts more
//
// Every setting is JSON text with its source. A configuration file that cannot be read leaves those
// settings that no flag sets as an error, never as a default. Source: moby 27,
// cmd/dockerd/config.go and daemon/config.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "benchmark/collectors/conflict.h"
#include "codec/json.h"

namespace seawall::benchmark {

struct DaemonConfigFile {
  std::string path;
  std::optional<Document> document;   // when it could be read
  std::vector<std::string> problems;  // byte order mark, a key that stands twice, not JSON
  std::optional<Error> error;         // why it could not
};
// `text`: what reading the file gave; kNotFound means there is none, which is usual.
DaemonConfigFile read_daemon_config(std::string path, Result<std::string> text);

struct DaemonSettings {
  std::map<std::string, std::string> values;   // by name of daemon.json: JSON text
  std::map<std::string, std::string> sources;  // "flag --icc (pid 812)"
  std::vector<Conflict> disagreements;

  // Takes over what the engine says it does; a difference from what it was told is kept.
  void agree(const std::string& name, const std::string& json, const std::string& source);
  // Texts of the setting, whatever its form; empty when it is not set or not known.
  std::string text(const std::string& name) const;
  bool boolean(const std::string& name) const;
  std::vector<std::string> list(const std::string& name) const;
};

// The file that the arguments name, else `path`.
std::string daemon_config_path(const std::vector<std::string>& arguments,
                               std::string path = "/etc/docker/daemon.json");
// `home`: of the daemon's user, where its certificates are unless told otherwise; empty: not known.
DaemonSettings daemon_settings(const std::vector<std::string>& arguments, int pid,
                               const DaemonConfigFile& config, std::string_view version,
                               const std::string& home = {});

}  // namespace seawall::benchmark
