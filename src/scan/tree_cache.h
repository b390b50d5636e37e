// The tree cache: what the inspectors said of the files of a directory on disk, so that a second
// scan reads only what changed since.
//
// A file is known again by everything the kernel says of it: device, inode, size, the times of its
// last modification and last change in nanoseconds, mode and path. The change time (ctime) follows
// every write and cannot be set by programs, so that keeping size and mtime hides nothing. Times
// have a granularity: a file touched less than two seconds before the scan began could change once
// more and bear the same times, and is not kept (as git's index does). Not kept either: files in
// which something was damaged, empty ones, and those of network file systems, whose times come from
// another clock.
//
// One file for each tree and set of inspectors, under "trees" in the cache directory, written aside
// and renamed: any number of processes read and write without locks, the last one wins, and a torn
// or foreign file counts as absent. The 64 written last are kept, of at most 64 MiB each.
//
//   TreeCache cache(directory, wanted.fingerprint(), root, started);
//   if (const auto known = cache.find(key)) ...   // maybe no results: nothing was found in it
//
// LIMITS: a program that writes through a shared memory map changes a file's times only when the
// kernel notices, up to half a minute late; a disk written to past the file system, not at all.
// THREADS: find() from any number at once.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "artifact/layer_walk.h"
#include "scan/layer_result.h"

namespace seawall::scan {

// The first half of the SHA-256 of what a file is known by.
using FileKey = std::array<char, 16>;
FileKey file_key(const artifact::WalkedEntry& file, Hasher& hasher);  // REQUIRES: file.stamp

// What a scan saw, to be kept.
struct SeenFiles {
  std::vector<FileKey> silent;                                // nothing was found in them
  std::vector<std::pair<std::string, FileKey>> with_results;  // by path
  size_t fresh = 0;                                           // how many the cache did not hold
};

class TreeCache {
 public:
  // Reads what is kept. An empty directory name makes a cache that holds nothing. `started`: the
  // real-time clock in nanoseconds before the walk begins.
  TreeCache(const std::string& directory, const std::string& fingerprint, const std::string& root,
            int64_t started);
  bool active() const { return !path_.empty(); }
  // Whether the file's times are old enough to tell it from a later state of itself.
  bool trusts(const artifact::FileStamp& stamp) const;
  std::optional<std::span<const FileResult>> find(const FileKey& key) const;
  // Replaces what is kept, unless it would say the same. `results`: by path, of the whole scan. A
  // cache that cannot be written never makes a scan fail.
  void put(SeenFiles seen, const std::vector<FileResult>& results) const;

 private:
  void load();
  bool read(std::string_view body);

  struct KeyHash {
    size_t operator()(const FileKey& key) const;
  };
  std::string path_;
  Digest tree_;  // of the fingerprint and the root
  int64_t started_;
  std::vector<FileKey> silent_;  // sorted
  std::vector<FileResult> results_;
  std::unordered_map<FileKey, std::pair<uint32_t, uint32_t>, KeyHash> places_;  // in results_
};

}  // namespace seawall::scan
