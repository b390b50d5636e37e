// The list of what reads lock and manifest files of source trees.
#include "inspect/inspector.h"

namespace seawall::inspect {

std::vector<Inspector> lock_inspectors() {
  return {};
}

}  // namespace seawall::inspect
