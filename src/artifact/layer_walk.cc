#include "artifact/layer_walk.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "base/interrupt.h"
#include "base/path_set.h"
#include "base/read_ahead.h"
#include "base/spool.h"
#include "codec/decompress.h"
#include "codec/tar.h"

namespace seawall::artifact {
namespace {

constexpr std::string_view kWhiteout = ".wh.";
constexpr std::string_view kOpaque = ".wh..wh..opq";

// Tells the progress line and the interrupt check how far the blob has been read.
class MeteredReader : public Reader {
 public:
  MeteredReader(std::unique_ptr<Reader> inner, Progress* progress)
      : inner_(std::move(inner)), progress_(progress) {}
  Result<size_t> read(std::span<char> buffer) override {
    SEAWALL_CHECK(check_interrupted());
    SEAWALL_TRY(const size_t got, inner_->read(buffer));
    if (progress_) progress_->add(got);
    return got;
  }

 private:
  std::unique_ptr<Reader> inner_;
  Progress* progress_;
};

// A Reader over one that somebody else owns.
class BorrowedReader : public Reader {
 public:
  explicit BorrowedReader(Reader& inner) : inner_(inner) {}
  Result<size_t> read(std::span<char> buffer) override { return inner_.read(buffer); }

 private:
  Reader& inner_;
};

// Bytes already taken from a stream, put in front of it again.
class PrefixedReader : public Reader {
 public:
  PrefixedReader(std::string_view prefix, Reader& rest) : prefix_(prefix), rest_(rest) {}
  Result<size_t> read(std::span<char> buffer) override {
    if (prefix_.empty()) return rest_.read(buffer);
    const size_t count = std::min(buffer.size(), prefix_.size());
    std::copy_n(prefix_.data(), count, buffer.data());
    prefix_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view prefix_;
  Reader& rest_;
};

EntryKind kind_of(TarType type) {
  switch (type) {
    case TarType::kFile:
      return EntryKind::kFile;
    case TarType::kDirectory:
      return EntryKind::kDirectory;
    case TarType::kSymlink:
      return EntryKind::kSymlink;
    case TarType::kHardLink:
      return EntryKind::kHardLink;
    default:
      return EntryKind::kOther;
  }
}

class LayerWalker {
 public:
  LayerWalker(const WalkOptions& options, FileVisitor& visitor)
      : options_(options), visitor_(visitor) {}

  Result<LayerFacts> run(std::unique_ptr<Reader> blob) {
    HashingReader packed(std::make_unique<MeteredReader>(std::move(blob), options_.progress),
                         options_.blob_hash);
    SEAWALL_TRY(Decompressed stream,
                decompress(std::make_unique<BorrowedReader>(packed), options_.limits));
    std::unique_ptr<Reader> unpacked = std::move(stream.reader);
    if (options_.overlap) unpacked = std::make_unique<ReadAhead>(std::move(unpacked));
    HashingReader hashed(std::move(unpacked), options_.diff_hash);
    TarReader tar(hashed, options_.limits);
    while (true) {
      SEAWALL_TRY(const TarEntry* entry, tar.next());
      if (!entry) break;
      SEAWALL_CHECK(visit(*entry, tar));
    }
    // What follows the end-of-archive blocks still counts for both digests.
    buffer_.resize(256 * 1024);
    while (true) {
      SEAWALL_TRY(const size_t got, hashed.read(buffer_));
      if (got == 0) break;
    }
    while (true) {
      SEAWALL_TRY(const size_t got, packed.read(buffer_));
      if (got == 0) break;
    }
    facts_.files = tar.entries();
    facts_.unpacked_size = hashed.count();
    facts_.packed_size = packed.count();
    facts_.diff_id = hashed.digest();
    facts_.digest = packed.digest();
    facts_.shadow.finish();
    return std::move(facts_);
  }

 private:
  using Role = PathShadow::Role;

  Status visit(const TarEntry& entry, TarReader& tar) {
    bool escapes = false;
    const std::string path = normalize_path(entry.path, escapes);
    if (escapes) {
      ++facts_.refused_paths;
      return {};
    }
    const size_t slash = path.rfind('/');
    const size_t name_at = slash == std::string::npos ? 0 : slash + 1;
    const std::string_view name = std::string_view(path).substr(name_at);
    if (name.starts_with(kWhiteout)) {
      if (name == kOpaque) {
        const std::string_view directory =
            std::string_view(path).substr(0, slash == std::string::npos ? 0 : slash);
        return facts_.shadow.add(Role::kOpaque, directory, options_.limits);
      }
      const std::string hidden =
          path.substr(0, name_at) + std::string(name.substr(kWhiteout.size()));
      return facts_.shadow.add(Role::kWhiteout, hidden, options_.limits);
    }
    if (path.empty()) return {};
    const WalkedEntry walked{path,       kind_of(entry.type), entry.mode,
                             entry.size, entry.link_path,     nullptr};
    const bool is_directory = walked.kind == EntryKind::kDirectory;
    SEAWALL_CHECK(
        facts_.shadow.add(is_directory ? Role::kDirectory : Role::kFile, path, options_.limits));
    visitor_.entry(walked);
    if (walked.kind == EntryKind::kHardLink && visitor_.wants_link(path)) {
      bool outside = false;
      facts_.unread_links.emplace_back(path, normalize_path(entry.link_path, outside));
    }
    if (walked.kind != EntryKind::kFile) return {};
    auto given = give(walked, tar.content());
    if (!given.ok()) return std::move(given.error()).at(path);
    return {};
  }

  Status give(const WalkedEntry& entry, Reader& content) {
    Interest interest = visitor_.interest(entry);
    size_t peeked = 0;
    if (interest == Interest::kPeek) {
      while (peeked < kPeekBytes) {
        SEAWALL_TRY(const size_t got, content.read(std::span(peek_).subspan(peeked)));
        if (got == 0) break;
        peeked += got;
      }
      interest = visitor_.interest(entry, {peek_, peeked});
    }
    if (interest == Interest::kNone || interest == Interest::kPeek) return {};
    PrefixedReader reader({peek_, peeked}, content);
    if (interest == Interest::kData && entry.size > Spool::kMemoryBytes) {
      if (entry.size > options_.limits.spool_bytes)
        return too_large(entry, options_.limits.spool_bytes);
      SEAWALL_TRY(const auto spooled, spool(reader, options_.limits));
      visitor_.file({entry.path, entry.mode, {}, *spooled});
      return {};
    }
    if (entry.size > options_.limits.file_bytes)
      return too_large(entry, options_.limits.file_bytes);
    buffer_.resize(entry.size);
    if (entry.size > 0) SEAWALL_CHECK(read_exactly(reader, buffer_));
    const std::string_view bytes(buffer_.data(), buffer_.size());
    const MemoryAccess data(bytes);
    visitor_.file({entry.path, entry.mode, bytes, data});
    if (buffer_.capacity() > Spool::kMemoryBytes) buffer_ = {};
    return {};
  }

  Status too_large(const WalkedEntry& entry, uint64_t limit) {
    visitor_.problem(
        limit_reached(fmt::format("the file has {} bytes; at most {} are read", entry.size, limit))
            .at(entry.path));
    return {};
  }

  const WalkOptions& options_;
  FileVisitor& visitor_;
  LayerFacts facts_;
  char peek_[kPeekBytes];
  std::vector<char> buffer_;
};

}  // namespace

Result<LayerFacts> walk_layer(std::unique_ptr<Reader> blob, const WalkOptions& options,
                              FileVisitor& visitor) {
  return LayerWalker(options, visitor).run(std::move(blob));
}

}  // namespace seawall::artifact
