#include "codec/tar_input.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <fmt/format.h>

#include "base/interrupt.h"

namespace seawall {
namespace {

constexpr size_t kBufferBytes = 128 << 10;
// From here on the stream is asked itself instead of through the buffer.
constexpr uint64_t kDirectBytes = 32 << 10;

}  // namespace

TarInput::TarInput(Reader& stream)
    : stream_(stream), buffer_(std::make_unique_for_overwrite<char[]>(kBufferBytes)) {}

// Adds what one read gives behind what is left; 0 at the end of the stream.
Result<size_t> TarInput::fill() {
  SEAWALL_CHECK(check_interrupted());
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  SEAWALL_TRY(const size_t got, stream_.read({buffer_.get() + end_, kBufferBytes - end_}));
  end_ += got;
  return got;
}

Result<const char*> TarInput::far_block() {
  while (end_ - begin_ < kBlock) {
    SEAWALL_TRY(const size_t got, fill());
    if (got > 0) continue;
    if (begin_ == end_) return nullptr;
    return malformed("the archive ends inside a header");
  }
  const char* at = buffer_.get() + begin_;
  take(kBlock);
  return at;
}

Result<size_t> TarInput::read(std::span<char> buffer) {
  if (begin_ == end_) {
    if (buffer.size() >= kDirectBytes) {
      SEAWALL_TRY(const size_t got, stream_.read(buffer));
      offset_ += got;
      return got;
    }
    SEAWALL_CHECK(fill());
  }
  const size_t count = std::min(buffer.size(), end_ - begin_);
  std::memcpy(buffer.data(), buffer_.get() + begin_, count);
  take(count);
  return count;
}

Status TarInput::read_whole(uint64_t count, std::string& out) {
  out.resize(count);
  std::span<char> rest = out;
  while (!rest.empty()) {
    SEAWALL_TRY(const size_t got, read(rest));
    if (got == 0) return malformed(fmt::format("the archive ends {} bytes early", rest.size()));
    rest = rest.subspan(got);
  }
  return {};
}

Status TarInput::skip(uint64_t count) {
  while (true) {
    const uint64_t own = std::min<uint64_t>(count, end_ - begin_);
    take(own);
    count -= own;
    if (count == 0) return {};
    if (count >= kDirectBytes) break;
    SEAWALL_TRY(const size_t got, fill());
    if (got == 0) return malformed(fmt::format("the archive ends {} bytes early", count));
  }
  SEAWALL_CHECK(stream_.skip(count));
  offset_ += count;
  return {};
}

Status TarInput::skip_padding(uint64_t count) {
  while (count > 0) {
    if (begin_ == end_) {
      SEAWALL_TRY(const size_t got, fill());
      if (got == 0) return {};
    }
    const uint64_t own = std::min<uint64_t>(count, end_ - begin_);
    take(own);
    count -= own;
  }
  return {};
}

}  // namespace seawall
