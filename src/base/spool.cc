#include "base/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

namespace seawall {
namespace {

constexpr size_t kChunk = 256 * 1024;

FileDescriptor unnamed_file() {
  const char* chosen = std::getenv("TMPDIR");
  for (const char* directory : {chosen ? chosen : "/var/tmp", "/var/tmp", "/tmp"}) {
    FileDescriptor fd(::open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600));
    if (fd.valid()) return fd;
  }
  return {};
}

Status write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno_error("cannot write a temporary file", errno);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

}  // namespace

Result<size_t> Spool::read_at(uint64_t offset, std::span<char> buffer) const {
  if (!file_.valid()) return MemoryAccess(memory_).read_at(offset, buffer);
  if (offset >= size_) return size_t{0};
  while (true) {
    const ssize_t got =
        ::pread(file_.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error("cannot read a temporary file", errno);
    return static_cast<size_t>(got);
  }
}

Status Spool::move_to_file() {
  FileDescriptor fd = unnamed_file();
  no_file_ = !fd.valid();
  if (no_file_) return {};
  // A full disk leaves the bytes where they are.
  if (!write_all(fd.get(), memory_).ok()) {
    no_file_ = true;
    return {};
  }
  file_ = std::move(fd);
  memory_ = std::string();
  return {};
}

Status Spool::append(std::string_view bytes, const Limits& limits) {
  const uint64_t most = no_file_ ? limits.file_bytes : limits.spool_bytes;
  if (size_ + bytes.size() > most)
    return limit_reached(fmt::format("the file is larger than {} bytes", most));
  size_ += bytes.size();
  if (file_.valid()) return write_all(file_.get(), bytes);
  memory_.append(bytes);
  if (memory_.size() > kMemoryBytes && !no_file_) return move_to_file();
  return {};
}

Result<std::shared_ptr<const Spool>> Spool::read(Reader& stream, const Limits& limits) {
  auto out = std::make_shared<Spool>();
  std::vector<char> buffer(kChunk);
  while (true) {
    SEAWALL_TRY(const size_t got, stream.read(buffer));
    if (got == 0) break;
    SEAWALL_CHECK(out->append({buffer.data(), got}, limits));
  }
  return std::shared_ptr<const Spool>(std::move(out));
}

Result<std::shared_ptr<const RandomAccess>> spool(Reader& stream, const Limits& limits) {
  SEAWALL_TRY(std::shared_ptr<const Spool> file, Spool::read(stream, limits));
  return std::shared_ptr<const RandomAccess>(std::move(file));
}

}  // namespace seawall
