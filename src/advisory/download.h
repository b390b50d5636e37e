// Downloads that are kept: a file per address below the cache directory with its ETag, asked for
// again only when it changed, and taken up where a broken transfer ended.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "net/http_client.h"

namespace seawall::advisory {

struct Download {
  std::string path;               // the complete file
  bool changed = false;           // false: the server said it is still the same
  UnixSeconds last_modified = 0;  // as the server says; 0 unknown
};

// Fetches `url` into `directory` (made if need be). The file appears under its name only when
// complete, one that replaces what was kept under `kept_as` before (the address itself unless it
// changes while the thing it stands for does not). ERRORS: those of HttpClient; kNetwork with the
// status for anything but 200, 206 and 304; kNoSpace; kMalformed for an HTML page where data should
// be.
Result<Download> download(const HttpClient& client, const std::string& url,
                          const std::string& directory, uint64_t largest,
                          const std::string& kept_as = {});

}  // namespace seawall::advisory
