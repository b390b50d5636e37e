// The walk through a directory on disk, by descriptors only: no path is resolved twice and no link
// is followed. Threads share a short list of directories to enter; a thread that finds the list
// full goes on into the directory itself, so that few descriptors are open at a time.

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "artifact/layer_walk.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/spool.h"
#include "base/thread_pool.h"

namespace seawall::artifact {
namespace {

// An open file at any offset.
class DescriptorAccess : public RandomAccess {
 public:
  DescriptorAccess(int fd, uint64_t size) : fd_(fd), size_(size) {}
  uint64_t size() const override { return size_; }
  Result<size_t> read_at(uint64_t offset, std::span<char> buffer) const override {
    while (true) {
      const ssize_t got = ::pread(fd_, buffer.data(), buffer.size(), static_cast<off_t>(offset));
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EINTR) return errno_error("cannot read", errno);
    }
  }

 private:
  int fd_;
  uint64_t size_;
};

bool is_of_type(int directory, std::span<const uint32_t> magic) {
  struct statfs info;
  if (::fstatfs(directory, &info) != 0) return false;
  return std::find(magic.begin(), magic.end(), static_cast<uint32_t>(info.f_type)) != magic.end();
}

// File systems that hold no files of anybody: what the kernel shows, and containers' own views of
// layers that lie elsewhere. Source: linux/magic.h.
bool is_left_out(int directory) {
  constexpr uint32_t kMagic[] = {
      0x9fa0 /*proc*/,         0x62656572 /*sysfs*/,    0x1cd1 /*devpts*/,
      0x27e0eb /*cgroup*/,     0x63677270 /*cgroup2*/,  0x64626720 /*debugfs*/,
      0x74726163 /*tracefs*/,  0xcafe4a11 /*bpf*/,      0x73636673 /*securityfs*/,
      0x6165676c /*pstore*/,   0x62656570 /*configfs*/, 0x65735543 /*fusectl*/,
      0x6e736673 /*nsfs*/,     0x19800202 /*mqueue*/,   0x958458f6 /*hugetlbfs*/,
      0xde5e81e4 /*efivarfs*/, 0x0187 /*autofs*/,       0x794c7630 /*overlay*/};
  return is_of_type(directory, kMagic);
}

// File systems whose times are set by another machine or another program. Source: linux/magic.h.
bool has_foreign_times(int directory) {
  constexpr uint32_t kMagic[] = {0x6969 /*nfs*/,      0xff534d42 /*cifs*/,  0xfe534d42 /*smb2*/,
                                 0x517b /*smb*/,      0x01021997 /*v9fs*/,  0x65735546 /*fuse*/,
                                 0x00c36400 /*ceph*/, 0x5346414f /*afs*/,   0x6b414653 /*kafs*/,
                                 0x73757245 /*coda*/, 0x7461636f /*ocfs2*/, 0x01161970 /*gfs2*/};
  return is_of_type(directory, kMagic);
}

FileStamp stamp_of(const struct stat& info) {
  constexpr int64_t kSecond = 1'000'000'000;
  return {info.st_dev, info.st_ino, info.st_mtim.tv_sec * kSecond + info.st_mtim.tv_nsec,
          info.st_ctim.tv_sec * kSecond + info.st_ctim.tv_nsec};
}

struct Pending {
  FileDescriptor directory;
  std::string path;
  dev_t device = 0;
  unsigned depth = 0;
  bool stamped = false;  // whether its file system's times can be believed
};

class TreeWalker {
 public:
  TreeWalker(const Limits& limits, std::span<FileVisitor* const> visitors)
      : limits_(limits), visitors_(visitors) {}

  Status run(FileDescriptor root, uint64_t& files) {
    struct stat info;
    if (::fstat(root.get(), &info) != 0) return errno_error("cannot examine the root", errno);
    const bool stamped = !has_foreign_times(root.get());
    waiting_.push_back({std::move(root), "", info.st_dev, 0, stamped});
    parallel_for(visitors_.size(), static_cast<unsigned>(visitors_.size()),
                 [&](size_t i) { work(*visitors_[i]); });
    files = files_;
    SEAWALL_CHECK(check_interrupted());
    if (failed_) return std::move(*failed_);
    return {};
  }

 private:
  static constexpr size_t kMostWaiting = 64;

  void work(FileVisitor& visitor) {
    std::vector<char> buffer;
    while (auto next = take()) {
      auto status = enter(std::move(*next), visitor, buffer);
      const std::lock_guard lock(mutex_);
      if (!status.ok() && !failed_) failed_ = std::move(status).error();
      --busy_;
      changed_.notify_all();
    }
  }

  std::optional<Pending> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !waiting_.empty() || busy_ == 0 || failed_; });
    if (waiting_.empty() || failed_) return std::nullopt;
    Pending next = std::move(waiting_.front());
    waiting_.pop_front();
    ++busy_;
    return next;
  }

  // True when another thread will enter it.
  bool hand_over(Pending& directory) {
    if (visitors_.size() == 1) return false;
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting) return false;
    waiting_.push_back(std::move(directory));
    changed_.notify_one();
    return true;
  }

  Status enter(Pending directory, FileVisitor& visitor, std::vector<char>& buffer) {
    SEAWALL_CHECK(check_interrupted());
    if (directory.depth > limits_.depth) {
      visitor.problem(limit_reached("directories are nested too deep").at(directory.path));
      return {};
    }
    std::vector<std::string> names;
    SEAWALL_CHECK(list(directory, visitor, names));
    for (const std::string& name : names) {
      const std::string path = directory.path.empty() ? name : directory.path + "/" + name;
      struct stat info;
      if (::fstatat(directory.directory.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT) refuse("cannot examine", path, visitor);
        continue;
      }
      visitor.entry({path,
                     kind_of(info.st_mode),
                     info.st_mode & 07777u,
                     static_cast<uint64_t>(info.st_size),
                     {},
                     nullptr});
      if (S_ISREG(info.st_mode)) {
        give(directory, name, path, info, visitor, buffer);
      } else if (S_ISDIR(info.st_mode) && visitor.may_contain(path)) {
        SEAWALL_CHECK(descend(directory, name, path, info.st_dev, visitor, buffer));
      }
    }
    return {};
  }

  Status descend(const Pending& parent, const std::string& name, const std::string& path,
                 dev_t device, FileVisitor& visitor, std::vector<char>& buffer) {
    FileDescriptor fd(::openat(parent.directory.get(), name.c_str(),
                               O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid()) {
      refuse("cannot open", path, visitor);
      return {};
    }
    if (device != parent.device && is_left_out(fd.get())) return {};
    const bool stamped = device == parent.device ? parent.stamped : !has_foreign_times(fd.get());
    Pending child{std::move(fd), path, device, parent.depth + 1, stamped};
    if (hand_over(child)) return {};
    return enter(std::move(child), visitor, buffer);
  }

  static EntryKind kind_of(mode_t mode) {
    if (S_ISREG(mode)) return EntryKind::kFile;
    if (S_ISDIR(mode)) return EntryKind::kDirectory;
    return S_ISLNK(mode) ? EntryKind::kSymlink : EntryKind::kOther;
  }

  static void refuse(const char* what, const std::string& path, FileVisitor& visitor) {
    const int saved = errno;
    visitor.problem(errno_error(std::string(what) + " /" + path, saved)
                        .hint(saved == EACCES ? "run as root to see it" : ""));
  }

  Status list(const Pending& directory, FileVisitor& visitor, std::vector<std::string>& names) {
    const int copy = ::openat(directory.directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* stream = copy < 0 ? nullptr : ::fdopendir(copy);
    if (!stream) {
      refuse("cannot list", directory.path, visitor);
      if (copy >= 0) ::close(copy);
      return {};
    }
    while (const dirent* entry = ::readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (++files_ > limits_.entries) {
        ::closedir(stream);
        return limit_reached("more directory entries than allowed").at(directory.path);
      }
      names.emplace_back(name);
    }
    ::closedir(stream);
    std::sort(names.begin(), names.end());
    return {};
  }

  void give(const Pending& directory, const std::string& name, const std::string& path,
            const struct stat& info, FileVisitor& visitor, std::vector<char>& buffer) {
    const FileStamp stamp = stamp_of(info);
    // A single file may be mounted from elsewhere.
    const bool stamped = directory.stamped && info.st_dev == directory.device;
    const WalkedEntry entry{
        path, EntryKind::kFile,          info.st_mode & 07777u, static_cast<uint64_t>(info.st_size),
        {},   stamped ? &stamp : nullptr};
    Interest interest = visitor.interest(entry);
    if (interest == Interest::kNone) return;
    FileDescriptor fd(::openat(directory.directory.get(), name.c_str(),
                               O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!fd.valid()) return refuse("cannot read", path, visitor);
    const DescriptorAccess access(fd.get(), entry.size);
    if (interest == Interest::kPeek) {
      buffer.resize(kPeekBytes);
      const auto got = access.read_at(0, buffer);
      if (!got.ok()) return refuse("cannot read", path, visitor);
      interest = visitor.interest(entry, {buffer.data(), *got});
    }
    if (interest == Interest::kNone || interest == Interest::kPeek) return;
    if (interest == Interest::kData && entry.size > Spool::kMemoryBytes) {
      return visitor.file({path, entry.mode, {}, access});
    }
    if (!read(fd.get(), entry, visitor, buffer)) return;
    const std::string_view bytes(buffer.data(), buffer.size());
    const MemoryAccess data(bytes);
    visitor.file({path, entry.mode, bytes, data});
    if (buffer.capacity() > Spool::kMemoryBytes) buffer = {};
  }

  // To the end, whatever the size said: files of /proc have none, and others grow.
  bool read(int fd, const WalkedEntry& entry, FileVisitor& visitor, std::vector<char>& buffer) {
    size_t size = 0;
    buffer.resize(std::min<uint64_t>(entry.size, limits_.file_bytes) + 1);
    while (true) {
      const ssize_t got =
          ::pread(fd, buffer.data() + size, buffer.size() - size, static_cast<off_t>(size));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        refuse("cannot read", std::string(entry.path), visitor);
        return false;
      }
      if (got == 0) break;
      size += static_cast<size_t>(got);
      if (size > limits_.file_bytes) {
        visitor.problem(
            limit_reached(fmt::format("the file has more than {} bytes", limits_.file_bytes))
                .at(entry.path));
        return false;
      }
      if (size == buffer.size()) buffer.resize(std::max<size_t>(size * 2, 4096));
    }
    buffer.resize(size);
    return true;
  }

  const Limits& limits_;
  std::span<FileVisitor* const> visitors_;
  std::atomic<uint64_t> files_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Pending> waiting_;  // guarded by mutex_, as are the two below
  size_t busy_ = 0;
  std::optional<Error> failed_;
};

}  // namespace

Status walk_tree(const std::string& root, const Limits& limits,
                 std::span<FileVisitor* const> visitors, uint64_t& files) {
  FileDescriptor directory(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return errno_error("cannot open " + root, errno);
  return TreeWalker(limits, visitors).run(std::move(directory), files);
}

}  // namespace seawall::artifact
