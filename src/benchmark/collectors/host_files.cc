#include "benchmark/collectors/host_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::benchmark {
namespace {

Error failure(const std::string& path, int error) {
  return errno_error("cannot read " + printable(path), error);
}

}  // namespace

HostFiles::HostFiles(std::string root) : root_(std::move(root)) {
  while (root_.size() > 1 && root_.ends_with('/')) root_.pop_back();
  if (root_.empty()) root_ = "/";
}

Result<FileDescriptor> HostFiles::open(const std::string& path, int flags) const {
  flags |= O_CLOEXEC;
  if ((flags & O_PATH) == 0) flags |= O_NONBLOCK;  // openat2 refuses both together
  if (is_live()) {
    FileDescriptor fd(::open(path.c_str(), flags));
    if (!fd.valid()) return failure(path, errno);
    return fd;
  }
  const FileDescriptor root(::open(root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return failure(root_, errno);
  open_how how = {};
  how.flags = static_cast<uint64_t>(flags);
  how.resolve = RESOLVE_IN_ROOT;
  FileDescriptor fd(
      static_cast<int>(::syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof how)));
  if (!fd.valid()) return failure(path, errno);
  return fd;
}

Result<std::string> HostFiles::read(const std::string& path, uint64_t most) const {
  SEAWALL_TRY(const FileDescriptor fd, open(path, O_RDONLY));
  struct stat info;
  if (::fstat(fd.get(), &info) != 0) return failure(path, errno);
  if (!S_ISREG(info.st_mode)) return unsupported(printable(path) + " is no regular file");
  std::string text;
  std::array<char, 16384> buffer;
  while (true) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure(path, errno);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<size_t>(count));
    if (text.size() > most)
      return limit_reached(fmt::format("{} holds more than {} bytes", printable(path), most));
  }
}

std::string HostFiles::value(const std::string& path) const {
  const auto text = read(path);
  return text.ok() ? std::string(trim(*text)) : std::string();
}

bool HostFiles::exists(const std::string& path) const {
  return open(path, O_PATH).ok();
}

Result<struct stat> HostFiles::status(const std::string& path) const {
  SEAWALL_TRY(const FileDescriptor fd, open(path, O_PATH));
  struct stat info;
  if (::fstat(fd.get(), &info) != 0) return failure(path, errno);
  return info;
}

Result<struct stat> HostFiles::link_status(const std::string& path) const {
  SEAWALL_TRY(const FileDescriptor fd, open(path, O_PATH | O_NOFOLLOW));
  struct stat info;
  if (::fstat(fd.get(), &info) != 0) return failure(path, errno);
  return info;
}

Result<std::string> HostFiles::link_target(const std::string& path) const {
  SEAWALL_TRY(const FileDescriptor fd, open(path, O_PATH | O_NOFOLLOW));
  std::array<char, PATH_MAX> buffer;
  const ssize_t size = ::readlinkat(fd.get(), "", buffer.data(), buffer.size());
  if (size < 0) return failure(path, errno);
  return std::string(buffer.data(), static_cast<size_t>(size));
}

Result<std::vector<std::string>> HostFiles::names(const std::string& path) const {
  SEAWALL_TRY(FileDescriptor fd, open(path, O_RDONLY | O_DIRECTORY));
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(fd.get()), ::closedir);
  if (!directory) return failure(path, errno);
  (void)fd.release();  // closedir() closes it
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (names.size() == kMostNames)
      return limit_reached(fmt::format("{} holds more than {} names", printable(path), kMostNames));
    names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace seawall::benchmark
