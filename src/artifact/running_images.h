// The images that an engine's containers run right now.
//
//   SEAWALL_TRY(const auto images, running_images("docker", options));
//
// LIMITS: manifest_bytes of answer. ERRORS: as find_engine(); kNetwork, kMalformed for answers that
// are none. Source: Docker Engine API 1.24 and newer, GET /containers/json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "artifact/image.h"

namespace seawall::artifact {

struct RunningImage {
  std::string id;                       // "sha256:..."
  std::string name;                     // as its container names it; the id when it has no name
  std::vector<std::string> containers;  // names, sorted
};

// By name, each image once.
Result<std::vector<RunningImage>> running_images(std::string_view engine,
                                                 const OpenOptions& options);

}  // namespace seawall::artifact
