// PAX extended header records ("25 path=usr/share/doc/x\n"), those that say something about a
// file's name, data, owner and time; SCHILY.*, comment and others are passed over.
// Source: POSIX.1-2017 pax, "pax Extended Header"; GNU tar manual, "PAX Sparse".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace seawall {

// A record that is absent, or given without a value ("unset": hides the global one), or given.
template <typename T>
struct PaxValue {
  bool present = false, unset = false;
  T value = {};
};

struct PaxRecords {
  PaxValue<std::string> path, link_path;
  PaxValue<uint64_t> size, uid, gid;
  PaxValue<int64_t> mtime;  // whole seconds, rounded down

  // GNU.sparse.*: kept as text, for tar_sparse.h to judge.
  bool sparse = false;  // one of them was there
  std::string sparse_major, sparse_minor, sparse_name, sparse_size, sparse_real_size;
  std::string sparse_blocks, sparse_map;

  // Forgets the values and keeps the strings' memory.
  void clear();
};

// Adds the records of one header; later ones win. A `global` header's GNU.sparse records, which
// could only damage every file after it, are passed over.
Status parse_pax_records(std::string_view text, bool global, PaxRecords& records);

}  // namespace seawall
