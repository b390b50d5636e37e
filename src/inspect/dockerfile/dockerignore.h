// .dockerignore: which files of the context a build never sees.
//
// Source: Dockerfile reference, ".dockerignore files": one pattern a line, "#" comments, "!"
// exceptions, the last line that matches decides, a pattern covers everything below what it names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace seawall::inspect {

struct DockerIgnoreLine {
  std::string pattern;  // normalised, relative
  bool exception = false;
};

// LIMITS: kMostIgnoreLines; the rest is left out.
inline constexpr size_t kMostIgnoreLines = 10'000;
std::vector<DockerIgnoreLine> parse_dockerignore(std::string_view text);

// `path` relative to the context; "." is the context itself, ignored when nothing of it is left.
bool is_ignored(const std::vector<DockerIgnoreLine>& lines, std::string_view path);

}  // namespace seawall::inspect
