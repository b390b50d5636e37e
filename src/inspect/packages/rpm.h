// The three containers rpm has kept its package headers in. Each reader gives the headers as they
// are stored, in the file's own order, and never more bytes than the file has: a header that shares
// its pages with another is damage, not compression. They return an Error when nothing more can be
// read, and name smaller damage in `problems`, going on with the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "inspect/packages/control_file.h"

namespace seawall::inspect {

// One header; `record` is rpm's number of the package, for messages.
using RpmHeaderSink = std::function<void(uint64_t record, std::string_view header)>;

// The containers' first bytes tell them apart, whatever the file is called.
bool is_rpm_sqlite(std::string_view file);
bool is_rpm_ndb(std::string_view file);
bool is_rpm_bdb(std::string_view file);

// rpmdb.sqlite (rpm 4.16 on). A database in WAL mode is read as it was last checkpointed: rpm does
// so when it closes, and the -wal file is none of this file's bytes. COST: no copy unless WAL.
Status read_rpm_sqlite(std::string_view file, const Limits& limits, const RpmHeaderSink& sink);
// Packages.db of SUSE. Source: rpm, lib/backend/ndb/rpmpkg.c (layout of slots and blobs).
Status read_rpm_ndb(std::string_view file, const Limits& limits, ProblemReport& problems,
                    const RpmHeaderSink& sink);
// Packages of rpm up to 4.15: a Berkeley DB hash database, either byte order. Every page is visited
// once instead of following buckets, so a damaged page costs only what lies on it.
// Source: Berkeley DB 4.x, dbinc/db_page.h (page layouts).
Status read_rpm_bdb(std::string_view file, const Limits& limits, ProblemReport& problems,
                    const RpmHeaderSink& sink);

}  // namespace seawall::inspect
