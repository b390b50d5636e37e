#include "inspect/secrets/literal_set.h"

#include <algorithm>
#include <cstring>

#include "base/strings.h"

namespace seawall::inspect {
namespace {

constexpr uint32_t kHashBits = 16;  // 8 KiB of bitmap
constexpr uint32_t kFold = 0x20202020u;

// Setting bit 5 makes both cases of a letter the same. It also joins some other characters; the
// comparison in full tells them apart.
uint32_t hash(uint32_t folded) {
  return (folded * 0x9e3779b1u) >> (32 - kHashBits);
}

// How often a byte stands in source text and prose, roughly: 0 is rare.
unsigned commonness(unsigned char byte) {
  constexpr std::string_view kByFrequency = "etaonirs ldcuhmpfgybwv_.-kx0123456789/jqz";
  const size_t place = kByFrequency.find(static_cast<char>(byte | 0x20));
  return place == kByFrequency.npos ? 0 : static_cast<unsigned>(kByFrequency.size() - place);
}

// Where the rarest four bytes of the literal begin.
size_t rarest_window(std::string_view literal) {
  size_t best = 0;
  unsigned best_score = ~0u;
  for (size_t i = 0; i + 4 <= literal.size(); ++i) {
    unsigned score = 0;
    for (size_t k = 0; k < 4; ++k) score += commonness(static_cast<unsigned char>(literal[i + k]));
    if (score < best_score) best = i, best_score = score;
  }
  return best;
}

uint32_t load4(const char* at) {
  uint32_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

class PortableSet : public LiteralSet {
 public:
  explicit PortableSet(std::vector<std::string> literals) : literals_(std::move(literals)) {
    std::vector<std::pair<uint32_t, Entry>> all;
    for (uint32_t i = 0; i < literals_.size(); ++i) add_windows(i, all);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    first_.assign((1u << kHashBits) + 1, 0);
    for (const auto& [slot, entry] : all) {
      bitmap_[slot / 64] |= uint64_t{1} << (slot % 64);
      ++first_[slot + 1];
      entries_.push_back(entry);
    }
    for (size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
  }

  void find(std::string_view text, std::vector<Hit>& hits) const override {
    hits.clear();
    size_t at = 0;
    for (; at + 8 <= text.size(); at += 4) {
      uint64_t bytes;
      std::memcpy(&bytes, text.data() + at, sizeof bytes);
      bytes |= uint64_t{kFold} << 32 | kFold;
      const uint32_t slots[4] = {
          hash(static_cast<uint32_t>(bytes)), hash(static_cast<uint32_t>(bytes >> 8)),
          hash(static_cast<uint32_t>(bytes >> 16)), hash(static_cast<uint32_t>(bytes >> 24))};
      if (bit(slots[0]) | bit(slots[1]) | bit(slots[2]) | bit(slots[3])) {
        for (size_t k = 0; k < 4; ++k) {
          if (bit(slots[k])) compare(text, at + k, slots[k], hits);
        }
      }
    }
    for (; at < text.size(); ++at) {  // past the end stand NULs
      char tail[4] = {};
      std::memcpy(tail, text.data() + at, std::min<size_t>(4, text.size() - at));
      const uint32_t slot = hash(load4(tail) | kFold);
      if (bit(slot)) compare(text, at, slot, hits);
    }
    std::sort(hits.begin(), hits.end());
  }

  size_t size_of(uint32_t literal) const override { return literals_[literal].size(); }
  std::string_view engine() const override { return "portable"; }

 private:
  struct Entry {
    uint32_t literal, shift;  // the window begins `shift` bytes into the literal
    auto operator<=>(const Entry&) const = default;
  };

  void add_windows(uint32_t literal, std::vector<std::pair<uint32_t, Entry>>& all) const {
    const std::string& text = literals_[literal];
    if (text.size() >= 4) {
      const auto shift = static_cast<uint32_t>(rarest_window(text));
      all.emplace_back(hash(load4(text.data() + shift) | kFold), Entry{literal, shift});
      return;
    }
    for (int byte = 0; byte < 256; ++byte) {  // three bytes and any fourth one
      const char window[4] = {text[0], text[1], text[2], static_cast<char>(byte)};
      all.emplace_back(hash(load4(window) | kFold), Entry{literal, 0});
    }
  }

  uint64_t bit(uint32_t slot) const { return bitmap_[slot / 64] >> (slot % 64) & 1; }

  void compare(std::string_view text, size_t at, uint32_t slot, std::vector<Hit>& hits) const {
    for (uint32_t i = first_[slot]; i < first_[slot + 1]; ++i) {
      const Entry& entry = entries_[i];
      const std::string& literal = literals_[entry.literal];
      if (at < entry.shift || text.size() - (at - entry.shift) < literal.size()) continue;
      const size_t begin = at - entry.shift;
      if (equal_ignoring_case(text.substr(begin, literal.size()), literal))
        hits.push_back({static_cast<uint32_t>(begin), entry.literal});
    }
  }

  std::vector<std::string> literals_;
  uint64_t bitmap_[(1u << kHashBits) / 64] = {};
  std::vector<uint32_t> first_;  // by slot: where its entries begin
  std::vector<Entry> entries_;
};

}  // namespace

std::unique_ptr<LiteralSet> LiteralSet::make(std::vector<std::string> literals,
                                             LiteralEngine engine) {
  if (engine != LiteralEngine::kPortable) {
    auto set = make_hyperscan_set(literals);
    if (set || engine == LiteralEngine::kHyperscan) return set;
  }
  return std::make_unique<PortableSet>(std::move(literals));
}

}  // namespace seawall::inspect
