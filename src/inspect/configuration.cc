// The list of what judges build files, Compose files, manifests and accounts.
#include "inspect/compose/compose.h"
#include "inspect/dockerfile/lint.h"
#include "inspect/image/accounts.h"
#include "inspect/inspector.h"
#include "inspect/manifest/manifest_lint.h"

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
      {.name = "compose",
       .version = 1,
       .paths = {"**/*.yml", "**/*.yaml"},
       .finds = "rules on Compose files",
       .parse = inspect_compose,
       .category = Category::kConfiguration,
       .scope = Scope::kSource},
      {.name = "manifests",
       .version = 1,
       .paths = {"**/*.yml", "**/*.yaml"},
       .finds = "rules on Kubernetes manifests",
       .parse = inspect_manifest,
       .category = Category::kConfiguration,
       .scope = Scope::kSource},
      {.name = "accounts",
       .version = 1,
       .paths = {"etc/passwd", "etc/shadow", "etc/group", "etc/gshadow", "etc/sudoers",
                 "etc/sudoers.d/*"},
       .finds = "rules on accounts: passwords, uid 0, sudo",
       .parse = inspect_accounts,
       .category = Category::kConfiguration,
       .scope = Scope::kInstalled},
  };
}

}  // namespace seawall::inspect
