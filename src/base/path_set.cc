#include "base/path_set.h"

#include <algorithm>
#include <cstdint>

#include "base/strings.h"

namespace seawall {
namespace {

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

std::string_view segment_at(std::string_view path, size_t start) {
  return path.substr(start, std::min(path.find('/', start), path.size()) - start);
}

}  // namespace

// As in fits_wildcards, only the last "**" must be able to take one segment more: what stands
// between two of them matches first where it can, which leaves the most to those behind.
bool glob_match(std::string_view pattern, std::string_view path) {
  constexpr size_t kNone = std::string_view::npos;
  size_t p = 0, t = 0, star = kNone,
         mark = 0;  // starts of segments; past the end when none is left
  while (t <= path.size()) {
    if (p <= pattern.size()) {
      const std::string_view wanted = segment_at(pattern, p);
      if (wanted == "**") {
        star = p += 3;
        if (p > pattern.size()) return true;
        mark = t;
        continue;
      }
      const std::string_view segment = segment_at(path, t);
      if (fits_wildcards(wanted, segment, true)) {
        p += wanted.size() + 1;
        t += segment.size() + 1;
        continue;
      }
    }
    if (star == kNone) return false;
    p = star;
    t = mark += segment_at(path, mark).size() + 1;
  }
  return p > pattern.size();
}

std::string normalize_path(std::string_view path, bool& escapes) {
  std::string out;
  escapes = false;
  size_t at = 0;
  while (at <= path.size()) {
    const size_t slash = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, slash - at);
    at = slash + 1;
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      if (out.empty()) {
        escapes = true;
        continue;
      }
      const size_t last = out.rfind('/');
      out.resize(last == std::string::npos ? 0 : last);
      continue;
    }
    if (!out.empty()) out += '/';
    out += segment;
  }
  return out;
}

void PathSet::add(std::string_view pattern, uint32_t owner) {
  const auto index = static_cast<uint32_t>(patterns_.size());
  std::string prefix;
  if (const size_t wild = pattern.find_first_of("*?"); wild != std::string_view::npos) {
    const size_t slash = pattern.rfind('/', wild);
    if (slash != std::string_view::npos) prefix = pattern.substr(0, slash + 1);
  } else {
    prefix = pattern;
  }
  patterns_.push_back({std::string(pattern), std::move(prefix), owner});
  anywhere_ = anywhere_ || pattern.starts_with("**");
  const std::string_view last = pattern.substr(pattern.rfind('/') + 1);
  if (!has_wildcard(pattern)) {
    literal_[std::string(pattern)].push_back(index);
  } else if (!has_wildcard(last)) {
    base_name_[std::string(last)].push_back(index);
  } else if (last.starts_with("*.") && !has_wildcard(last.substr(1))) {
    extension_[std::string(last.substr(1))].push_back(index);
  } else {
    wild_.push_back(index);
  }
}

void PathSet::match_all(const std::vector<uint32_t>& candidates, std::string_view path,
                        std::vector<uint32_t>& owners) const {
  for (const uint32_t i : candidates) {
    const Pattern& pattern = patterns_[i];
    if (path.starts_with(pattern.prefix) && glob_match(pattern.text, path))
      owners.push_back(pattern.owner);
  }
}

void PathSet::match(std::string_view path, std::vector<uint32_t>& owners) const {
  const size_t first = owners.size();
  if (!literal_.empty()) {
    if (const auto found = literal_.find(path); found != literal_.end()) {
      for (uint32_t i : found->second) owners.push_back(patterns_[i].owner);
    }
  }
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (!base_name_.empty()) {
    if (const auto found = base_name_.find(name); found != base_name_.end())
      match_all(found->second, path, owners);
  }
  if (!extension_.empty()) {
    for (size_t dot = name.find('.'); dot != std::string_view::npos;
         dot = name.find('.', dot + 1)) {
      if (const auto found = extension_.find(name.substr(dot)); found != extension_.end())
        match_all(found->second, path, owners);
    }
  }
  match_all(wild_, path, owners);
  const auto begin = owners.begin() + static_cast<std::ptrdiff_t>(first);
  std::sort(begin, owners.end());
  owners.erase(std::unique(begin, owners.end()), owners.end());
}

bool PathSet::matches(std::string_view path) const {
  std::vector<uint32_t> owners;
  match(path, owners);
  return !owners.empty();
}

bool PathSet::may_contain(std::string_view directory) const {
  if (anywhere_ || directory.empty()) return !patterns_.empty();
  for (const Pattern& pattern : patterns_) {
    // Either the directory lies on the way to the pattern's literal part, or below where wildcards
    // begin.
    const std::string_view prefix = pattern.prefix;
    if (prefix.starts_with(directory) &&
        (prefix.size() == directory.size() || prefix[directory.size()] == '/')) {
      return true;
    }
    const bool wild = pattern.text.size() != prefix.size();
    if (wild && directory.starts_with(prefix)) {
      if (pattern.text.find("**", prefix.size()) != std::string::npos) return true;
      const auto depth = [](std::string_view path) {
        return std::count(path.begin(), path.end(), '/');
      };
      if (depth(directory) <= depth(pattern.text)) return true;
    }
  }
  return false;
}

}  // namespace seawall
