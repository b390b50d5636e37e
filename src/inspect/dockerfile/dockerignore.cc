#include "inspect/dockerfile/dockerignore.h"

#include "base/path_set.h"
#include "base/strings.h"

namespace seawall::inspect {
namespace {

// Whether the pattern names the path or a directory above it.
bool covers(std::string_view pattern, std::string_view path) {
  for (size_t end = path.find('/'); end != path.npos; end = path.find('/', end + 1)) {
    if (glob_match(pattern, path.substr(0, end))) return true;
  }
  return glob_match(pattern, path);
}

}  // namespace

std::vector<DockerIgnoreLine> parse_dockerignore(std::string_view text) {
  std::vector<DockerIgnoreLine> out;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  for_each_line(text, [&](std::string_view line, size_t) {
    if (line.starts_with('#') || out.size() >= kMostIgnoreLines) return;
    line = trim(line);
    DockerIgnoreLine one;
    one.exception = line.starts_with('!');
    if (one.exception) line = trim(line.substr(1));
    if (line.empty()) return;
    bool escapes = false;
    one.pattern = normalize_path(line, escapes);
    if (!escapes && !one.pattern.empty()) out.push_back(std::move(one));
  });
  return out;
}

bool is_ignored(const std::vector<DockerIgnoreLine>& lines, std::string_view path) {
  bool escapes = false;
  const std::string normal = normalize_path(path, escapes);
  bool ignored = false;
  for (const DockerIgnoreLine& line : lines) {
    if (normal.empty()) {
      // The whole context: any exception leaves something of it.
      if (line.exception)
        ignored = false;
      else if (line.pattern == "*" || line.pattern == "**")
        ignored = true;
    } else if (line.exception == ignored && covers(line.pattern, normal)) {
      ignored = !line.exception;
    }
  }
  return ignored && !escapes;
}

}  // namespace seawall::inspect
