// The feed walker on any bytes: archives, compression, JSON lines, text. Twice the same bytes must
// give the same answer.
#include <cstdlib>

#include "advisory/feed_walk.h"

namespace {

using namespace seawall;
using namespace seawall::advisory;

struct Counter : RecordSink {
  uint64_t records = 0, problems = 0;
  void record(Record) override { ++records; }
  void known_exploited(KnownExploited) override {}
  void epss(Epss) override {}
  void end_of_life(EndOfLife) override {}
  void data_date(UnixSeconds) override {}
  void problem(Error) override { ++problems; }
};

struct Outcome {
  uint64_t records, problems, documents, not_recognised;
  bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view bytes) {
  Limits limits;
  limits.unpacked_bytes = 1u << 20;
  limits.document_bytes = 256u << 10;
  limits.decoder_memory = 8u << 20;
  limits.file_bytes = 1u << 20;
  limits.entries = 64;
  limits.depth = 16;
  FormatList formats;
  for (const FeedFormat& format : osv_formats()) formats.push_back(&format);
  Counter sink;
  FeedWalk walk(formats, sink, limits);
  walk.stream(std::make_unique<MemoryReader>(bytes), "fuzz");
  const FeedSummary summary = walk.summary();
  return {sink.records, sink.problems, summary.documents, summary.not_recognised};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!(read(bytes) == read(bytes))) std::abort();
  return 0;
}
