#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <set>

#include <fmt/format.h>

namespace seawall {
namespace {

std::mutex temporary_mutex;
std::set<std::string>& temporary_files() {
  static auto* files = new std::set<std::string>;
  return *files;
}

void remember_temporary(const std::string& path) {
  std::lock_guard lock(temporary_mutex);
  temporary_files().insert(path);
}
void forget_temporary(const std::string& path) {
  std::lock_guard lock(temporary_mutex);
  temporary_files().erase(path);
}

Result<size_t> read_some(int fd, std::span<char> buffer, const std::string& path) {
  while (true) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) return errno_error("cannot read " + path, errno);
  }
}

}  // namespace

void FileDescriptor::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Result<std::shared_ptr<const File>> File::open(const std::string& path) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd.valid()) return errno_error("cannot open " + path, errno);
  struct stat info;
  if (::fstat(fd.get(), &info) != 0) return errno_error("cannot examine " + path, errno);
  if (!S_ISREG(info.st_mode)) return unsupported(path + " is not a regular file");
  return std::shared_ptr<const File>(
      new File(std::move(fd), path, static_cast<uint64_t>(info.st_size)));
}

Result<size_t> File::read_at(uint64_t offset, std::span<char> buffer) const {
  if (offset > static_cast<uint64_t>(std::numeric_limits<off_t>::max())) return size_t{0};
  while (true) {
    const ssize_t got =
        ::pread(fd_.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (got >= 0) return static_cast<size_t>(got);
    if (errno != EINTR) return errno_error("cannot read " + path_, errno);
  }
}

Result<MappedFile> MappedFile::open(const std::string& path) {
  SEAWALL_TRY(auto file, File::open(path));
  if (file->size() == 0) return MappedFile({});
  void* start = ::mmap(nullptr, file->size(), PROT_READ, MAP_SHARED, file->descriptor(), 0);
  if (start == MAP_FAILED) return errno_error("cannot map " + path, errno);
  return MappedFile({static_cast<const char*>(start), file->size()});
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

Result<AtomicFile> AtomicFile::create(const std::string& path, unsigned mode) {
  static std::atomic<unsigned> counter{0};
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  // Cut so that the longest name the file may have (NAME_MAX) leaves room for what is added.
  const std::string name = path.substr(slash == std::string::npos ? 0 : slash + 1, 200);
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::string temporary =
        fmt::format("{}.{}.{}-{}.part", directory, name, ::getpid(), counter.fetch_add(1));
    FileDescriptor fd(
        ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (fd.valid()) {
      remember_temporary(temporary);
      return AtomicFile(std::move(fd), path, std::move(temporary));
    }
    if (errno != EEXIST) return errno_error("cannot write " + path, errno);
  }
  return Error(Code::kIo, "cannot write " + path + ": no free temporary name beside it");
}

AtomicFile::~AtomicFile() {
  if (fd_.valid()) {
    ::unlink(temporary_.c_str());
    forget_temporary(temporary_);
  }
}

Status AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd_.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno_error("cannot write " + path_, errno);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

Status AtomicFile::write_at(uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno_error("cannot write " + path_, errno);
    bytes.remove_prefix(static_cast<size_t>(put));
    offset += static_cast<uint64_t>(put);
  }
  return {};
}

Status AtomicFile::commit(bool durable) {
  if (durable && ::fsync(fd_.get()) != 0) return errno_error("cannot flush " + path_, errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
    return errno_error("cannot write " + path_, errno);
  }
  forget_temporary(temporary_);
  fd_.reset();
  if (durable) {
    const size_t slash = path_.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
    FileDescriptor parent(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (parent.valid()) ::fsync(parent.get());
  }
  return {};
}

Result<std::string> read_file(const std::string& path, uint64_t limit) {
  FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd.valid()) return errno_error("cannot open " + path, errno);
  std::string bytes;
  char scratch[65536];
  while (true) {
    SEAWALL_TRY(size_t got, read_some(fd.get(), scratch, path));
    if (got == 0) return bytes;
    if (bytes.size() + got > limit) {
      return limit_reached(fmt::format("{} is larger than {} bytes", path, limit));
    }
    bytes.append(scratch, got);
  }
}

Status write_file(const std::string& path, std::string_view bytes, unsigned mode) {
  SEAWALL_TRY(auto file, AtomicFile::create(path, mode));
  SEAWALL_CHECK(file.write(bytes));
  return file.commit();
}

Status make_directories(const std::string& path) {
  for (size_t end = 1; end <= path.size(); ++end) {
    if (end != path.size() && path[end] != '/') continue;
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), 0755) == 0) continue;
    const int saved = errno;
    struct stat info;
    if (::stat(part.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) continue;
    return errno_error("cannot create " + part, saved);
  }
  return {};
}

bool file_exists(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0;
}

void remove_temporary_files() {
  std::lock_guard lock(temporary_mutex);
  for (const auto& path : temporary_files()) ::unlink(path.c_str());
  temporary_files().clear();
}

std::string cache_directory() {
  if (const char* own = std::getenv("SEAWALL_CACHE_DIR"); own && *own) return own;
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg && *xdg == '/') {
    return std::string(xdg) + "/seawall";
  }
  if (const char* home = std::getenv("HOME"); home && *home)
    return std::string(home) + "/.cache/seawall";
  return "/var/cache/seawall";
}

}  // namespace seawall
