// One 512-byte tar header block: its checksum, numbers and names, in the dialects V7, ustar, STAR
// and GNU. Sources: POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar
// Format". Where dialects contradict each other this follows Go's archive/tar, because container
// runtimes unpack layers with it and a scanner must see the files that they create.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/tar.h"

namespace seawall {

constexpr size_t kTarBlock = 512;
// No stream is this long (1 EiB), and sums of a few such numbers cannot overflow.
constexpr uint64_t kTarMaxSize = 1ull << 60;

enum class TarDialect : uint8_t { kV7, kUstar, kStar, kGnu };

// The numbers that every header has.
struct TarFields {
  char type = 0;
  TarDialect dialect = TarDialect::kV7;
  uint64_t size = 0;
};

bool is_zero_block(const char* block);
// Compares the checksum and reads the fields. Fills the path, link path, mode, owner, time of
// `entry`; the caller settles its type, size and offset.
Result<TarFields> parse_tar_header(const char* block, TarEntry& entry);
// A number as it stands in `field`: octal text, or base-256 (GNU), which may be negative.
Result<int64_t> parse_tar_number(std::string_view field);
// As above, a size or offset: not negative, at most kTarMaxSize.
Result<uint64_t> parse_tar_size(std::string_view field);
// Up to the first NUL.
std::string_view tar_text(std::string_view field);

}  // namespace seawall
