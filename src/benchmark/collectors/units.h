// Where systemd has its units. Source: systemd.unit(5), "Unit File Load Path".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "benchmark/collectors/host_files.h"

namespace seawall::benchmark {

struct UnitFiles {
  std::string fragment;               // empty when there is none
  std::optional<Error> unseen;        // a folder that may not be looked into
  std::vector<std::string> drop_ins;  // in the order in which they count
};

// A name may be masked (its fragment leads to /dev/null). Nothing is read, so that no unit can
// lead in circles.
UnitFiles unit_files(const HostFiles& files, const std::string& name);

}  // namespace seawall::benchmark
