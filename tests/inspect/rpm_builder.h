// Makes rpm headers and the containers no tool writes any more: Berkeley DB hashes in either byte
// order, and ndb files. Written from the formats' descriptions, with knobs to damage them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seawall::inspect::test_rpm {

inline std::string number(uint64_t value, size_t width, bool big) {
  std::string bytes(width, '\0');
  for (size_t i = 0; i < width; ++i) {
    bytes[big ? width - 1 - i : i] = static_cast<char>(value >> (8 * i));
  }
  return bytes;
}

class HeaderBuilder {
 public:
  HeaderBuilder& text(uint32_t tag, std::string_view value, uint32_t type = 6) {
    entry(tag, type, 1);
    data_ += std::string(value) + '\0';
    return *this;
  }
  HeaderBuilder& number32(uint32_t tag, uint32_t value) {
    entry(tag, 4, 1);
    data_ += number(value, 4, true);
    return *this;
  }
  HeaderBuilder& number64(uint32_t tag, uint64_t value) {
    entry(tag, 5, 1);
    data_ += number(value, 8, true);
    return *this;
  }
  // An entry with nothing behind it.
  HeaderBuilder& raw(uint32_t tag, uint32_t type, uint32_t offset, uint32_t count) {
    index_ += number(tag, 4, true) + number(type, 4, true) + number(offset, 4, true) +
              number(count, 4, true);
    return *this;
  }
  std::string build() const {
    return number(index_.size() / 16, 4, true) + number(data_.size(), 4, true) + index_ + data_;
  }

 private:
  void entry(uint32_t tag, uint32_t type, uint32_t count) {
    raw(tag, type, static_cast<uint32_t>(data_.size()), count);
  }
  std::string index_, data_;
};

inline std::string simple_header(std::string_view name, std::string_view version,
                                 size_t padding = 0) {
  HeaderBuilder builder;
  builder.text(1000, name).text(1001, version).text(1002, "1").text(1022, "x86_64");
  if (padding != 0) builder.text(1005, std::string(padding, 'd'));
  return builder.build();
}

// A Berkeley DB hash with every header on one hash page; long ones go to overflow pages.
class BdbBuilder {
 public:
  explicit BdbBuilder(bool big_endian, size_t page_size = 512)
      : big_(big_endian), page_size_(page_size), pages_(1) {}

  void add(uint32_t record, std::string_view header) {
    std::string item;
    if (header.size() < 100) {
      item = "\1" + std::string(header);
    } else {
      item = std::string("\3\0\0\0", 4) + number(overflow(header), 4, big_) +
             number(header.size(), 4, big_);
    }
    items_.emplace_back("\1" + number(record, 4, big_), item);
  }

  std::string build() {
    std::string index, data;
    const auto put = [&](const std::string& item) {
      data = item + data;
      index += number(page_size_ - data.size(), 2, big_);
    };
    for (const auto& [key, item] : items_) {
      put(key);
      put(item);
    }
    std::string hash = page_header(pages_.size(), 0, index.size() / 2, 0, 13) + index;
    hash.resize(page_size_ - data.size());
    pages_.push_back(hash + data);
    std::string meta = std::string(8, '\0') + number(0, 4, big_) + number(0x061561, 4, big_) +
                       number(9, 4, big_) + number(page_size_, 4, big_) + std::string("\0\10", 2);
    meta.resize(32);
    meta += number(pages_.size() - 1, 4, big_);
    meta.resize(page_size_);
    pages_[0] = meta;
    std::string file;
    for (const std::string& page : pages_) file += page;
    return file;
  }

  // Of the page with this number, before build(): where its chain goes on.
  void set_next(size_t page, uint32_t next) { pages_[page].replace(16, 4, number(next, 4, big_)); }
  size_t page_count() const { return pages_.size(); }

 private:
  std::string page_header(uint64_t page, uint64_t next, uint64_t entries, uint64_t offset,
                          char type) {
    return std::string(8, '\0') + number(page, 4, big_) + number(0, 4, big_) +
           number(next, 4, big_) + number(entries, 2, big_) + number(offset, 2, big_) + '\0' + type;
  }
  uint64_t overflow(std::string_view header) {
    const uint64_t first = pages_.size();
    const size_t room = page_size_ - 26;
    while (!header.empty()) {
      const std::string_view part = header.substr(0, room);
      header.remove_prefix(part.size());
      const uint64_t here = pages_.size();
      std::string page =
          page_header(here, header.empty() ? 0 : here + 1, 1, part.size(), 7) + std::string(part);
      page.resize(page_size_);
      pages_.push_back(page);
    }
    return first;
  }

  bool big_;
  size_t page_size_;
  std::vector<std::string> pages_;
  std::vector<std::pair<std::string, std::string>> items_;
};

// One page of slots, then the blobs.
inline std::string build_ndb(const std::vector<std::pair<uint32_t, std::string>>& headers) {
  std::string slots = "RpmP" + number(0, 4, false) + number(1, 4, false) + number(1, 4, false) +
                      number(headers.size() + 1, 4, false);
  slots.resize(32);
  std::string blobs;
  for (const auto& [record, header] : headers) {
    const size_t start = 4096 + blobs.size();
    std::string blob = "BlbS" + number(record, 4, false) + number(0, 4, false) +
                       number(header.size(), 4, false) + header;
    while ((blob.size() + 12) % 16 != 0) blob += '\0';
    blob += number(0, 4, false) + number(header.size(), 4, false) + "BlbE";
    slots += "Slot" + number(record, 4, false) + number(start / 16, 4, false) +
             number(blob.size() / 16, 4, false);
    blobs += blob;
  }
  while (slots.size() < 4096) slots += "Slot" + std::string(12, '\0');
  return slots + blobs;
}

}  // namespace seawall::inspect::test_rpm
