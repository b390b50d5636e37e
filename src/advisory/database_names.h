// A pool of texts, each kept once and known by a dense number. Number 0 is the empty text.
//
// COST: about 24 bytes a text besides its characters. Texts stay where they are: views live as long
// as the pool.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "codec/arena.h"

namespace seawall::advisory {

class TextPool {
 public:
  TextPool() { intern({}); }
  uint32_t intern(std::string_view text);
  std::string_view at(uint32_t number) const { return texts_[number]; }
  uint32_t size() const { return static_cast<uint32_t>(texts_.size()); }

 private:
  void grow();
  Arena arena_;
  std::vector<std::string_view> texts_;
  std::vector<uint32_t> slots_;  // open addressing: number + 1, 0 is free
};

}  // namespace seawall::advisory
