#include "codec/tar_header.h"

#include <cstdint>
#include <cstring>

#include <fmt/format.h>

namespace seawall {
namespace {

struct Field {
  size_t offset, size;
  std::string_view of(const char* block) const { return {block + offset, size}; }
};
constexpr Field kName = {0, 100}, kMode = {100, 8}, kUid = {108, 8}, kGid = {116, 8};
constexpr Field kSize = {124, 12}, kMtime = {136, 12}, kChecksum = {148, 8};
constexpr Field kLinkName = {157, 100}, kMagic = {257, 8}, kPrefix = {345, 155};
constexpr Field kStarPrefix = {345, 131}, kStarTrailer = {508, 4};
constexpr Field kGnuAtime = {345, 12}, kGnuCtime = {357, 12};
constexpr size_t kTypeOffset = 156;

// Eight bytes at a time in four 16-bit lanes: 64 words add at most 64 * 510 to a lane.
uint32_t sum_of_bytes(const char* block) {
  constexpr uint64_t kLow = 0x00ff00ff00ff00ff;
  uint64_t lanes = 0;
  for (size_t i = 0; i < kTarBlock; i += 8) {
    uint64_t word;
    std::memcpy(&word, block + i, 8);
    lanes += (word & kLow) + (word >> 8 & kLow);
  }
  return static_cast<uint32_t>((lanes & 0xffff) + (lanes >> 16 & 0xffff) + (lanes >> 32 & 0xffff) +
                               (lanes >> 48));
}

// The checksum counts its own field as spaces. Some old programs add signed bytes.
bool checksum_fits(const char* block, int64_t written) {
  uint32_t sum = sum_of_bytes(block);
  for (const char c : kChecksum.of(block)) sum = sum - static_cast<unsigned char>(c) + ' ';
  if (written == sum) return true;
  int64_t as_signed = sum;
  for (size_t i = 0; i < kTarBlock; ++i) {
    const bool own = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.size;
    if (!own && static_cast<unsigned char>(block[i]) >= 0x80) as_signed -= 256;
  }
  return written == as_signed;
}

TarDialect dialect_of(const char* block) {
  const std::string_view magic = kMagic.of(block);
  if (magic.substr(0, 6) == std::string_view("ustar\0", 6)) {
    return kStarTrailer.of(block) == std::string_view("tar\0", 4) ? TarDialect::kStar
                                                                  : TarDialect::kUstar;
  }
  return magic == std::string_view("ustar  \0", 8) ? TarDialect::kGnu : TarDialect::kV7;
}

// False when it does not fit.
bool read_base256(std::string_view field, int64_t& out) {
  // Two's complement; the first bit only marks the encoding and the second is the sign.
  const bool negative = (field[0] & 0x40) != 0;
  const uint64_t fill = negative ? ~uint64_t{0} : 0;
  uint64_t value = fill;
  for (size_t i = 0; i < field.size(); ++i) {
    auto byte = static_cast<unsigned char>(field[i]);
    if (i == 0) byte = static_cast<unsigned char>(negative ? byte | 0x80 : byte & 0x7f);
    // What leaves at the top, and the sign bit after it, must be copies of the sign.
    if (value >> 55 != fill >> 55) return false;
    value = value << 8 | byte;
  }
  out = static_cast<int64_t>(value);
  return true;
}

// The plain form of parse_tar_number(), called six times a header.
bool read_number(std::string_view field, int64_t& out) {
  if (static_cast<unsigned char>(field[0]) >= 0x80) return read_base256(field, out);
  const char* at = field.data();
  const char* end = at + field.size();
  while (at != end && (*at == ' ' || *at == '\0')) ++at;
  uint64_t value = 0;  // at most 12 digits of 3 bits
  for (; at != end && *at >= '0' && *at <= '7'; ++at) {
    value = value << 3 | static_cast<uint64_t>(*at - '0');
  }
  out = static_cast<int64_t>(value);
  return at == end || *at == ' ' || *at == '\0';
}

// Old Go programs put a ustar prefix where GNU has its times. Readers of today's Go still take it
// for one when it is no time and plain ASCII.
bool has_misplaced_prefix(const char* block) {
  bool times = true;
  for (const Field& field : {kGnuAtime, kGnuCtime}) {
    int64_t time = 0;
    if (block[field.offset] != 0 && !read_number(field.of(block), time)) times = false;
  }
  if (times) return false;
  for (const char c : tar_text(kPrefix.of(block))) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

std::string_view prefix_of(const char* block, TarDialect dialect) {
  switch (dialect) {
    case TarDialect::kV7:
      return {};
    case TarDialect::kUstar:
      return tar_text(kPrefix.of(block));
    case TarDialect::kStar:
      return tar_text(kStarPrefix.of(block));
    case TarDialect::kGnu:
      return has_misplaced_prefix(block) ? tar_text(kPrefix.of(block)) : std::string_view();
  }
  return {};
}

}  // namespace

std::string_view tar_text(std::string_view field) {
  const void* end = std::memchr(field.data(), 0, field.size());
  return end ? field.substr(0, static_cast<size_t>(static_cast<const char*>(end) - field.data()))
             : field;
}

bool is_zero_block(const char* block) {
  uint64_t all = 0;
  for (size_t i = 0; i < kTarBlock; i += 8) {
    uint64_t word;
    std::memcpy(&word, block + i, 8);
    all |= word;
  }
  return all == 0;
}

Result<int64_t> parse_tar_number(std::string_view field) {
  int64_t value = 0;
  if (!read_number(field, value)) return malformed("a number in the header is damaged");
  return value;
}

Result<uint64_t> parse_tar_size(std::string_view field) {
  SEAWALL_TRY(const int64_t value, parse_tar_number(field));
  if (value < 0) return malformed(fmt::format("the size {} is negative", value));
  if (static_cast<uint64_t>(value) > kTarMaxSize) {
    return malformed(fmt::format("the size {} is impossible", value));
  }
  return static_cast<uint64_t>(value);
}

Result<TarFields> parse_tar_header(const char* block, TarEntry& entry) {
  int64_t checksum = 0;
  if (!read_number(kChecksum.of(block), checksum) || !checksum_fits(block, checksum)) {
    return malformed("this is no tar header: its checksum is wrong");
  }
  TarFields fields;
  fields.type = block[kTypeOffset];
  fields.dialect = dialect_of(block);

  SEAWALL_TRY(fields.size, parse_tar_size(kSize.of(block)));
  int64_t mode = 0, uid = 0, gid = 0;
  if (!read_number(kMode.of(block), mode) || !read_number(kUid.of(block), uid) ||
      !read_number(kGid.of(block), gid) || !read_number(kMtime.of(block), entry.mtime)) {
    return malformed("its mode, owner or time is no number");
  }
  entry.mode = static_cast<uint32_t>(mode) & 07777;
  entry.uid = static_cast<uint64_t>(uid);
  entry.gid = static_cast<uint64_t>(gid);

  entry.path.clear();
  if (const std::string_view prefix = prefix_of(block, fields.dialect); !prefix.empty()) {
    entry.path.assign(prefix);
    entry.path += '/';
  }
  entry.path.append(tar_text(kName.of(block)));
  entry.link_path.assign(tar_text(kLinkName.of(block)));
  return fields;
}

}  // namespace seawall
