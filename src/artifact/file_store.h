// FileStore: where the parts of an image archive or layout lie, a tar file or a directory, asked by
// name.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace seawall::artifact {

// A stretch of bytes somewhere; open() reads it from its start, as often as wanted.
struct StoredFile {
  std::shared_ptr<const RandomAccess> source;
  uint64_t offset = 0, size = 0;
  std::unique_ptr<Reader> open() const {
    return std::make_unique<RangeReader>(source, offset, size);
  }
};

class FileStore {
 public:
  virtual ~FileStore() = default;
  // kNotFound names the file. A symbolic link inside the store is followed within the store only.
  virtual Result<StoredFile> find(const std::string& path) const = 0;
  bool has(const std::string& path) const { return find(path).ok(); }
  // The whole of a small file.
  Result<std::string> read(const std::string& path, uint64_t limit) const;
};

// The files of an uncompressed tar by their last entry's position. Reads every header once, no
// content.
class TarStore : public FileStore {
 public:
  // An archive that is no image (a root filesystem of a million files) is given up after
  // kMostEntries.
  static constexpr size_t kMostEntries = 100'000;
  static Result<std::unique_ptr<TarStore>> open(std::shared_ptr<const RandomAccess> tar,
                                                const Limits& limits);
  Result<StoredFile> find(const std::string& path) const override;
  // Why the end of the archive could not be reached; the entries before it are there.
  const std::vector<Error>& problems() const { return problems_; }
  bool looks_like_root_filesystem() const;

 private:
  std::shared_ptr<const RandomAccess> tar_;
  std::map<std::string, StoredFile> files_;
  std::map<std::string, std::string> links_;  // path to normalised target
  std::vector<Error> problems_;
};

class DirectoryStore : public FileStore {
 public:
  explicit DirectoryStore(std::string directory) : directory_(std::move(directory)) {}
  Result<StoredFile> find(const std::string& path) const override;

 private:
  std::string directory_;
};

}  // namespace seawall::artifact
