// Feeds in: from a file, directory or archive of advisories to records, whatever the format.
//
// Formats are recognised by content, not by name (feed_format.h). A file may be JSON, JSON lines,
// CSV or text, and any of them in gzip, zstd, xz, bzip2, tar or zip; archives may hold compressed
// files, one level deep.
#pragma once

#include <cstdint>
#include <string>

#include "advisory/feed_format.h"
#include "base/limits.h"

namespace seawall::advisory {

// Every format, in the order they are asked.
const std::vector<FeedFormat>& feed_formats();

struct FeedSummary {
  uint64_t documents = 0;            // given to a parser
  uint64_t not_recognised = 0;       // files that no format fits, left out
  std::vector<std::string> formats;  // names of those that were met, sorted
};

// Reads a file or directory (files in sorted order) into `sink`.
// Damaged parts do not stop it.
// ERRORS: kUnsupported when nothing in `path` is a feed; damaged parts go to sink.problem and the
// rest goes on.
Result<FeedSummary> read_feed(const std::string& path, RecordSink& sink, const Limits& limits = {});

}  // namespace seawall::advisory
