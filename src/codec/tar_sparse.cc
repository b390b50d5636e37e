#include "codec/tar_sparse.h"

#include <cstdint>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/tar_header.h"

namespace seawall {
namespace {

Error damaged_map() {
  return malformed("its map of sparse runs is damaged");
}

Result<uint64_t> map_number(std::string_view text) {
  const auto number = parse_unsigned(text);
  if (!number || *number > kTarMaxSize) return damaged_map();
  return *number;
}

}  // namespace

PaxSparse pax_sparse_kind(const PaxRecords& records) {
  if (!records.sparse) return PaxSparse::kNone;
  const std::string_view major = records.sparse_major, minor = records.sparse_minor;
  if (major == "1" && minor == "0") return PaxSparse::kMapInData;
  if (major == "0" && (minor == "0" || minor == "1")) return PaxSparse::kMapInRecords;
  if (!major.empty() || !minor.empty()) return PaxSparse::kNone;
  // 0.0 and 0.1 came without version records at first.
  return records.sparse_map.empty() ? PaxSparse::kNone : PaxSparse::kMapInRecords;
}

Result<uint64_t> pax_sparse_size(const PaxRecords& records, uint64_t stored) {
  const std::string& text =
      records.sparse_size.empty() ? records.sparse_real_size : records.sparse_size;
  if (text.empty()) return stored;
  return map_number(text);
}

Status parse_pax_sparse_map(const PaxRecords& records, std::vector<SparseRun>& runs) {
  SEAWALL_TRY(const uint64_t count, map_number(records.sparse_blocks));
  std::string_view map = records.sparse_map;
  while (!map.empty()) {
    const auto [offset, after_offset] = split_once(map, ',');
    const auto [size, rest] = split_once(after_offset, ',');
    // A comma with nothing behind it ends in an empty rest too.
    if (rest.empty() && map.back() == ',') return damaged_map();
    SEAWALL_TRY(const uint64_t run_offset, map_number(offset));
    SEAWALL_TRY(const uint64_t run_size, map_number(size));
    runs.push_back({run_offset, run_size});
    map = rest;
  }
  if (runs.size() != count) return damaged_map();
  return {};
}

Result<bool> SparseMapParser::add(std::string_view block) {
  for (const char c : block) {
    if (c == '\n') {
      SEAWALL_CHECK(number_done());
      if (have_count_ && numbers_left_ == 0) return true;
      continue;
    }
    // 19 digits fit 64 bits.
    if (c < '0' || c > '9' || ++digits_ > 19) return damaged_map();
    value_ = value_ * 10 + static_cast<uint64_t>(c - '0');
  }
  return false;
}

Status SparseMapParser::number_done() {
  if (digits_ == 0 || value_ > kTarMaxSize) return damaged_map();
  if (!have_count_) {
    have_count_ = true;
    numbers_left_ = value_ * 2;
  } else if (numbers_left_-- % 2 == 0) {
    offset_ = value_;
  } else {
    runs_.push_back({offset_, value_});
  }
  value_ = 0;
  digits_ = 0;
  return {};
}

Status parse_old_sparse(const char* at, size_t count, std::vector<SparseRun>& runs) {
  for (size_t i = 0; i < count; ++i, at += 24) {
    if (at[0] == 0) return {};
    SEAWALL_TRY(const uint64_t offset, parse_tar_size({at, 12}));
    SEAWALL_TRY(const uint64_t size, parse_tar_size({at + 12, 12}));
    runs.push_back({offset, size});
  }
  return {};
}

Status check_sparse_runs(std::span<const SparseRun> runs, uint64_t size, uint64_t stored) {
  uint64_t end = 0, total = 0;
  for (const SparseRun& run : runs) {
    if (run.offset < end || run.end() > size) return damaged_map();
    end = run.end();
    total += run.size;
  }
  if (total > stored) return malformed("its sparse runs are longer than its data");
  return {};
}

}  // namespace seawall
