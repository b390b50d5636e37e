#include <fmt/format.h>

#include "inspect/packages/rpm.h"

#include <cstdint>

namespace seawall::inspect {
namespace {

constexpr size_t kPageSize = 4096, kSlotSize = 16, kBlockSize = 16;
constexpr size_t kFileHeader = 32;  // two slots' room
constexpr size_t kBlobHead = 16, kBlobTail = 12;
constexpr std::string_view kFileMagic = "RpmP", kSlotMagic = "Slot";
constexpr std::string_view kHeadMagic = "BlbS", kTailMagic = "BlbE";

uint32_t little_endian(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// The blob a slot points at: head (magic, package, time, length), bytes, padding, tail (checksum,
// length, magic).
Result<std::string_view> blob_of(std::string_view file, uint32_t package, uint64_t start,
                                 uint64_t size) {
  if (start > file.size() || size > file.size() - start) return malformed("leaves the file");
  const std::string_view blob = file.substr(start, size);
  if (blob.size() < kBlobHead + kBlobTail) return malformed("is too short");
  if (!blob.starts_with(kHeadMagic) || little_endian(blob, 4) != package) {
    return malformed("does not start as its slot says");
  }
  const uint64_t length = little_endian(blob, 12);
  if (length > blob.size() - kBlobHead - kBlobTail) return malformed("is longer than its blocks");
  if (!blob.ends_with(kTailMagic) || little_endian(blob, blob.size() - 8) != length) {
    return malformed("does not end as it starts");
  }
  return blob.substr(kBlobHead, length);
}

}  // namespace

bool is_rpm_ndb(std::string_view file) {
  return file.starts_with(kFileMagic);
}

Status read_rpm_ndb(std::string_view file, const Limits& limits, ProblemReport& problems,
                    const RpmHeaderSink& sink) {
  if (file.size() < kFileHeader) return malformed("ndb: the file ends within its header");
  if (const uint32_t version = little_endian(file, 4); version != 0) {
    return unsupported(fmt::format("ndb: version {} is not known", version));
  }
  const uint64_t slots_end = uint64_t{little_endian(file, 12)} * kPageSize;
  if (slots_end > file.size() || slots_end == 0) {
    return malformed(fmt::format("ndb: slots of {} bytes in a file of {}", slots_end, file.size()));
  }
  uint64_t packages = 0, total = 0;
  for (size_t at = kFileHeader; at + kSlotSize <= slots_end; at += kSlotSize) {
    if (file.substr(at, 4) != kSlotMagic) {
      problems.add(malformed(fmt::format("ndb: no slot at offset {}", at)));
      continue;
    }
    const uint32_t package = little_endian(file, at + 4);
    if (package == 0) continue;  // free
    const uint64_t start = uint64_t{little_endian(file, at + 8)} * kBlockSize;
    const uint64_t size = uint64_t{little_endian(file, at + 12)} * kBlockSize;
    auto blob = blob_of(file, package, start, size);
    if (!blob.ok()) {
      problems.add(malformed(fmt::format("ndb: the blob of package record {} at offset {} {}",
                                         package, start, blob.error().message())));
      continue;
    }
    if (++packages > limits.packages) {
      return limit_reached(fmt::format("more than {} packages", limits.packages));
    }
    total += size;
    if (total > file.size()) return malformed("ndb: blobs lie over each other");
    sink(package, *blob);
  }
  return {};
}

}  // namespace seawall::inspect
