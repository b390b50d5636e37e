#include "artifact/layer_walk.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/interrupt.h"
#include "base/read_ahead.h"
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

class LayerWalker {
 public:
  LayerWalker(const PathSet& wanted, const WalkOptions& options,
              const std::function<void(const WalkedFile&)>& on_file)
      : wanted_(wanted), options_(options), on_file_(on_file) {}

  Result<LayerFacts> run(std::unique_ptr<Reader> blob) {
    HashingReader packed(std::make_unique<MeteredReader>(std::move(blob), options_.progress));
    SEAWALL_TRY(Decompressed stream,
                decompress(std::make_unique<BorrowedReader>(packed), options_.limits));
    std::unique_ptr<Reader> unpacked = std::move(stream.reader);
    if (options_.overlap) unpacked = std::make_unique<ReadAhead>(std::move(unpacked));
    HashingReader hashed(std::move(unpacked));
    TarReader tar(hashed, options_.limits);
    while (true) {
      SEAWALL_TRY(const TarEntry* entry, tar.next());
      if (!entry) break;
      SEAWALL_CHECK(visit(*entry, tar));
    }
    // What follows the end-of-archive blocks still counts for both digests.
    std::vector<char> scratch(256 * 1024);
    while (true) {
      SEAWALL_TRY(const size_t got, hashed.read(scratch));
      if (got == 0) break;
    }
    while (true) {
      SEAWALL_TRY(const size_t got, packed.read(scratch));
      if (got == 0) break;
    }
    facts_.files = tar.entries();
    facts_.unpacked_size = hashed.count();
    facts_.packed_size = packed.count();
    facts_.diff_id = hashed.digest();
    facts_.digest = packed.digest();
    std::sort(facts_.hidden.begin(), facts_.hidden.end());
    facts_.hidden.erase(std::unique(facts_.hidden.begin(), facts_.hidden.end()),
                        facts_.hidden.end());
    return std::move(facts_);
  }

 private:
  Status hide(std::string path) {
    if (!wanted_.may_contain(path)) return {};
    if (facts_.hidden.size() >= options_.limits.whiteouts) {
      return limit_reached(
          fmt::format("the layer hides more than {} paths", options_.limits.whiteouts));
    }
    facts_.hidden.push_back(std::move(path));
    return {};
  }

  Status visit(const TarEntry& entry, TarReader& tar) {
    bool escapes = false;
    std::string path = normalize_path(entry.path, escapes);
    if (escapes) {
      ++facts_.refused_paths;
      return {};
    }
    const size_t slash = path.rfind('/');
    const size_t name_at = slash == std::string::npos ? 0 : slash + 1;
    const std::string_view name = std::string_view(path).substr(name_at);
    if (name.starts_with(kWhiteout)) {
      const std::string directory = path.substr(0, name_at);
      if (name == kOpaque)
        return hide(slash == std::string::npos ? std::string() : path.substr(0, slash));
      return hide(directory + std::string(name.substr(kWhiteout.size())));
    }
    if (path.empty()) return {};
    owners_.clear();
    wanted_.match(path, owners_);
    // A directory is laid over the lower one of its name, but takes the place of a file.
    if (entry.type == TarType::kDirectory && owners_.empty()) return {};
    // A wanted file takes the place of the one below it by its own result; anything else only hides
    // it.
    if (owners_.empty() || entry.type != TarType::kFile) SEAWALL_CHECK(hide(path));
    if (owners_.empty()) return {};
    if (entry.type == TarType::kHardLink) {
      bool outside = false;
      facts_.unread_links.emplace_back(std::move(path), normalize_path(entry.link_path, outside));
      return {};
    }
    if (entry.type != TarType::kFile) return {};
    auto content = read_all(tar.content(), options_.limits.file_bytes);
    if (!content.ok()) return std::move(content.error()).at(path);
    on_file_({std::move(path), std::move(content).value(), owners_});
    return {};
  }

  const PathSet& wanted_;
  const WalkOptions& options_;
  const std::function<void(const WalkedFile&)>& on_file_;
  LayerFacts facts_;
  std::vector<uint32_t> owners_;
};

}  // namespace

Result<LayerFacts> walk_layer(std::unique_ptr<Reader> blob, const PathSet& wanted,
                              const WalkOptions& options,
                              const std::function<void(const WalkedFile&)>& on_file) {
  return LayerWalker(wanted, options, on_file).run(std::move(blob));
}

}  // namespace seawall::artifact
