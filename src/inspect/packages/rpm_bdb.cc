#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "inspect/packages/rpm.h"

namespace seawall::inspect {
namespace {

constexpr uint32_t kHashMagic = 0x061561;
constexpr size_t kMetaSize = 72;  // what of the metadata page is read
constexpr size_t kPageHeader =
    26;  // lsn 8, page 4, previous 4, next 4, entries 2, free 2, level, type
constexpr size_t kOffPageItem = 12;  // type, 3 unused, page 4, length 4
enum PageType : uint8_t { kUnsortedHash = 2, kOverflow = 7, kHash = 13 };
enum ItemType : uint8_t { kKeyData = 1, kDuplicate = 2, kOffPage = 3, kOffDuplicate = 4 };

uint64_t number(std::string_view bytes, size_t at, size_t width, bool swapped) {
  uint64_t value = 0;
  for (size_t i = 0; i < width; ++i) {
    const size_t index = swapped ? at + i : at + width - 1 - i;
    value = value << 8 | static_cast<unsigned char>(bytes[index]);
  }
  return value;
}

class BdbReader {
 public:
  BdbReader(std::string_view file, const Limits& limits, ProblemReport& problems,
            const RpmHeaderSink& sink)
      : file_(file), limits_(limits), problems_(problems), sink_(sink) {}

  Status run() {
    SEAWALL_CHECK(read_meta());
    for (uint32_t page = 1; page < pages_; ++page) {
      const uint8_t type = static_cast<uint8_t>(page_bytes(page)[25]);
      if (type == kHash || type == kUnsortedHash) SEAWALL_CHECK(read_hash_page(page));
    }
    return {};
  }

 private:
  Status read_meta() {
    if (file_.size() < kMetaSize) return malformed("Berkeley DB: the file ends within its header");
    big_endian_ = number(file_, 12, 4, true) == kHashMagic;
    if (file_[24] != 0) return unsupported("Berkeley DB: the database is encrypted");
    const uint64_t size = number(file_, 20, 4, big_endian_);
    if (size < 512 || size > 65536 || (size & (size - 1)) != 0) {
      return malformed(fmt::format("Berkeley DB: {} is no page size", size));
    }
    page_size_ = size;
    // The smaller of what the header says and what is there; one page more than the last's number.
    const uint64_t claimed = number(file_, 32, 4, big_endian_) + 1;
    pages_ = std::min<uint64_t>(file_.size() / page_size_, claimed);
    if (pages_ < claimed) {
      problems_.add(malformed(
          fmt::format("Berkeley DB: {} of {} pages are there; the file is cut", pages_, claimed)));
    }
    used_.assign(pages_, false);
    return {};
  }

  std::string_view page_bytes(uint64_t page) const {
    return file_.substr(page * page_size_, page_size_);
  }
  uint64_t get(std::string_view bytes, size_t at, size_t width) const {
    return number(bytes, at, width, big_endian_);
  }

  // Items lie from the end of the page downwards, keys and data in turn; the index at its start
  // has where each begins, so that an item ends where the one before begins.
  Status read_hash_page(uint32_t page) {
    const std::string_view bytes = page_bytes(page);
    const uint64_t entries = get(bytes, 20, 2);
    const uint64_t index_end = kPageHeader + entries * 2;
    if (index_end > bytes.size()) return damaged(page, "has more entries than fit");
    uint64_t end = bytes.size();
    std::string_view key;
    for (uint64_t i = 0; i < entries; ++i) {
      const uint64_t start = get(bytes, kPageHeader + i * 2, 2);
      if (start < index_end || start >= end) return damaged(page, "has an item out of place");
      const std::string_view item = bytes.substr(start, end - start);
      end = start;
      if (i % 2 == 0) {
        key = item;
      } else {
        SEAWALL_CHECK(read_pair(page, key, item));
      }
    }
    return {};
  }

  // One damaged page is a problem of its own and no reason to stop.
  Status damaged(uint64_t page, std::string_view what) {
    problems_.add(malformed(fmt::format("Berkeley DB: page {} {}", page, what)));
    return {};
  }

  Status read_pair(uint32_t page, std::string_view key, std::string_view item) {
    // Keys are package numbers of 4 bytes after the type. Number 0 holds the highest one given.
    if (key.size() < 5 || key[0] != kKeyData) return damaged(page, "has a key that is no number");
    const uint64_t record = get(key, 1, 4);
    if (record == 0) return {};
    std::string_view header;
    if (item[0] == kKeyData) {
      header = item.substr(1);
    } else if (item[0] == kOffPage && item.size() >= kOffPageItem) {
      if (!read_chain(page, get(item, 4, 4), get(item, 8, 4))) return {};
      header = chain_;
    } else {
      return damaged(page, fmt::format("has an item of type {}", static_cast<int>(item[0])));
    }
    if (++packages_ > limits_.packages) {
      return limit_reached(fmt::format("more than {} packages", limits_.packages));
    }
    sink_(record, header);
    return {};
  }

  // Gathers the overflow pages from `page` on into chain_. Each page belongs to one chain: meeting
  // it again is a circle, or two headers in one place.
  bool read_chain(uint32_t from, uint64_t page, uint64_t length) {
    const auto fail = [&](std::string_view what) {
      damaged(from, what).ok();
      return false;
    };
    if (length > file_.size()) return fail("points at a header larger than the file");
    chain_.clear();
    while (chain_.size() < length) {
      if (page == 0 || page >= pages_) return fail("points at pages that are not there");
      if (used_[page]) return fail("points at pages in use elsewhere");
      used_[page] = true;
      const std::string_view bytes = page_bytes(page);
      const uint64_t here = get(bytes, 22, 2);
      if (static_cast<uint8_t>(bytes[25]) != kOverflow || here == 0 ||
          here > bytes.size() - kPageHeader) {
        return fail("points at a page that is no overflow page");
      }
      chain_ += bytes.substr(kPageHeader, here);
      page = get(bytes, 16, 4);
    }
    if (chain_.size() > length) return fail("points at pages with more than they should hold");
    return true;
  }

  std::string_view file_;
  const Limits& limits_;
  ProblemReport& problems_;
  const RpmHeaderSink& sink_;
  bool big_endian_ = false;
  uint64_t page_size_ = 0, pages_ = 0, packages_ = 0;
  std::vector<bool> used_;
  std::string chain_;
};

}  // namespace

bool is_rpm_bdb(std::string_view file) {
  return file.size() >= 16 &&
         (number(file, 12, 4, false) == kHashMagic || number(file, 12, 4, true) == kHashMagic);
}

Status read_rpm_bdb(std::string_view file, const Limits& limits, ProblemReport& problems,
                    const RpmHeaderSink& sink) {
  return BdbReader(file, limits, problems, sink).run();
}

}  // namespace seawall::inspect
