// A saved report of a host from outside: what is accepted settles after one writing, compares equal
// to itself and can be shown in every format.
#include <cstdint>
#include <cstdlib>

#include "base/strings.h"
#include "report/host/host_baseline.h"
#include "report/host/host_json_read.h"

namespace {

using namespace seawall;
using namespace seawall::report;

std::string render_json(const HostReport& report) {
  for (const HostFormat& format : host_formats()) {
    if (format.name == "json") return format.render(report, {});
  }
  std::abort();
}

void check_formats(const HostReport& report) {
  for (const HostFormat& format : host_formats()) {
    const std::string text = format.render(report, {});
    if (!is_valid_utf8(text) || text.find('\x1b') != std::string::npos) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Limits limits;
  limits.document_bytes = 1 << 20;
  limits.nodes = 100'000;
  const auto report =
      read_host_json(std::string(reinterpret_cast<const char*>(data), size), limits);
  if (!report.ok()) {
    if (report.error().message().empty()) std::abort();
    return 0;
  }
  const std::string once = render_json(*report);
  const auto again = read_host_json(once);
  if (!again.ok() || render_json(*again) != once) std::abort();
  const HostDiff diff = compare_hosts(*again, *again);
  if (!diff.changes.empty() || exit_code_of(diff) != 0) std::abort();
  for (const char* format : {"table", "markdown", "json"}) render_host_diff(diff, format, {});
  check_formats(*report);
  return 0;
}
