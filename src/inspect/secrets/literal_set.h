// LiteralSet: where any of many literals stands in a text, in one pass, ASCII case ignored. It is
// what makes two hundred secret rules as cheap as one: no pattern is tried where none of its
// keywords stands.
//
//   const auto set = LiteralSet::make({"ghp_", "AKIA"});
//   std::vector<LiteralSet::Hit> hits;
//   set->find(text, hits);                                  // ascending by offset, then literal
//
// Two engines give the same hits. Hyperscan (or Vectorscan) is loaded at run time when libhs.so.5
// is installed. The portable one keeps the rarest four bytes of every literal in a bitmap that fits
// the first-level cache and asks it at every byte of the text; what passes is compared in full.
// COST: 1 to 2 GB/s for the portable engine, more for Hyperscan, whose set takes tens of
// milliseconds to make. THREADS: find() is safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::inspect {

enum class LiteralEngine : uint8_t { kBest, kPortable, kHyperscan };

class LiteralSet {
 public:
  struct Hit {
    uint32_t offset;   // of the literal's first byte
    uint32_t literal;  // its place in the list given to make()
    auto operator<=>(const Hit&) const = default;
  };
  static constexpr size_t kShortest = 3;  // bytes of a literal

  // Null only when kHyperscan is asked for and is not there. REQUIRES: every literal has at least
  // kShortest bytes.
  static std::unique_ptr<LiteralSet> make(std::vector<std::string> literals,
                                          LiteralEngine engine = LiteralEngine::kBest);
  virtual ~LiteralSet() = default;
  // Replaces `hits` by those of the text. LIMITS: a text has less than 2^32 bytes.
  virtual void find(std::string_view text, std::vector<Hit>& hits) const = 0;
  virtual size_t size_of(uint32_t literal) const = 0;  // in bytes
  virtual std::string_view engine() const = 0;         // "portable", "Hyperscan 5.4.0"
};

// hyperscan_library.cc: null when the library is absent, not built in or refuses.
std::unique_ptr<LiteralSet> make_hyperscan_set(const std::vector<std::string>& literals);

}  // namespace seawall::inspect
