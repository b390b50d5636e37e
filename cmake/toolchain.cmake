# Warnings, hardening, sanitizers, the faster linker and ccache where they are present.
add_library(seawall_flags INTERFACE)
target_compile_options(seawall_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Wcast-align -Wno-missing-field-initializers
  -fno-strict-aliasing -fvisibility=hidden)
target_include_directories(seawall_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false positives of these two inside libstdc++ at -O2 (GCC bugs 105329, 105651).
  target_compile_options(seawall_flags INTERFACE -Wno-restrict -Wno-stringop-overflow)
  # GCC 13 sees fmt's inline buffer overrun where it is grown (GCC bug 107852 and its like).
  if(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13 AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
    target_compile_options(seawall_flags INTERFACE -Wno-array-bounds)
  endif()
endif()

if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # libstdc++ 12's own stable_sort uses its deprecated get_temporary_buffer.
  target_compile_options(seawall_flags INTERFACE -Wno-deprecated-declarations)
endif()

if(SEAWALL_SANITIZE)
  target_compile_options(seawall_flags INTERFACE -fsanitize=${SEAWALL_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  target_link_options(seawall_flags INTERFACE -fsanitize=${SEAWALL_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(seawall_flags INTERFACE -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
                         -D_GLIBCXX_ASSERTIONS)
  target_link_options(seawall_flags INTERFACE -pie -Wl,-z,relro,-z,now -Wl,--gc-sections
                      -Wl,--exclude-libs,ALL)
endif()
if(SEAWALL_FUZZ)
  # Coverage for libFuzzer in the libraries too; the targets themselves link -fsanitize=fuzzer.
  target_compile_options(seawall_flags INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(seawall_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(SEAWALL_COVERAGE)
  target_compile_options(seawall_flags INTERFACE --coverage)
  target_link_options(seawall_flags INTERFACE --coverage)
endif()

find_program(SEAWALL_MOLD mold)
if(SEAWALL_MOLD)
  target_link_options(seawall_flags INTERFACE -fuse-ld=mold)
endif()
find_program(SEAWALL_CCACHE ccache)
if(SEAWALL_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${SEAWALL_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${SEAWALL_CCACHE})
endif()
