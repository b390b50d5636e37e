// What an ELF file says it needs to run: its interpreter (the dynamic loader), the libraries by
// name, and the folders where they are looked for first.
//
//   SEAWALL_TRY(const ElfNeeds needs, elf_needs_of(file));
//
// Read from the sections .interp, .dynamic and .dynstr; a file without section headers (packed,
// `sstrip`) says nothing. Source: System V ABI, chapter 5, "Dynamic Section". LIMITS: 1 MiB a
// section, 1024 libraries. ERRORS: kMalformed, kLimit.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace seawall::guard {

struct ElfNeeds {
  std::string interpreter;             // "/lib64/ld-linux-x86-64.so.2"; empty: static
  std::vector<std::string> libraries;  // "libc.so.6"
  std::vector<std::string> run_paths;  // of RUNPATH and RPATH: "$ORIGIN/../lib"
};

Result<ElfNeeds> elf_needs_of(const RandomAccess& file);

}  // namespace seawall::guard
