// Sparse files: the runs of a file that the archive holds; all else reads as zeros.
// Source: GNU tar manual, "Sparse Formats": old GNU, PAX 0.0, 0.1, 1.0.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/tar_pax.h"

namespace seawall {

struct SparseRun {
  uint64_t offset, size;  // in the expanded file
  uint64_t end() const { return offset + size; }
};

// In which format the records describe a sparse file, if they do. An unknown version is none: the
// file is then taken as it is stored.
enum class PaxSparse : uint8_t { kNone, kMapInRecords, kMapInData };
PaxSparse pax_sparse_kind(const PaxRecords& records);
// The expanded size: GNU.sparse.size, else realsize, else `stored`.
Result<uint64_t> pax_sparse_size(const PaxRecords& records, uint64_t stored);
// GNU.sparse.map of formats 0.0 and 0.1.
Status parse_pax_sparse_map(const PaxRecords& records, std::vector<SparseRun>& runs);

// The map of format 1.0, decimal numbers a line each, at the start of the data: their count, then
// pairs. Fed block by block.
class SparseMapParser {
 public:
  explicit SparseMapParser(std::vector<SparseRun>& runs) : runs_(runs) {}
  // True when the map is complete; the rest of the block is padding.
  Result<bool> add(std::string_view block);

 private:
  Status number_done();
  std::vector<SparseRun>& runs_;
  uint64_t value_ = 0, offset_ = 0, numbers_left_ = 0;
  unsigned digits_ = 0;
  bool have_count_ = false;
};

// Reads up to `count` offset and size pairs of 12 bytes each from an old GNU header.
Status parse_old_sparse(const char* at, size_t count, std::vector<SparseRun>& runs);

// Runs must be ascending, apart, inside the file and no longer together than what is stored.
Status check_sparse_runs(std::span<const SparseRun> runs, uint64_t size, uint64_t stored);

}  // namespace seawall
