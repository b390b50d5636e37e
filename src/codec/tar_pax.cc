#include "codec/tar_pax.h"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "base/strings.h"
#include "codec/tar_header.h"

namespace seawall {
namespace {

Error bad_value(std::string_view key, std::string_view value) {
  return malformed(
      fmt::format("the PAX record {}={} is damaged", key, printable(value.substr(0, 40))));
}

Status set_text(std::string_view key, std::string_view value, PaxValue<std::string>& out) {
  // A name with a NUL would be one name to us and a shorter one to the kernel.
  if (value.find('\0') != std::string_view::npos) return bad_value(key, value);
  out.present = true;
  out.unset = value.empty();
  out.value.assign(value);
  return {};
}

Status set_number(std::string_view key, std::string_view value, uint64_t most,
                  PaxValue<uint64_t>& out) {
  out.present = true;
  out.unset = value.empty();
  if (out.unset) return {};
  const auto number = parse_unsigned(value);
  if (!number || *number > most) return bad_value(key, value);
  out.value = *number;
  return {};
}

// Seconds with an optional sign and decimal fraction: "-1.5" is -2.
Status set_time(std::string_view key, std::string_view value, PaxValue<int64_t>& out) {
  out.present = true;
  out.unset = value.empty();
  if (out.unset) return {};
  const auto [whole, fraction] = split_once(value, '.');
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), seconds);
  if (error != std::errc() || end != whole.data() + whole.size()) return bad_value(key, value);
  if (fraction.find_first_not_of("0123456789") != std::string_view::npos) {
    return bad_value(key, value);
  }
  const bool part = fraction.find_first_not_of('0') != std::string_view::npos;
  if (whole.starts_with('-') && part && seconds > INT64_MIN) --seconds;
  out.value = seconds;
  return {};
}

// Format 0.0 repeats a pair of records for every run; they are joined to the map of format 0.1.
Status add_sparse_number(bool is_offset, std::string_view key, std::string_view value,
                         bool& want_size, std::string& map) {
  if (is_offset == want_size || value.empty() ||
      value.find_first_not_of("0123456789") != std::string_view::npos) {
    return bad_value(key, value);
  }
  if (!map.empty()) map += ',';
  map.append(value);
  want_size = is_offset;
  return {};
}

// The state of one header's parse.
struct SparsePairs {
  std::string map;
  bool want_size = false;
};

Status set_sparse(std::string_view key, std::string_view value, PaxRecords& records,
                  SparsePairs& pairs) {
  const std::string_view name = key.substr(std::string_view("GNU.sparse.").size());
  records.sparse = true;
  if (name == "offset" || name == "numbytes") {
    return add_sparse_number(name == "offset", key, value, pairs.want_size, pairs.map);
  }
  std::string* out = name == "major"       ? &records.sparse_major
                     : name == "minor"     ? &records.sparse_minor
                     : name == "name"      ? &records.sparse_name
                     : name == "size"      ? &records.sparse_size
                     : name == "realsize"  ? &records.sparse_real_size
                     : name == "numblocks" ? &records.sparse_blocks
                     : name == "map"       ? &records.sparse_map
                                           : nullptr;
  if (!out) return {};
  if (value.find('\0') != std::string_view::npos) return bad_value(key, value);
  out->assign(value);
  return {};
}

Status set_record(std::string_view key, std::string_view value, bool global, PaxRecords& records,
                  SparsePairs& pairs) {
  constexpr uint64_t kMostId = INT64_MAX;
  if (key == "path") return set_text(key, value, records.path);
  if (key == "linkpath") return set_text(key, value, records.link_path);
  if (key == "size") return set_number(key, value, kTarMaxSize, records.size);
  if (key == "uid") return set_number(key, value, kMostId, records.uid);
  if (key == "gid") return set_number(key, value, kMostId, records.gid);
  if (key == "mtime") return set_time(key, value, records.mtime);
  if (!global && key.starts_with("GNU.sparse.")) return set_sparse(key, value, records, pairs);
  return {};
}

}  // namespace

void PaxRecords::clear() {
  path.present = link_path.present = size.present = uid.present = gid.present = false;
  mtime.present = false;
  if (!sparse) return;
  sparse = false;
  for (std::string* text : {&sparse_major, &sparse_minor, &sparse_name, &sparse_size,
                            &sparse_real_size, &sparse_blocks, &sparse_map}) {
    text->clear();
  }
}

Status parse_pax_records(std::string_view text, bool global, PaxRecords& records) {
  SparsePairs pairs;
  const size_t whole = text.size();
  while (!text.empty()) {
    const auto damaged = [&] {
      return malformed(
          fmt::format("the PAX record at byte {} of its header is damaged", whole - text.size()));
    };
    // The length counts the whole record: its own digits, the space and the final newline.
    const size_t space = text.substr(0, 20).find(' ');
    if (space == std::string_view::npos) return damaged();
    const auto length = parse_unsigned(text.substr(0, space));
    if (!length || *length > text.size() || *length < space + 2) return damaged();
    const std::string_view record = text.substr(space + 1, *length - space - 1);
    const size_t equals = record.find('=');
    if (record.back() != '\n' || equals == std::string_view::npos || equals == 0) return damaged();
    const std::string_view key = record.substr(0, equals);
    if (key.find('\0') != std::string_view::npos) return damaged();
    const std::string_view value = record.substr(equals + 1, record.size() - equals - 2);
    SEAWALL_CHECK(set_record(key, value, global, records, pairs));
    text.remove_prefix(*length);
  }
  if (pairs.want_size) return malformed("a GNU.sparse.offset record lacks its numbytes");
  if (!pairs.map.empty()) records.sparse_map = std::move(pairs.map);
  return {};
}

}  // namespace seawall
