#include "advisory/import.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <set>
#include <utility>

#include "advisory/database_path.h"
#include "advisory/feed.h"
#include "base/file.h"

namespace seawall::advisory {
namespace {

// Passes records on, and tells the builder where a feed's data comes from when its first record
// appears.
class FeedNotes : public RecordSink {
 public:
  explicit FeedNotes(DatabaseBuilder& builder) : builder_(builder) {}
  void begin_source(std::string name, UnixSeconds date) {
    source_ = std::move(name);
    date_ = date;
    current_.clear();
    said_ = 0;
  }
  void record(Record record) override {
    note(record.feed);
    builder_.record(std::move(record));
  }
  void known_exploited(KnownExploited entry) override {
    note("kev");
    builder_.known_exploited(std::move(entry));
  }
  void epss(Epss entry) override {
    note("epss");
    builder_.epss(std::move(entry));
  }
  void end_of_life(EndOfLife entry) override {
    note("eol");
    builder_.end_of_life(std::move(entry));
  }
  // Formats say their date before their first entry, whose feed it is of.
  void data_date(UnixSeconds date) override { said_ = date; }
  void problem(Error error) override { builder_.problem(std::move(error)); }
  const std::set<std::string>& feeds() const { return feeds_; }

 private:
  void note(std::string_view feed) {
    if (current_ != feed) {
      current_ = feed;
      feeds_.insert(current_);
      FeedStatus status;
      status.name = current_;
      status.source = source_;
      status.date = date_;
      builder_.begin_feed(std::move(status));
    }
    if (said_ != 0) builder_.data_date(std::exchange(said_, 0));
  }

  DatabaseBuilder& builder_;
  std::set<std::string> feeds_;
  std::string source_, current_;
  UnixSeconds date_ = 0;  // of the files
  UnixSeconds said_ = 0;  // by the document being read, not yet filed
};

// Of a file, or of the newest regular file below a directory: a directory's own time says when it
// was put here.
UnixSeconds modified(const std::string& path) {
  const auto time_of = [](const std::string& file) -> UnixSeconds {
    struct stat info;
    return ::lstat(file.c_str(), &info) == 0 && S_ISREG(info.st_mode) ? info.st_mtim.tv_sec : 0;
  };
  UnixSeconds newest = time_of(path);
  std::error_code error;
  auto entry = std::filesystem::recursive_directory_iterator(path, error);
  for (; !error && entry != std::filesystem::recursive_directory_iterator();
       entry.increment(error)) {
    newest = std::max(newest, time_of(entry->path().string()));
  }
  return newest;
}

Status make_parent(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? Status()
                                                  : make_directories(path.substr(0, slash));
}

Result<ImportSummary> import_database(const ImportOptions& options) {
  const std::string& path = options.paths.front();
  SEAWALL_TRY(const Database incoming, Database::open(path));
  if (auto verified = incoming.verify(); !verified.ok())
    return std::move(verified.error()).at(path);
  if (!options.public_key.empty()) {
    auto signature = read_file(path + ".sig", 4096);
    if (!signature.ok())
      return std::move(signature.error()).hint("ask for the file's signature, or leave --key out");
    if (auto status = verify_signature(incoming, *signature, options.public_key); !status.ok()) {
      return std::move(status.error()).at(path);
    }
  }
  SEAWALL_CHECK(make_parent(options.database));
  SEAWALL_CHECK(export_database(incoming, options.database, ""));
  return summarise(options.database);
}

}  // namespace

Result<ImportSummary> summarise(const std::string& path) {
  SEAWALL_TRY(const Database database, Database::open(path));
  ImportSummary summary;
  summary.vulnerabilities = database.vulnerabilities();
  summary.rows = database.rows();
  summary.feeds = database.feeds().size();
  struct stat info;
  if (::stat(path.c_str(), &info) == 0) summary.bytes = static_cast<uint64_t>(info.st_size);
  return summary;
}

Result<ImportSummary> import_files(const ImportOptions& options) {
  if (options.paths.size() == 1 && is_database(options.paths.front()))
    return import_database(options);
  if (!options.public_key.empty()) {
    return usage_error(
               "--key checks a finished database, but these are feeds, which nobody signed for it")
        .hint("leave --key out, or ask for a database made with `seawall db export --key`");
  }
  DatabaseBuilder builder;
  FeedNotes notes(builder);
  for (const std::string& path : options.paths) {
    if (is_database(path)) {
      return usage_error(path +
                         " is a finished database; import it alone, not together with feeds");
    }
    notes.begin_source(path.substr(path.rfind('/') + 1),
                       options.date ? options.date : modified(path));
    auto read = read_feed(path, notes);
    if (!read.ok()) return std::move(read).error();
  }
  if (!options.replace && file_exists(options.database)) {
    SEAWALL_TRY(const Database old, Database::open(options.database));
    for (const FeedStatus& feed : old.feeds()) {
      if (!notes.feeds().contains(feed.name)) SEAWALL_CHECK(builder.keep_feed(old, feed.name));
    }
  }
  SEAWALL_CHECK(make_parent(options.database));
  SEAWALL_CHECK(builder.write(options.database, now()));
  SEAWALL_TRY(ImportSummary summary, summarise(options.database));
  summary.problems = builder.problems();
  return summary;
}

}  // namespace seawall::advisory
