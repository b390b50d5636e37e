// Text blocks: many small texts in a few compressed blocks that share one trained dictionary.
//
// Texts are numbered; text n lies in the block whose first number is the last one not above n.
// Blocks are about 4 KiB unpacked: small enough that reading one text costs some microseconds,
// and the dictionary makes up for what small blocks lose.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace seawall::advisory {

struct PackedTexts {
  std::string index, dictionary, blocks;  // three sections of the file
};
// Packs text_of(0) ... text_of(count - 1). The calls come in order, each number once or twice
// (training takes samples first). COST: about 10 MB/s a thread.
PackedTexts pack_texts(uint32_t count, const std::function<std::string(uint32_t)>& text_of);

// Reads them back. THREADS: safe; each thread keeps the blocks it unpacked last.
class TextBlocks {
 public:
  // REQUIRES: the views outlive it. ERRORS: kMalformed.
  static Result<TextBlocks> open(std::string_view index, std::string_view dictionary,
                                 std::string_view blocks);
  ~TextBlocks();
  TextBlocks(TextBlocks&&) noexcept;
  TextBlocks& operator=(TextBlocks&&) = delete;
  Result<std::string> text(uint32_t number) const;

 private:
  struct Dictionary;
  TextBlocks(std::string_view index, std::string_view blocks,
             std::unique_ptr<Dictionary> dictionary);
  std::string_view index_, blocks_;
  std::unique_ptr<Dictionary> dictionary_;
  uint64_t serial_;  // tells this one's blocks from others' in a thread's cache
};

}  // namespace seawall::advisory
