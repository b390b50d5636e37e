#include "advisory/database_view.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "advisory/alias_classes.h"
#include "advisory/record_text.h"
#include "base/strings.h"

namespace seawall::advisory {

using namespace format;

namespace {

Error damaged(std::string_view what) {
  return Error(Code::kMalformed, fmt::format("the advisory database is damaged: {}", what))
      .hint("build or download it again: seawall db update");
}

// Entries of these sections have a fixed size, which must divide the section.
constexpr std::pair<Section, size_t> kTables[] = {
    {kEcosystems, kEcosystemEntry},
    {kPackages, kPackageEntry},
    {kSources, kSourceEntry},
    {kVulnerabilities, kVulnerabilityEntry},
    {kAliases, kAliasEntry},
    {kNotices, kNoticeEntry},
    {kEpssIndex, kEpssIndexEntry},
    {kEpss, kEpssEntry},
    {kKnownExploited, kKnownExploitedEntry},
    {kEndOfLife, kEndOfLifeEntry},
};

Result<std::array<std::string_view, kSectionCount>> read_sections(std::string_view bytes) {
  std::array<std::string_view, kSectionCount> sections;
  const size_t count = get32(bytes, 12);
  if (count > (bytes.size() - kHeaderSize) / kSectionEntry) {
    return damaged("the section table ends behind the file");
  }
  for (size_t i = 0; i < count; ++i) {
    const size_t at = kHeaderSize + i * kSectionEntry;
    const uint32_t id = get32(bytes, at);
    const uint64_t offset = get64(bytes, at + 8), length = get64(bytes, at + 16);
    if (offset > bytes.size() || length > bytes.size() - offset || length > UINT32_MAX) {
      return damaged(fmt::format("section {} lies outside the file", id));
    }
    if (id >= 1 && id <= kSectionCount) sections[id - 1] = bytes.substr(offset, length);
  }
  for (const auto& [id, size] : kTables) {
    if (sections[id - 1].size() % size != 0) {
      return damaged(fmt::format("section {} has a part of an entry", static_cast<int>(id)));
    }
  }
  if (sections[kInfo - 1].size() < kInfoSize) return damaged("the information section is short");
  return sections;
}

}  // namespace

Result<DatabaseView> DatabaseView::open(std::string_view bytes) {
  if (bytes.size() < kHeaderSize || !bytes.starts_with(kMagic)) {
    return Error(Code::kMalformed, "not an advisory database of Seawall");
  }
  if (const uint32_t version = get32(bytes, 8); version != kVersion) {
    return unsupported(fmt::format("the advisory database has format {}, this Seawall reads {}",
                                   version, kVersion))
        .hint("update Seawall or build the database again: seawall db update");
  }
  if (const uint64_t size = get64(bytes, 16); size != bytes.size()) {
    return damaged(fmt::format("it should have {} bytes and has {}", size, bytes.size()));
  }
  SEAWALL_TRY(auto sections, read_sections(bytes));
  SEAWALL_TRY(auto texts, TextBlocks::open(sections[kTextIndex - 1], sections[kTextDictionary - 1],
                                           sections[kTexts - 1]));
  DatabaseView view(bytes, std::move(texts));
  view.sections_ = sections;
  SEAWALL_CHECK(view.read_feeds());
  return view;
}

Status DatabaseView::read_feeds() {
  Cursor in(section(kFeeds));
  for (uint64_t n = in.count(7); n > 0; --n) {
    FeedStatus feed;
    feed.name = in.text();
    feed.date = static_cast<UnixSeconds>(in.varint());
    feed.fetched = static_cast<UnixSeconds>(in.varint());
    feed.records = in.varint();
    feed.etag = in.text();
    feed.source = in.text();
    feed.problem = in.text();
    feeds_.push_back(std::move(feed));
  }
  if (!in.good()) return damaged("the feed table ends early");
  return {};
}

Result<std::string_view> DatabaseView::text(uint32_t offset) const {
  Cursor in(section(kStrings), offset);
  const auto text = in.text();
  if (!in.good()) return damaged("a text lies outside its section");
  return text;
}

Result<std::optional<uint32_t>> DatabaseView::find_text(Section id, size_t entry_size,
                                                        uint32_t first, uint32_t count,
                                                        std::string_view name) const {
  const std::string_view table = section(id);
  // The first of several entries of the same name is the one that counts.
  std::optional<uint32_t> equal;
  uint32_t low = first, high = first + count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    SEAWALL_TRY(const auto found, text(get32(table, middle * entry_size)));
    if (found < name) {
      low = middle + 1;
      continue;
    }
    if (found == name) equal = middle;
    high = middle;
  }
  return equal;
}

Result<DatabaseView::Ecosystem> DatabaseView::ecosystem(uint32_t index) const {
  const size_t at = index * kEcosystemEntry;
  const auto table = section(kEcosystems);
  Ecosystem ecosystem;
  SEAWALL_TRY(ecosystem.name, text(get32(table, at)));
  ecosystem.first = get32(table, at + 4);
  ecosystem.packages = get32(table, at + 8);
  const uint32_t all = entries(kPackages, kPackageEntry);
  if (ecosystem.first > all || ecosystem.packages > all - ecosystem.first) {
    return damaged("an ecosystem's packages lie outside their section");
  }
  return ecosystem;
}

Result<std::optional<DatabaseView::Ecosystem>> DatabaseView::find_ecosystem(
    std::string_view name) const {
  SEAWALL_TRY(const auto index,
              find_text(kEcosystems, kEcosystemEntry, 0, ecosystem_count(), name));
  if (!index) return std::optional<Ecosystem>();
  SEAWALL_TRY(auto found, ecosystem(*index));
  return std::optional(found);
}

Result<std::optional<uint32_t>> DatabaseView::find_package(const Ecosystem& ecosystem,
                                                           std::string_view package) const {
  return find_text(kPackages, kPackageEntry, ecosystem.first, ecosystem.packages, package);
}

Result<std::string_view> DatabaseView::package_name(uint32_t package) const {
  return text(get32(section(kPackages), package * kPackageEntry));
}

Result<std::vector<DatabaseView::Row>> DatabaseView::rows_of(uint32_t package) const {
  Cursor in(section(kGroups), get32(section(kPackages), package * kPackageEntry + 4));
  std::vector<Row> rows(in.count(2));
  uint64_t source = 0;
  for (auto& row : rows) {
    const uint64_t delta = in.varint();
    source += delta >> 1;
    row.source = static_cast<uint32_t>(source);
    row.body = static_cast<uint32_t>(in.varint());
    row.architectures = delta & 1 ? static_cast<uint32_t>(in.varint()) : 0;
  }
  if (!in.good()) return damaged("a package's rows end early");
  return rows;
}

Result<DatabaseView::Source> DatabaseView::source(uint32_t index) const {
  if (index >= entries(kSources, kSourceEntry)) return damaged("a row names no source");
  const auto table = section(kSources);
  const size_t at = index * kSourceEntry;
  const uint16_t kind = get16(table, at + 6);
  const Source source{get32(table, at), get16(table, at + 4), (kind & kSourceIsNotice) != 0,
                      (kind & kSourceHasRows) != 0};
  if (source.feed >= feeds_.size()) return damaged("a source names no feed");
  if (!source.notice && source.target >= vulnerability_count()) {
    return damaged("a source names no vulnerability");
  }
  return source;
}

Result<DatabaseView::Notice> DatabaseView::notice(uint32_t offset) const {
  Cursor in(section(kCovers), offset);
  Notice notice;
  SEAWALL_TRY(notice.name, text(static_cast<uint32_t>(in.varint())));
  notice.vulnerabilities.resize(in.count(1, kMaxCovers));
  uint64_t last = 0;
  for (auto& vulnerability : notice.vulnerabilities) {
    last += in.varint();
    if (last >= vulnerability_count()) return damaged("a notice covers no vulnerability");
    vulnerability = static_cast<uint32_t>(last);
  }
  if (!in.good()) return damaged("a notice ends early");
  return notice;
}

Status DatabaseView::read_body(uint32_t offset, Body& body) const {
  Cursor in(section(kBodies), offset);
  const uint8_t state = in.byte(), flags = in.byte();
  constexpr auto kLastState = static_cast<uint8_t>(FixState::kUnderInvestigation);
  constexpr auto kLastSeverity = static_cast<uint8_t>(Severity::kCritical);
  body.state = static_cast<FixState>(std::min<uint8_t>(state & 15, kLastState));
  body.severity = static_cast<Severity>(std::min<uint8_t>(state >> 4, kLastSeverity));
  body.module = body.note = {};
  const auto next = [&] { return text(static_cast<uint32_t>(in.varint())); };
  if (flags & kBodyModule) {
    SEAWALL_TRY(body.module, next());
  }
  if (flags & kBodyNote) {
    SEAWALL_TRY(body.note, next());
  }
  uint64_t ranges = flags >> kBodyRangeShift;
  if (ranges == kBodyRangeMany) ranges = in.count(1, kMaxRanges);
  body.ranges.resize(ranges);
  for (auto& range : body.ranges) {
    const uint8_t parts = in.byte();
    const std::pair<uint8_t, std::string*> fields[] = {{kRangeIntroduced, &range.introduced},
                                                       {kRangeFixed, &range.fixed},
                                                       {kRangeLastAffected, &range.last_affected}};
    for (const auto& [bit, field] : fields) {
      field->clear();
      if (!(parts & bit)) continue;
      SEAWALL_TRY(*field, next());
    }
  }
  body.versions.resize(flags & kBodyVersions ? in.count(1, kMaxVersions) : 0);
  for (auto& version : body.versions) {
    SEAWALL_TRY(version, next());
  }
  if (!in.good()) return damaged("a row's body ends early");
  return {};
}

Status DatabaseView::read_architectures(uint32_t offset,
                                        std::vector<std::string_view>& list) const {
  list.clear();
  if (offset == 0) return {};
  Cursor in(section(kBodies), offset);
  list.resize(in.count(1, kMaxVersions));
  for (auto& name : list) {
    SEAWALL_TRY(name, text(static_cast<uint32_t>(in.varint())));
  }
  if (!in.good()) return damaged("a list of architectures ends early");
  return {};
}

Result<std::string_view> DatabaseView::vulnerability_name(uint32_t index) const {
  return text(get32(section(kVulnerabilities), index * kVulnerabilityEntry));
}

Result<std::pair<uint32_t, uint32_t>> DatabaseView::sources_of(uint32_t vulnerability) const {
  const auto table = section(kVulnerabilities);
  const uint32_t all = entries(kSources, kSourceEntry);
  const uint32_t first = get32(table, vulnerability * kVulnerabilityEntry + 4);
  uint32_t last = first;
  if (first > all) return damaged("a vulnerability's sources lie outside their section");
  // Sources lie in the order of their vulnerabilities, notices behind all others.
  const auto sources = section(kSources);
  while (last < all && get32(sources, last * kSourceEntry) == vulnerability &&
         !(get16(sources, last * kSourceEntry + 6) & kSourceIsNotice)) {
    ++last;
  }
  return std::pair(first, last);
}

Result<std::optional<uint32_t>> DatabaseView::find_name(std::string_view name) const {
  SEAWALL_TRY(auto index,
              find_text(kVulnerabilities, kVulnerabilityEntry, 0, vulnerability_count(), name));
  if (index) return index;
  SEAWALL_TRY(index, find_text(kAliases, kAliasEntry, 0, entries(kAliases, kAliasEntry), name));
  if (!index) return index;
  const uint32_t vulnerability = get32(section(kAliases), *index * kAliasEntry + 4);
  if (vulnerability >= vulnerability_count()) return damaged("an alias names no vulnerability");
  return std::optional(vulnerability);
}

Result<Record> DatabaseView::record_of(uint32_t source, std::string_view preferred) const {
  SEAWALL_TRY(const std::string bytes, texts_.text(source));
  return decode_record(bytes, preferred);
}

std::optional<Epss> DatabaseView::find_epss(std::string_view cve) const {
  if (!is_cve(cve)) return {};
  const auto year = parse_unsigned(cve.substr(4, 4)), number = parse_unsigned(cve.substr(9));
  if (!year || !number) return {};
  const auto index = section(kEpssIndex), table = section(kEpss);
  for (size_t at = 0; at < index.size(); at += kEpssIndexEntry) {
    if (get16(index, at + 2) != *year) continue;
    uint64_t low = get32(index, at + 4), high = low + get32(index, at + 8);
    high = std::min<uint64_t>(high, entries(kEpss, kEpssEntry));
    while (low < high) {
      const uint64_t middle = (low + high) / 2;
      const uint64_t entry = get64(table, middle * kEpssEntry);
      if (entry >> 34 == *number) {
        return Epss{std::string(cve), static_cast<double>(entry >> 17 & kEpssMask) / kEpssSteps,
                    static_cast<double>(entry & kEpssMask) / kEpssSteps};
      }
      if (entry >> 34 < *number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
  }
  return {};
}

void DatabaseView::for_each_epss(
    const std::function<void(uint16_t feed, const Epss&)>& visit) const {
  const auto index = section(kEpssIndex), table = section(kEpss);
  const uint64_t all = entries(kEpss, kEpssEntry);
  uint64_t last = 0;
  for (size_t at = 0; at < index.size(); at += kEpssIndexEntry) {
    // Never backwards: a damaged index must not make this quadratic.
    const uint64_t first = std::max<uint64_t>(last, get32(index, at + 4));
    last = std::max(first, std::min(all, first + get32(index, at + 8)));
    for (uint64_t i = first; i < last; ++i) {
      const uint64_t entry = get64(table, i * kEpssEntry);
      visit(get16(index, at), {fmt::format("CVE-{:04}-{:04}", get16(index, at + 2), entry >> 34),
                               static_cast<double>(entry >> 17 & kEpssMask) / kEpssSteps,
                               static_cast<double>(entry & kEpssMask) / kEpssSteps});
    }
  }
}

Result<DatabaseView::Signal> DatabaseView::signal(Section id, uint32_t index) const {
  static_assert(kKnownExploitedEntry == kEndOfLifeEntry);
  const size_t at = index * kKnownExploitedEntry;
  Signal signal;
  for (size_t i = 0; i < 3; ++i) {
    SEAWALL_TRY(signal.texts[i], text(get32(section(id), at + i * 4)));
  }
  signal.feed = get16(section(id), at + 12);
  signal.flag = get16(section(id), at + 14) != 0;
  return signal;
}

Result<std::optional<KnownExploited>> DatabaseView::find_known_exploited(
    std::string_view cve) const {
  SEAWALL_TRY(const auto index, find_text(kKnownExploited, kKnownExploitedEntry, 0,
                                          entries(kKnownExploited, kKnownExploitedEntry), cve));
  if (!index) return std::optional<KnownExploited>();
  SEAWALL_TRY(const auto found, signal(kKnownExploited, *index));
  return std::optional(KnownExploited{std::string(cve), std::string(found.texts[1]),
                                      std::string(found.texts[2]), found.flag});
}

Digest content_digest(std::string_view file) {
  Hasher hasher;
  hasher.update(file.substr(0, kDigestAt));
  hasher.update(file.substr(kDigestAt + kDigestSize));
  return hasher.finish();
}

Digest DatabaseView::digest() const {
  return {HashAlgorithm::kSha256, to_hex(bytes_.substr(kDigestAt, kDigestSize))};
}

Status DatabaseView::verify() const {
  const Digest content = content_digest(bytes_);
  if (content == digest()) return {};
  return Error(Code::kMismatch,
               fmt::format("the advisory database's content has the digest {}, its header says {}",
                           content.text(), digest().text()))
      .hint("build or download it again: seawall db update");
}

}  // namespace seawall::advisory
