// Executables and libraries, ELF and PE, as far as an inspector needs them: sections by name, and
// where addresses lie in the file. Every offset is checked; nothing is read but what is asked for.
//
// Sources: System V ABI, "Object Files" (ELF 32 and 64 bits, both byte orders); Microsoft, "PE
// Format". LIMITS: sections, names of 256 bytes. ERRORS: kMalformed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace seawall {

struct ExecutableSection {
  std::string name;  // ".rodata"; empty for segments
  uint64_t offset = 0, size = 0, address = 0;
  bool writable = false;
};

class Executable {
 public:
  // REQUIRES: `data` outlives it.
  static Result<Executable> open(const RandomAccess& data);

  bool big_endian() const { return big_endian_; }
  bool is_64() const { return is_64_; }
  const std::vector<ExecutableSection>& sections() const { return sections_; }
  // What is loaded into memory; of PE files the sections.
  const std::vector<ExecutableSection>& segments() const { return segments_; }
  const ExecutableSection* section(std::string_view name) const;
  // Where an address lies in the file.
  std::optional<uint64_t> offset_of(uint64_t address) const;
  // `size` bytes at an offset; kMalformed when the file ends before, kLimit above `limit`.
  Result<std::string> read(uint64_t offset, uint64_t size, uint64_t limit) const;
  uint64_t number(std::string_view bytes, size_t at, size_t width) const;

 private:
  Status read_elf(std::string_view head);
  Status read_pe(std::string_view head);
  const RandomAccess* data_ = nullptr;
  bool big_endian_ = false, is_64_ = true;
  std::vector<ExecutableSection> sections_, segments_;
};

}  // namespace seawall
