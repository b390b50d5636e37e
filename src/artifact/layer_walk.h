// The walk through one layer: a blob's bytes in, the wanted files and what the layer hides out.
//
// The stream is inflated while two hashes run beside it (blob and diffID); the tar is walked once;
// a FileVisitor says of each file whether it wants it, by path or by its first bytes, and whether
// in memory or at any offset. Only wanted files are read, once, within limits; large ones that are
// wanted at any offset go through an unnamed temporary file (base/spool.h). No link is followed.
// Paths that leave the root are refused; device nodes and the like are passed over.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "artifact/path_shadow.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/progress.h"
#include "base/result.h"

namespace seawall::artifact {

enum class EntryKind : uint8_t { kFile, kDirectory, kSymlink, kHardLink, kOther };

// What the kernel says of a file on disk beside its size and mode; times in nanoseconds since 1970.
struct FileStamp {
  uint64_t device = 0, inode = 0;
  int64_t modified = 0, changed = 0;  // mtime, ctime
};

struct WalkedEntry {
  std::string_view path;  // normalised
  EntryKind kind = EntryKind::kFile;
  uint32_t mode = 0;  // permission bits with setuid, setgid, sticky
  uint64_t size = 0;
  std::string_view link;  // of links, as written
  // Trees only; null where the file system's times prove nothing (network file systems).
  const FileStamp* stamp = nullptr;
};

struct WalkedFile {
  std::string_view path;
  uint32_t mode = 0;
  std::string_view content;  // empty when only `data` was asked for and the file is large
  const RandomAccess& data;  // the same bytes
};

enum class Interest : uint8_t {
  kNone,
  kPeek,     // ask again with the first kPeekBytes bytes
  kContent,  // the whole file in memory
  kData      // at any offset; small files are in memory all the same
};
inline constexpr size_t kPeekBytes = 1024;

// Whom a walk asks. THREADS: one walk thread at a time.
class FileVisitor {
 public:
  virtual ~FileVisitor() = default;
  // Every entry below the root but whiteouts, before anything else is asked of it.
  virtual void entry(const WalkedEntry& entry) { (void)entry; }
  virtual Interest interest(const WalkedEntry& file) = 0;
  virtual Interest interest(const WalkedEntry& file, std::string_view first_bytes) = 0;
  // The file last answered for. The views end with the call.
  virtual void file(const WalkedFile& file) = 0;
  // Whether a hard link's content is wanted under this, the link's own name.
  virtual bool wants_link(std::string_view path) = 0;
  // Trees only: whether a directory need be entered.
  virtual bool may_contain(std::string_view directory) = 0;
  // A wanted file that could not be given, or a directory that could not be entered.
  virtual void problem(Error error) = 0;
};

struct LayerFacts {
  Digest digest;   // of the blob
  Digest diff_id;  // of the unpacked tar
  uint64_t packed_size = 0, unpacked_size = 0;
  uint64_t files = 0;  // entries
  PathShadow shadow;
  // Wanted paths that are hard links to a file of this layer: (path, target).
  std::vector<std::pair<std::string, std::string>> unread_links;
  uint64_t refused_paths = 0;  // entries whose path leaves the root
};

struct WalkOptions {
  Limits limits;
  bool overlap = false;          // inflate in a second thread
  Progress* progress = nullptr;  // told of packed bytes
  HashAlgorithm blob_hash = HashAlgorithm::kSha256, diff_hash = HashAlgorithm::kSha256;
};

// Walks to the end, digests complete. On an error, what was found before it has been reported to
// the visitor and must be thrown away by the caller. ERRORS: kMalformed, kLimit, kCancelled.
Result<LayerFacts> walk_layer(std::unique_ptr<Reader> blob, const WalkOptions& options,
                              FileVisitor& visitor);

// The same for a directory on disk, with one thread for each visitor: enters only directories that
// may hold wanted files, follows no links, leaves out pseudo file systems (proc, sysfs ...) and
// overlays of containers mounted below the root. Which visitor sees a file, and when, differs from
// run to run. `files` counts entries. ERRORS: kIo when the root cannot be opened, kLimit,
// kCancelled.
Status walk_tree(const std::string& root, const Limits& limits,
                 std::span<FileVisitor* const> visitors, uint64_t& files);

}  // namespace seawall::artifact
