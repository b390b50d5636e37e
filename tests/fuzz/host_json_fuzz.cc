// Any bytes as a saved report of a host: what is read is written as it was, and compared with
// itself has not changed.
#include <cstdlib>

#include "report/host/host_baseline.h"
#include "report/host/host_formats.h"
#include "report/host/host_json_read.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  const auto read = report::read_host_json({reinterpret_cast<const char*>(data), size});
  if (!read.ok()) {
    if (read.error().message().empty()) std::abort();
    return 0;
  }
  for (const report::HostFormat& format : report::host_formats()) {
    const std::string text = format.render(*read, {});
    if (format.name != "json") continue;
    const auto again = report::read_host_json(text);
    if (!again.ok() || format.render(*again, {}) != text) std::abort();
  }
  return 0;
}
