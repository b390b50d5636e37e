#include "artifact/archive.h"

#include <cstdint>
#include <map>

#include <fmt/format.h>

#include "base/file.h"
#include "base/path_set.h"
#include "codec/decompress.h"
#include "codec/tar.h"

namespace seawall::artifact {
namespace {

// Files of a compressed archive that are metadata (small, and JSON by their first byte) are kept,
// the others are only known.
constexpr uint64_t kSmallFile = 8u << 20;
constexpr uint64_t kSmallFilesTogether = 64u << 20;

// The metadata of a compressed archive, gathered in one pass over the stream.
class StreamStore : public FileStore {
 public:
  Result<StoredFile> find(const std::string& path) const override {
    bool escapes = false;
    const auto file = files_.find(normalize_path(path, escapes));
    if (file == files_.end()) return Error(Code::kNotFound, "the archive holds no " + path);
    return StoredFile{std::make_shared<MemoryAccess>(file->second), 0, file->second.size()};
  }
  Status gather(Reader& stream, const Limits& limits) {
    TarReader tar(stream, limits);
    uint64_t kept = 0;
    while (tar.entries() < TarStore::kMostEntries) {
      SEAWALL_TRY(const TarEntry* entry, tar.next());
      if (!entry) return {};
      bool escapes = false;
      std::string path = normalize_path(entry->path, escapes);
      if (entry->type != TarType::kFile || escapes) continue;
      std::string bytes;
      if (entry->size <= kSmallFile) {
        // Layers are told from metadata by how they begin, and left alone.
        char first = 0;
        SEAWALL_TRY(const size_t got, tar.content().read({&first, 1}));
        if (got == 1 && (first == '{' || first == '[')) {
          SEAWALL_TRY(bytes, read_all(tar.content(), kSmallFile));
          bytes.insert(bytes.begin(), first);
          kept += bytes.size();
          if (kept > kSmallFilesTogether) {
            return limit_reached(
                fmt::format("the archive's metadata has more than {} bytes", kSmallFilesTogether));
          }
        }
      }
      files_[std::move(path)] = std::move(bytes);
    }
    return {};
  }

 private:
  std::map<std::string, std::string> files_;
};

Result<std::unique_ptr<Reader>> unpack(const std::string& path, const Limits& limits) {
  SEAWALL_TRY(auto file, File::open(path));
  const uint64_t size = file->size();
  SEAWALL_TRY(Decompressed stream,
              decompress(std::make_unique<RangeReader>(std::move(file), 0, size), limits));
  return std::move(stream.reader);
}

Result<Compression> compression_of(const std::string& path) {
  SEAWALL_TRY(auto file, File::open(path));
  char first[8];
  SEAWALL_TRY(const size_t got, file->read_at(0, first));
  return detect_compression({first, got});
}

// ID/layer.tar, HEX.tar.gz and the like of docker archives, blobs of OCI ones.
bool is_layer_name(std::string_view path) {
  if (path.find("blobs/") != std::string_view::npos) return true;
  for (const std::string_view ending :
       {".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.xz", ".tar.bz2"}) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}

// Sends every file of the archive that may be a layer; whoever receives them tells them by their
// diffID.
Status send_layers(const std::string& path, const Limits& limits,
                   const std::function<Status(std::unique_ptr<Reader>)>& visit) {
  struct Borrowed : Reader {
    explicit Borrowed(Reader& inner) : inner_(inner) {}
    Result<size_t> read(std::span<char> buffer) override { return inner_.read(buffer); }
    Reader& inner_;
  };
  SEAWALL_TRY(auto stream, unpack(path, limits));
  TarReader tar(*stream, limits);
  while (true) {
    SEAWALL_TRY(const TarEntry* entry, tar.next());
    if (!entry) return {};
    const bool may_be_layer = is_layer_name(entry->path);
    if (entry->type != TarType::kFile || entry->size == 0 || !may_be_layer) continue;
    SEAWALL_CHECK(visit(std::make_unique<Borrowed>(tar.content())));
  }
}

// What to do about an archive that cannot be read to its end, unless it was the user who ended it.
Error&& damaged(Error&& error) {
  if (error.code() == Code::kCancelled) return std::move(error);
  return std::move(error).hint("the archive is cut off or damaged; save the image again");
}

using MetadataReader = Result<Image> (*)(const FileStore&, std::string_view, const OpenOptions&);

Result<Image> open_archive(const std::string& path, std::string_view which,
                           const OpenOptions& options, MetadataReader read, std::string_view kind) {
  SEAWALL_TRY(const Compression compression, compression_of(path));
  Image image;
  if (compression == Compression::kNone) {
    SEAWALL_TRY(auto file, File::open(path));
    SEAWALL_TRY(auto store, TarStore::open(std::move(file), options.limits));
    auto opened = read(*store, which, options);
    if (!opened.ok() && !store->problems().empty()) {
      Error cause = store->problems().front();
      return damaged(std::move(cause).at(path));
    }
    if (!opened.ok()) return std::move(opened.error()).at(path);
    image = std::move(opened).value();
  } else {
    StreamStore store;
    SEAWALL_TRY(auto stream, unpack(path, options.limits));
    if (auto gathered = store.gather(*stream, options.limits); !gathered.ok()) {
      return damaged(std::move(gathered.error()).at(path));
    }
    auto opened = read(store, which, options);
    if (!opened.ok()) return std::move(opened.error()).at(path);
    image = std::move(opened).value();
    for (ImageLayer& layer : image.layers) {
      if (layer.diff_id.empty())
        return unsupported(path + ": a compressed archive without diffIDs").hint("unpack it first");
      layer.open = nullptr;
    }
    image.stream_layers = [path, limits = options.limits](const auto& visit) {
      return send_layers(path, limits, visit);
    };
  }
  image.name = path;
  image.kind = kind;
  return image;
}

}  // namespace

Result<Image> open_docker_archive(const std::string& path, std::string_view which,
                                  const OpenOptions& options) {
  return open_archive(path, which, options, read_docker_image, "docker-archive");
}

Result<Image> open_oci_archive(const std::string& path, std::string_view which,
                               const OpenOptions& options) {
  return open_archive(path, which, options, read_oci_image, "oci-archive");
}

Result<Image> open_oci_layout(const std::string& directory, std::string_view which,
                              const OpenOptions& options) {
  const DirectoryStore store(directory);
  auto opened = read_oci_image(store, which, options);
  if (!opened.ok()) return std::move(opened.error()).at(directory);
  Image image = std::move(opened).value();
  image.name = directory;
  image.kind = "oci";
  return image;
}

Result<Image> open_root_archive(const std::string& path, const OpenOptions&) {
  SEAWALL_TRY(auto file, File::open(path));
  Image image;
  image.name = path;
  image.kind = "rootfs-archive";
  ImageLayer layer;
  layer.size = file->size();
  layer.open = [file]() -> Result<std::unique_ptr<Reader>> {
    return std::unique_ptr<Reader>(std::make_unique<RangeReader>(file, 0, file->size()));
  };
  image.layers.push_back(std::move(layer));
  return image;
}

Result<std::string> recognise_archive(const std::string& path, const Limits& limits) {
  SEAWALL_TRY(const Compression compression, compression_of(path));
  SEAWALL_TRY(auto stream, unpack(path, limits));
  TarReader tar(*stream, limits);
  bool oci = false, old_docker = false, root = false;
  if (compression == Compression::kNone) {
    SEAWALL_TRY(auto file, File::open(path));
    auto store = TarStore::open(std::move(file), limits);
    if (!store.ok()) {
      return unsupported(fmt::format("{} is no archive ({})", path, store.error().message()))
          .hint("expected a `docker save` or OCI archive, or a directory: seawall scan --help");
    }
    if ((*store)->has("manifest.json")) return std::string("docker-archive");
    oci = (*store)->has("index.json");
    old_docker = (*store)->has("repositories");
    root = (*store)->looks_like_root_filesystem();
    if (!oci && !old_docker && !root && !(*store)->problems().empty()) {
      Error cause = (*store)->problems().front();
      return damaged(std::move(cause).at(path));
    }
  } else {
    while (tar.entries() < TarStore::kMostEntries) {
      auto next = tar.next();
      if (!next.ok()) {
        return damaged(std::move(next.error()).at(path));
      }
      const TarEntry* entry = *next;
      if (!entry) break;
      bool escapes = false;
      const std::string name = normalize_path(entry->path, escapes);
      if (name == "manifest.json") return std::string("docker-archive");
      oci |= name == "index.json";
      old_docker |= name == "repositories";
      root |= name == "etc/passwd" || name == "etc/os-release" || name == "usr/lib/os-release";
    }
  }
  if (oci) return std::string("oci-archive");
  if (old_docker) return std::string("docker-archive");
  if (root) return std::string("rootfs-archive");
  return unsupported(path + " is an archive, but of no image and no root filesystem")
      .hint("expected a `docker save` archive, an OCI archive, or a tar of a root filesystem");
}

}  // namespace seawall::artifact
