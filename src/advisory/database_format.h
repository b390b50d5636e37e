// The advisory database's file format: numbers of sections, entry sizes, and the two small tools
// every part uses: put (little-endian integers and varints) and Cursor (the same, read back with
// every bound checked).
//
// The byte tables are in docs/formats/advisory-database.md; this file is the same in C++.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::advisory::format {

constexpr std::string_view kMagic = "SEAWALDB";
constexpr uint32_t kVersion = 1;
constexpr size_t kHeaderSize = 64;  // magic, version, section count, file size, digest, reserved
constexpr size_t kDigestAt = 24, kDigestSize = 32;
constexpr size_t kSectionEntry = 24;  // id, reserved, offset, length

// Section ids, in the order they lie in the file.
enum Section : uint32_t {
  kInfo = 1,
  kFeeds,
  kEcosystems,
  kPackages,
  kSources,
  kVulnerabilities,
  kAliases,
  kNotices,
  kTextIndex,
  kEpssIndex,
  kEpss,
  kKnownExploited,
  kEndOfLife,
  kStrings,
  kGroups,
  kBodies,
  kCovers,
  kTextDictionary,
  kTexts,
  kSectionCount = kTexts,
};

constexpr size_t kInfoSize = 32;
constexpr size_t kEcosystemEntry = 16;       // name, first package, packages, reserved
constexpr size_t kPackageEntry = 8;          // name, group
constexpr size_t kSourceEntry = 8;           // target, feed (16), kind (16)
constexpr size_t kVulnerabilityEntry = 8;    // name, first source
constexpr size_t kAliasEntry = 8;            // name, vulnerability
constexpr size_t kNoticeEntry = 8;           // vulnerability, source
constexpr size_t kTextIndexEntry = 16;       // first source, offset, packed bytes, unpacked bytes
constexpr size_t kEpssIndexEntry = 12;       // feed (16), year (16), first, count
constexpr size_t kEpssEntry = 8;             // number (30), score (17), percentile (17)
constexpr size_t kKnownExploitedEntry = 16;  // name, added, due, feed (16), ransomware (16)
constexpr size_t kEndOfLifeEntry = 16;       // product, cycle, date, feed (16), reserved

// A source's kind: its target is an offset in kCovers instead of a vulnerability; packages name it.
constexpr uint16_t kSourceIsNotice = 1, kSourceHasRows = 2;

// A text block unpacks to at most this; one source's text is at most kMaxText.
constexpr size_t kTextBlock = 4u << 10;
constexpr size_t kMaxText = 48u << 10;
constexpr size_t kMaxTextBlock = kTextBlock + kMaxText + 16;

// Longer lists are cut by the builder and refused by the reader, which allocates for them.
constexpr uint64_t kMaxRanges = 4096, kMaxVersions = 65536, kMaxCovers = 65536;

// EPSS figures have five decimals: 0.00001 is one step.
constexpr double kEpssSteps = 100000;
constexpr uint64_t kEpssMask = (1u << 17) - 1;

inline void put16(std::string& out, uint16_t value) {
  out.append({static_cast<char>(value), static_cast<char>(value >> 8)});
}
inline void put32(std::string& out, uint32_t value) {
  put16(out, static_cast<uint16_t>(value));
  put16(out, static_cast<uint16_t>(value >> 16));
}
inline void put64(std::string& out, uint64_t value) {
  put32(out, static_cast<uint32_t>(value));
  put32(out, static_cast<uint32_t>(value >> 32));
}
// LEB128: seven bits a byte, the lowest first.
inline void put_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}
inline void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

// Little-endian integers at an offset. REQUIRES: inside the view.
inline uint16_t get16(std::string_view bytes, size_t at) {
  const auto* p = reinterpret_cast<const unsigned char*>(bytes.data() + at);
  return static_cast<uint16_t>(p[0] | p[1] << 8);
}
inline uint32_t get32(std::string_view bytes, size_t at) {
  return get16(bytes, at) | static_cast<uint32_t>(get16(bytes, at + 2)) << 16;
}
inline uint64_t get64(std::string_view bytes, size_t at) {
  return get32(bytes, at) | static_cast<uint64_t>(get32(bytes, at + 4)) << 32;
}

// Reads what the put functions wrote. Past the end it yields zeros and empty texts and good() turns
// false, so that a caller may check once, behind a whole entry.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes, size_t at = 0)
      : rest_(at <= bytes.size() ? bytes.substr(at) : std::string_view()),
        good_(at <= bytes.size()) {}
  bool good() const { return good_; }
  size_t left() const { return rest_.size(); }
  uint64_t varint() {
    uint64_t value = 0;
    for (size_t i = 0; i < rest_.size() && i < 10; ++i) {
      const auto byte = static_cast<unsigned char>(rest_[i]);
      value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
      if (byte < 0x80) {
        rest_.remove_prefix(i + 1);
        return value;
      }
    }
    return fail();
  }
  uint8_t byte() {
    if (rest_.empty()) return static_cast<uint8_t>(fail());
    const auto value = static_cast<uint8_t>(rest_[0]);
    rest_.remove_prefix(1);
    return value;
  }
  std::string_view text() {
    const uint64_t size = varint();
    if (size > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }
  // The count of a list of at most `most` entries that take at least `least` bytes each.
  uint64_t count(size_t least = 1, uint64_t most = UINT64_MAX) {
    const uint64_t value = varint();
    return value > most || value > rest_.size() / least ? fail() : value;
  }

 private:
  uint64_t fail() {
    good_ = false;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  bool good_;
};

// The bits of a row body's second byte.
constexpr uint8_t kBodyModule = 1, kBodyNote = 2, kBodyVersions = 4;
constexpr unsigned kBodyRangeShift = 3;  // ranges 0..30; 31: a varint follows
constexpr uint8_t kBodyRangeMany = 31;
// The bits of a range's byte: which of its three versions follow.
constexpr uint8_t kRangeIntroduced = 1, kRangeFixed = 2, kRangeLastAffected = 4;

}  // namespace seawall::advisory::format
