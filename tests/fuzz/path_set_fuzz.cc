// A path on the first line, a pattern on each further one: the set must agree with glob_match, and
// no directory above a match may be answered "nothing below".
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/path_set.h"
#include "base/strings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  const auto lines = split(std::string_view(reinterpret_cast<const char*>(data), size), '\n');
  bool escapes = false, again_escapes = false;
  const std::string path = normalize_path(lines[0], escapes);
  if (normalize_path(path, again_escapes) != path || again_escapes) std::abort();
  if (path.starts_with('/') || path.ends_with('/')) std::abort();
  if (path.empty() || lines.size() > 64) return 0;

  PathSet set;
  std::vector<uint32_t> expected, found;
  for (uint32_t i = 1; i < lines.size(); ++i) {
    set.add(lines[i], i);
    if (glob_match(lines[i], path)) expected.push_back(i);
  }
  set.match(path, found);
  if (found != expected || set.matches(path) == expected.empty()) std::abort();
  if (expected.empty()) return 0;
  for (std::string_view above = path;; above = above.substr(0, above.rfind('/'))) {
    if (!set.may_contain(above)) std::abort();
    if (above.find('/') == std::string_view::npos) break;
  }
  if (!set.may_contain("")) std::abort();
  return 0;
}
