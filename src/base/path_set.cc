#include "base/path_set.h"

#include <algorithm>

namespace seawall {
namespace {

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

bool segment_match(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view path) {
  while (true) {
    const size_t p_end = pattern.find('/');
    const std::string_view segment = pattern.substr(0, p_end);
    const std::string_view rest = p_end == std::string_view::npos ? "" : pattern.substr(p_end + 1);
    if (segment == "**") {
      if (p_end == std::string_view::npos) return true;
      std::string_view tail = path;
      while (true) {
        if (glob_match(rest, tail)) return true;
        const size_t slash = tail.find('/');
        if (slash == std::string_view::npos) return false;
        tail.remove_prefix(slash + 1);
      }
    }
    const size_t t_end = path.find('/');
    if (!segment_match(segment, path.substr(0, t_end))) return false;
    if (p_end == std::string_view::npos || t_end == std::string_view::npos) {
      return p_end == t_end;
    }
    pattern = rest;
    path.remove_prefix(t_end + 1);
  }
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
  if (!has_wildcard(pattern)) {
    literal_[std::string(pattern)].push_back(index);
  } else if (pattern.starts_with("**/") && !has_wildcard(pattern.substr(3)) &&
             pattern.find('/', 3) == std::string_view::npos) {
    base_name_[std::string(pattern.substr(3))].push_back(index);
  } else {
    wild_.push_back(index);
  }
}

void PathSet::match(std::string_view path, std::vector<uint32_t>& owners) const {
  const size_t first = owners.size();
  if (!literal_.empty()) {
    if (const auto found = literal_.find(std::string(path)); found != literal_.end()) {
      for (uint32_t i : found->second) owners.push_back(patterns_[i].owner);
    }
  }
  if (!base_name_.empty()) {
    const size_t slash = path.rfind('/');
    const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (const auto found = base_name_.find(std::string(name)); found != base_name_.end()) {
      for (uint32_t i : found->second) owners.push_back(patterns_[i].owner);
    }
  }
  for (uint32_t i : wild_) {
    const Pattern& pattern = patterns_[i];
    if (path.starts_with(pattern.prefix) && glob_match(pattern.text, path))
      owners.push_back(pattern.owner);
  }
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
  if (directory.empty()) return !patterns_.empty();
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
