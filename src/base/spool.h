// Spool: a stream's bytes made readable at any offset, in bounded memory.
//
// What is at most kMemoryBytes long stays in memory; the rest goes to a file without a name
// (O_TMPFILE below $TMPDIR, /var/tmp or /tmp, mode 0600), which no other process can open and which
// is gone with its last user, however the process ends. So a 300 MB archive inside a compressed
// layer can be read by its directory at the end without being held in memory, and nothing is ever
// unpacked under a name.
//
// FAILURE: where no unnamed file can be made (read-only or full disk) the bytes stay in memory up
// to limits.file_bytes; a longer stream is then kLimit. THREADS: reading is safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/file.h"
#include "base/limits.h"

namespace seawall {

class Spool : public RandomAccess {
 public:
  static constexpr uint64_t kMemoryBytes = 8ull << 20;
  // Reads the stream to its end. ERRORS: those of the stream; kLimit past limits.spool_bytes.
  static Result<std::shared_ptr<const Spool>> read(Reader& stream, const Limits& limits);

  uint64_t size() const override { return size_; }
  Result<size_t> read_at(uint64_t offset, std::span<char> buffer) const override;
  // All of it, when it stayed in memory.
  std::optional<std::string_view> memory() const {
    return file_.valid() ? std::nullopt : std::optional<std::string_view>(memory_);
  }

 private:
  Status append(std::string_view bytes, const Limits& limits);
  Status move_to_file();
  std::string memory_;
  FileDescriptor file_;
  bool no_file_ = false;
  uint64_t size_ = 0;
};

// The same, where only the bytes matter.
Result<std::shared_ptr<const RandomAccess>> spool(Reader& stream, const Limits& limits);

}  // namespace seawall
