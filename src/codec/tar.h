// A streaming tar reader: ustar, PAX (local and global records), GNU long names and links, GNU and
// PAX sparse files, old V7. Reads headers one by one; a file's data is either read through
// content() or passed over.
//
//   TarReader tar(stream, limits);
//   while (true) {
//     SEAWALL_TRY(const TarEntry* entry, tar.next());
//     if (!entry) break;                                  // the end
//     if (wanted(entry->path)) read_all(tar.content(), limits.file_bytes);
//   }
//
// Names are as written, never touched on disk; normalize_path (base/path_set.h) judges them. Sparse
// files yield their expanded content. COST: 0.1 to 0.3 microseconds an entry. LIMITS: entries,
// path_bytes, pax_bytes, meta_entries. ERRORS: kMalformed with "entry 17 at offset 23040: ..." for
// a bad checksum, size or record, or a cut end. Sources: POSIX.1-2017 pax, GNU tar manual "Basic
// Tar Format" and "Sparse Formats" (old GNU, 0.0, 0.1, 1.0).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/limits.h"

namespace seawall {

enum class TarType : uint8_t {
  kFile,
  kHardLink,
  kSymlink,
  kCharDevice,
  kBlockDevice,
  kDirectory,
  kFifo,
  kOther
};

struct TarEntry {
  std::string path;       // as in the archive
  std::string link_path;  // of hard and symbolic links
  TarType type = TarType::kFile;
  uint64_t size = 0;  // of the content as content() yields it (sparse: expanded)
  uint32_t mode = 0;  // permission bits with setuid, setgid, sticky
  uint64_t uid = 0, gid = 0;
  int64_t mtime = 0;         // seconds
  uint64_t data_offset = 0;  // of the first data byte in the tar stream
  bool sparse = false;
};

class TarReader {
 public:
  // REQUIRES: `stream` outlives the reader.
  explicit TarReader(Reader& stream, const Limits& limits = {});
  ~TarReader();
  // The next entry, or null at the end; what was not read of the last one is passed over. The entry
  // stays valid until the next call. A stream that ends without the two zero blocks but at an
  // entry's end is accepted.
  Result<const TarEntry*> next();
  // The current entry's content. REQUIRES: an entry; valid until next().
  Reader& content();
  uint64_t entries() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace seawall
