// PathSet: many glob patterns over paths compiled into one question, "who wants this file?", asked
// once per file of an archive; and its converse, "could anything below this directory be wanted?",
// which bounds what must be remembered of whiteouts and which directories of a root filesystem are
// entered.
//
// Patterns are relative, '/'-separated: literal segments, '*' and '?' within a segment, '**' for
// any number of segments. COST: hash look-ups, whatever the number of patterns: by the path, by its
// base name (patterns whose last segment is literal) and by each extension of it (patterns whose
// last segment is "*" and a literal that begins with a dot); what they find below directories is
// then matched in full. Only other wildcards cost one match a pattern. Nothing is allocated by a
// query that finds nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace seawall {

// `pattern` against a '/'-separated path: '*' and '?' stay within a segment, '**' spans any number
// of segments; at the end at least one ("a/**" is all below a, not a itself). COST: the product of
// both lengths at most.
bool glob_match(std::string_view pattern, std::string_view path);

// Normalises a path from an archive into a relative one without "." and empty segments:
// "./usr//lib/" -> "usr/lib". `escapes` is set when ".." would leave the root (the path must then
// be refused); ".." inside is resolved. An absolute path loses its leading slash.
std::string normalize_path(std::string_view path, bool& escapes);

class PathSet {
 public:
  // `owner` is any small number the caller chooses (an inspector's index). Call before the first
  // query.
  void add(std::string_view pattern, uint32_t owner);
  bool empty() const { return patterns_.empty(); }
  // Appends the owners whose patterns match the normalised path, ascending, each once.
  void match(std::string_view path, std::vector<uint32_t>& owners) const;
  bool matches(std::string_view path) const;
  // True when the path matches or a path below it could.
  bool may_contain(std::string_view directory) const;

 private:
  struct Pattern {
    std::string text;
    std::string prefix;  // the literal directories before the first wildcard, with the final '/'
    uint32_t owner;
  };
  // Looked up by views, so that a question allocates nothing.
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Index = std::unordered_map<std::string, std::vector<uint32_t>, Hash, std::equal_to<>>;
  std::vector<Pattern> patterns_;
  void match_all(const std::vector<uint32_t>& candidates, std::string_view path,
                 std::vector<uint32_t>& owners) const;
  Index literal_, base_name_, extension_;  // pattern indexes
  std::vector<uint32_t> wild_;
  bool anywhere_ = false;  // a pattern begins with "**"
};

}  // namespace seawall
