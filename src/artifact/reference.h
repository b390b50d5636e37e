// Image references as Docker and OCI read them: [host[:port]/]path[:tag][@digest].
// Source: distribution/reference grammar; "ubuntu" means docker.io/library/ubuntu:latest.
#pragma once

#include <string>
#include <string_view>

#include "base/digest.h"

namespace seawall::artifact {

struct Reference {
  std::string registry;    // "docker.io", "localhost:5000"
  std::string repository;  // "library/ubuntu"
  std::string tag;         // "latest" when neither tag nor digest was given
  Digest digest;           // empty when not given
  // The full form: "docker.io/library/ubuntu:24.04@sha256:..."
  std::string text() const;
};

// ERRORS: kUsage saying what is wrong with which part.
Result<Reference> parse_reference(std::string_view text);

}  // namespace seawall::artifact
