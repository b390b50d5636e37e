// The advisory database: one file, mapped into memory, shared by any number of readers without
// locks.
//
//   SEAWALL_TRY(auto database, Database::open(path));
//   database.find("debian:12", "expat", [&](const Match& match) { ... });
//
// Layout in docs/formats/advisory-database.md. Opening checks magic, version and section bounds
// only (under 1 ms); verify() checks the content digest. A reader keeps its map when the file is
// replaced. THREADS: reading is safe. ERRORS: a damaged file gives kMalformed, never a crash: every
// offset is checked.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisory/record.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/result.h"

namespace seawall::advisory {

struct FeedStatus {
  std::string name;      // "debian"
  UnixSeconds date = 0;  // of the data
  UnixSeconds fetched = 0;
  uint64_t records = 0;
  std::string etag, source;  // where it came from (URL or file name)
  std::string problem;       // why the last update failed; empty when it did not
};

// One row: what one record says of one package. Views live as long as the Database.
struct Match {
  uint32_t vulnerability = 0;  // handle for detail()
  uint32_t statement = 0;      // the same number: the same state, ranges, versions, module and note
  std::string_view id;         // the vulnerability: "CVE-2024-45491"
  std::string_view advisory;   // the notice the row comes from when it is another: "RHSA-2024:1"
  std::string_view feed;       // "debian"
  FixState state = FixState::kUnknown;
  Severity severity = Severity::kUnknown;
  std::vector<Range> ranges;  // empty with versions only
  std::vector<std::string_view> versions;
  std::string_view module, note;
  std::vector<std::string_view> architectures;
};

// Everything about one vulnerability, alias class merged.
struct Detail {
  std::string id;                    // the preferred name: CVE, else GHSA, else the smallest
  std::vector<std::string> aliases;  // sorted, transitively merged
  std::string summary;
  std::vector<std::pair<std::string, std::string>> summaries;  // feed, text; distributions' only
  Severity severity = Severity::kUnknown;
  std::vector<CvssVector> cvss;
  std::vector<std::string> cwes, references;
  std::string published;
  bool malicious = false;
  // Notices of a feed that speak of it without naming packages (DSA lists): feed and name, sorted.
  std::vector<std::pair<std::string, std::string>> advisories;
  std::optional<KnownExploited> known_exploited;
  std::optional<Epss> epss;
};

class Database {
 public:
  static Result<Database> open(const std::string& path);
  // The same from memory; `bytes` must outlive the Database.
  static Result<Database> from_bytes(std::string_view bytes);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  // Calls `visit` for each row of the package, in a fixed order.
  Status find(std::string_view ecosystem, std::string_view package,
              const std::function<void(const Match&)>& visit) const;
  bool has_ecosystem(std::string_view ecosystem) const;
  std::vector<std::string> ecosystems() const;  // sorted
  Result<Detail> detail(uint32_t vulnerability) const;
  // By any name, aliases included.
  Result<Detail> find_vulnerability(std::string_view id) const;
  std::optional<EndOfLife> end_of_life(std::string_view product, std::string_view cycle) const;

  std::vector<FeedStatus> feeds() const;
  UnixSeconds built() const;
  uint64_t rows() const;
  uint64_t vulnerabilities() const;
  const std::string& path() const;
  // SHA-256 over the content, as written in the header (verify() recomputes it). COST of digest():
  // none.
  Digest digest() const;
  Status verify() const;

 private:
  friend class DatabaseBuilder;
  struct State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Builds a database from records, in bounded memory (rows are spilled compactly, not kept as
// objects). The same records in the same order give the same bytes.
class DatabaseBuilder : public RecordSink {
 public:
  DatabaseBuilder();
  ~DatabaseBuilder() override;
  // Where the feeds' data comes from, by name; feeds that records name and nobody describes get an
  // entry of their own. `data_date` and `problem` calls between two of these belong to the last one
  // named. FeedStatus::date is what is taken where the data says no date of its own: the newest
  // date that a document of the feed bears replaces it.
  void begin_feed(FeedStatus feed);
  void record(Record record) override;
  void known_exploited(KnownExploited entry) override;
  void epss(Epss entry) override;
  void end_of_life(EndOfLife entry) override;
  void data_date(UnixSeconds date) override;
  void problem(Error error) override;
  // Takes over all rows and names of one feed from an older database (a partial update keeps the
  // rest).
  Status keep_feed(const Database& old, std::string_view feed);
  // Takes back every record, signal and problem since the last begin_feed(), which must have been
  // the feed's first: one that fails in the middle of being read leaves nothing behind.
  void abandon_feed();
  const std::vector<Error>& problems() const;
  // Writes the file in one step (write aside, fsync, rename).
  Status write(const std::string& path, UnixSeconds built);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace seawall::advisory
