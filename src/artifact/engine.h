// Where a container engine listens, and what its API calls an image. open_engine_image (image.h) is
// built on these.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/image.h"

namespace seawall::artifact {

// Either a unix socket or the base URL of a TCP listener.
struct EngineAddress {
  std::string socket;  // "/var/run/docker.sock"
  std::string url;     // "http://127.0.0.1:2375"; "http://engine" with a socket
};

// From "unix:///path", "/path", "tcp://host:port" or "http://host:port". ERRORS: kUsage,
// kUnsupported (ssh://, TLS with client certificates).
Result<EngineAddress> parse_engine_address(std::string_view text);

// `setting` when given; else $DOCKER_HOST or $CONTAINER_HOST; else the first of the engine's usual
// sockets that exists. ERRORS: kNotFound (none exists), kPermission (it may not be opened; the hint
// names the group that may).
Result<EngineAddress> find_engine(std::string_view engine, const std::string& setting);

// One step of an image as GET /images/NAME/history tells it, the newest first.
struct HistoryStep {
  std::string created_by;
  uint64_t size = 0;
};
// The instruction of each layer from the bottom, or nothing when the history does not tell which
// steps made layers: engines leave that flag out, so that it follows from size and instruction.
std::vector<std::string> match_history(const std::vector<HistoryStep>& newest_first, size_t layers);

// Calls `visit` for each layer blob in the tar that GET /images/NAME/get sends: "ID/layer.tar",
// "HEX.tar" and those "blobs/sha256/HEX" that are not JSON. Links to a layer sent before are passed
// over.
Status walk_saved_layers(Reader& tar, const Limits& limits,
                         const std::function<Status(std::unique_ptr<Reader>)>& visit);

}  // namespace seawall::artifact
