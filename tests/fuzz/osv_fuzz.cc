// The OSV parser on any JSON: whatever comes out must be usable by the database builder.
#include <cstdlib>

#include "advisory/feed_format.h"
#include "base/strings.h"
#include "codec/json.h"

namespace {

using namespace seawall;
using namespace seawall::advisory;

struct Checker : RecordSink {
  void record(Record record) override {
    if (record.id.empty() || record.feed.empty()) std::abort();
    if (record.summary.size() > 200 || !is_valid_utf8(record.summary)) std::abort();
    if (record.references.size() > 3) std::abort();
    for (const Affected& affected : record.affected) {
      if (affected.ecosystem.empty() || affected.package.empty()) std::abort();
      const bool nothing = affected.ranges.empty() && affected.versions.empty();
      if (nothing && affected.state != FixState::kNotAffected) std::abort();
    }
  }
  void known_exploited(KnownExploited) override {}
  void epss(Epss) override {}
  void end_of_life(EndOfLife) override {}
  void data_date(UnixSeconds) override {}
  void problem(Error) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Limits limits;
  limits.depth = 32;
  JsonParser parser(limits);
  auto document = parser.parse({reinterpret_cast<const char*>(data), size});
  if (!document.ok()) return 0;
  Checker sink;
  FeedContext context{"fuzz.json", sink};
  for (const FeedFormat& format : osv_formats()) {
    if (format.accepts(**document)) format.parse(**document, context);
  }
  return 0;
}
