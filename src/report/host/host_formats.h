// Formats of `seawall host`: each a pure function from a HostReport to bytes.
//
//   for (const HostFormat& format : host_formats())
//     if (format.name == wanted) text = format.render(report, options);
//
// The same report gives the same bytes; only the table says how long it took.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/host_report.h"

namespace seawall::report {

struct HostRenderOptions {
  bool color = false;
  bool ascii = false;
  bool all = false;      // also what passes or does not apply, and every object
  unsigned width = 100;  // columns
  bool french = false;
  bool cis_score = false;  // percentages as CIS counts them
};

struct HostFormat {
  std::string_view name, description;
  std::string (*render)(const HostReport& report, const HostRenderOptions& options);
};
// The table first.
const std::vector<HostFormat>& host_formats();

}  // namespace seawall::report
