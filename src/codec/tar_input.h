// The stream under a TarReader: headers come from a buffer of 128 KiB, so that small files cost no
// call each, while large data is read or skipped in the stream itself.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/bytes.h"

namespace seawall {

class TarInput {
 public:
  explicit TarInput(Reader& stream);
  // Bytes taken so far: the place of the next one in the stream.
  uint64_t offset() const { return offset_; }
  // The next 512 bytes, valid until the next call; null where the stream ends.
  Result<const char*> block() {
    if (end_ - begin_ < kBlock) return far_block();
    const char* at = buffer_.get() + begin_;
    take(kBlock);
    return at;
  }
  Result<size_t> read(std::span<char> buffer);
  Status read_whole(uint64_t count, std::string& out);
  Status skip(uint64_t count);
  // Skips, and accepts that the stream ends before.
  Status skip_padding(uint64_t count);

 private:
  static constexpr size_t kBlock = 512;
  Result<const char*> far_block();
  Result<size_t> fill();
  void take(size_t count) {
    begin_ += count;
    offset_ += count;
  }
  Reader& stream_;
  std::unique_ptr<char[]> buffer_;
  size_t begin_ = 0, end_ = 0;
  uint64_t offset_ = 0;
};

}  // namespace seawall
