#include "base/bytes.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

namespace seawall {

Status Reader::skip(uint64_t count) {
  char scratch[16384];
  while (count > 0) {
    const size_t want = std::min<uint64_t>(count, sizeof scratch);
    SEAWALL_TRY(size_t got, read({scratch, want}));
    if (got == 0) return malformed(fmt::format("the data ends {} bytes early", count));
    count -= got;
  }
  return {};
}

Result<size_t> MemoryReader::read(std::span<char> buffer) {
  const size_t count = std::min(buffer.size(), rest_.size());
  if (count == 0) return count;  // an empty view may have no address, which memcpy forbids
  std::memcpy(buffer.data(), rest_.data(), count);
  rest_.remove_prefix(count);
  return count;
}

Result<size_t> MemoryAccess::read_at(uint64_t offset, std::span<char> buffer) const {
  if (offset >= bytes_.size()) return size_t{0};
  const size_t count = std::min<uint64_t>(buffer.size(), bytes_.size() - offset);
  std::memcpy(buffer.data(), bytes_.data() + offset, count);
  return count;
}

Result<size_t> RangeReader::read(std::span<char> buffer) {
  if (offset_ >= end_) return size_t{0};
  const size_t want = std::min<uint64_t>(buffer.size(), end_ - offset_);
  SEAWALL_TRY(size_t got, source_->read_at(offset_, buffer.first(want)));
  if (got == 0) {
    return malformed(fmt::format("the data ends {} bytes early", end_ - offset_));
  }
  offset_ += got;
  return got;
}

Status RangeReader::skip(uint64_t count) {
  const uint64_t available = std::min(end_, std::max(offset_, source_->size())) - offset_;
  if (count > available) {
    return malformed(fmt::format("the data ends {} bytes early", count - available));
  }
  offset_ += count;
  return {};
}

Status read_exactly(Reader& reader, std::span<char> buffer) {
  while (!buffer.empty()) {
    SEAWALL_TRY(size_t got, reader.read(buffer));
    if (got == 0) return malformed(fmt::format("the data ends {} bytes early", buffer.size()));
    buffer = buffer.subspan(got);
  }
  return {};
}

Result<std::string> read_all(Reader& reader, uint64_t limit) {
  std::string bytes;
  char scratch[65536];
  while (true) {
    SEAWALL_TRY(size_t got, reader.read(scratch));
    if (got == 0) return bytes;
    if (bytes.size() + got > limit) return limit_reached(fmt::format("more than {} bytes", limit));
    bytes.append(scratch, got);
  }
}

}  // namespace seawall
