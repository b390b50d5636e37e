#include "scan/tree_cache.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "base/file.h"
#include "base/log.h"
#include "base/strings.h"

namespace seawall::scan {
namespace {

constexpr uint64_t kLargestEntry = 64ull << 20;
constexpr size_t kMostTrees = 64;
constexpr int64_t kRacyNanoseconds = 2'000'000'000;
// First line: this word and the XXH3 of what follows. Then "SILENT SPEAKING\n", two counts; the
// keys of both, 16 bytes each, the first sorted, the second in the order of their paths; and the
// results as a LayerResult whose diffID stands for the tree.
constexpr std::string_view kMagic = "seawall-tree-1 ";
constexpr size_t kHeaderBytes = kMagic.size() + 16 + 1;

std::string header_of(std::string_view body) {
  return fmt::format("{}{:016x}\n", kMagic, quick_hash(body));
}

void append_keys(std::string& out, const std::vector<FileKey>& keys) {
  for (const FileKey& key : keys) out.append(key.data(), key.size());
}

std::vector<FileKey> keys_of(std::string_view bytes) {
  std::vector<FileKey> keys(bytes.size() / sizeof(FileKey));
  for (size_t i = 0; i < keys.size(); ++i)
    std::memcpy(keys[i].data(), bytes.data() + i * sizeof(FileKey), sizeof(FileKey));
  return keys;
}

// One past the last result of the file that `from` is of.
size_t end_of_file(const std::vector<FileResult>& results, size_t from) {
  size_t end = from;
  while (end < results.size() && results[end].path == results[from].path) ++end;
  return end;
}

// Trees that no longer exist would stay for ever.
void remove_oldest(const std::string& directory) {
  std::error_code error;
  std::vector<std::pair<std::filesystem::file_time_type, std::filesystem::path>> entries;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    // What is being written has a dot in front.
    if (entry.path().filename().string().starts_with('.')) continue;
    entries.emplace_back(entry.last_write_time(error), entry.path());
  }
  if (entries.size() <= kMostTrees) return;
  std::sort(entries.begin(), entries.end());
  for (size_t i = 0; i + kMostTrees < entries.size(); ++i)
    std::filesystem::remove(entries[i].second, error);
}

}  // namespace

FileKey file_key(const artifact::WalkedEntry& file, Hasher& hasher) {
  const artifact::FileStamp& stamp = *file.stamp;
  const std::array<uint64_t, 6> numbers = {stamp.device,
                                           stamp.inode,
                                           file.size,
                                           static_cast<uint64_t>(stamp.modified),
                                           static_cast<uint64_t>(stamp.changed),
                                           file.mode};
  hasher.update({reinterpret_cast<const char*>(numbers.data()), sizeof numbers});
  hasher.update(file.path);
  const Digest digest = hasher.finish();
  const auto bytes = from_hex(std::string_view(digest.hex).substr(0, 2 * sizeof(FileKey)));
  FileKey key{};
  if (bytes.ok()) std::copy_n(bytes->begin(), key.size(), key.begin());
  return key;
}

size_t TreeCache::KeyHash::operator()(const FileKey& key) const {
  size_t hash = 0;
  std::memcpy(&hash, key.data(), sizeof hash);
  return hash;
}

TreeCache::TreeCache(const std::string& directory, const std::string& fingerprint,
                     const std::string& root, int64_t started)
    : started_(started) {
  struct stat info;
  if (directory.empty() || ::stat(root.c_str(), &info) != 0) return;
  tree_ = digest_of(fmt::format("{} {} {}", fingerprint, info.st_dev, info.st_ino));
  path_ = fmt::format("{}/trees/{}", directory, tree_.hex.substr(0, 32));
  load();
}

bool TreeCache::trusts(const artifact::FileStamp& stamp) const {
  return std::max(stamp.modified, stamp.changed) < started_ - kRacyNanoseconds;
}

std::optional<std::span<const FileResult>> TreeCache::find(const FileKey& key) const {
  if (const auto place = places_.find(key); place != places_.end()) {
    return std::span(results_).subspan(place->second.first, place->second.second);
  }
  if (std::binary_search(silent_.begin(), silent_.end(), key)) return std::span<const FileResult>();
  return std::nullopt;
}

void TreeCache::load() {
  const auto bytes = read_file(path_, kLargestEntry);
  if (!bytes.ok() || bytes->size() < kHeaderBytes) return;
  const std::string_view body = std::string_view(*bytes).substr(kHeaderBytes);
  if (std::string_view(*bytes).substr(0, kHeaderBytes) == header_of(body) && read(body)) return;
  silent_.clear();
  results_.clear();
  places_.clear();
}

// False for anything that put() did not write.
bool TreeCache::read(std::string_view body) {
  const auto [counts, rest] = split_once(body, '\n');
  const auto [first, second] = split_once(counts, ' ');
  const auto silent = parse_unsigned(first), speaking = parse_unsigned(second);
  const uint64_t most = rest.size() / sizeof(FileKey);
  if (!silent || !speaking || *silent > most || *speaking > most - *silent) return false;
  const size_t middle = *silent * sizeof(FileKey);
  const size_t end = middle + *speaking * sizeof(FileKey);
  silent_ = keys_of(rest.substr(0, middle));
  const std::vector<FileKey> keys = keys_of(rest.substr(middle, end - middle));
  auto layer = layer_result_from_bytes(rest.substr(end));
  if (!layer.ok() || layer->diff_id != tree_) return false;
  results_ = std::move(layer->results);
  size_t from = 0;
  for (const FileKey& key : keys) {
    const size_t to = end_of_file(results_, from);
    if (to == from) return false;
    places_[key] = {static_cast<uint32_t>(from), static_cast<uint32_t>(to - from)};
    from = to;
  }
  return from == results_.size() && std::is_sorted(silent_.begin(), silent_.end());
}

void TreeCache::put(SeenFiles seen, const std::vector<FileResult>& results) const {
  const size_t known = silent_.size() + places_.size();
  const size_t kept = seen.silent.size() + seen.with_results.size() - seen.fresh;
  // Keys of files that are gone do no harm until they are the most.
  if (!active() || (seen.fresh == 0 && known - std::min(known, kept) <= known / 2)) return;
  std::sort(seen.silent.begin(), seen.silent.end());
  std::sort(seen.with_results.begin(), seen.with_results.end());
  LayerResult layer;
  layer.digest = layer.diff_id = tree_;
  std::vector<FileKey> keys;
  for (size_t from = 0, i = 0; from < results.size() && i < seen.with_results.size();) {
    const size_t to = end_of_file(results, from);
    const auto& [path, key] = seen.with_results[i];
    if (path < results[from].path) {
      ++i;
      continue;
    }
    // Paths are bytes, JSON is UTF-8: others are read each time.
    if (path == results[from].path && is_valid_utf8(path)) {
      keys.push_back(key);
      layer.results.insert(layer.results.end(), results.begin() + static_cast<std::ptrdiff_t>(from),
                           results.begin() + static_cast<std::ptrdiff_t>(to));
    }
    from = to;
  }
  std::string body = fmt::format("{} {}\n", seen.silent.size(), keys.size());
  append_keys(body, seen.silent);
  append_keys(body, keys);
  body += to_bytes(layer);
  if (body.size() > kLargestEntry - kHeaderBytes)
    return log_info("the tree cache is not written: the tree has too many files");
  const auto store = [&]() -> Status {
    const std::string directory = path_.substr(0, path_.rfind('/'));
    SEAWALL_CHECK(make_directories(directory));
    // Names of files of private directories stand in it.
    SEAWALL_TRY(AtomicFile file, AtomicFile::create(path_, 0600));
    SEAWALL_CHECK(file.write(header_of(body)));
    SEAWALL_CHECK(file.write(body));
    SEAWALL_CHECK(file.commit(/*durable=*/false));
    remove_oldest(directory);
    return {};
  };
  if (auto stored = store(); !stored.ok())
    log_info("the tree cache is not written: " + stored.error().text());
}

}  // namespace seawall::scan
