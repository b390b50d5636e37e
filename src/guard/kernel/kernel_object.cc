#include "guard/kernel/kernel_object.h"

// The bytes stand between two symbols; the loader wants them aligned.
__asm__(
    ".section .rodata.seawall_bpf, \"a\", %progbits\n"
    ".balign 16\n"
    "seawall_bpf_start:\n"
    ".incbin \"" SEAWALL_BPF_OBJECT
    "\"\n"
    "seawall_bpf_end:\n"
    ".previous\n");
extern "C" const char seawall_bpf_start[], seawall_bpf_end[];

namespace seawall::guard {

std::string_view kernel_object() {
  return {seawall_bpf_start, static_cast<size_t>(seawall_bpf_end - seawall_bpf_start)};
}

}  // namespace seawall::guard
