#include <algorithm>
#include <cstdint>
#include <memory>

#include <fmt/format.h>
#include <sqlite3.h>

#include "inspect/packages/rpm.h"

namespace seawall::inspect {
namespace {

constexpr std::string_view kMagic("SQLite format 3\0", 16);
// Bytes 18 and 19 of the header are the versions needed to write and to read: 1 for a rollback
// journal, 2 for WAL (SQLite file format, section 1.3.3).
constexpr size_t kVersions = 18;
constexpr size_t kHeaderSize = 100;
// Steps of SQLite's machine; a row of this query takes about five.
constexpr int kStepsPerCall = 1000, kCalls = 100'000;

struct Closer {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

int count_down(void* calls) {
  return --*static_cast<int*>(calls) < 0;
}

Error failure(sqlite3* database) {
  const int code = sqlite3_errcode(database);
  if (code == SQLITE_INTERRUPT)
    return limit_reached("the query takes longer than a real one would");
  return malformed(fmt::format("SQLite: {}", sqlite3_errmsg(database)));
}

// The schema is the file's, so hostile: nothing of it may run, and no value may be larger than the
// file (or 1 MiB, which SQLite may need for itself).
void harden(sqlite3* database, size_t file_size) {
  const int largest = static_cast<int>(std::clamp<size_t>(file_size, 1 << 20, 1 << 30));
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, largest);
  sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, 64 << 10);
  sqlite3_limit(database, SQLITE_LIMIT_COLUMN, 64);
  sqlite3_limit(database, SQLITE_LIMIT_EXPR_DEPTH, 32);
  sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
}

}  // namespace

bool is_rpm_sqlite(std::string_view file) {
  return file.starts_with(kMagic);
}

Status read_rpm_sqlite(std::string_view file, const Limits& limits, const RpmHeaderSink& sink) {
  if (file.size() < kHeaderSize) return malformed("SQLite: the file ends within its header");
  std::string copy;
  if (file[kVersions] == 2 || file[kVersions + 1] == 2) {
    copy = file;
    copy[kVersions] = copy[kVersions + 1] = 1;
    file = copy;
  }
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, Closer> database(opened);
  if (code != SQLITE_OK) return Error(Code::kInternal, "SQLite cannot be started");
  harden(opened, file.size());
  // READONLY keeps SQLite from writing to the bytes, so the cast is safe.
  auto* bytes = reinterpret_cast<unsigned char*>(const_cast<char*>(file.data()));
  const auto size = static_cast<sqlite3_int64>(file.size());
  if (sqlite3_deserialize(opened, "main", bytes, size, size, SQLITE_DESERIALIZE_READONLY) !=
      SQLITE_OK) {
    return failure(opened);
  }
  int calls = kCalls;
  sqlite3_progress_handler(opened, kStepsPerCall, count_down, &calls);
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(opened, "SELECT hnum, blob FROM Packages ORDER BY hnum", -1, &prepared,
                         nullptr) != SQLITE_OK) {
    return failure(opened);
  }
  const std::unique_ptr<sqlite3_stmt, Closer> statement(prepared);
  uint64_t rows = 0, total = 0;
  int step;
  while ((step = sqlite3_step(prepared)) == SQLITE_ROW) {
    const auto* blob = static_cast<const char*>(sqlite3_column_blob(prepared, 1));
    const auto length = static_cast<size_t>(sqlite3_column_bytes(prepared, 1));
    total += length;
    if (total > file.size()) return malformed("SQLite: headers share their pages");
    if (++rows > limits.packages) {
      return limit_reached(fmt::format("more than {} packages", limits.packages));
    }
    const auto record = static_cast<uint64_t>(sqlite3_column_int64(prepared, 0));
    sink(record, {blob == nullptr ? "" : blob, blob == nullptr ? 0 : length});
  }
  if (step != SQLITE_DONE) return failure(opened);
  return {};
}

}  // namespace seawall::inspect
