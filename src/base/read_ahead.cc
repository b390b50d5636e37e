#include "base/read_ahead.h"

#include <algorithm>
#include <cstring>
#include <system_error>

namespace seawall {

ReadAhead::ReadAhead(std::unique_ptr<Reader> inner) : inner_(std::move(inner)) {
  for (Block& block : blocks_) block.bytes.resize(kBufferBytes);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    // No thread to be had (a limit on processes): read() then asks the inner Reader itself.
  }
}

ReadAhead::~ReadAhead() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ReadAhead::run() {
  size_t next = 0;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stop_ || filled_ < kBuffers; });
      if (stop_) return;
    }
    Block& block = blocks_[next];
    block.used = 0;
    std::optional<Error> error;
    bool ended = false;
    while (block.used < kBufferBytes) {
      {
        // A slow stream may take long to fill a block; nobody shall wait for that to stop.
        std::lock_guard lock(mutex_);
        if (stop_) return;
      }
      auto got = inner_->read(std::span(block.bytes).subspan(block.used));
      if (!got.ok()) error = std::move(got).error();
      if (error || *got == 0) {
        ended = true;
        break;
      }
      block.used += *got;
    }
    {
      std::lock_guard lock(mutex_);
      ++filled_;
      ended_ = ended;
      error_ = std::move(error);
    }
    changed_.notify_all();
    if (ended) return;
    next = (next + 1) % kBuffers;
  }
}

Result<size_t> ReadAhead::read(std::span<char> buffer) {
  if (!thread_.joinable()) return inner_->read(buffer);
  while (true) {
    bool last = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return filled_ > 0 || ended_; });
      if (filled_ == 0) {
        if (error_) return *error_;
        return size_t{0};
      }
      last = ended_ && filled_ == 1;
    }
    const Block& block = blocks_[head_];
    if (at_ < block.used) {
      const size_t count = std::min(buffer.size(), block.used - at_);
      std::memcpy(buffer.data(), block.bytes.data() + at_, count);
      at_ += count;
      return count;
    }
    if (last && error_) return *error_;
    if (last) return size_t{0};
    {
      std::lock_guard lock(mutex_);
      --filled_;
      head_ = (head_ + 1) % kBuffers;
      at_ = 0;
    }
    changed_.notify_all();
  }
}

}  // namespace seawall
