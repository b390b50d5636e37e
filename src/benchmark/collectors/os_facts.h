// Which distribution a host runs, from its release files.
#pragma once

#include "benchmark/collectors/host_files.h"
#include "model/package.h"

namespace seawall::benchmark {

// Unknown when no release file is known.
Distribution distribution_of(const HostFiles& files);

}  // namespace seawall::benchmark
