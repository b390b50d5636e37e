// HostFiles: reading below the root of a host, bounded, without following links out of it.
//
//   const HostFiles files("/");
//   if (auto text = files.read("/proc/cmdline"); text.ok()) use(*text);
//
// Links are resolved inside the root (openat2, RESOLVE_IN_ROOT), so that the tree of another host
// may hold anything. Only regular files are read, never a device or pipe. ERRORS: kNotFound,
// kPermission, kLimit, kIo, each with the path as the host names it. THREADS: safe.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace seawall::benchmark {

class HostFiles {
 public:
  static constexpr uint64_t kMostBytes = 1u << 20;
  static constexpr size_t kMostNames = 100'000;  // of a directory

  explicit HostFiles(std::string root = "/");
  // Whether it is this machine as it runs, not a tree.
  bool is_live() const { return root_ == "/"; }

  Result<std::string> read(const std::string& path, uint64_t most = kMostBytes) const;
  // What a file of one value holds, trimmed; empty where there is no such file.
  std::string value(const std::string& path) const;
  bool exists(const std::string& path) const;
  // Of what the path leads to, and of a link itself.
  Result<struct stat> status(const std::string& path) const;
  Result<struct stat> link_status(const std::string& path) const;
  Result<std::string> link_target(const std::string& path) const;
  // Names in a directory, sorted; no "." and "..".
  Result<std::vector<std::string>> names(const std::string& path) const;

 private:
  Result<FileDescriptor> open(const std::string& path, int flags) const;
  std::string root_;
};

}  // namespace seawall::benchmark
