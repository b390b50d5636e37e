// ReadAhead: runs a Reader in a thread of its own, a few buffers in front of whoever reads from it,
// so that reading and inflating overlap with hashing and walking what came out.
//
// The order of bytes and the place of an error are those of the inner Reader. Destroying it stops
// the thread after the inner Reader's current read(). Without a thread to be had it reads directly.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/bytes.h"

namespace seawall {

class ReadAhead : public Reader {
 public:
  static constexpr size_t kBufferBytes = 512 * 1024;
  static constexpr size_t kBuffers = 3;
  explicit ReadAhead(std::unique_ptr<Reader> inner);
  ~ReadAhead() override;
  Result<size_t> read(std::span<char> buffer) override;

 private:
  struct Block {
    std::vector<char> bytes;
    size_t used = 0;
  };
  void run();

  std::unique_ptr<Reader> inner_;
  Block blocks_[kBuffers];
  size_t head_ = 0, filled_ = 0;  // the block being read, and how many are full; guarded by mutex_
  size_t at_ = 0;                 // position in the head block; the reader's own
  bool ended_ = false, stop_ = false;
  std::optional<Error> error_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;
};

}  // namespace seawall
