// Byte streams: the seam between what supplies bytes (a file, a registry, a decoder) and what reads
// them.
//
// A Reader is pulled. read() fills part of the buffer and returns how much; 0 means the end, and
// only the end. Readers are stacked: HashingReader over InflateReader over FileReader. Bytes are
// std::string_view everywhere.
//
// THREADS: a Reader belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace seawall {

class Reader {
 public:
  virtual ~Reader() = default;
  // Up to buffer.size() bytes. Returns the count, 0 at the end. REQUIRES: buffer is not empty.
  virtual Result<size_t> read(std::span<char> buffer) = 0;
  // Passes over `count` bytes; fewer before the end is kMalformed ("ends early"). The default reads
  // and drops.
  virtual Status skip(uint64_t count);
};

// Bytes that can be read at any offset, by several threads at once: a file, a mapped archive.
class RandomAccess {
 public:
  virtual ~RandomAccess() = default;
  virtual uint64_t size() const = 0;
  // Up to buffer.size() bytes from `offset`; 0 only at or past the end. THREADS: safe.
  virtual Result<size_t> read_at(uint64_t offset, std::span<char> buffer) const = 0;
};

// Reads a view that outlives it.
class MemoryReader : public Reader {
 public:
  explicit MemoryReader(std::string_view bytes) : rest_(bytes) {}
  Result<size_t> read(std::span<char> buffer) override;

 private:
  std::string_view rest_;
};

// A view as RandomAccess.
class MemoryAccess : public RandomAccess {
 public:
  explicit MemoryAccess(std::string_view bytes) : bytes_(bytes) {}
  uint64_t size() const override { return bytes_.size(); }
  Result<size_t> read_at(uint64_t offset, std::span<char> buffer) const override;

 private:
  std::string_view bytes_;
};

// A window [offset, offset + length) of a RandomAccess as a Reader; skip() costs nothing. A window
// that reaches past 2^64 ends there.
class RangeReader : public Reader {
 public:
  RangeReader(std::shared_ptr<const RandomAccess> source, uint64_t offset, uint64_t length)
      : source_(std::move(source)),
        offset_(offset),
        end_(length > UINT64_MAX - offset ? UINT64_MAX : offset + length) {}
  Result<size_t> read(std::span<char> buffer) override;
  Status skip(uint64_t count) override;

 private:
  std::shared_ptr<const RandomAccess> source_;
  uint64_t offset_, end_;
};

// Fills the whole buffer, or fails with kMalformed when the stream ends before.
Status read_exactly(Reader& reader, std::span<char> buffer);
// The rest of the stream. More than `limit` bytes is kLimit.
Result<std::string> read_all(Reader& reader, uint64_t limit);

}  // namespace seawall
