// Any bytes as a list of exploited vulnerabilities, scores or ends of life.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "advisory/feed_format.h"
#include "codec/json.h"

namespace {

struct CheckingSink : seawall::advisory::RecordSink {
  void record(seawall::advisory::Record) override { std::abort(); }
  void known_exploited(seawall::advisory::KnownExploited entry) override {
    if (entry.cve.empty()) std::abort();
  }
  void epss(seawall::advisory::Epss entry) override {
    if (!(entry.score >= 0 && entry.score <= 1 && entry.percentile <= 1)) std::abort();
  }
  void end_of_life(seawall::advisory::EndOfLife entry) override {
    if (entry.product.empty() || entry.cycle.empty()) std::abort();
  }
  void data_date(seawall::UnixSeconds) override {}
  void problem(seawall::Error) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckingSink sink;
  seawall::advisory::FeedContext context{"dir/debian.json", sink};
  seawall::JsonParser parser;
  const auto root = parser.parse(text);
  for (const auto& format : seawall::advisory::signal_formats()) {
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
