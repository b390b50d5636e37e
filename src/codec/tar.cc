#include "codec/tar.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "codec/tar_header.h"
#include "codec/tar_input.h"
#include "codec/tar_pax.h"
#include "codec/tar_sparse.h"

namespace seawall {
namespace {

// Old GNU sparse headers: four runs in the header, 21 in each extension block.
constexpr size_t kOldRunsOffset = 386, kOldRuns = 4, kOldExtendedOffset = 482;
constexpr size_t kOldRealSizeOffset = 483, kMoreRuns = 21, kMoreExtendedOffset = 504;

uint64_t padding_of(uint64_t size) {
  return (kTarBlock - size % kTarBlock) % kTarBlock;
}

TarType type_of(char flag) {
  switch (flag) {
    case '\0':
    case '0':
    case '7':  // contiguous, which no system has
    case 'S':
      return TarType::kFile;
    case '1':
      return TarType::kHardLink;
    case '2':
      return TarType::kSymlink;
    case '3':
      return TarType::kCharDevice;
    case '4':
      return TarType::kBlockDevice;
    case '5':
      return TarType::kDirectory;
    case '6':
      return TarType::kFifo;
    default:
      return TarType::kOther;
  }
}

// These have no data whatever their size field says (a hard link often repeats its target's size).
bool has_data(TarType type) {
  return type == TarType::kFile || type == TarType::kOther;
}

}  // namespace

struct TarReader::State {
  State(Reader& stream, const Limits& its_limits) : input(stream), limits(its_limits) {}

  Result<const TarEntry*> next();
  Result<bool> read_entry();
  Result<bool> at_end(const char* block);
  Status read_extension(char type, uint64_t size);
  Status settle(const TarFields& fields, const char* block);
  void apply_records(uint64_t& size);
  Status read_sparse_map(const TarFields& fields, const char* block, uint64_t& stored);
  Status read_old_sparse(const char* block);
  Status read_sparse_map_from_data(uint64_t& stored);
  Status check_names() const;
  Error placed(Error error) const {
    return std::move(error).at(fmt::format("entry {} at offset {}", count, header_offset));
  }

  // What content() yields of the current entry.
  class Content : public Reader {
   public:
    explicit Content(State& state) : state_(state) {}
    Result<size_t> read(std::span<char> buffer) override;
    Status skip(uint64_t bytes) override;
    void start(uint64_t stored) {
      at_ = 0;
      run_ = 0;
      stored_left_ = stored;
    }
    uint64_t stored_left() const { return stored_left_; }

   private:
    // Bytes from here on that are alike: up to the next border of a run.
    uint64_t stretch(bool& hole);
    State& state_;
    uint64_t at_ = 0, stored_left_ = 0;
    size_t run_ = 0;
  };

  TarInput input;
  Limits limits;
  TarEntry entry;
  std::vector<SparseRun> runs;
  Content content{*this};
  PaxRecords local, global;
  std::string extension, long_name, long_link;
  bool has_long_name = false, has_long_link = false, has_local = false;
  uint64_t count = 0, header_offset = 0, padding = 0;
  bool ended = false;
  std::optional<Error> failure;
};

uint64_t TarReader::State::Content::stretch(bool& hole) {
  const std::vector<SparseRun>& all = state_.runs;
  while (run_ < all.size() && at_ >= all[run_].end()) ++run_;
  hole = run_ == all.size() || at_ < all[run_].offset;
  if (run_ == all.size()) return state_.entry.size - at_;
  return hole ? all[run_].offset - at_ : all[run_].end() - at_;
}

Result<size_t> TarReader::State::Content::read(std::span<char> buffer) {
  if (buffer.empty() || at_ == state_.entry.size) return size_t{0};
  bool hole = false;
  const size_t want = std::min<uint64_t>(stretch(hole), buffer.size());
  if (hole) {
    std::memset(buffer.data(), 0, want);
    at_ += want;
    return want;
  }
  auto got = state_.input.read(buffer.first(want));
  if (!got.ok()) return state_.placed(std::move(got).error());
  if (*got == 0) {
    return state_.placed(malformed(fmt::format("the archive ends {} bytes early", stored_left_)));
  }
  at_ += *got;
  stored_left_ -= *got;
  return *got;
}

Status TarReader::State::Content::skip(uint64_t bytes) {
  if (bytes > state_.entry.size - at_) {
    return state_.placed(
        malformed(fmt::format("the file ends {} bytes early", bytes - (state_.entry.size - at_))));
  }
  while (bytes > 0) {
    bool hole = false;
    const uint64_t step = std::min(stretch(hole), bytes);
    if (!hole) {
      if (auto skipped = state_.input.skip(step); !skipped.ok()) {
        return state_.placed(std::move(skipped).error());
      }
      stored_left_ -= step;
    }
    at_ += step;
    bytes -= step;
  }
  return {};
}

Result<const TarEntry*> TarReader::State::next() {
  if (failure) return *failure;
  if (ended) return nullptr;
  if (auto skipped = input.skip(content.stored_left()); !skipped.ok()) {
    failure = placed(std::move(skipped).error());
    return *failure;
  }
  entry.size = 0;
  content.start(0);
  ++count;
  auto found = read_entry();
  if (found.ok() && *found) return &entry;
  entry.size = 0;
  if (!found.ok()) failure = placed(std::move(found).error());
  --count;
  ended = true;
  if (failure) return *failure;
  return nullptr;
}

// False at the end of the archive.
Result<bool> TarReader::State::read_entry() {
  SEAWALL_CHECK(input.skip_padding(std::exchange(padding, 0)));
  local.clear();
  has_local = has_long_name = has_long_link = false;
  for (uint32_t extensions = 0;; ++extensions) {
    header_offset = input.offset();
    SEAWALL_TRY(const char* block, input.block());
    SEAWALL_TRY(const bool end, at_end(block));
    if (end) return false;
    SEAWALL_TRY(const TarFields fields, parse_tar_header(block, entry));
    const char type = fields.type;
    if (type != 'x' && type != 'g' && type != 'L' && type != 'K') {
      SEAWALL_CHECK(settle(fields, block));
      return true;
    }
    if (extensions == limits.meta_entries) {
      return limit_reached(
          fmt::format("more than {} extension headers in a row", limits.meta_entries));
    }
    SEAWALL_CHECK(read_extension(type, fields.size));
  }
}

// Two blocks of zeros end the archive; so does the end of the stream, after one or none of them.
Result<bool> TarReader::State::at_end(const char* block) {
  if (block && (block[0] != 0 || !is_zero_block(block))) return false;
  if (has_local || has_long_name || has_long_link) {
    return malformed("the archive ends after an extension header");
  }
  if (block) {
    SEAWALL_TRY(const char* second, input.block());
    if (second && !is_zero_block(second)) return malformed("a lone block of zeros");
  }
  return true;
}

Status TarReader::State::read_extension(char type, uint64_t size) {
  if (size > limits.pax_bytes) {
    return limit_reached(
        fmt::format("an extension header of {} bytes, more than {}", size, limits.pax_bytes));
  }
  SEAWALL_CHECK(input.read_whole(size, extension));
  SEAWALL_CHECK(input.skip(padding_of(size)));
  switch (type) {
    case 'g':
      return parse_pax_records(extension, true, global);
    case 'x':
      local.clear();
      has_local = true;
      return parse_pax_records(extension, false, local);
    case 'L':
      has_long_name = true;
      long_name.assign(tar_text(extension));
      return {};
    default:
      has_long_link = true;
      long_link.assign(tar_text(extension));
      return {};
  }
}

void TarReader::State::apply_records(uint64_t& size) {
  const auto value = [](const auto& local_value, const auto& global_value) {
    const auto& chosen = local_value.present ? local_value : global_value;
    return chosen.present && !chosen.unset ? &chosen.value : nullptr;
  };
  if (const auto* path = value(local.path, global.path)) entry.path.assign(*path);
  if (const auto* link = value(local.link_path, global.link_path)) entry.link_path.assign(*link);
  if (const auto* its_size = value(local.size, global.size)) size = *its_size;
  if (const auto* uid = value(local.uid, global.uid)) entry.uid = *uid;
  if (const auto* gid = value(local.gid, global.gid)) entry.gid = *gid;
  if (const auto* mtime = value(local.mtime, global.mtime)) entry.mtime = *mtime;
}

// Everything about an entry that its header alone does not tell.
Status TarReader::State::settle(const TarFields& fields, const char* block) {
  if (count > limits.entries) {
    return limit_reached(fmt::format("more than {} entries", limits.entries));
  }
  uint64_t stored = fields.size;
  apply_records(stored);
  if (has_long_name) entry.path.assign(long_name);
  if (has_long_link) entry.link_path.assign(long_link);
  entry.type = type_of(fields.type);
  // V7 had no directories but by their name.
  if (fields.type == '\0' && entry.path.ends_with('/')) entry.type = TarType::kDirectory;
  if (!has_data(entry.type)) stored = 0;
  entry.size = stored;
  entry.sparse = false;
  runs.clear();
  padding = padding_of(stored);
  if (fields.type == 'S' || local.sparse) SEAWALL_CHECK(read_sparse_map(fields, block, stored));
  if (!entry.sparse) runs.push_back({0, stored});
  SEAWALL_CHECK(check_names());
  entry.data_offset = input.offset();
  content.start(stored);
  return {};
}

Status TarReader::State::check_names() const {
  for (const std::string* name : {&entry.path, &entry.link_path}) {
    if (name->size() > limits.path_bytes) {
      return limit_reached(
          fmt::format("a path of {} bytes, more than {}", name->size(), limits.path_bytes));
    }
  }
  return {};
}

// Fills the runs of a sparse entry and sets its expanded size; `stored` loses the map's own bytes.
Status TarReader::State::read_sparse_map(const TarFields& fields, const char* block,
                                         uint64_t& stored) {
  const PaxSparse kind = pax_sparse_kind(local);
  if (fields.type == 'S') {
    if (fields.dialect != TarDialect::kGnu) {
      return malformed("an old GNU sparse file without a GNU header");
    }
    SEAWALL_CHECK(read_old_sparse(block));
  } else if (kind == PaxSparse::kNone) {
    return {};
  } else {
    if (!has_data(entry.type)) return malformed("a sparse entry that is no file");
    if (!local.sparse_name.empty()) entry.path.assign(local.sparse_name);
    SEAWALL_TRY(entry.size, pax_sparse_size(local, stored));
    if (kind == PaxSparse::kMapInRecords) {
      SEAWALL_CHECK(parse_pax_sparse_map(local, runs));
    } else {
      SEAWALL_CHECK(read_sparse_map_from_data(stored));
    }
  }
  entry.sparse = true;
  return check_sparse_runs(runs, entry.size, stored);
}

Status TarReader::State::read_old_sparse(const char* block) {
  SEAWALL_TRY(entry.size, parse_tar_size({block + kOldRealSizeOffset, 12}));
  SEAWALL_CHECK(parse_old_sparse(block + kOldRunsOffset, kOldRuns, runs));
  bool extended = block[kOldExtendedOffset] != 0;
  for (uint64_t bytes = kTarBlock; extended; bytes += kTarBlock) {
    if (bytes > limits.pax_bytes) {
      return limit_reached(
          fmt::format("its map of sparse runs has more than {} bytes", limits.pax_bytes));
    }
    SEAWALL_TRY(const char* more, input.block());
    if (!more) return malformed("the archive ends inside a map of sparse runs");
    SEAWALL_CHECK(parse_old_sparse(more, kMoreRuns, runs));
    extended = more[kMoreExtendedOffset] != 0;
  }
  return {};
}

Status TarReader::State::read_sparse_map_from_data(uint64_t& stored) {
  SparseMapParser parser(runs);
  for (uint64_t bytes = 0; bytes < limits.pax_bytes; bytes += kTarBlock) {
    if (stored < kTarBlock) return malformed("its map of sparse runs is cut");
    SEAWALL_TRY(const char* block, input.block());
    if (!block) return malformed("the archive ends inside a map of sparse runs");
    stored -= kTarBlock;
    SEAWALL_TRY(const bool complete, parser.add({block, kTarBlock}));
    if (complete) return {};
  }
  return limit_reached(
      fmt::format("its map of sparse runs has more than {} bytes", limits.pax_bytes));
}

TarReader::TarReader(Reader& stream, const Limits& limits)
    : state_(std::make_unique<State>(stream, limits)) {}
TarReader::~TarReader() = default;

Result<const TarEntry*> TarReader::next() {
  return state_->next();
}
Reader& TarReader::content() {
  return state_->content;
}
uint64_t TarReader::entries() const {
  return state_->count;
}

}  // namespace seawall
