// Makes small ELF files of 64 bits, little-endian: sections with bytes, one loaded segment over
// all.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "codec/zip_builder.h"

namespace seawall::test {

inline constexpr uint64_t kElfBase = 0x400000;

inline std::string elf_of(const std::vector<std::pair<std::string, std::string>>& sections) {
  std::string body(64 + 56, '\0'), names(1, '\0');
  struct Place {
    size_t name, offset, size;
  };
  std::vector<Place> places;
  for (const auto& [name, bytes] : sections) {
    body.resize((body.size() + 15) / 16 * 16);
    places.push_back({names.size(), body.size(), bytes.size()});
    names += name + std::string(1, '\0');
    body += bytes;
  }
  const size_t own_name = names.size();
  names += std::string(".shstrtab") + std::string(1, '\0');
  places.push_back({own_name, body.size(), names.size()});
  body += names;
  const size_t table = body.size();
  std::string headers(64, '\0');
  for (const Place& place : places) {
    headers += le(place.name, 4) + le(1, 4) + le(3, 8) + le(kElfBase + place.offset, 8) +
               le(place.offset, 8) + le(place.size, 8) + le(0, 8) + le(1, 8) + le(0, 8);
  }
  const std::string head = std::string("\x7f") + "ELF" + le(2, 1) + le(1, 1) + le(1, 1) + le(0, 9) +
                           le(2, 2) + le(62, 2) + le(1, 4) + le(kElfBase, 8) + le(64, 8) +
                           le(table, 8) + le(0, 4) + le(64, 2) + le(56, 2) + le(1, 2) + le(64, 2) +
                           le(places.size() + 1, 2) + le(places.size(), 2);
  const std::string segment = le(1, 4) + le(7, 4) + le(0, 8) + le(kElfBase, 8) + le(kElfBase, 8) +
                              le(table, 8) + le(table, 8) + le(16, 8);
  return head + segment + body.substr(64 + 56) + headers;
}

}  // namespace seawall::test
