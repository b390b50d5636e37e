#include "advisory/text_blocks.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include <fmt/format.h>
#include <zdict.h>
#include <zstd.h>

#include "advisory/database_format.h"
#include "base/thread_pool.h"

namespace seawall::advisory {
namespace {

using namespace format;

constexpr int kLevel = 9;
constexpr size_t kDictionarySize = 96u << 10;
constexpr size_t kSampleBytes = 4u << 20;
// Below this many bytes of samples a dictionary costs more than it saves.
constexpr size_t kLeastSampleBytes = 512u << 10;
constexpr size_t kBatch = 256;  // blocks compressed at a time: bounds memory

std::string train(uint32_t count, const std::function<std::string(uint32_t)>& text_of) {
  std::string samples;
  std::vector<size_t> sizes;
  // A fixed stride: the same texts give the same dictionary.
  const uint32_t step = std::max<uint32_t>(1, count / 16384);
  for (uint32_t i = 0; i < count && samples.size() < kSampleBytes; i += step) {
    const std::string text = text_of(i);
    if (text.size() < 16 || text.size() > 4096) continue;
    samples += text;
    sizes.push_back(text.size());
  }
  if (samples.size() < kLeastSampleBytes) return {};
  std::string dictionary(kDictionarySize, '\0');
  const size_t size = ZDICT_trainFromBuffer(dictionary.data(), dictionary.size(), samples.data(),
                                            sizes.data(), static_cast<unsigned>(sizes.size()));
  if (ZDICT_isError(size)) return {};
  dictionary.resize(size);
  return dictionary;
}

struct Block {
  uint32_t first = 0;
  std::string bytes, packed;
};

void compress(std::vector<Block>& blocks, const ZSTD_CDict* dictionary) {
  parallel_for(blocks.size(), default_jobs(), [&](size_t i) {
    Block& block = blocks[i];
    block.packed.resize(ZSTD_compressBound(block.bytes.size()));
    ZSTD_CCtx* context = ZSTD_createCCtx();
    const size_t size =
        dictionary ? ZSTD_compress_usingCDict(context, block.packed.data(), block.packed.size(),
                                              block.bytes.data(), block.bytes.size(), dictionary)
                   : ZSTD_compressCCtx(context, block.packed.data(), block.packed.size(),
                                       block.bytes.data(), block.bytes.size(), kLevel);
    ZSTD_freeCCtx(context);
    block.packed.resize(ZSTD_isError(size) ? 0 : size);
  });
}

void append(PackedTexts& out, std::vector<Block>& blocks) {
  for (const auto& block : blocks) {
    put32(out.index, block.first);
    put32(out.index, static_cast<uint32_t>(out.blocks.size()));
    put32(out.index, static_cast<uint32_t>(block.packed.size()));
    put32(out.index, static_cast<uint32_t>(block.bytes.size()));
    out.blocks += block.packed;
  }
  blocks.clear();
}

}  // namespace

PackedTexts pack_texts(uint32_t count, const std::function<std::string(uint32_t)>& text_of) {
  PackedTexts out;
  out.dictionary = train(count, text_of);
  ZSTD_CDict* dictionary = out.dictionary.empty() ? nullptr
                                                  : ZSTD_createCDict(out.dictionary.data(),
                                                                     out.dictionary.size(), kLevel);
  std::vector<Block> blocks;
  for (uint32_t i = 0; i < count; ++i) {
    if (blocks.empty() || blocks.back().bytes.size() >= kTextBlock) {
      if (blocks.size() == kBatch) {
        compress(blocks, dictionary);
        append(out, blocks);
      }
      blocks.push_back({i, {}, {}});
    }
    std::string text = text_of(i);
    if (text.size() > kMaxText) text.clear();
    put_text(blocks.back().bytes, text);
  }
  compress(blocks, dictionary);
  append(out, blocks);
  ZSTD_freeCDict(dictionary);
  return out;
}

struct TextBlocks::Dictionary {
  ZSTD_DDict* zstd = nullptr;
  ~Dictionary() { ZSTD_freeDDict(zstd); }
};

namespace {

// What one thread keeps: its decompression context and the blocks it used last.
struct ThreadCache {
  struct Entry {
    uint64_t serial = 0, used = 0;
    uint32_t block = 0;
    std::string bytes;
  };
  ZSTD_DCtx* context = ZSTD_createDCtx();
  std::array<Entry, 8> entries;
  uint64_t clock = 0;
  ~ThreadCache() { ZSTD_freeDCtx(context); }
};

ThreadCache& thread_cache() {
  thread_local ThreadCache cache;
  return cache;
}

std::atomic<uint64_t> next_serial{1};

}  // namespace

TextBlocks::TextBlocks(std::string_view index, std::string_view blocks,
                       std::unique_ptr<Dictionary> dictionary)
    : index_(index),
      blocks_(blocks),
      dictionary_(std::move(dictionary)),
      serial_(next_serial.fetch_add(1)) {}
TextBlocks::~TextBlocks() = default;
TextBlocks::TextBlocks(TextBlocks&&) noexcept = default;

Result<TextBlocks> TextBlocks::open(std::string_view index, std::string_view dictionary,
                                    std::string_view blocks) {
  if (index.size() % kTextIndexEntry != 0) {
    return malformed("the advisory database's text index has a part of an entry");
  }
  auto prepared = std::make_unique<Dictionary>();
  if (!dictionary.empty()) {
    prepared->zstd = ZSTD_createDDict(dictionary.data(), dictionary.size());
    if (!prepared->zstd) return malformed("the advisory database's text dictionary is damaged");
  }
  return TextBlocks(index, blocks, std::move(prepared));
}

Result<std::string> TextBlocks::text(uint32_t number) const {
  const auto damaged = [&](std::string_view what) {
    return malformed(fmt::format("text {} of the advisory database {}", number, what));
  };
  // The last block that does not begin behind the number.
  size_t low = 0, high = index_.size() / kTextIndexEntry;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (get32(index_, middle * kTextIndexEntry) <= number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return damaged("has no block");
  const auto block = static_cast<uint32_t>(low - 1);
  const size_t at = block * kTextIndexEntry;
  const uint32_t first = get32(index_, at);
  const uint64_t offset = get32(index_, at + 4), packed = get32(index_, at + 8);
  const uint64_t unpacked = get32(index_, at + 12);
  if (offset + packed > blocks_.size()) return damaged("lies outside the file");
  if (unpacked > kMaxTextBlock) return damaged("lies in a block that is too large");

  ThreadCache& cache = thread_cache();
  auto entry = std::find_if(cache.entries.begin(), cache.entries.end(), [&](const auto& one) {
    return one.serial == serial_ && one.block == block;
  });
  if (entry == cache.entries.end()) {
    entry = std::min_element(cache.entries.begin(), cache.entries.end(),
                             [](const auto& a, const auto& b) { return a.used < b.used; });
    entry->serial = 0;
    entry->bytes.resize(unpacked);
    const std::string_view source = blocks_.substr(offset, packed);
    const size_t size = ZSTD_decompress_usingDDict(cache.context, entry->bytes.data(), unpacked,
                                                   source.data(), source.size(), dictionary_->zstd);
    if (ZSTD_isError(size) || size != unpacked) return damaged("does not decompress");
    entry->serial = serial_;
    entry->block = block;
  }
  entry->used = ++cache.clock;
  Cursor cursor(entry->bytes);
  for (uint32_t i = first; i < number && cursor.good(); ++i) cursor.text();
  const std::string_view text = cursor.text();
  if (!cursor.good()) return damaged("is not in its block");
  return std::string(text);
}

}  // namespace seawall::advisory
