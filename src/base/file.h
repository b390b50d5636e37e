// Files: descriptors that close themselves, whole-file reads with a bound, maps, and writes that
// either happen completely or not at all (write aside, fsync, rename).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"

namespace seawall {

// Owns a file descriptor; -1 is none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() { reset(); }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    reset(other.release());
    return *this;
  }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release() {
    int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

// A regular file opened for reading, readable at any offset by any thread (pread).
// Errors name the path. Directories, devices and pipes are kUnsupported.
class File : public RandomAccess {
 public:
  static Result<std::shared_ptr<const File>> open(const std::string& path);
  uint64_t size() const override { return size_; }
  Result<size_t> read_at(uint64_t offset, std::span<char> buffer) const override;
  const std::string& path() const { return path_; }
  int descriptor() const { return fd_.get(); }

 private:
  File(FileDescriptor fd, std::string path, uint64_t size)
      : fd_(std::move(fd)), path_(std::move(path)), size_(size) {}
  FileDescriptor fd_;
  std::string path_;
  uint64_t size_;
};

// A file mapped read-only. The view stays valid while the map lives, also after the file's name is
// replaced.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::string& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  MappedFile& operator=(MappedFile&&) = delete;
  std::string_view bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;
};

// Writes to a hidden sibling of `path`; commit() flushes it to disk and puts it under its name in
// one step. Dropped without commit(), nothing remains.
class AtomicFile {
 public:
  static Result<AtomicFile> create(const std::string& path, unsigned mode = 0644);
  ~AtomicFile();
  AtomicFile(AtomicFile&&) noexcept = default;
  AtomicFile& operator=(AtomicFile&&) = delete;
  Status write(std::string_view bytes);
  // Overwrites at an absolute offset (a header whose fields are known last).
  Status write_at(uint64_t offset, std::string_view bytes);
  // `durable` false skips the fsync, for caches that may be lost in a crash but never be wrong.
  Status commit(bool durable = true);
  int descriptor() const { return fd_.get(); }
  // Where the bytes are until commit(), for a check before they get their name.
  const std::string& temporary() const { return temporary_; }

 private:
  AtomicFile(FileDescriptor fd, std::string path, std::string temporary)
      : fd_(std::move(fd)), path_(std::move(path)), temporary_(std::move(temporary)) {}
  FileDescriptor fd_;
  std::string path_, temporary_;
};

// The whole file; more than `limit` bytes is kLimit. Works for /proc files, whose size reads as 0.
Result<std::string> read_file(const std::string& path, uint64_t limit);
// AtomicFile in one call.
Status write_file(const std::string& path, std::string_view bytes, unsigned mode = 0644);
// mkdir -p, mode 0755 less the umask.
Status make_directories(const std::string& path);
bool file_exists(const std::string& path);

// Removes what AtomicFiles of this process have not committed; called from the interrupt path.
void remove_temporary_files();

// Where caches and data live: $SEAWALL_CACHE_DIR, $XDG_CACHE_HOME/seawall, ~/.cache/seawall, in
// this order.
std::string cache_directory();

}  // namespace seawall
