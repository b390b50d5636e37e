#include "guard/canary/canary_program.h"

#include <cstddef>

__asm__(
    ".section .rodata.seawall_canary, \"a\", %progbits\n"
    "seawall_canary_start:\n"
    ".incbin \"" SEAWALL_CANARY
    "\"\n"
    "seawall_canary_end:\n"
    ".previous\n");
extern "C" const char seawall_canary_start[], seawall_canary_end[];

namespace seawall::guard {

std::string_view canary_program() {
  return {seawall_canary_start, static_cast<size_t>(seawall_canary_end - seawall_canary_start)};
}

}  // namespace seawall::guard
