// The walk behind read_feed(): from a path to documents, and from documents to the format that
// knows them. Apart from feed.h so that tests and fuzz targets can bring formats and bytes of their
// own.
//
//   FeedWalk walk(formats, sink, limits);
//   walk.path("advisories/");
//   walk.summary()
//
// A file is read once, front to back, in memory bounded by its longest document. Its first line
// decides: a whole JSON document with more lines behind it makes JSON lines, anything else that
// starts like JSON is one document (or an array of them), the rest is text. Every document is
// offered to the format of the one before it first. THREADS: one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/feed.h"
#include "base/bytes.h"
#include "codec/json.h"

namespace seawall::advisory {

using FormatList = std::vector<const FeedFormat*>;

class FeedWalk {
 public:
  FeedWalk(FormatList formats, RecordSink& sink, const Limits& limits);
  ~FeedWalk();

  // A regular file or a directory, sorted, without hidden names and symbolic links below it.
  // ERRORS: when `path` itself cannot be read.
  Status path(const std::string& path);
  // One stream; `name` is what FeedContext::path and problems say.
  void stream(std::unique_ptr<Reader> bytes, const std::string& name);
  // A zip archive. ERRORS: when its directory cannot be read; damaged members are problems.
  Status zip(std::shared_ptr<const RandomAccess> archive, const std::string& name);

  FeedSummary summary() const;

 private:
  class LineSource;
  // Archives lie at the top only; their members may be compressed but hold no more archives.
  enum class Depth : uint8_t { kTop, kMember };

  Status directory(const std::string& root, const std::string& below, int depth);
  Status file(const std::string& path, const std::string& name);
  void read_stream(std::unique_ptr<Reader> bytes, const std::string& name, Depth depth);
  void read_tar(Reader& bytes, const std::string& name);
  void read_content(LineSource& lines, const std::string& name);
  Status read_json(LineSource& lines, const std::string& name);
  Status read_lines(LineSource& lines, const std::string& name);
  // The text format that the first line belongs to; null when there is none.
  Result<const FeedFormat*> text_format(LineSource& lines);
  Status read_text(const FeedFormat& format, LineSource& lines, const std::string& name);
  Status read_document(std::string_view text, const std::string& name);
  bool offer(const Node& document, const std::string& name);
  bool accept(const FeedFormat& format, const Node& document, const std::string& name);
  void problem(Error error, const std::string& name);
  void finish_file(const std::string& name);

  FormatList formats_;
  RecordSink& sink_;
  Limits limits_;
  JsonParser parser_;
  const FeedFormat* current_ = nullptr;
  uint64_t documents_ = 0, not_recognised_ = 0;
  uint64_t file_documents_ = 0, file_problems_ = 0;
  std::set<std::string_view> met_;
};

// read_feed() with formats of the caller's choice.
Result<FeedSummary> read_feed_as(FormatList formats, const std::string& path, RecordSink& sink,
                                 const Limits& limits);

}  // namespace seawall::advisory
