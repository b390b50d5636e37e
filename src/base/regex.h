// Regular expressions in linear time: RE2 syntax (no look-around, no back-references) over bytes.
//
//   SEAWALL_TRY(Regex token, Regex::compile(R"(\b(ghp_[A-Za-z0-9]{36})\b)"));
//   std::string_view groups[2];
//   if (token.find(text, 0, text.size(), groups)) use(groups[1]);
//
// Text is bytes, so that damaged UTF-8 hides nothing: '.' is any byte but the end of a line, and a
// letter outside ASCII in a pattern is the bytes of its UTF-8. Adapter of RE2 (all of its types
// stay in regex.cc). COST: 20-100 microseconds to compile; about 0.5 GB/s to search where nothing
// matches. LIMITS: `memory` bytes for one expression's program and states; when the states fill it,
// a search goes on, slower, still in linear time. THREADS: a compiled Regex is safe to share.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"

namespace seawall {

class Regex {
 public:
  static constexpr size_t kMemory = 4u << 20;

  // ERRORS: kMalformed naming what is wrong with the pattern; kLimit when it needs more memory.
  static Result<Regex> compile(std::string_view pattern, size_t memory = kMemory);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  // Is there a match anywhere in the text?
  bool matches(std::string_view text) const;
  // The leftmost match that lies in [from, to) of the text; what stands around counts for '^', '$'
  // and '\b'. groups[0] is the whole match, groups[i] the i-th capture, with a null data() where
  // that took no part. REQUIRES: from <= to <= text.size().
  bool find(std::string_view text, size_t from, size_t to,
            std::span<std::string_view> groups) const;
  size_t groups() const;  // captures in the pattern

 private:
  struct Program;
  explicit Regex(std::unique_ptr<Program> program);
  std::unique_ptr<Program> program_;
};

}  // namespace seawall
