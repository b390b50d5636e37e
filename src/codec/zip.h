// A zip reader over random access: the central directory is the truth, local headers must agree
// with it. Stored and deflated members, ZIP64, data descriptors; no encryption, no multi-disk.
// Nothing is unpacked to disk. LIMITS: entries, unpacked_bytes and ratio per member. ERRORS:
// kMalformed, kLimit, kUnsupported. Source: APPNOTE.TXT 6.3.10.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"

namespace seawall {

struct ZipEntry {
  std::string path;
  uint64_t size = 0, packed_size = 0, header_offset = 0;
  uint32_t crc32 = 0;
  uint16_t method = 0;  // 0 stored, 8 deflated
  bool encrypted = false;
};

class ZipReader {
 public:
  static Result<ZipReader> open(std::shared_ptr<const RandomAccess> source,
                                const Limits& limits = {});
  const std::vector<ZipEntry>& entries() const { return entries_; }
  // A stream of one member's content, its CRC checked at the end.
  Result<std::unique_ptr<Reader>> content(const ZipEntry& entry) const;
  // The same at any offset: a stored member is read where it lies (its CRC is then not checked), a
  // deflated one is unpacked (base/spool.h).
  Result<std::shared_ptr<const RandomAccess>> access(const ZipEntry& entry) const;

 private:
  std::shared_ptr<const RandomAccess> source_;
  Limits limits_;
  std::vector<ZipEntry> entries_;
};

}  // namespace seawall
