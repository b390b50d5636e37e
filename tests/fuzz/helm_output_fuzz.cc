// Any bytes as what helm prints: every file lies below the chart, none is empty, and no line of the
// documents is lost.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

#include "base/path_set.h"
#include "base/strings.h"
#include "scan/helm.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  const auto files = scan::split_rendered(stream, "chart");
  std::set<std::string_view> paths;
  size_t lines = 0, wanted = 0;
  const auto count = [](std::string_view text, size_t& sum) {
    for_each_line(
        text, [&](std::string_view line, size_t) { sum += line != "---" && !trim(line).empty(); });
  };
  for (const scan::RenderedFile& file : files) {
    bool escapes = false;
    if (normalize_path(file.path, escapes) != file.path || escapes) std::abort();
    if (file.path != "chart" && !file.path.starts_with("chart/")) std::abort();
    if (file.text.empty() || !paths.insert(file.path).second) std::abort();
    count(file.text, lines);
  }
  count(stream, wanted);
  if (lines != wanted) std::abort();
  return 0;
}
