// The walk through a directory on disk, by descriptors only: no path is resolved twice and no link
// is followed.

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "artifact/layer_walk.h"
#include "base/file.h"
#include "base/interrupt.h"

namespace seawall::artifact {
namespace {

class TreeWalker {
 public:
  TreeWalker(const PathSet& wanted, const Limits& limits,
             const std::function<void(const WalkedFile&)>& on_file, std::vector<Error>& problems,
             uint64_t& files)
      : wanted_(wanted), limits_(limits), on_file_(on_file), problems_(problems), files_(files) {}

  Status enter(FileDescriptor directory, const std::string& path, unsigned depth) {
    SEAWALL_CHECK(check_interrupted());
    if (depth > limits_.depth) {
      problems_.push_back(limit_reached("directories are nested too deep").at(path));
      return {};
    }
    std::vector<std::string> names;
    SEAWALL_CHECK(list(directory.get(), path, names));
    for (const std::string& name : names) {
      const std::string child = path.empty() ? name : path + "/" + name;
      owners_.clear();
      wanted_.match(child, owners_);
      const bool below = wanted_.may_contain(child);
      if (owners_.empty() && !below) continue;
      struct stat info;
      if (::fstatat(directory.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT) refuse("cannot examine", child);
        continue;
      }
      if (S_ISREG(info.st_mode) && !owners_.empty()) {
        read(directory.get(), name, child);
      } else if (S_ISDIR(info.st_mode) && below) {
        FileDescriptor next(::openat(directory.get(), name.c_str(),
                                     O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!next.valid()) {
          refuse("cannot open", child);
          continue;
        }
        SEAWALL_CHECK(enter(std::move(next), child, depth + 1));
      }
    }
    return {};
  }

 private:
  void refuse(const char* what, const std::string& path) {
    const int saved = errno;
    problems_.push_back(errno_error(std::string(what) + " /" + path, saved)
                            .hint(saved == EACCES ? "run as root to see it" : ""));
  }

  Status list(int directory, const std::string& path, std::vector<std::string>& names) {
    const int copy = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* stream = copy < 0 ? nullptr : ::fdopendir(copy);
    if (!stream) {
      refuse("cannot list", path);
      if (copy >= 0) ::close(copy);
      return {};
    }
    while (const dirent* entry = ::readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (++files_ > limits_.entries) {
        ::closedir(stream);
        return limit_reached("more directory entries than allowed").at(path);
      }
      names.emplace_back(name);
    }
    ::closedir(stream);
    std::sort(names.begin(), names.end());
    return {};
  }

  void read(int directory, const std::string& name, const std::string& path) {
    FileDescriptor fd(
        ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!fd.valid()) return refuse("cannot read", path);
    std::string content;
    std::vector<char> buffer(256 * 1024);
    while (true) {
      const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return refuse("cannot read", path);
      if (got == 0) break;
      if (content.size() + static_cast<size_t>(got) > limits_.file_bytes) {
        problems_.push_back(limit_reached("the file is larger than allowed").at(path));
        return;
      }
      content.append(buffer.data(), static_cast<size_t>(got));
    }
    on_file_({path, std::move(content), owners_});
  }

  const PathSet& wanted_;
  const Limits& limits_;
  const std::function<void(const WalkedFile&)>& on_file_;
  std::vector<Error>& problems_;
  uint64_t& files_;
  std::vector<uint32_t> owners_;
};

}  // namespace

Status walk_tree(const std::string& root, const PathSet& wanted, const Limits& limits,
                 const std::function<void(const WalkedFile&)>& on_file,
                 std::vector<Error>& problems, uint64_t& files) {
  FileDescriptor directory(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.valid()) return errno_error("cannot open " + root, errno);
  return TreeWalker(wanted, limits, on_file, problems, files).enter(std::move(directory), "", 0);
}

}  // namespace seawall::artifact
