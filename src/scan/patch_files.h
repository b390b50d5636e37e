// What a kustomization names that is no object of its own: itself, its patches and settings.
//
// A strategic merge patch has a kind and a name but only the fields that it changes; judged alone,
// it would break rules that the object it is for keeps. What kustomize makes of them is judged from
// its output: kustomize build DIR | seawall lint -
//
//   for (const std::string& path : kustomize_parts("web/kustomization.yaml", text, limits)) ...
//
// COST: that of parse_yaml(). ERRORS: none; a file that cannot be read names nothing. THREADS:
// safe. Source: kubectl.docs.kubernetes.io/references/kustomize/kustomization (kustomize 5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"

namespace seawall::scan {

// By its name: kustomization.yaml, kustomization.yml or Kustomization.
bool is_kustomization(std::string_view path);

// The paths of files that are not to be judged as objects, in the normal form of normal_path().
std::vector<std::string> kustomize_parts(std::string_view path, std::string_view text,
                                         const Limits& limits);

// Without ".", and ".." where a name stands before it: "a/../b" is "b". Nothing on disk is asked.
std::string normal_path(std::string_view path);

}  // namespace seawall::scan
