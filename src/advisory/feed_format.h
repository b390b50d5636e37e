// A feed format: what one parser of advisories promises. The list of all of them is in feed.cc.
//
// A parser sees one JSON document at a time (a whole file, or one line of a JSON-lines file: the
// walker in feed.cc decides which) or a text stream (CSV, Debian's DSA list), and calls the sink.
// It must take any bytes: what does not look as expected is passed over or reported with
// sink.problem(), never trusted.
#pragma once

#include <string_view>

#include "advisory/record.h"
#include "base/bytes.h"
#include "codec/node.h"

namespace seawall::advisory {

// What is known about a document besides its content.
struct FeedContext {
  std::string_view path;  // file name, or the member's path inside an archive: "3.20/main.json"
  RecordSink& sink;
};

struct FeedFormat {
  std::string_view name;  // "osv", "debian-tracker", "alpine-secdb" ...
  std::string_view
      feed;  // the feed its records belong to when the format implies one ("alpine"), else ""
  std::string_view description;  // one line for `seawall db import --help` and the docs
  // For JSON formats: does this first document belong to the format? Then: read one document.
  bool (*accepts)(const Node& document) = nullptr;
  void (*parse)(const Node& document, FeedContext& context) = nullptr;
  // For text formats: does this first line? Then: read the stream to its end.
  bool (*accepts_text)(std::string_view first_line) = nullptr;
  Status (*parse_text)(Reader& text, FeedContext& context) = nullptr;
};

// The lists that feed.cc joins, in the order they are asked.
const std::vector<FeedFormat>& osv_formats();     // osv.cc: OSV and its dialects
const std::vector<FeedFormat>& vendor_formats();  // vendors/*.cc: the distributions' own formats
const std::vector<FeedFormat>& signal_formats();  // signals.cc: KEV, EPSS, end of life

}  // namespace seawall::advisory
