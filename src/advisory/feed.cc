#include "advisory/feed.h"

#include "advisory/feed_walk.h"

namespace seawall::advisory {

const std::vector<FeedFormat>& feed_formats() {
  static const std::vector<FeedFormat> formats = [] {
    std::vector<FeedFormat> all = osv_formats();
    for (const auto* list : {&vendor_formats(), &signal_formats()}) {
      all.insert(all.end(), list->begin(), list->end());
    }
    return all;
  }();
  return formats;
}

Result<FeedSummary> read_feed(const std::string& path, RecordSink& sink, const Limits& limits) {
  FormatList formats;
  for (const FeedFormat& format : feed_formats()) formats.push_back(&format);
  return read_feed_as(std::move(formats), path, sink, limits);
}

}  // namespace seawall::advisory
