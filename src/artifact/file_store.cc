#include "artifact/file_store.h"

#include <cstdint>

#include "base/file.h"
#include "base/path_set.h"
#include "codec/tar.h"

namespace seawall::artifact {
namespace {

// The target of a link at `path`, resolved against its directory: "a/b" -> "../c/d" is "c/d".
std::string resolve_link(const std::string& path, const std::string& target) {
  bool escapes = false;
  if (target.starts_with("/")) return normalize_path(target, escapes);
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  std::string resolved = normalize_path(directory + target, escapes);
  return escapes ? std::string() : resolved;
}

}  // namespace

Result<std::string> FileStore::read(const std::string& path, uint64_t limit) const {
  SEAWALL_TRY(StoredFile file, find(path));
  if (file.size > limit) return limit_reached(path + " is too large to be image metadata");
  auto reader = file.open();
  auto bytes = read_all(*reader, limit);
  if (!bytes.ok()) return std::move(bytes.error()).at(path);
  return bytes;
}

Result<std::unique_ptr<TarStore>> TarStore::open(std::shared_ptr<const RandomAccess> tar,
                                                 const Limits& limits) {
  auto store = std::make_unique<TarStore>();
  store->tar_ = tar;
  RangeReader stream(tar, 0, tar->size());
  TarReader reader(stream, limits);
  while (reader.entries() < kMostEntries) {
    auto next = reader.next();
    if (!next.ok()) {
      if (store->files_.empty()) return std::move(next).error();
      store->problems_.push_back(std::move(next).error());
      break;
    }
    const TarEntry* entry = *next;
    if (!entry) break;
    bool escapes = false;
    std::string path = normalize_path(entry->path, escapes);
    if (escapes || path.empty()) continue;
    if (entry->type == TarType::kFile && !entry->sparse) {
      store->links_.erase(path);
      store->files_[std::move(path)] = {tar, entry->data_offset, entry->size};
    } else if (entry->type == TarType::kSymlink || entry->type == TarType::kHardLink) {
      bool ignored = false;
      store->files_.erase(path);
      store->links_[path] = entry->type == TarType::kSymlink
                                ? resolve_link(path, entry->link_path)
                                : normalize_path(entry->link_path, ignored);
    }
  }
  return store;
}

Result<StoredFile> TarStore::find(const std::string& path) const {
  bool escapes = false;
  std::string name = normalize_path(path, escapes);
  for (int hops = 0; hops < 8 && !escapes; ++hops) {
    if (const auto file = files_.find(name); file != files_.end()) return file->second;
    const auto link = links_.find(name);
    if (link == links_.end()) break;
    name = link->second;
  }
  return Error(Code::kNotFound, "the archive holds no " + path);
}

bool TarStore::looks_like_root_filesystem() const {
  for (const char* path :
       {"etc/os-release", "usr/lib/os-release", "etc/passwd", "var/lib/dpkg/status"}) {
    if (files_.contains(path) || links_.contains(path)) return true;
  }
  return false;
}

Result<StoredFile> DirectoryStore::find(const std::string& path) const {
  bool escapes = false;
  const std::string name = normalize_path(path, escapes);
  if (escapes) return Error(Code::kNotFound, path + " lies outside the layout");
  SEAWALL_TRY(auto file, File::open(directory_ + "/" + name));
  const uint64_t size = file->size();
  return StoredFile{std::move(file), 0, size};
}

}  // namespace seawall::artifact
