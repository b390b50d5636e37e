// A real Docker engine with its own data root and socket, as far as this machine lets one start.
#pragma once

#include <memory>
#include <string>

#include "support/docker_registry.h"
#include "support/support.h"

namespace seawall::test {

class Dockerd {
 public:
  // Null with `why` filled where dockerd is missing or cannot start (no root, no cgroups).
  // `storage`: "vfs" starts everywhere; "overlay2" tells whose layer a file is of.
  static std::unique_ptr<Dockerd> start(std::string& why, const std::string& storage = "vfs");
  std::string socket() const { return scratch_.path() + "/docker.sock"; }
  // POST /images/load with the bytes of a `docker save` archive.
  Status load(const std::string& archive) const;

 private:
  ScratchDirectory scratch_;
  std::unique_ptr<Service> service_;
};

}  // namespace seawall::test
