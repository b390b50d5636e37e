// Programs for x86-64 as small as the kernel takes them, for images that are made in memory: the
// head of an ELF file with one segment, and code behind it. Source: elf(5); System V ABI, AMD64.
#pragma once

#include <cstdint>
#include <string>

#include "codec/zip_builder.h"

namespace seawall::test {

inline std::string tiny_program(const std::string& code) {
  constexpr uint64_t kBase = 0x400000, kHeads = 64 + 56;
  return std::string("\x7f") + "ELF" + le(2, 1) + le(1, 1) + le(1, 1) + le(0, 9) + le(2, 2) +
         le(62, 2) + le(1, 4) + le(kBase + kHeads, 8) + le(64, 8) + le(0, 8) + le(0, 4) +
         le(64, 2) + le(56, 2) + le(1, 2) + le(64, 2) + le(0, 2) + le(0, 2) + le(1, 4) + le(5, 4) +
         le(0, 8) + le(kBase, 8) + le(kBase, 8) + le(kHeads + code.size(), 8) +
         le(kHeads + code.size(), 8) + le(0x1000, 8) + code;
}

// for (;;) pause();
inline std::string waiting_program() {
  return tiny_program(std::string("\xb8\x22\x00\x00\x00\x0f\x05\xeb\xf7", 9));
}

// One system call with three numbers; exits with its errno, 0 when it succeeded.
inline std::string calling_program(uint32_t number, uint32_t first = 0, uint32_t second = 0,
                                   uint32_t third = 0) {
  return tiny_program("\xbf" + le(first, 4) + "\xbe" + le(second, 4) + "\xba" + le(third, 4) +
                      "\xb8" + le(number, 4) + "\x0f\x05\x85\xc0\x79\x04\xf7\xd8\xeb\x02\x31\xc0" +
                      "\x89\xc7\xb8" + le(60, 4) + "\x0f\x05");
}

}  // namespace seawall::test
