// A real registry (Debian's docker-registry) on a loopback port, and a real image to put into it.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "support/support.h"

namespace seawall::test {

// A program that runs until the test is over; ended by its process id, first asked, then forced.
class Service {
 public:
  // Standard output and error go to `log`.
  Service(const std::vector<std::string>& arguments, const std::string& log);
  ~Service();
  bool running();

 private:
  pid_t pid_ = -1;
};

class DockerRegistry {
 public:
  // With a name and password it demands them (htpasswd). Null with `why` filled where the programs
  // are missing or it does not start.
  static std::unique_ptr<DockerRegistry> start(std::string& why, const std::string& user = {},
                                               const std::string& password = {});
  std::string host() const { return host_; }
  // Copies an OCI layout ("path:tag") into the registry under this name.
  RunResult push(const std::string& layout, const std::string& name) const;

 private:
  ScratchDirectory scratch_;
  std::string host_, credentials_;
  std::unique_ptr<Service> service_;
};

// A two-layer image made by umoci in `scratch`/layout, tag "latest". Returns "path:latest", or ""
// with `why` filled.
std::string make_layout(const ScratchDirectory& scratch, std::string& why);

}  // namespace seawall::test
