#include "codec/zip.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/spool.h"
#include "base/strings.h"
#include "codec/decoder.h"
#include "codec/inflate.h"

namespace seawall {
namespace {

// APPNOTE.TXT 6.3.10: 4.3.7 local header, 4.3.12 central directory, 4.3.14 to 4.3.16 its end.
constexpr uint32_t kLocalMark = 0x04034b50, kCentralMark = 0x02014b50, kEndMark = 0x06054b50;
constexpr uint32_t kEnd64Mark = 0x06064b50, kLocator64Mark = 0x07064b50;
constexpr size_t kLocalBytes = 30, kCentralBytes = 46, kEndBytes = 22, kEnd64Bytes = 56;
constexpr size_t kLocatorBytes = 20, kMostComment = 65535;
constexpr uint16_t kEncrypted = 1u << 0, kDescriptor = 1u << 3, kStrongEncryption = 1u << 6,
                   kMaskedHeader = 1u << 13;
constexpr uint16_t kZip64Field = 1, kStored = 0, kDeflated = 8;
constexpr uint32_t kIn64 = 0xffffffff;
constexpr uint16_t kIn64Short = 0xffff;

uint64_t little(std::string_view bytes, size_t at, size_t size) {
  uint64_t value = 0;
  for (size_t i = 0; i < size; ++i) {
    value |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return value;
}
uint16_t get16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(little(bytes, at, 2));
}
uint32_t get32(std::string_view bytes, size_t at) {
  return static_cast<uint32_t>(little(bytes, at, 4));
}
uint64_t get64(std::string_view bytes, size_t at) {
  return little(bytes, at, 8);
}

// REQUIRES: the range lies inside the source.
Result<std::string> read_range(const std::shared_ptr<const RandomAccess>& source, uint64_t offset,
                               uint64_t size) {
  std::string bytes(size, '\0');
  RangeReader reader(source, offset, size);
  SEAWALL_CHECK(read_exactly(reader, bytes));
  return bytes;
}

// Where the central directory is, as the records at the end of the file say.
struct Directory {
  uint64_t offset = 0, size = 0, count = 0;
  uint64_t base = 0;    // bytes before the archive (a shell script that starts a jar)
  uint64_t end_at = 0;  // of the record that follows the directory
  bool count_is_64 = false;
};

class DirectoryFinder {
 public:
  explicit DirectoryFinder(const std::shared_ptr<const RandomAccess>& source) : source_(source) {}

  Result<Directory> find() {
    const uint64_t size = source_->size();
    const uint64_t tail_bytes = std::min<uint64_t>(size, kEndBytes + kMostComment);
    SEAWALL_TRY(const std::string tail, read_range(source_, size - tail_bytes, tail_bytes));
    const auto at = last_end_record(tail);
    if (!at) return malformed("this is no zip archive: it has no end record");
    const std::string_view record = std::string_view(tail).substr(*at, kEndBytes);
    Directory directory;
    directory.end_at = size - tail_bytes + *at;
    directory.count = get16(record, 10);
    directory.size = get32(record, 12);
    directory.offset = get32(record, 16);
    const bool split = get16(record, 4) != 0 || get16(record, 6) != 0;
    if (directory.count == kIn64Short || directory.size == kIn64 || directory.offset == kIn64) {
      SEAWALL_CHECK(read_end64(directory));
    } else if (split || get16(record, 8) != directory.count) {
      return unsupported("the zip archive is one part of several");
    }
    SEAWALL_CHECK(place(directory));
    return directory;
  }

 private:
  static std::optional<size_t> last_end_record(std::string_view tail) {
    for (size_t at = tail.size() < kEndBytes ? 0 : tail.size() - kEndBytes + 1; at-- > 0;) {
      if (get32(tail, at) == kEndMark && get16(tail, at + 20) <= tail.size() - at - kEndBytes) {
        return at;
      }
    }
    return std::nullopt;
  }

  // Numbers that do not fit the old record are in the ZIP64 one, when there is one: 65,535 entries
  // are possible without.
  Status read_end64(Directory& directory) {
    if (directory.end_at < kLocatorBytes) return {};
    SEAWALL_TRY(const std::string locator,
                read_range(source_, directory.end_at - kLocatorBytes, kLocatorBytes));
    if (get32(locator, 0) != kLocator64Mark) return {};
    const uint64_t locator_at = directory.end_at - kLocatorBytes;
    if (locator_at < kEnd64Bytes) return malformed("the ZIP64 end record is missing");
    // Where the locator says; or, with bytes before the archive, right before the locator.
    const uint64_t said = get64(locator, 8), before = locator_at - kEnd64Bytes;
    for (const uint64_t at : {std::min(said, before), before}) {
      SEAWALL_TRY(const std::string record, read_range(source_, at, kEnd64Bytes));
      if (get32(record, 0) != kEnd64Mark) continue;
      if (get32(record, 16) != 0 || get32(record, 20) != 0) {
        return unsupported("the zip archive is one part of several");
      }
      directory.count = get64(record, 32);
      directory.size = get64(record, 40);
      directory.offset = get64(record, 48);
      directory.end_at = at;
      directory.count_is_64 = true;
      return {};
    }
    return malformed("the ZIP64 end record is missing");
  }

  static Status place(Directory& directory) {
    if (directory.size > directory.end_at || directory.offset > directory.end_at - directory.size) {
      return malformed("the zip directory lies outside the file");
    }
    // It ends where the end record begins, as Java and Python have it; offsets count from the
    // archive's own start, which is later when something stands before it.
    directory.base = directory.end_at - directory.size - directory.offset;
    return {};
  }

  const std::shared_ptr<const RandomAccess>& source_;
};

// The ZIP64 extra field has those numbers, in this order, that did not fit the record itself.
Status apply_zip64(std::string_view extra, ZipEntry& entry) {
  const bool wanted =
      entry.size == kIn64 || entry.packed_size == kIn64 || entry.header_offset == kIn64;
  while (wanted && extra.size() >= 4) {
    const uint16_t id = get16(extra, 0), size = get16(extra, 2);
    if (size > extra.size() - 4) break;
    std::string_view field = extra.substr(4, size);
    extra.remove_prefix(4u + size);
    if (id != kZip64Field) continue;
    for (uint64_t* number : {&entry.size, &entry.packed_size, &entry.header_offset}) {
      if (*number != kIn64) continue;
      if (field.size() < 8) return malformed("its ZIP64 field is cut");
      *number = get64(field, 0);
      field.remove_prefix(8);
    }
    return {};
  }
  return {};
}

// Takes one record off the front of `rest`.
Result<ZipEntry> parse_central(std::string_view& rest, const Directory& directory,
                               const Limits& limits) {
  if (rest.size() < kCentralBytes || get32(rest, 0) != kCentralMark) {
    return malformed("this is no directory record");
  }
  const std::string_view record = rest.substr(0, kCentralBytes);
  const size_t name = get16(record, 28), extra = get16(record, 30), comment = get16(record, 32);
  if (rest.size() - kCentralBytes < name + extra + comment) return malformed("the record is cut");
  ZipEntry entry;
  entry.path = rest.substr(kCentralBytes, name);
  if (name > limits.path_bytes) {
    return limit_reached(fmt::format("a path of {} bytes, more than {}", name, limits.path_bytes));
  }
  if (entry.path.find('\0') != std::string::npos) return malformed("its path contains a NUL");
  entry.encrypted = (get16(record, 8) & (kEncrypted | kStrongEncryption | kMaskedHeader)) != 0;
  entry.method = get16(record, 10);
  entry.crc32 = get32(record, 16);
  entry.packed_size = get32(record, 20);
  entry.size = get32(record, 24);
  entry.header_offset = get32(record, 42);
  SEAWALL_CHECK(apply_zip64(rest.substr(kCentralBytes + name, extra), entry));
  rest.remove_prefix(kCentralBytes + name + extra + comment);

  const uint64_t room = directory.offset;  // for all members, which come before the directory
  if (entry.packed_size > room || entry.header_offset > room - entry.packed_size ||
      kLocalBytes + name > room - entry.packed_size - entry.header_offset) {
    return malformed("its data lies outside the archive");
  }
  entry.header_offset += directory.base;
  return entry;
}

// Members that share bytes make a small archive unpack without end (D. Fifield, "A better zip
// bomb", 2019); no real archive has them.
Status check_apart(const std::vector<ZipEntry>& entries) {
  std::vector<const ZipEntry*> by_offset;
  by_offset.reserve(entries.size());
  for (const ZipEntry& entry : entries) by_offset.push_back(&entry);
  std::sort(by_offset.begin(), by_offset.end(), [](const ZipEntry* a, const ZipEntry* b) {
    return a->header_offset != b->header_offset ? a->header_offset < b->header_offset
                                                : a->path < b->path;
  });
  for (size_t i = 1; i < by_offset.size(); ++i) {
    const ZipEntry& before = *by_offset[i - 1];
    const uint64_t end =
        before.header_offset + kLocalBytes + before.path.size() + before.packed_size;
    if (end > by_offset[i]->header_offset) {
      return malformed(fmt::format("the members {} and {} overlap", printable(before.path),
                                   printable(by_offset[i]->path)));
    }
  }
  return {};
}

// The deflated data of one member, which must be exactly as long as the directory says.
class MemberDecoder : public Decoder {
 public:
  MemberDecoder(std::unique_ptr<Inflater> inflater, uint64_t packed_size)
      : inflater_(std::move(inflater)), packed_left_(packed_size) {}

  Result<Step> decode(std::string_view in, std::span<char> out, bool) override {
    SEAWALL_TRY(const Step step, inflater_->inflate(in, out));
    packed_left_ -= step.consumed;
    if (step.end && packed_left_ + inflater_->leftover().size() != 0) {
      return malformed("is shorter than the archive says");
    }
    return step;
  }

 private:
  std::unique_ptr<Inflater> inflater_;
  uint64_t packed_left_;
};

// Counts and sums what a member gives, and judges it at its end.
class MemberReader : public Reader {
 public:
  MemberReader(std::unique_ptr<Reader> inner, const ZipEntry& entry)
      : inner_(std::move(inner)),
        path_(printable(entry.path)),
        size_(entry.size),
        crc_(entry.crc32) {}

  Result<size_t> read(std::span<char> buffer) override {
    if (failure_) return *failure_;
    if (buffer.empty()) return size_t{0};
    auto got = inner_->read(buffer);
    if (!got.ok()) return fail(std::move(got).error());
    if (*got == 0 && count_ < size_) return fail(malformed("its data ends early"));
    if (*got > size_ - count_) return fail(malformed("its data is longer than the archive says"));
    count_ += *got;
    sum_ = crc32_of(sum_, {buffer.data(), *got});
    if (count_ == size_ && sum_ != crc_) return fail(malformed("its checksum is wrong"));
    return *got;
  }

 private:
  Error fail(Error error) {
    failure_ = std::move(error).at(path_);
    return *failure_;
  }
  std::unique_ptr<Reader> inner_;
  std::string path_;
  uint64_t size_, count_ = 0;
  uint32_t crc_, sum_ = 0;
  std::optional<Error> failure_;
};

// Where the data begins, once the local header agrees with the directory.
Result<uint64_t> check_local_header(const std::shared_ptr<const RandomAccess>& source,
                                    const ZipEntry& entry) {
  const uint64_t size = source->size(), fixed = kLocalBytes + entry.path.size();
  if (size < fixed || entry.header_offset > size - fixed) {
    return malformed("its header lies outside the archive");
  }
  SEAWALL_TRY(const std::string header, read_range(source, entry.header_offset, fixed));
  if (get32(header, 0) != kLocalMark) return malformed("its header is missing");
  const uint16_t flags = get16(header, 6);
  bool agrees = get16(header, 26) == entry.path.size() &&
                std::string_view(header).substr(kLocalBytes) == entry.path &&
                get16(header, 8) == entry.method && (flags & kEncrypted) == 0;
  // With a data descriptor these stand behind the data; in ZIP64 the sizes are elsewhere.
  if ((flags & kDescriptor) == 0) {
    const uint32_t packed = get32(header, 18), unpacked = get32(header, 22);
    agrees = agrees && get32(header, 14) == entry.crc32 &&
             (packed == entry.packed_size || packed == kIn64) &&
             (unpacked == entry.size || unpacked == kIn64);
  }
  if (!agrees) return malformed("its header and the directory disagree");
  const uint64_t start = entry.header_offset + fixed + get16(header, 28);
  if (start > size || entry.packed_size > size - start) {
    return malformed("its data lies outside the archive");
  }
  return start;
}

}  // namespace

Result<ZipReader> ZipReader::open(std::shared_ptr<const RandomAccess> source,
                                  const Limits& limits) {
  SEAWALL_TRY(const Directory directory, DirectoryFinder(source).find());
  if (directory.size > limits.file_bytes) {
    return limit_reached(fmt::format("a zip directory of {} bytes, more than {}", directory.size,
                                     limits.file_bytes));
  }
  if (directory.count > limits.entries) {
    return limit_reached(fmt::format("more than {} zip entries", limits.entries));
  }
  SEAWALL_TRY(const std::string bytes,
              read_range(source, directory.base + directory.offset, directory.size));
  ZipReader reader;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    if (reader.entries_.size() == limits.entries) {
      return limit_reached(fmt::format("more than {} zip entries", limits.entries));
    }
    auto entry = parse_central(rest, directory, limits);
    if (!entry.ok()) {
      return std::move(entry).error().at(fmt::format("zip entry {}", reader.entries_.size() + 1));
    }
    reader.entries_.push_back(std::move(entry).value());
  }
  // The old record counts modulo 65,536, and programs exist that let it wrap.
  const uint64_t count = reader.entries_.size();
  if (directory.count_is_64 ? count != directory.count : count % 65536 != directory.count) {
    return malformed(
        fmt::format("the zip directory has {} entries instead of {}", count, directory.count));
  }
  SEAWALL_CHECK(check_apart(reader.entries_));
  reader.source_ = std::move(source);
  reader.limits_ = limits;
  return reader;
}

namespace {

// A stretch of another RandomAccess.
class RangeAccess : public RandomAccess {
 public:
  RangeAccess(std::shared_ptr<const RandomAccess> source, uint64_t offset, uint64_t size)
      : source_(std::move(source)), offset_(offset), size_(size) {}
  uint64_t size() const override { return size_; }
  Result<size_t> read_at(uint64_t offset, std::span<char> buffer) const override {
    if (offset >= size_) return size_t{0};
    const size_t count = std::min<uint64_t>(buffer.size(), size_ - offset);
    return source_->read_at(offset_ + offset, buffer.first(count));
  }

 private:
  std::shared_ptr<const RandomAccess> source_;
  uint64_t offset_, size_;
};

}  // namespace

Result<std::shared_ptr<const RandomAccess>> ZipReader::access(const ZipEntry& entry) const {
  if (entry.method == kStored && !entry.encrypted && entry.packed_size == entry.size) {
    auto start = check_local_header(source_, entry);
    if (!start.ok()) return std::move(start).error().at(printable(entry.path));
    return std::shared_ptr<const RandomAccess>(
        std::make_shared<RangeAccess>(source_, *start, entry.size));
  }
  SEAWALL_TRY(auto reader, content(entry));
  return spool(*reader, limits_);
}

Result<std::unique_ptr<Reader>> ZipReader::content(const ZipEntry& entry) const {
  const std::string place = printable(entry.path);
  if (entry.encrypted) return unsupported("the zip member is encrypted").at(place);
  if (entry.method != kStored && entry.method != kDeflated) {
    return unsupported(fmt::format("zip method {} is not supported", entry.method)).at(place);
  }
  if (entry.method == kStored && entry.packed_size != entry.size) {
    return malformed("a stored zip member with two sizes").at(place);
  }
  if (entry.size > limits_.unpacked_bytes) {
    return limit_reached(fmt::format("the zip member unpacks to more than {}",
                                     human_bytes(limits_.unpacked_bytes)))
        .at(place);
  }
  auto start = check_local_header(source_, entry);
  if (!start.ok()) return std::move(start).error().at(place);
  std::unique_ptr<Reader> inner = std::make_unique<RangeReader>(source_, *start, entry.packed_size);
  if (entry.method == kDeflated) {
    auto inflater = make_inflater();
    if (!inflater) return decoder_out_of_memory().at(place);
    const size_t input_bytes =
        std::clamp<uint64_t>(entry.packed_size, 1, DecodingReader::kInputBytes);
    inner = std::make_unique<DecodingReader>(
        "zip", std::make_unique<MemberDecoder>(std::move(inflater), entry.packed_size),
        std::move(inner), limits_, input_bytes);
  }
  return std::unique_ptr<Reader>(std::make_unique<MemberReader>(std::move(inner), entry));
}

}  // namespace seawall
