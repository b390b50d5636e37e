#include "scan/layer_cache.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "base/file.h"
#include "base/log.h"
#include "base/strings.h"

namespace seawall::scan {
namespace {

constexpr uint64_t kLargestEntry = 256ull << 20;
// First line: this word and the XXH3 of what follows, so that a torn write is told from an entry.
constexpr std::string_view kMagic = "seawall-layer-2 ";
constexpr size_t kHeaderBytes = kMagic.size() + 16 + 1;

std::string header_of(std::string_view body) {
  return fmt::format("{}{:016x}\n", kMagic, quick_hash(body));
}

// Paths are bytes, JSON is UTF-8: a layer whose paths would come back changed is walked again each
// time.
bool survives_json(const LayerResult& layer) {
  const auto is_text = [](const auto& file) { return is_valid_utf8(file.path); };
  return std::all_of(layer.results.begin(), layer.results.end(), is_text) &&
         std::all_of(layer.notable.begin(), layer.notable.end(), is_text);
}

}  // namespace

LayerCache::LayerCache(const std::string& directory, const std::string& fingerprint) {
  if (!directory.empty()) directory_ = directory + "/layers/" + fingerprint;
}

std::string LayerCache::path_of(const Digest& diff_id) const {
  return fmt::format("{}/{}/{}", directory_, diff_id.hex.substr(0, 2), diff_id.hex);
}

std::optional<LayerResult> LayerCache::get(const Digest& diff_id) const {
  if (directory_.empty() || diff_id.empty()) return std::nullopt;
  auto bytes = read_file(path_of(diff_id), kLargestEntry);
  if (!bytes.ok() || bytes->size() < kHeaderBytes) return std::nullopt;
  const std::string_view body = std::string_view(*bytes).substr(kHeaderBytes);
  if (std::string_view(*bytes).substr(0, kHeaderBytes) != header_of(body)) return std::nullopt;
  auto layer = layer_result_from_bytes(body);
  if (!layer.ok() || layer->diff_id != diff_id) return std::nullopt;
  return std::move(layer).value();
}

void LayerCache::put(const LayerResult& layer) const {
  if (directory_.empty() || layer.diff_id.empty() || !survives_json(layer)) return;
  const std::string path = path_of(layer.diff_id);
  const std::string body = to_bytes(layer);
  const auto store = [&]() -> Status {
    SEAWALL_CHECK(make_directories(path.substr(0, path.rfind('/'))));
    SEAWALL_TRY(AtomicFile file, AtomicFile::create(path));
    SEAWALL_CHECK(file.write(header_of(body)));
    SEAWALL_CHECK(file.write(body));
    return file.commit(/*durable=*/false);
  };
  if (auto stored = store(); !stored.ok())
    log_info("the layer cache is not written: " + stored.error().text());
}

}  // namespace seawall::scan
