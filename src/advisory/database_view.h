// The bytes of a database seen as tables: what the reader answers from and what the builder copies
// kept feeds out of. Everything that comes from an offset is checked here, once for both.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "advisory/database.h"
#include "advisory/database_format.h"
#include "advisory/text_blocks.h"

namespace seawall::advisory {

// Over the whole file but the digest itself. REQUIRES: at least a header.
Digest content_digest(std::string_view file);

class DatabaseView {
 public:
  // REQUIRES: `bytes` outlive it. ERRORS: kMalformed, kUnsupported for another version.
  static Result<DatabaseView> open(std::string_view bytes);

  struct Row {
    uint32_t source = 0, body = 0, architectures = 0;  // the latter two: offsets in kBodies
  };
  struct Source {
    uint32_t target = 0;
    uint16_t feed = 0;
    bool notice = false, has_rows = false;
  };
  struct Notice {
    std::string_view name;
    std::vector<uint32_t> vulnerabilities;
  };
  struct Body {
    FixState state = FixState::kUnknown;
    Severity severity = Severity::kUnknown;
    std::string_view module, note;
    std::vector<Range> ranges;
    std::vector<std::string_view> versions;
  };
  struct Ecosystem {
    std::string_view name;
    uint32_t first = 0, packages = 0;
  };

  std::string_view section(format::Section id) const { return sections_[id - 1]; }
  // The number of entries of a section of fixed size.
  uint32_t entries(format::Section id, size_t entry_size) const {
    return static_cast<uint32_t>(section(id).size() / entry_size);
  }
  Result<std::string_view> text(uint32_t offset) const;  // in kStrings

  uint32_t ecosystem_count() const { return entries(format::kEcosystems, format::kEcosystemEntry); }
  Result<Ecosystem> ecosystem(uint32_t index) const;
  // Nothing when there is no such ecosystem or package.
  Result<std::optional<Ecosystem>> find_ecosystem(std::string_view name) const;
  Result<std::optional<uint32_t>> find_package(const Ecosystem& ecosystem,
                                               std::string_view package) const;
  Result<std::string_view> package_name(uint32_t package) const;
  Result<std::vector<Row>> rows_of(uint32_t package) const;
  Result<Source> source(uint32_t index) const;
  Result<Notice> notice(uint32_t offset) const;
  Status read_body(uint32_t offset, Body& body) const;  // reuses the memory of `body`
  Status read_architectures(uint32_t offset, std::vector<std::string_view>& list) const;

  uint32_t vulnerability_count() const {
    return entries(format::kVulnerabilities, format::kVulnerabilityEntry);
  }
  Result<std::string_view> vulnerability_name(uint32_t index) const;
  // [first, last) of the sources that are records of this very vulnerability.
  Result<std::pair<uint32_t, uint32_t>> sources_of(uint32_t vulnerability) const;
  Result<std::optional<uint32_t>> find_name(std::string_view name) const;
  Result<Record> record_of(uint32_t source, std::string_view preferred) const;

  std::optional<Epss> find_epss(std::string_view cve) const;
  Result<std::optional<KnownExploited>> find_known_exploited(std::string_view cve) const;
  struct Signal {
    uint16_t feed = 0;
    std::array<std::string_view, 3> texts;
    bool flag = false;
  };
  // Entry `index` of kKnownExploited or kEndOfLife.
  Result<Signal> signal(format::Section section, uint32_t index) const;
  void for_each_epss(const std::function<void(uint16_t feed, const Epss&)>& visit) const;

  const std::vector<FeedStatus>& feeds() const { return feeds_; }
  UnixSeconds built() const { return static_cast<UnixSeconds>(info(0)); }
  uint64_t rows() const { return info(8); }
  Digest digest() const;
  Status verify() const;

 private:
  explicit DatabaseView(std::string_view bytes, TextBlocks texts)
      : bytes_(bytes), texts_(std::move(texts)) {}
  uint64_t info(size_t at) const { return format::get64(section(format::kInfo), at); }
  Status read_feeds();
  // The first entry of [first, first + count) whose text is not less than `name`; its name is the
  // first field. Nothing when the entry has another.
  Result<std::optional<uint32_t>> find_text(format::Section section, size_t entry_size,
                                            uint32_t first, uint32_t count,
                                            std::string_view name) const;

  std::string_view bytes_;
  std::array<std::string_view, format::kSectionCount> sections_;
  TextBlocks texts_;
  std::vector<FeedStatus> feeds_;
};

}  // namespace seawall::advisory
