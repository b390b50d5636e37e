// What the tests of feed formats share: a sink that keeps everything, and a way to parse a text by
// the format that takes it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/feed_format.h"
#include "codec/json.h"
#include "support/support.h"

namespace seawall::advisory::test {

struct Collector : RecordSink {
  void record(Record record) override { records.push_back(std::move(record)); }
  void known_exploited(KnownExploited entry) override { exploited.push_back(std::move(entry)); }
  void epss(Epss entry) override { scores.push_back(std::move(entry)); }
  void end_of_life(EndOfLife entry) override { ends.push_back(std::move(entry)); }
  void data_date(UnixSeconds when) override { date = when; }
  void problem(Error error) override { problems.push_back(error.text()); }

  // The row of a package in an ecosystem, over all records; null when there is not exactly one.
  const Affected* row(std::string_view ecosystem, std::string_view package) const {
    const Affected* found = nullptr;
    for (const Record& record : records) {
      for (const Affected& affected : record.affected) {
        if (affected.ecosystem != ecosystem || affected.package != package) continue;
        if (found) return nullptr;
        found = &affected;
      }
    }
    return found;
  }
  size_t rows() const {
    size_t count = 0;
    for (const Record& record : records) count += record.affected.size();
    return count;
  }

  std::vector<Record> records;
  std::vector<KnownExploited> exploited;
  std::vector<Epss> scores;
  std::vector<EndOfLife> ends;
  UnixSeconds date = 0;
  std::vector<std::string> problems;
};

// Parses one JSON document by the first format of the list that accepts it; returns the format's
// name, "" when none does.
inline std::string parse_document(const std::vector<FeedFormat>& formats, std::string text,
                                  Collector& sink, std::string_view path = "feed.json") {
  const auto document = parse_json(std::move(text));
  if (!document.ok()) return "not JSON: " + document.error().text();
  for (const FeedFormat& format : formats) {
    if (!format.accepts || !format.accepts(document->root())) continue;
    FeedContext context{path, sink};
    format.parse(document->root(), context);
    return std::string(format.name);
  }
  return {};
}

// The same for a text stream; a failed stream ends in sink.problems.
inline std::string parse_stream(const std::vector<FeedFormat>& formats, std::string_view text,
                                Collector& sink) {
  for (const FeedFormat& format : formats) {
    if (!format.accepts_text || !format.accepts_text(text.substr(0, text.find('\n')))) continue;
    MemoryReader reader(text);
    FeedContext context{"feed.txt", sink};
    auto status = format.parse_text(reader, context);
    if (!status.ok()) sink.problem(std::move(status).error());
    return std::string(format.name);
  }
  return {};
}

}  // namespace seawall::advisory::test
