# Third-party libraries, static where the distribution ships an archive (DEPENDENCIES.md says why each).
# libcurl is not linked at all: net/curl_library.cc loads it when a connection is first wanted.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a .so)
set(OPENSSL_USE_STATIC_LIBS TRUE)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)

function(seawall_library name header)
  find_path(${name}_INCLUDE ${header} REQUIRED)
  find_library(${name}_LIBRARY NAMES ${ARGN} REQUIRED)
  add_library(lib::${name} UNKNOWN IMPORTED)
  set_target_properties(lib::${name} PROPERTIES IMPORTED_LOCATION ${${name}_LIBRARY}
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${${name}_INCLUDE})
endfunction()

seawall_library(zlib zlib.h z)
seawall_library(zstd zstd.h zstd)
seawall_library(lzma lzma.h lzma)
seawall_library(bz2 bzlib.h bz2)
seawall_library(yaml yaml.h yaml)
seawall_library(sqlite3 sqlite3.h sqlite3)
seawall_library(pugixml pugixml.hpp pugixml)
# libbpf and what it reads its objects with.
seawall_library(bpf bpf/libbpf.h bpf)
seawall_library(elf libelf.h elf)
find_path(tomlplusplus_INCLUDE toml++/toml.h REQUIRED)

# RE2: the archive alone where it stands alone (Debian 12, Ubuntu 24.04 without Abseil); releases from 2023 on need
# Abseil, whose archives only pkg-config can list, and without those the shared object.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(re2_PC QUIET re2)
endif()
seawall_library(re2 re2/re2.h re2)
if(re2_PC_STATIC_LIBRARIES MATCHES "absl" AND re2_LIBRARY MATCHES "\\.a$")
  set(absl_archives "")
  foreach(library IN LISTS re2_PC_STATIC_LIBRARIES)
    if(library MATCHES "^absl_")
      find_library(${library}_LIBRARY NAMES ${library})
      list(APPEND absl_archives ${${library}_LIBRARY})
    endif()
  endforeach()
  set_target_properties(lib::re2 PROPERTIES INTERFACE_LINK_LIBRARIES
    "-Wl,--start-group;${absl_archives};-Wl,--end-group")
endif()

find_path(xxhash_INCLUDE xxhash.h REQUIRED)
find_path(curl_INCLUDE curl/curl.h REQUIRED)

# Header only: the shared object's name changes with every distribution release.
find_path(fmt_INCLUDE fmt/format.h REQUIRED)
add_library(lib::fmt INTERFACE IMPORTED)
target_include_directories(lib::fmt SYSTEM INTERFACE ${fmt_INCLUDE})
target_compile_definitions(lib::fmt INTERFACE FMT_HEADER_ONLY=1)

# ISA-L inflates gzip twice as fast as zlib. Loaded at run time when it is installed (codec/isal_library.cc);
# only its header is needed here, and without it the zlib path alone is built.
find_path(isal_INCLUDE isa-l/igzip_lib.h)

# Hyperscan finds the keywords of secret rules faster than the portable engine. Loaded at run time when it is
# installed (inspect/secrets/hyperscan_library.cc), as ISA-L is.
find_path(hyperscan_INCLUDE hs/hs.h)
