// The collecting half of the builder: records, signals and kept feeds into Content. The writing
// half is database_writer.cc.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "advisory/affects.h"
#include "advisory/database_content.h"
#include "advisory/database_state.h"
#include "advisory/ecosystem.h"
#include "advisory/record_text.h"
#include "base/digest.h"
#include "base/strings.h"

namespace seawall::advisory {

using namespace format;

namespace {

constexpr size_t kMaxProblems = 1000;
constexpr uint64_t kMaxKeptRows = 1u << 27;  // a damaged file may name one group very often
constexpr size_t kMaxNames = 1000;           // aliases of one record
constexpr size_t kMaxString = 1024;  // a name, version or note; longer ones are no such thing

void sort_unique(std::vector<std::string>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  std::erase_if(list, [](const auto& text) { return text.empty() || text.size() > kMaxString; });
}

// Brings a record's names in order: no doubles, no alias that is the id, and at most one CVE among
// id and aliases. A record whose aliases name two CVEs is a notice that covers both.
void settle_names(Record& record) {
  sort_unique(record.aliases);
  sort_unique(record.covers);
  std::erase(record.aliases, record.id);
  std::erase(record.covers, record.id);
  const auto cves = std::count_if(record.aliases.begin(), record.aliases.end(),
                                  [](const auto& name) { return is_cve(name); });
  if (is_cve(record.id)) {
    std::erase_if(record.aliases, [](const auto& name) { return is_cve(name); });
  } else if (cves > 1) {
    std::copy_if(record.aliases.begin(), record.aliases.end(), std::back_inserter(record.covers),
                 [](const auto& name) { return is_cve(name); });
    std::erase_if(record.aliases, [](const auto& name) { return is_cve(name); });
    sort_unique(record.covers);
  }
  if (record.aliases.size() > kMaxNames) record.aliases.resize(kMaxNames);
  if (record.covers.size() > kMaxCovers) record.covers.resize(kMaxCovers);
}

}  // namespace

// How much there was when a feed began.
struct Mark {
  size_t feeds = 0, ecosystems = 0, architecture_lists = 0, lists = 0, sources = 0, rows = 0,
         scores = 0, known_exploited = 0, end_of_life = 0, problems = 0;
};

template <typename List>
void cut(List& list, size_t size) {
  if (list.size() > size) list.erase(list.begin() + static_cast<std::ptrdiff_t>(size), list.end());
}

struct DatabaseBuilder::State : Content {
  std::vector<Error> problems;
  std::unordered_set<uint16_t> dated;  // feeds whose data said a date
  Mark mark;
  std::string current;                                             // the feed begun last
  std::unordered_map<std::string, uint16_t> feed_ids;              // by name
  std::unordered_map<uint64_t, std::vector<uint32_t>> source_ids;  // by hash
  std::unordered_map<uint32_t, uint16_t> ecosystem_ids;
  std::unordered_map<uint32_t, VersionScheme> schemes;
  std::map<std::vector<uint32_t>, uint16_t> architecture_ids;

  uint16_t feed_id(const std::string& name) {
    const auto [entry, is_new] = feed_ids.try_emplace(name, static_cast<uint16_t>(feeds.size()));
    if (is_new) {
      FeedStatus feed;
      feed.name = name;
      feeds.push_back(std::move(feed));
    }
    return entry->second;
  }
  uint16_t signal_feed(const char* otherwise) {
    const uint16_t feed = feed_id(current.empty() ? otherwise : current);
    ++feeds[feed].records;
    return feed;
  }
  uint32_t add_list(const std::vector<std::string>& names) {
    const auto first = static_cast<uint32_t>(lists.size());
    for (const auto& name : names) lists.push_back(texts.intern(name));
    return first;
  }
  uint32_t add_source(const Record& record);
  uint32_t add_body(const Affected& affected, Severity fallback);
  void add_row(uint32_t source, uint32_t body, uint32_t package, uint32_t ecosystem,
               const std::vector<uint32_t>& architectures);
  void add_affected(uint32_t source, Affected& affected, Severity fallback);
  void add_epss(uint16_t feed, const Epss& entry);
  Mark here() const {
    return {feeds.size(),   ecosystems.size(),      architecture_lists.size(),
            lists.size(),   sources.size(),         rows.size(),
            scores.size(),  known_exploited.size(), end_of_life.size(),
            problems.size()};
  }
  void go_back();
};

// Texts stay in their pool: those that nothing names are not written.
void DatabaseBuilder::State::go_back() {
  cut(rows, mark.rows);
  cut(lists, mark.lists);
  cut(sources, mark.sources);
  cut(scores, mark.scores);
  cut(known_exploited, mark.known_exploited);
  cut(end_of_life, mark.end_of_life);
  cut(problems, mark.problems);
  cut(ecosystems, mark.ecosystems);
  cut(architecture_lists, mark.architecture_lists);
  std::erase_if(ecosystem_ids, [&](const auto& e) { return e.second >= mark.ecosystems; });
  std::erase_if(architecture_ids,
                [&](const auto& e) { return e.second >= mark.architecture_lists; });
  std::erase_if(feed_ids, [&](const auto& e) { return e.second >= mark.feeds; });
  std::erase_if(dated, [&](uint16_t feed) { return feed >= mark.feeds; });
  for (auto& [hash, list] : source_ids)
    std::erase_if(list, [&](uint32_t source) { return source >= mark.sources; });
  cut(feeds, mark.feeds);
  current.clear();
}

// The same record seen twice (once for each release of a distribution) is one source.
uint32_t DatabaseBuilder::State::add_source(const Record& record) {
  Source source;
  source.id = texts.intern(record.id);
  source.feed = feed_id(record.feed);
  source.blob = blobs.intern(encode_text(record));
  source.names = add_list(record.aliases);
  source.name_count = static_cast<uint32_t>(record.aliases.size());
  source.covers = add_list(record.covers);
  source.cover_count = static_cast<uint32_t>(record.covers.size());
  const std::string_view members(reinterpret_cast<const char*>(lists.data() + source.names),
                                 (source.name_count + source.cover_count) * sizeof(uint32_t));
  const uint32_t key[] = {source.id, source.feed, source.blob, source.name_count};
  const uint64_t hash =
      quick_hash({reinterpret_cast<const char*>(key), sizeof key}, quick_hash(members));
  auto& same_hash = source_ids[hash];
  for (const uint32_t other : same_hash) {
    const Source& known = sources[other];
    if (known.id == source.id && known.feed == source.feed && known.blob == source.blob &&
        known.name_count == source.name_count && known.cover_count == source.cover_count &&
        std::equal(lists.begin() + source.names, lists.end(), lists.begin() + known.names)) {
      lists.resize(source.names);
      return other;
    }
  }
  sources.push_back(source);
  same_hash.push_back(static_cast<uint32_t>(sources.size() - 1));
  return same_hash.back();
}

uint32_t DatabaseBuilder::State::add_body(const Affected& affected, Severity fallback) {
  const Severity severity = affected.severity == Severity::kUnknown ? fallback : affected.severity;
  FixState state = affected.state;
  const bool fixed = std::any_of(affected.ranges.begin(), affected.ranges.end(),
                                 [](const Range& range) { return !range.fixed.empty(); });
  if (state == FixState::kUnknown && fixed) state = FixState::kFixed;
  std::string body;
  body += static_cast<char>(static_cast<unsigned>(state) | static_cast<unsigned>(severity) << 4);
  const size_t ranges = std::min<size_t>(affected.ranges.size(), kMaxRanges);
  const size_t versions = std::min<size_t>(affected.versions.size(), kMaxVersions);
  const size_t short_ranges = std::min<size_t>(ranges, kBodyRangeMany);
  body += static_cast<char>(
      (affected.module.empty() ? 0 : kBodyModule) | (affected.note.empty() ? 0 : kBodyNote) |
      (versions == 0 ? 0 : kBodyVersions) | static_cast<unsigned>(short_ranges << kBodyRangeShift));
  const auto put = [&](const std::string& text) {
    put_varint(body, texts.intern(std::string_view(text).substr(0, kMaxString)));
  };
  if (!affected.module.empty()) put(affected.module);
  if (!affected.note.empty()) put(affected.note);
  if (short_ranges == kBodyRangeMany) put_varint(body, ranges);
  for (size_t i = 0; i < ranges; ++i) {
    const Range& range = affected.ranges[i];
    // "0" says the same as nothing; the shorter one is kept.
    const bool from = !range.introduced.empty() && range.introduced != "0";
    body +=
        static_cast<char>((from ? kRangeIntroduced : 0) | (range.fixed.empty() ? 0 : kRangeFixed) |
                          (range.last_affected.empty() ? 0 : kRangeLastAffected));
    if (from) put(range.introduced);
    if (!range.fixed.empty()) put(range.fixed);
    if (!range.last_affected.empty()) put(range.last_affected);
  }
  if (versions > 0) put_varint(body, versions);
  for (size_t i = 0; i < versions; ++i) put(affected.versions[i]);
  return blobs.intern(body);
}

void DatabaseBuilder::State::add_row(uint32_t source, uint32_t body, uint32_t package,
                                     uint32_t ecosystem,
                                     const std::vector<uint32_t>& architectures) {
  const auto [known, is_new] =
      ecosystem_ids.try_emplace(ecosystem, static_cast<uint16_t>(ecosystems.size()));
  if (is_new) ecosystems.push_back(ecosystem);
  uint16_t list = 0;
  if (!architectures.empty() && architecture_lists.size() < UINT16_MAX) {
    list = architecture_ids
               .try_emplace(architectures, static_cast<uint16_t>(architecture_lists.size()))
               .first->second;
    if (list == architecture_lists.size()) architecture_lists.push_back(architectures);
  }
  rows.push_back({source, body, package, known->second, list});
}

void DatabaseBuilder::State::add_affected(uint32_t source, Affected& affected, Severity fallback) {
  if (affected.package.empty() || affected.ecosystem.empty()) return;
  if (affected.package.size() > kMaxString || affected.ecosystem.size() > kMaxString) return;
  if (ecosystems.size() >= UINT16_MAX) return;
  const uint32_t ecosystem = texts.intern(affected.ecosystem);
  sort_unique(affected.versions);
  if (!affected.ranges.empty() && !affected.versions.empty()) {
    // OSV lists versions that its ranges hold already; only the others say something.
    const auto [scheme, is_new] = schemes.try_emplace(ecosystem);
    if (is_new) scheme->second = scheme_of(affected.ecosystem);
    std::erase_if(affected.versions, [&](const std::string& version) {
      return std::any_of(affected.ranges.begin(), affected.ranges.end(),
                         [&](const Range& range) { return holds(scheme->second, range, version); });
    });
  }
  std::vector<uint32_t> architectures;
  sort_unique(affected.architectures);
  for (const auto& name : affected.architectures) architectures.push_back(texts.intern(name));
  add_row(source, add_body(affected, fallback), texts.intern(affected.package), ecosystem,
          architectures);
}

void DatabaseBuilder::State::add_epss(uint16_t feed, const Epss& entry) {
  if (!is_cve(entry.cve)) return;
  const auto year = parse_unsigned(std::string_view(entry.cve).substr(4, 4));
  const auto number = parse_unsigned(std::string_view(entry.cve).substr(9));
  if (!year || !number || *number >= 1u << 30) return;
  const auto steps = [](double value) {
    return static_cast<uint64_t>(std::lround(std::clamp(value, 0.0, 1.0) * kEpssSteps));
  };
  scores.push_back({feed, static_cast<uint16_t>(*year),
                    *number << 34 | steps(entry.score) << 17 | steps(entry.percentile)});
}

DatabaseBuilder::DatabaseBuilder() : state_(std::make_unique<State>()) {}
DatabaseBuilder::~DatabaseBuilder() = default;

void DatabaseBuilder::begin_feed(FeedStatus feed) {
  if (!state_->feed_ids.contains(feed.name)) state_->mark = state_->here();
  const uint16_t id = state_->feed_id(feed.name);
  state_->current = feed.name;
  feed.records = state_->feeds[id].records;
  const UnixSeconds known = state_->feeds[id].date;
  feed.date = state_->dated.contains(id) ? known : std::max(feed.date, known);
  state_->feeds[id] = std::move(feed);
}

void DatabaseBuilder::record(Record record) {
  if (record.feed.empty()) record.feed = state_->current.empty() ? "unnamed" : state_->current;
  FeedStatus& feed = state_->feeds[state_->feed_id(record.feed)];
  if (record.withdrawn || record.id.empty() || record.id.size() > kMaxString) return;
  ++feed.records;
  settle_names(record);
  // A notice's severity is that of the worst it covers; only for one alone it is that one's.
  const Severity fallback = record.covers.size() > 1 ? Severity::kUnknown : record.severity;
  const uint32_t source = state_->add_source(record);
  for (auto& affected : record.affected) state_->add_affected(source, affected, fallback);
}

void DatabaseBuilder::known_exploited(KnownExploited entry) {
  const uint16_t feed = state_->signal_feed("kev");
  auto& texts = state_->texts;
  state_->known_exploited.push_back(
      {{texts.intern(entry.cve), texts.intern(entry.date_added), texts.intern(entry.due_date)},
       feed,
       entry.ransomware});
}

void DatabaseBuilder::epss(Epss entry) {
  state_->add_epss(state_->signal_feed("epss"), entry);
}

void DatabaseBuilder::end_of_life(EndOfLife entry) {
  const uint16_t feed = state_->signal_feed("end-of-life");
  auto& texts = state_->texts;
  state_->end_of_life.push_back(
      {{texts.intern(entry.product), texts.intern(entry.cycle), texts.intern(entry.date)},
       feed,
       false});
}

void DatabaseBuilder::data_date(UnixSeconds date) {
  if (state_->current.empty()) return;
  const uint16_t id = state_->feed_id(state_->current);
  FeedStatus& feed = state_->feeds[id];
  feed.date = state_->dated.insert(id).second ? date : std::max(feed.date, date);
}

void DatabaseBuilder::abandon_feed() {
  state_->go_back();
}

void DatabaseBuilder::problem(Error error) {
  if (state_->problems.size() >= kMaxProblems) return;
  if (!state_->current.empty()) error = std::move(error).at(state_->current);
  state_->problems.push_back(std::move(error));
}

const std::vector<Error>& DatabaseBuilder::problems() const {
  return state_->problems;
}

namespace {

// Copies rows of an old database, each body decoded once.
Affected affected_of(const DatabaseView::Body& body) {
  Affected affected;
  affected.state = body.state;
  affected.severity = body.severity;
  affected.module = body.module;
  affected.note = body.note;
  affected.ranges = body.ranges;
  affected.versions.assign(body.versions.begin(), body.versions.end());
  return affected;
}

}  // namespace

Status DatabaseBuilder::keep_feed(const Database& old, std::string_view name) {
  const DatabaseView& view = old.state_->view;
  const auto& feeds = view.feeds();
  const auto kept = std::find_if(feeds.begin(), feeds.end(),
                                 [&](const FeedStatus& feed) { return feed.name == name; });
  if (kept == feeds.end()) {
    return Error(Code::kNotFound, fmt::format("the old database has no feed {}", name));
  }
  const auto old_feed = static_cast<uint16_t>(kept - feeds.begin());
  const uint16_t feed = state_->feed_id(kept->name);
  const uint64_t counted = state_->feeds[feed].records;
  state_->feeds[feed] = *kept;
  state_->feeds[feed].records += counted;

  constexpr uint32_t kNone = UINT32_MAX;
  const uint32_t source_count = view.entries(kSources, kSourceEntry);
  std::vector<uint32_t> sources(source_count, kNone);
  for (uint32_t i = 0; i < source_count; ++i) {
    SEAWALL_TRY(const auto source, view.source(i));
    if (source.feed != old_feed) continue;
    Record record;
    if (source.notice) {
      SEAWALL_TRY(const auto notice, view.notice(source.target));
      SEAWALL_TRY(record, view.record_of(i, notice.name));
      for (const uint32_t vulnerability : notice.vulnerabilities) {
        SEAWALL_TRY(const auto covered, view.vulnerability_name(vulnerability));
        record.covers.emplace_back(covered);
      }
    } else {
      SEAWALL_TRY(const auto preferred, view.vulnerability_name(source.target));
      SEAWALL_TRY(record, view.record_of(i, preferred));
    }
    record.feed = kept->name;
    settle_names(record);
    sources[i] = state_->add_source(record);
  }

  std::unordered_map<uint32_t, uint32_t> bodies;
  uint64_t budget = kMaxKeptRows;
  DatabaseView::Body body;
  std::vector<std::string_view> names;
  for (uint32_t e = 0; e < view.ecosystem_count(); ++e) {
    SEAWALL_TRY(const auto ecosystem, view.ecosystem(e));
    const uint32_t ecosystem_text = state_->texts.intern(ecosystem.name);
    for (uint32_t p = 0; p < ecosystem.packages; ++p) {
      SEAWALL_TRY(const auto rows, view.rows_of(ecosystem.first + p));
      if (rows.size() > budget) return malformed("the old advisory database has too many rows");
      budget -= rows.size();
      for (const auto& row : rows) {
        if (row.source >= source_count || sources[row.source] == kNone) continue;
        SEAWALL_TRY(const auto package, view.package_name(ecosystem.first + p));
        const auto [known, is_new] = bodies.try_emplace(row.body);
        if (is_new) {
          SEAWALL_CHECK(view.read_body(row.body, body));
          known->second = state_->add_body(affected_of(body), Severity::kUnknown);
        }
        SEAWALL_CHECK(view.read_architectures(row.architectures, names));
        std::vector<uint32_t> architectures;
        for (const auto& one : names) architectures.push_back(state_->texts.intern(one));
        state_->add_row(sources[row.source], known->second, state_->texts.intern(package),
                        ecosystem_text, architectures);
      }
    }
  }
  view.for_each_epss([&](uint16_t from, const Epss& entry) {
    if (from == old_feed) state_->add_epss(feed, entry);
  });
  for (const auto& [section, list] : {std::pair(kKnownExploited, &state_->known_exploited),
                                      std::pair(kEndOfLife, &state_->end_of_life)}) {
    for (uint32_t i = 0; i < view.entries(section, kKnownExploitedEntry); ++i) {
      SEAWALL_TRY(const auto signal, view.signal(section, i));
      if (signal.feed != old_feed) continue;
      auto& texts = state_->texts;
      list->push_back({{texts.intern(signal.texts[0]), texts.intern(signal.texts[1]),
                        texts.intern(signal.texts[2])},
                       feed,
                       signal.flag});
    }
  }
  return {};
}

Status DatabaseBuilder::write(const std::string& path, UnixSeconds built) {
  SEAWALL_TRY(const std::string bytes, state_->encode(built));
  return write_file(path, bytes);
}

}  // namespace seawall::advisory
