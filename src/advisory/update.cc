#include "advisory/update.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "advisory/download.h"
#include "advisory/feed.h"
#include "advisory/repository.h"
#include "base/file.h"
#include "base/log.h"

namespace seawall::advisory {
namespace {

constexpr uint64_t kLargestFeedFile = 4ull << 30;

// Gives every record the feed's name it was fetched for, and counts.
class FeedSink : public RecordSink {
 public:
  FeedSink(DatabaseBuilder& builder, std::string feed)
      : builder_(builder), feed_(std::move(feed)) {}
  void record(Record record) override {
    record.feed = feed_;
    ++count;
    builder_.record(std::move(record));
  }
  void known_exploited(KnownExploited entry) override {
    ++count;
    builder_.known_exploited(std::move(entry));
  }
  void epss(Epss entry) override {
    ++count;
    builder_.epss(std::move(entry));
  }
  void end_of_life(EndOfLife entry) override {
    ++count;
    builder_.end_of_life(std::move(entry));
  }
  void data_date(UnixSeconds date) override { builder_.data_date(date); }
  void problem(Error error) override {
    ++problems;
    builder_.problem(std::move(error));
  }
  uint64_t count = 0, problems = 0;

 private:
  DatabaseBuilder& builder_;
  std::string feed_;
};

struct Fetched {
  std::vector<std::string> files;
  std::vector<Error> absent;  // repositories that are gone
  bool changed = false;
  UnixSeconds date = 0;

  void add(const Download& file) {
    files.push_back(file.path);
    changed |= file.changed;
    date = std::max(date, file.last_modified);
  }
};

Result<Fetched> fetch(const HttpClient& client, const FeedSource& feed,
                      const std::string& cache_directory) {
  Fetched fetched;
  const std::string directory = cache_directory + "/feeds/" + feed.name;
  for (const std::string& url : feed.urls) {
    SEAWALL_TRY(const Download file, download(client, url, directory, kLargestFeedFile));
    fetched.add(file);
  }
  for (const std::string& list : feed.repositories) {
    auto file = download_updateinfo(client, list, directory, kLargestFeedFile);
    if (file.ok()) {
      fetched.add(*file);
    } else if (file.error().code() == Code::kNotFound) {
      // One of many repositories that was given up must not keep the others old for ever.
      fetched.absent.push_back(std::move(file).error());
    } else {
      return std::move(file).error();
    }
  }
  if (fetched.files.empty()) return std::move(fetched.absent.front());
  return fetched;
}

class Updater {
 public:
  explicit Updater(const UpdateOptions& options) : options_(options), client_(options.http) {}

  Result<UpdateSummary> run() {
    if (file_exists(options_.database)) {
      auto old = Database::open(options_.database);
      if (old.ok()) {
        old_.emplace(std::move(old).value());
      } else {
        log_warning("the old database is damaged and is built anew: " + old.error().text());
      }
    }
    for (const FeedSource& feed : options_.feeds) {
      auto updated = update(feed);
      if (updated.ok()) continue;
      if (updated.error().code() == Code::kCancelled) return std::move(updated).error();
      SEAWALL_CHECK(keep(feed.name, updated.error().text()));
      summary_.failed.emplace_back(feed.name, std::move(updated).error());
    }
    if (summary_.updated.empty() && summary_.unchanged.empty()) {
      Error error =
          summary_.failed.empty() ? usage_error("no feeds chosen") : summary_.failed.front().second;
      return std::move(error).hint(
          "without a network: seawall db import FILE (see docs/air-gap.md)");
    }
    return finish();
  }

 private:
  Status update(const FeedSource& feed) {
    SEAWALL_TRY(Fetched fetched, fetch(client_, feed, options_.cache_directory));
    FeedStatus status;
    status.name = feed.name;
    status.fetched = now();
    status.date = fetched.date;
    status.source = feed.urls.empty() ? feed.repositories.front() : feed.urls.front();
    builder_.begin_feed(std::move(status));
    FeedSink sink(builder_, feed.name);
    for (Error& error : fetched.absent) sink.problem(std::move(error));
    auto read = read_all_of(fetched.files, sink);
    if (read.ok()) read = check_whole(feed.name, sink);
    if (!read.ok()) {
      builder_.abandon_feed();
      return std::move(read.error()).at(feed.name);
    }
    seen_.insert(feed.name);
    (fetched.changed ? summary_.updated : summary_.unchanged).push_back(feed.name);
    return {};
  }

  static Status read_all_of(const std::vector<std::string>& files, FeedSink& sink) {
    for (const std::string& file : files) SEAWALL_CHECK(read_feed(file, sink));
    if (sink.count == 0) return malformed("the feed holds no record");
    return {};
  }

  // A damaged download that lost a good part of what the old data had is no update: findings would
  // vanish with it.
  Status check_whole(const std::string& name, const FeedSink& sink) const {
    if (!old_ || sink.problems == 0) return {};
    for (const FeedStatus& status : old_->feeds()) {
      if (status.name != name || sink.count >= status.records - status.records / 10) continue;
      return malformed(fmt::format("{} parts are damaged, and only {} of {} records are left",
                                   sink.problems, sink.count, status.records));
    }
    return {};
  }

  // `problem` says why the feed was not updated; without one it was not asked for, and what was
  // wrong with it before still is.
  Status keep(const std::string& feed, const std::optional<std::string>& problem) {
    if (!old_ || !seen_.insert(feed).second) return {};
    for (const FeedStatus& status : old_->feeds()) {
      if (status.name != feed) continue;
      SEAWALL_CHECK(builder_.keep_feed(*old_, feed));
      FeedStatus kept = status;
      if (problem) kept.problem = *problem;
      builder_.begin_feed(std::move(kept));
    }
    return {};
  }

  Result<UpdateSummary> finish() {
    if (old_) {
      for (const FeedStatus& status : old_->feeds()) SEAWALL_CHECK(keep(status.name, std::nullopt));
    }
    const size_t slash = options_.database.rfind('/');
    if (slash != std::string::npos && slash > 0)
      SEAWALL_CHECK(make_directories(options_.database.substr(0, slash)));
    SEAWALL_CHECK(builder_.write(options_.database, now()));
    SEAWALL_TRY(summary_.database, summarise(options_.database));
    summary_.database.problems = builder_.problems();
    return std::move(summary_);
  }

  const UpdateOptions& options_;
  HttpClient client_;
  std::optional<Database> old_;
  DatabaseBuilder builder_;
  std::set<std::string> seen_;
  UpdateSummary summary_;
};

}  // namespace

Result<UpdateSummary> update_feeds(const UpdateOptions& options) {
  return Updater(options).run();
}

}  // namespace seawall::advisory
