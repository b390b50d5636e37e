// The list of what judges build and Compose files.
#include "inspect/dockerfile/lint.h"
#include "inspect/inspector.h"

namespace seawall::inspect {

std::vector<Inspector> configuration_inspectors() {
  return {
      {.name = "dockerfile",
       .version = 1,
       .paths = {"**/Dockerfile", "**/Containerfile", "**/*.Dockerfile", "**/*.dockerfile",
                 "**/Dockerfile.*", "**/Containerfile.*"},
       .finds = "rules on Dockerfiles",
       .parse = inspect_dockerfile,
       .category = Category::kConfiguration,
       .scope = Scope::kSource},
  };
}

}  // namespace seawall::inspect
