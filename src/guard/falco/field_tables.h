// The tables of fields, one a file, that field.cc puts together. Internal to it.
#pragma once

#include "guard/falco/field.h"

namespace seawall::guard::falco {

std::span<const Field> process_fields();
std::span<const Field> identity_fields();  // user, group, container, k8s
std::span<const Field> event_fields();     // evt
std::span<const Field> file_fields();      // fd, fs

// The process `steps` above; null when it is not known.
inline const Process* ancestor(const Process& process, int64_t steps) {
  const Process* one = &process;
  for (int64_t at = 0; one != nullptr && at < steps; ++at) {
    if (at >= kMaxAncestors) return nullptr;
    one = one->parent.get();
  }
  return one;
}

}  // namespace seawall::guard::falco
