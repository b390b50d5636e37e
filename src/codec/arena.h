// A bump allocator for the trees of documents: freed all at once, reusable without returning
// memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace seawall {

class Arena {
 public:
  // Chunks start at `first_chunk` bytes and double up to 4 MiB.
  explicit Arena(size_t first_chunk = 32768) : first_chunk_(first_chunk) {}
  // Copies trivially copyable values; the copies live until reset() or destruction.
  template <typename T>
  std::span<const T> copy(std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (values.empty()) return {};
    void* place = allocate(values.size_bytes(), alignof(T));
    std::memcpy(place, values.data(), values.size_bytes());
    return {static_cast<const T*>(place), values.size()};
  }
  std::string_view copy(std::string_view text) {
    const auto chars = copy(std::span<const char>(text.data(), text.size()));
    return {chars.data(), chars.size()};
  }
  void* allocate(size_t bytes, size_t alignment) {
    size_t at = (used_ + alignment - 1) & ~(alignment - 1);
    if (current_ >= chunks_.size() || at + bytes > chunks_[current_].size) {
      next_chunk(bytes + alignment);
      at = 0;
    }
    used_ = at + bytes;
    return chunks_[current_].bytes.get() + at;
  }
  // Keeps the first chunk for the next document and frees the rest.
  void reset() {
    if (chunks_.size() > 1) chunks_.resize(1);
    current_ = 0;
    used_ = 0;
  }

 private:
  struct Chunk {
    std::unique_ptr<std::byte[]> bytes;
    size_t size;
  };
  void next_chunk(size_t at_least) {
    const size_t doublings = std::min<size_t>(chunks_.size(), 16);
    const size_t size =
        std::max(at_least, std::min<size_t>(first_chunk_ << doublings, size_t{1} << 22));
    chunks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
    current_ = chunks_.size() - 1;
  }
  size_t first_chunk_;
  std::vector<Chunk> chunks_;
  size_t current_ = 0, used_ = 0;
};

}  // namespace seawall
