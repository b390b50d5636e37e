// What the builder holds until it writes: every text once in a pool, records as small sources, rows
// as 16 bytes each. The writer turns it into the file; nothing here depends on the order in which
// feeds came.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "advisory/alias_classes.h"
#include "advisory/database.h"
#include "advisory/database_names.h"

namespace seawall::advisory {

struct Content {
  // A record without what it says of packages. Lists are [first, first + count) of `lists`.
  struct Source {
    uint32_t id = 0;    // in `texts`, as everything below that is not said to be elsewhere
    uint32_t feed = 0;  // in `feeds`
    uint32_t names = 0, name_count = 0;    // aliases, sorted
    uint32_t covers = 0, cover_count = 0;  // a notice when there are any, sorted
    uint32_t blob = 0;                     // in `blobs`: encode_text
    bool operator==(const Source&) const = default;
  };
  struct Row {
    uint32_t source = 0, body = 0;  // body in `blobs`: as in the file, with numbers of `texts`
    uint32_t package = 0;
    uint16_t ecosystem = 0;      // in `ecosystems`
    uint16_t architectures = 0;  // in `architecture_lists`; 0 is all
  };
  struct Score {
    uint16_t feed = 0, year = 0;
    uint64_t packed = 0;  // number, score, percentile as in the file
  };
  struct Signal {
    uint32_t texts[3] = {};
    uint16_t feed = 0;
    bool flag = false;
  };

  TextPool texts, blobs;
  std::vector<FeedStatus> feeds;
  std::vector<uint32_t> ecosystems;  // numbers in `texts`
  std::vector<std::vector<uint32_t>> architecture_lists{{}};
  std::vector<uint32_t> lists;
  std::vector<Source> sources;
  std::vector<Row> rows;
  std::vector<Score> scores;
  std::vector<Signal> known_exploited, end_of_life;

  // The file's bytes. Consumes the rows.
  Result<std::string> encode(UnixSeconds built);
};

}  // namespace seawall::advisory
