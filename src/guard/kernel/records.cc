#include "guard/kernel/records.h"

#include <cstring>
#include <initializer_list>

#include <fmt/format.h>

namespace seawall::guard {
namespace {

template <typename T>
bool read_fixed(std::span<const unsigned char> bytes, T& out) {
  if (bytes.size() < sizeof out) return false;
  std::memcpy(&out, bytes.data(), sizeof out);
  return true;
}

struct Part {
  std::string_view& text;
  size_t length;
};
// The texts behind `at`, one after the other; false when they do not fit.
bool read_texts(std::span<const unsigned char> bytes, size_t at,
                std::initializer_list<Part> parts) {
  for (const Part& part : parts) {
    if (part.length > bytes.size() - at) return false;
    part.text = {reinterpret_cast<const char*>(bytes.data()) + at, part.length};
    at += part.length;
  }
  return true;
}

}  // namespace

Result<Record> read_record(std::span<const unsigned char> bytes) {
  wire::sw_record head;
  const Error damaged = malformed(fmt::format("a record of {} bytes is damaged", bytes.size()));
  if (!read_fixed(bytes, head)) return damaged;
  switch (head.kind) {
    case wire::SW_EXEC: {
      ExecRecord record;
      if (!read_fixed(bytes, record.fixed)) return damaged;
      if (!read_texts(bytes, sizeof record.fixed,
                      {{record.executable, record.fixed.executable},
                       {record.filename, record.fixed.filename},
                       {record.directory, record.fixed.directory},
                       {record.arguments, record.fixed.arguments}}))
        return damaged;
      return Record(record);
    }
    case wire::SW_FORK: {
      ForkRecord record;
      if (!read_fixed(bytes, record.fixed)) return damaged;
      return Record(record);
    }
    case wire::SW_EXIT:
      return Record(ExitRecord{head});
    case wire::SW_CALL: {
      CallRecord record;
      if (!read_fixed(bytes, record.fixed)) return damaged;
      if (!read_texts(bytes, sizeof record.fixed,
                      {{record.path, record.fixed.path},
                       {record.raw, record.fixed.raw},
                       {record.second, record.fixed.second}}))
        return damaged;
      return Record(record);
    }
    case wire::SW_DENIED: {
      DeniedRecord record;
      if (!read_fixed(bytes, record.fixed)) return damaged;
      if (!read_texts(bytes, sizeof record.fixed, {{record.path, record.fixed.path}}))
        return damaged;
      if (record.fixed.what == 0 || record.fixed.what >= wire::SW_WHAT_COUNT) return damaged;
      return Record(record);
    }
    case wire::SW_GROUP: {
      GroupRecord record;
      if (!read_fixed(bytes, record.fixed)) return damaged;
      if (!read_texts(bytes, sizeof record.fixed, {{record.name, record.fixed.name}}))
        return damaged;
      return Record(record);
    }
    default:
      return malformed(fmt::format("a record of unknown kind {}", head.kind));
  }
}

}  // namespace seawall::guard
