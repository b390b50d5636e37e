#include "codec/executable.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall {
namespace {

constexpr uint64_t kMostSections = 4096;
constexpr size_t kNameBytes = 256;
constexpr uint64_t kTableBytes = 16 << 20;

}  // namespace

Result<std::string> Executable::read(uint64_t offset, uint64_t size, uint64_t limit) const {
  if (size > limit) return limit_reached(fmt::format("{} bytes, more than {}", size, limit));
  if (offset > data_->size() || size > data_->size() - offset)
    return malformed("a table or section lies outside the file");
  std::string bytes(size, '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    SEAWALL_TRY(const size_t got, data_->read_at(offset + done, std::span(bytes).subspan(done)));
    if (got == 0) return malformed("the file ends early");
    done += got;
  }
  return bytes;
}

uint64_t Executable::number(std::string_view bytes, size_t at, size_t width) const {
  if (at > bytes.size() || width > bytes.size() - at) return 0;
  uint64_t value = 0;
  for (size_t i = 0; i < width; ++i) {
    const size_t place = big_endian_ ? at + i : at + width - 1 - i;
    value = value << 8 | static_cast<unsigned char>(bytes[place]);
  }
  return value;
}

const ExecutableSection* Executable::section(std::string_view name) const {
  const auto found = std::find_if(sections_.begin(), sections_.end(),
                                  [&](const auto& section) { return section.name == name; });
  return found == sections_.end() ? nullptr : &*found;
}

std::optional<uint64_t> Executable::offset_of(uint64_t address) const {
  for (const ExecutableSection& segment : segments_) {
    if (address >= segment.address && address - segment.address < segment.size)
      return segment.offset + (address - segment.address);
  }
  return std::nullopt;
}

Status Executable::read_elf(std::string_view head) {
  if (head.size() < 52) return malformed("the ELF header is cut");
  is_64_ = head[4] == 2;
  big_endian_ = head[5] == 2;
  if (is_64_ && head.size() < 64) return malformed("the ELF header is cut");
  const size_t wide = is_64_ ? 8 : 4;
  const uint64_t segment_at = number(head, is_64_ ? 32 : 28, wide);
  const uint64_t section_at = number(head, is_64_ ? 40 : 32, wide);
  const uint64_t segment_bytes = number(head, is_64_ ? 54 : 42, 2);
  const uint64_t segment_count = number(head, is_64_ ? 56 : 44, 2);
  const uint64_t section_bytes = number(head, is_64_ ? 58 : 46, 2);
  const uint64_t section_count = number(head, is_64_ ? 60 : 48, 2);
  const uint64_t names_index = number(head, is_64_ ? 62 : 50, 2);
  if (segment_count > 0 && segment_bytes >= (is_64_ ? 56u : 32u)) {
    SEAWALL_TRY(const std::string table,
                read(segment_at, segment_count * segment_bytes, kTableBytes));
    for (uint64_t i = 0; i < segment_count; ++i) {
      const size_t at = i * segment_bytes;
      constexpr uint64_t kLoad = 1, kWritable = 2;
      if (number(table, at, 4) != kLoad) continue;
      ExecutableSection segment;
      segment.offset = number(table, at + (is_64_ ? 8 : 4), wide);
      segment.address = number(table, at + (is_64_ ? 16 : 8), wide);
      segment.size = number(table, at + (is_64_ ? 32 : 16), wide);
      segment.writable = (number(table, at + (is_64_ ? 4 : 24), 4) & kWritable) != 0;
      segments_.push_back(std::move(segment));
    }
  }
  if (section_count == 0 || section_bytes < (is_64_ ? 64u : 40u)) return {};
  SEAWALL_TRY(
      const std::string table,
      read(section_at, std::min(section_count, kMostSections) * section_bytes, kTableBytes));
  const auto place = [&](uint64_t index) {
    ExecutableSection section;
    const size_t at = index * section_bytes;
    constexpr uint64_t kNoBits = 8, kWrite = 1;
    section.address = number(table, at + (is_64_ ? 16 : 12), wide);
    section.offset = number(table, at + (is_64_ ? 24 : 16), wide);
    section.size =
        number(table, at + 4, 4) == kNoBits ? 0 : number(table, at + (is_64_ ? 32 : 20), wide);
    section.writable = (number(table, at + 8, wide) & kWrite) != 0;
    return section;
  };
  if (names_index >= std::min(section_count, kMostSections)) return {};
  const ExecutableSection names_at = place(names_index);
  SEAWALL_TRY(const std::string names, read(names_at.offset, names_at.size, kTableBytes));
  for (uint64_t i = 1; i < std::min(section_count, kMostSections); ++i) {
    ExecutableSection section = place(i);
    const uint64_t name = number(table, i * section_bytes, 4);
    if (name < names.size())
      section.name = std::string_view(names)
                         .substr(name, kNameBytes)
                         .substr(0, std::min(names.find('\0', name), names.size()) - name);
    sections_.push_back(std::move(section));
  }
  return {};
}

Status Executable::read_pe(std::string_view head) {
  const uint64_t at = number(head, 60, 4);
  SEAWALL_TRY(const std::string header, read(at, 24, 24));
  if (!header.starts_with(std::string_view("PE\0\0", 4))) return malformed("no PE header");
  const uint64_t count = number(header, 6, 2), optional_bytes = number(header, 20, 2);
  if (count > kMostSections) return malformed("too many sections");
  SEAWALL_TRY(const std::string optional, read(at + 24, optional_bytes, 64 * 1024));
  is_64_ = number(optional, 0, 2) == 0x20b;
  const uint64_t base = is_64_ ? number(optional, 24, 8) : number(optional, 28, 4);
  SEAWALL_TRY(const std::string table, read(at + 24 + optional_bytes, count * 40, kTableBytes));
  for (uint64_t i = 0; i < count; ++i) {
    const size_t entry = i * 40;
    ExecutableSection section;
    section.name = std::string_view(table).substr(entry, 8);
    section.name.resize(std::min(section.name.find('\0'), section.name.size()));
    section.address = base + number(table, entry + 12, 4);
    section.size = number(table, entry + 16, 4);
    section.offset = number(table, entry + 20, 4);
    section.writable = (number(table, entry + 36, 4) & 0x80000000u) != 0;
    sections_.push_back(section);
    segments_.push_back(std::move(section));
  }
  return {};
}

Result<Executable> Executable::open(const RandomAccess& data) {
  Executable out;
  out.data_ = &data;
  std::string head(64, '\0');
  SEAWALL_TRY(const size_t got, data.read_at(0, head));
  head.resize(got);
  if (head.starts_with("\x7f"
                       "ELF")) {
    SEAWALL_CHECK(out.read_elf(head));
  } else if (head.starts_with("MZ")) {
    SEAWALL_CHECK(out.read_pe(head));
  } else {
    return malformed("neither ELF nor PE");
  }
  return out;
}

}  // namespace seawall
