// Updating: the chosen feeds fetched from where content/feeds.yaml says and built into the
// database.
//
// A feed that cannot be fetched or read keeps its old data, with what went wrong beside it in `db
// status`; the others are updated. The old database stays in use until the new one is complete.
#pragma once

#include <string>
#include <vector>

#include "advisory/feed_sources.h"
#include "advisory/import.h"
#include "net/http_client.h"

namespace seawall::advisory {

struct UpdateOptions {
  std::vector<FeedSource> feeds;
  std::string database;
  std::string cache_directory;  // downloads are kept below it
  HttpOptions http;
};

struct UpdateSummary {
  ImportSummary database;
  std::vector<std::string> updated, unchanged;        // feed names
  std::vector<std::pair<std::string, Error>> failed;  // feed, why
};

// ERRORS: kNetwork when no feed at all could be fetched (the database is left as it was);
// kCancelled.
Result<UpdateSummary> update_feeds(const UpdateOptions& options);

}  // namespace seawall::advisory
