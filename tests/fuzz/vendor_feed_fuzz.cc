// Any bytes as one document or text of a distribution's format: nothing may crash, and what comes
// out must be within the record's promises.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "advisory/feed_format.h"
#include "codec/json.h"

namespace {

struct CheckingSink : seawall::advisory::RecordSink {
  void record(seawall::advisory::Record record) override {
    if (record.id.empty() || record.feed.empty() || record.summary.size() > 200) std::abort();
    for (const auto& row : record.affected) {
      if (row.ecosystem.empty()) std::abort();
    }
  }
  void known_exploited(seawall::advisory::KnownExploited) override {}
  void epss(seawall::advisory::Epss) override {}
  void end_of_life(seawall::advisory::EndOfLife) override {}
  void data_date(seawall::UnixSeconds) override {}
  void problem(seawall::Error) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckingSink sink;
  seawall::advisory::FeedContext context{"dir/feed.json", sink};
  seawall::JsonParser parser;
  const auto root = parser.parse(text);
  for (const auto& format : seawall::advisory::vendor_formats()) {
    // Parsers must stand documents of another shape too: every one sees every document.
    if (root.ok() && format.parse) {
      (void)format.accepts(**root);
      format.parse(**root, context);
    }
    if (format.parse_text) {
      (void)format.accepts_text(text.substr(0, text.find('\n')));
      seawall::MemoryReader reader(text);
      (void)format.parse_text(reader, context).ok();
    }
  }
  return 0;
}
