# The guard's kernel part: one object for every kernel (CO-RE), compiled by any clang from 14 on and put into the binary
# as bytes (guard/kernel/kernel_object.cc).
find_program(SEAWALL_BPF_CLANG NAMES clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 REQUIRED)
string(REGEX REPLACE "^(x86_64|amd64)$" "x86" bpf_target "${CMAKE_SYSTEM_PROCESSOR}")
string(REGEX REPLACE "^aarch64$" "arm64" bpf_target "${bpf_target}")
set(SEAWALL_BPF_OBJECT ${CMAKE_BINARY_DIR}/generated/guard.bpf.o)
file(GLOB bpf_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/guard/kernel/bpf/*)
add_custom_command(
  OUTPUT ${SEAWALL_BPF_OBJECT}
  COMMAND ${SEAWALL_BPF_CLANG} -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_${bpf_target} -Wall -Wextra -Werror
          -Wno-unused-parameter -Wno-missing-declarations -I/usr/include/${CMAKE_LIBRARY_ARCHITECTURE}
          -I${CMAKE_SOURCE_DIR}/src -fdebug-prefix-map=${CMAKE_SOURCE_DIR}=. -c ${CMAKE_SOURCE_DIR}/src/guard/kernel/bpf/guard.bpf.c
          -o ${SEAWALL_BPF_OBJECT}
  DEPENDS ${bpf_sources} ${CMAKE_SOURCE_DIR}/src/guard/kernel/wire.h
  COMMENT "Building the guard's kernel part"
  VERBATIM)
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/guard/kernel/kernel_object.cc PROPERTIES
  OBJECT_DEPENDS ${SEAWALL_BPF_OBJECT} COMPILE_DEFINITIONS "SEAWALL_BPF_OBJECT=\"${SEAWALL_BPF_OBJECT}\"")

# The canary's program: no library, so that nothing but it need be in its root.
set(SEAWALL_CANARY ${CMAKE_BINARY_DIR}/generated/canary)
add_custom_command(
  OUTPUT ${SEAWALL_CANARY}
  COMMAND ${CMAKE_C_COMPILER} -Os -static -nostdlib -nostartfiles -ffreestanding -fno-stack-protector -fno-pie -no-pie
          -fno-asynchronous-unwind-tables -Wall -Wextra -Werror -s -Wl,--build-id=none -Wl,-z,noseparate-code
          -o ${SEAWALL_CANARY} ${CMAKE_SOURCE_DIR}/src/guard/canary/canary.c
  DEPENDS ${CMAKE_SOURCE_DIR}/src/guard/canary/canary.c
  COMMENT "Building the canary"
  VERBATIM)
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/guard/canary/canary_program.cc PROPERTIES
  OBJECT_DEPENDS ${SEAWALL_CANARY} COMPILE_DEFINITIONS "SEAWALL_CANARY=\"${SEAWALL_CANARY}\"")
