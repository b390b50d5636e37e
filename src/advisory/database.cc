// The reader: answers from the view, and merges at reading time what several sources say of one
// vulnerability (so that one feed can be replaced without the others).
#include "advisory/database.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include <fmt/format.h>

#include "advisory/database_state.h"
#include "advisory/detail_merge.h"

namespace seawall::advisory {

using namespace format;

namespace {

// Rows times covered vulnerabilities times ranges that one find() may walk. Real packages stay
// under a hundredth; a damaged file could else make it walk for hours.
constexpr uint64_t kFindBudget = 1u << 24;

}  // namespace

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Result<Database> Database::open(const std::string& path) {
  SEAWALL_TRY(auto map, MappedFile::open(path));
  auto view = DatabaseView::open(map.bytes());
  if (!view.ok()) return std::move(view).error().at(path);
  return Database(std::unique_ptr<State>(
      new State{std::optional<MappedFile>(std::move(map)), path, std::move(view).value()}));
}

Result<Database> Database::from_bytes(std::string_view bytes) {
  SEAWALL_TRY(auto view, DatabaseView::open(bytes));
  return Database(std::unique_ptr<State>(new State{std::nullopt, "", std::move(view)}));
}

Status Database::find(std::string_view ecosystem, std::string_view package,
                      const std::function<void(const Match&)>& visit) const {
  const DatabaseView& view = state_->view;
  SEAWALL_TRY(const auto found, view.find_ecosystem(ecosystem));
  if (!found) return {};
  SEAWALL_TRY(const auto index, view.find_package(*found, package));
  if (!index) return {};
  SEAWALL_TRY(const auto rows, view.rows_of(*index));
  DatabaseView::Body body;
  DatabaseView::Notice notice;
  Match match;
  uint64_t budget = kFindBudget;
  for (const auto& row : rows) {
    SEAWALL_TRY(const auto source, view.source(row.source));
    if (source.notice) {
      SEAWALL_TRY(notice, view.notice(source.target));
    } else {
      notice.name = {};
      notice.vulnerabilities.assign(1, source.target);
    }
    body.ranges.swap(match.ranges);
    body.versions.swap(match.versions);
    SEAWALL_CHECK(view.read_body(row.body, body));
    SEAWALL_CHECK(view.read_architectures(row.architectures, match.architectures));
    body.ranges.swap(match.ranges);
    body.versions.swap(match.versions);
    const uint64_t cost = 1 + notice.vulnerabilities.size() + match.ranges.size() +
                          match.versions.size() + match.architectures.size();
    if (cost > budget) {
      return malformed(fmt::format("the advisory database has too many rows for {} in {}",
                                   std::string(package), std::string(ecosystem)));
    }
    budget -= cost;
    match.statement = row.body;
    match.feed = view.feeds()[source.feed].name;
    match.state = body.state;
    match.severity = body.severity;
    match.module = body.module;
    match.note = body.note;
    match.advisory = notice.name;
    for (const uint32_t vulnerability : notice.vulnerabilities) {
      match.vulnerability = vulnerability;
      SEAWALL_TRY(match.id, view.vulnerability_name(vulnerability));
      visit(match);
    }
  }
  return {};
}

bool Database::has_ecosystem(std::string_view ecosystem) const {
  const auto found = state_->view.find_ecosystem(ecosystem);
  return found.ok() && found->has_value();
}

std::vector<std::string> Database::ecosystems() const {
  std::vector<std::string> names;
  for (uint32_t i = 0; i < state_->view.ecosystem_count(); ++i) {
    const auto ecosystem = state_->view.ecosystem(i);
    if (ecosystem.ok()) names.emplace_back(ecosystem->name);
  }
  return names;
}

Result<Detail> Database::detail(uint32_t vulnerability) const {
  const DatabaseView& view = state_->view;
  if (vulnerability >= view.vulnerability_count()) {
    return Error(Code::kNotFound, "the advisory database has no such vulnerability");
  }
  SEAWALL_TRY(const auto name, view.vulnerability_name(vulnerability));
  DetailMerge merge(name);
  SEAWALL_TRY(const auto sources, view.sources_of(vulnerability));
  for (uint32_t i = sources.first; i < sources.second; ++i) {
    SEAWALL_TRY(const auto source, view.source(i));
    SEAWALL_TRY(auto record, view.record_of(i, name));
    record.feed = view.feeds()[source.feed].name;
    merge.add(std::move(record));
  }
  const auto notices = view.section(kNotices);
  uint32_t low = 0, high = view.entries(kNotices, kNoticeEntry);
  const uint32_t all = high;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (get32(notices, middle * kNoticeEntry) < vulnerability) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  for (; low < all && get32(notices, low * kNoticeEntry) == vulnerability; ++low) {
    const uint32_t index = get32(notices, low * kNoticeEntry + 4);
    SEAWALL_TRY(const auto source, view.source(index));
    if (!source.notice) return malformed("the advisory database links a record as a notice");
    SEAWALL_TRY(const auto notice, view.notice(source.target));
    const std::string& feed = view.feeds()[source.feed].name;
    if (!source.has_rows) merge.add_notice(feed, notice.name);
    if (!merge.lacks_text()) continue;
    SEAWALL_TRY(auto record, view.record_of(index, notice.name));
    merge.add_fallback(std::move(record));
  }
  Detail detail = std::move(merge).finish();
  SEAWALL_TRY(detail.known_exploited, view.find_known_exploited(name));
  detail.epss = view.find_epss(name);
  return detail;
}

Result<Detail> Database::find_vulnerability(std::string_view id) const {
  const DatabaseView& view = state_->view;
  SEAWALL_TRY(const auto index, view.find_name(id));
  if (index) return detail(*index);
  // Known by its signals only.
  Detail detail;
  SEAWALL_TRY(detail.known_exploited, view.find_known_exploited(id));
  detail.epss = view.find_epss(id);
  if (!detail.known_exploited && !detail.epss) {
    return Error(Code::kNotFound, fmt::format("the advisory database does not know {}", id))
        .hint("the name may be newer than the data: seawall db update");
  }
  detail.id = id;
  return detail;
}

std::optional<EndOfLife> Database::end_of_life(std::string_view product,
                                               std::string_view cycle) const {
  const DatabaseView& view = state_->view;
  const uint32_t count = view.entries(kEndOfLife, kEndOfLifeEntry);
  uint32_t low = 0, high = count;
  const auto key = std::pair(product, cycle);
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    const auto entry = view.signal(kEndOfLife, middle);
    if (!entry.ok()) return {};
    if (std::pair(entry->texts[0], entry->texts[1]) < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == count) return {};
  const auto entry = view.signal(kEndOfLife, low);
  if (!entry.ok() || std::pair(entry->texts[0], entry->texts[1]) != key) return {};
  return EndOfLife{std::string(product), std::string(cycle), std::string(entry->texts[2])};
}

std::vector<FeedStatus> Database::feeds() const {
  return state_->view.feeds();
}
UnixSeconds Database::built() const {
  return state_->view.built();
}
uint64_t Database::rows() const {
  return state_->view.rows();
}
uint64_t Database::vulnerabilities() const {
  return state_->view.vulnerability_count();
}
const std::string& Database::path() const {
  return state_->path;
}
Digest Database::digest() const {
  return state_->view.digest();
}
Status Database::verify() const {
  return state_->view.verify();
}

}  // namespace seawall::advisory
