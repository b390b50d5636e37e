// Makes zip archives, and ones that are odd in one way or another.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

#include "codec/packing.h"

namespace seawall::test {

inline std::string le(uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(i < 8 ? value >> (8 * i) : 0);
  return text;
}

// One member and the ways in which it may be odd.
struct ZipMember {
  std::string path, content;
  uint16_t method = 8;
  uint16_t flags = 0;
  std::string packed = {};  // instead of what `content` packs to
  int64_t size_lie = 0, packed_lie = 0, offset_lie = 0;
  uint32_t crc_lie = 0;
  bool zip64 = false;
  std::string local_path = {};  // instead of `path`
};

class ZipBuilder {
 public:
  std::string prefix, comment;
  int count_lie = 0;

  ZipBuilder& add(ZipMember member) {
    members_.push_back(std::move(member));
    return *this;
  }

  std::string build() const {
    std::string bytes = prefix, directory;
    for (const ZipMember& member : members_) append(member, bytes, directory);
    const uint64_t offset = bytes.size() - prefix.size();
    const uint64_t count = members_.size() + static_cast<uint64_t>(count_lie);
    bytes += directory + "PK\5\6" + le(0, 4) + le(count, 2) + le(count, 2) +
             le(directory.size(), 4) + le(offset, 4) + le(comment.size(), 2) + comment;
    return bytes;
  }

 private:
  void append(const ZipMember& member, std::string& bytes, std::string& directory) const {
    std::string packed = member.packed;
    if (packed.empty()) {
      packed = member.method == 8 ? deflate_bytes(member.content, -15) : member.content;
    }
    const uint64_t offset = bytes.size() - prefix.size() + static_cast<uint64_t>(member.offset_lie);
    const uint64_t size = member.content.size() + static_cast<uint64_t>(member.size_lie);
    const uint64_t packed_size = packed.size() + static_cast<uint64_t>(member.packed_lie);
    const uint32_t crc =
        member.crc_lie ^
        static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(member.content.data()),
                                    static_cast<uInt>(member.content.size())));
    const bool after = (member.flags & 8) != 0;
    const std::string& local_path = member.local_path.empty() ? member.path : member.local_path;
    const std::string extra =
        member.zip64 ? le(1, 2) + le(24, 2) + le(size, 8) + le(packed_size, 8) + le(offset, 8) : "";
    const auto sizes = [&](bool known) {
      if (!known) return le(0, 12);
      if (member.zip64) return le(crc, 4) + le(0xffffffff, 4) + le(0xffffffff, 4);
      return le(crc, 4) + le(packed_size, 4) + le(size, 4);
    };
    bytes += "PK\3\4" + le(20, 2) + le(member.flags, 2) + le(member.method, 2) + le(0, 4) +
             sizes(!after) + le(local_path.size(), 2) + le(extra.size(), 2) + local_path + extra +
             packed;
    if (after) bytes += "PK\7\x8" + le(crc, 4) + le(packed_size, 4) + le(size, 4);
    directory += "PK\1\2" + le(20, 2) + le(20, 2) + le(member.flags, 2) + le(member.method, 2) +
                 le(0, 4) + sizes(true) + le(member.path.size(), 2) + le(extra.size(), 2) +
                 le(0, 2) + le(0, 2) + le(0, 2) + le(0, 4) +
                 le(member.zip64 ? 0xffffffff : offset, 4) + member.path + extra;
  }
  std::vector<ZipMember> members_;
};

}  // namespace seawall::test
