// The writing half of the builder: Content into the bytes of docs/formats/advisory-database.md.
//
// Everything is sorted by its text, never by its number, so that the bytes depend on what the
// database says and not on the order in which feeds came.

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include <fmt/format.h>

#include "advisory/database_content.h"
#include "advisory/database_format.h"
#include "advisory/database_view.h"
#include "advisory/record_text.h"
#include "advisory/text_blocks.h"
#include "base/digest.h"

namespace seawall::advisory {

using namespace format;

namespace {

constexpr uint32_t kNone = UINT32_MAX;
// A vulnerability without a summary of its own borrows from this many notices.
constexpr uint8_t kFallbackNotices = 2;

class Writer {
 public:
  explicit Writer(Content& content) : content_(content), refs_(content.texts.size(), kNone) {}
  Result<std::string> run(UnixSeconds built);

 private:
  std::string_view text(uint32_t number) const { return content_.texts.at(number); }
  std::string_view feed_name(uint32_t feed) const { return content_.feeds[feed].name; }
  bool is_notice(const Content::Source& source) const { return source.cover_count > 0; }
  uint32_t subject_of(const Content::Source& source) const;

  void order_feeds();
  void name_vulnerabilities();
  void order_sources();
  void order_ecosystems();
  void write_strings();
  void add_strings(std::vector<uint32_t> numbers);
  void collect_body_texts(std::vector<uint32_t>& numbers) const;
  std::string rewrite_body(uint32_t blob) const;
  void write_bodies();
  uint32_t write_architectures(std::vector<uint32_t> list);
  void sort_rows();
  void write_groups();
  uint32_t write_group(size_t first, size_t last);
  void write_vulnerabilities();
  void write_sources();
  void write_notices();
  void write_texts();
  void write_epss();
  void write_signals(Section section, const std::vector<Content::Signal>& signals);
  void write_feeds();
  Result<std::string> assemble() const;

  std::string& out(Section section) { return sections_[section - 1]; }

  Content& content_;
  std::string sections_[kSectionCount];
  std::vector<uint16_t> feed_rank_;
  std::vector<uint32_t> refs_;  // of texts, in kStrings
  AliasClasses classes_;
  std::vector<uint32_t> vulnerability_of_;     // by the number of a class
  std::vector<uint32_t> vulnerability_names_;  // sorted; texts
  std::vector<uint32_t> source_order_, source_rank_;
  std::vector<bool> source_has_rows_;
  std::vector<uint32_t> ecosystem_order_;
  std::unordered_map<uint32_t, uint32_t> body_offsets_;  // by blob
  std::unordered_map<std::string, uint32_t> architecture_texts_;
  std::unordered_map<uint64_t, std::vector<std::pair<uint32_t, uint32_t>>> groups_;
  uint64_t row_count_ = 0;
};

void Writer::order_feeds() {
  std::vector<uint32_t> order(content_.feeds.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return feed_name(a) < feed_name(b); });
  feed_rank_.resize(order.size());
  for (size_t i = 0; i < order.size(); ++i) feed_rank_[order[i]] = static_cast<uint16_t>(i);
}

// The name whose class a record speaks of: its only CVE, else its id.
uint32_t Writer::subject_of(const Content::Source& source) const {
  if (is_cve(text(source.id))) return source.id;
  for (uint32_t i = 0; i < source.name_count; ++i) {
    const uint32_t name = content_.lists[source.names + i];
    if (is_cve(text(name))) return name;
  }
  return source.id;
}

void Writer::name_vulnerabilities() {
  const auto text_of = [&](uint32_t number) { return text(number); };
  for (const auto& source : content_.sources) {
    for (uint32_t i = 0; i < source.name_count; ++i) {
      classes_.link(source.id, content_.lists[source.names + i]);
    }
  }
  const uint32_t count = content_.texts.size();
  classes_.resolve(count, text_of);

  std::vector<uint32_t> best(count, kNone);  // by class
  std::vector<bool> spoken_of(count, false);
  const auto offer = [&](uint32_t name) {
    uint32_t& current = best[classes_.find(name)];
    if (current == kNone || is_better_name(text(name), text(current))) current = name;
  };
  for (const auto& source : content_.sources) {
    if (!is_notice(source)) {
      offer(source.id);
      spoken_of[classes_.find(subject_of(source))] = true;
    }
    for (uint32_t i = 0; i < source.name_count; ++i) offer(content_.lists[source.names + i]);
    for (uint32_t i = 0; i < source.cover_count; ++i) {
      const uint32_t name = content_.lists[source.covers + i];
      offer(name);
      spoken_of[classes_.find(name)] = true;
    }
  }
  std::vector<std::pair<uint32_t, uint32_t>> named;  // name, class
  for (uint32_t i = 0; i < count; ++i) {
    if (spoken_of[i] && best[i] != kNone) named.emplace_back(best[i], i);
  }
  std::sort(named.begin(), named.end(),
            [&](const auto& a, const auto& b) { return text(a.first) < text(b.first); });
  vulnerability_of_.assign(count, kNone);
  for (const auto& [name, root] : named) {
    vulnerability_of_[root] = static_cast<uint32_t>(vulnerability_names_.size());
    vulnerability_names_.push_back(name);
  }
}

void Writer::order_sources() {
  const auto& sources = content_.sources;
  source_order_.resize(sources.size());
  std::vector<uint32_t> target(sources.size(), kNone);  // notices go behind all others
  for (uint32_t i = 0; i < sources.size(); ++i) {
    source_order_[i] = i;
    if (!is_notice(sources[i])) {
      target[i] = vulnerability_of_[classes_.find(subject_of(sources[i]))];
    }
  }
  const auto list_less = [&](const Content::Source& a, const Content::Source& b) {
    const auto* lists = content_.lists.data();
    return std::lexicographical_compare(
        lists + a.names, lists + a.names + a.name_count + a.cover_count, lists + b.names,
        lists + b.names + b.name_count + b.cover_count,
        [&](uint32_t x, uint32_t y) { return text(x) < text(y); });
  };
  std::sort(source_order_.begin(), source_order_.end(), [&](uint32_t x, uint32_t y) {
    const auto &a = sources[x], &b = sources[y];
    if (target[x] != target[y]) return target[x] < target[y];
    if (a.feed != b.feed) return feed_rank_[a.feed] < feed_rank_[b.feed];
    if (a.id != b.id) return text(a.id) < text(b.id);
    if (a.blob != b.blob) return content_.blobs.at(a.blob) < content_.blobs.at(b.blob);
    return list_less(a, b);
  });
  source_rank_.resize(sources.size());
  for (uint32_t i = 0; i < source_order_.size(); ++i) source_rank_[source_order_[i]] = i;
}

void Writer::order_ecosystems() {
  const auto& names = content_.ecosystems;
  ecosystem_order_.resize(names.size());
  for (uint32_t i = 0; i < names.size(); ++i) ecosystem_order_[i] = i;
  std::sort(ecosystem_order_.begin(), ecosystem_order_.end(),
            [&](uint32_t a, uint32_t b) { return text(names[a]) < text(names[b]); });
  std::vector<uint16_t> rank(names.size());
  for (size_t i = 0; i < rank.size(); ++i) rank[ecosystem_order_[i]] = static_cast<uint16_t>(i);
  for (auto& row : content_.rows) row.ecosystem = rank[row.ecosystem];
}

// Appends those texts that are not there yet, sorted.
void Writer::add_strings(std::vector<uint32_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::erase_if(numbers, [&](uint32_t number) { return refs_[number] != kNone; });
  std::sort(numbers.begin(), numbers.end(),
            [&](uint32_t a, uint32_t b) { return text(a) < text(b); });
  std::string& strings = out(kStrings);
  for (const uint32_t number : numbers) {
    refs_[number] = static_cast<uint32_t>(strings.size());
    put_text(strings, text(number));
  }
}

// Packages first, then names of vulnerabilities, then the rest: what a search walks lies together.
void Writer::write_strings() {
  add_strings({0});
  std::vector<uint32_t> numbers;
  for (const auto& row : content_.rows) numbers.push_back(row.package);
  add_strings(std::move(numbers));
  numbers = vulnerability_names_;
  for (const auto& source : content_.sources) {
    if (is_notice(source)) numbers.push_back(source.id);
    if (is_notice(source) ||
        vulnerability_names_[vulnerability_of_[classes_.find(subject_of(source))]] != source.id) {
      numbers.push_back(source.id);
    }
    for (uint32_t i = 0; i < source.name_count; ++i) {
      numbers.push_back(content_.lists[source.names + i]);
    }
  }
  add_strings(std::move(numbers));
  numbers = content_.ecosystems;
  for (const auto& list : content_.architecture_lists) {
    numbers.insert(numbers.end(), list.begin(), list.end());
  }
  for (const auto* signals : {&content_.known_exploited, &content_.end_of_life}) {
    for (const auto& signal : *signals) {
      numbers.insert(numbers.end(), std::begin(signal.texts), std::end(signal.texts));
    }
  }
  collect_body_texts(numbers);
  add_strings(std::move(numbers));
}

// Calls visit(number) for each text of a body; what it returns takes the number's place.
template <typename F>
std::string walk_body(std::string_view body, F&& visit) {
  Cursor in(body);
  std::string result;
  const auto copy_byte = [&] {
    const uint8_t byte = in.byte();
    result += static_cast<char>(byte);
    return byte;
  };
  const auto copy_count = [&] {
    const uint64_t count = in.varint();
    put_varint(result, count);
    return count;
  };
  const auto copy_text = [&] { put_varint(result, visit(static_cast<uint32_t>(in.varint()))); };
  copy_byte();
  const uint8_t flags = copy_byte();
  if (flags & kBodyModule) copy_text();
  if (flags & kBodyNote) copy_text();
  uint64_t ranges = flags >> kBodyRangeShift;
  if (ranges == kBodyRangeMany) ranges = copy_count();
  for (; ranges > 0; --ranges) {
    const uint8_t parts = copy_byte();
    for (const uint8_t bit : {kRangeIntroduced, kRangeFixed, kRangeLastAffected}) {
      if (parts & bit) copy_text();
    }
  }
  if (flags & kBodyVersions) {
    for (uint64_t n = copy_count(); n > 0; --n) copy_text();
  }
  return result;
}

void Writer::collect_body_texts(std::vector<uint32_t>& numbers) const {
  std::vector<bool> seen(content_.blobs.size(), false);
  for (const auto& row : content_.rows) {
    if (seen[row.body]) continue;
    seen[row.body] = true;
    walk_body(content_.blobs.at(row.body), [&](uint32_t number) {
      numbers.push_back(number);
      return number;
    });
  }
}

std::string Writer::rewrite_body(uint32_t blob) const {
  return walk_body(content_.blobs.at(blob), [&](uint32_t number) { return refs_[number]; });
}

uint32_t Writer::write_architectures(std::vector<uint32_t> list) {
  if (list.empty()) return 0;
  for (auto& number : list) number = refs_[number];
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  std::string bytes;
  put_varint(bytes, list.size());
  for (const uint32_t ref : list) put_varint(bytes, ref);
  std::string& bodies = out(kBodies);
  const auto [known, is_new] =
      architecture_texts_.try_emplace(bytes, static_cast<uint32_t>(bodies.size()));
  if (is_new) bodies += bytes;
  return known->second;
}

// The bodies used most come first: their offsets take the fewest bytes in the rows.
void Writer::write_bodies() {
  std::vector<uint32_t> uses(content_.blobs.size(), 0);
  for (const auto& row : content_.rows) ++uses[row.body];
  struct Body {
    uint32_t uses, blob;
    std::string bytes;
  };
  std::vector<Body> bodies;
  for (uint32_t blob = 0; blob < uses.size(); ++blob) {
    if (uses[blob] > 0) bodies.push_back({uses[blob], blob, rewrite_body(blob)});
  }
  std::sort(bodies.begin(), bodies.end(), [](const Body& a, const Body& b) {
    return a.uses != b.uses ? a.uses > b.uses : a.bytes < b.bytes;
  });
  out(kBodies) += '\0';  // offset 0 stands for no list of architectures
  for (const auto& body : bodies) {
    body_offsets_[body.blob] = static_cast<uint32_t>(out(kBodies).size());
    out(kBodies) += body.bytes;
  }
}

void Writer::sort_rows() {
  source_has_rows_.assign(content_.sources.size(), false);
  for (auto& row : content_.rows) {
    source_has_rows_[row.source] = true;
    row.source = source_rank_[row.source];
    row.package = refs_[row.package];
    row.body = body_offsets_[row.body];
  }
  const auto key = [&](const Content::Row& row) {
    return std::tuple(row.ecosystem, row.package, row.source, row.body);
  };
  std::sort(content_.rows.begin(), content_.rows.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
}

// Rows [first, last) of one package; rows that differ in architectures only become one.
uint32_t Writer::write_group(size_t first, size_t last) {
  const auto& rows = content_.rows;
  std::string body;
  uint64_t count = 0;
  uint32_t previous = 0;
  for (size_t i = first; i < last;) {
    const auto& row = rows[i];
    size_t end = i;
    bool all = false;
    std::vector<uint32_t> architectures;
    for (; end < last && rows[end].source == row.source && rows[end].body == row.body; ++end) {
      const auto& list = content_.architecture_lists[rows[end].architectures];
      all |= list.empty();
      architectures.insert(architectures.end(), list.begin(), list.end());
    }
    if (all) architectures.clear();
    const uint32_t offset = write_architectures(std::move(architectures));
    put_varint(body, static_cast<uint64_t>(row.source - previous) << 1 | (offset ? 1 : 0));
    put_varint(body, row.body);
    if (offset) put_varint(body, offset);
    previous = row.source;
    ++count;
    const auto& source = content_.sources[source_order_[row.source]];
    row_count_ += std::max<uint32_t>(1, source.cover_count);
    i = end;
  }
  std::string group;
  put_varint(group, count);
  group += body;
  // Packages built from one source have the same rows more often than not.
  std::string& groups = out(kGroups);
  auto& same_hash = groups_[quick_hash(group)];
  for (const auto& [offset, size] : same_hash) {
    if (std::string_view(groups).substr(offset, size) == group) return offset;
  }
  const auto offset = static_cast<uint32_t>(groups.size());
  same_hash.emplace_back(offset, static_cast<uint32_t>(group.size()));
  groups += group;
  return offset;
}

void Writer::write_groups() {
  const auto& rows = content_.rows;
  size_t i = 0;
  for (uint32_t e = 0; e < ecosystem_order_.size(); ++e) {
    const auto first = static_cast<uint32_t>(out(kPackages).size() / kPackageEntry);
    uint32_t packages = 0;
    while (i < rows.size() && rows[i].ecosystem == e) {
      size_t end = i;
      while (end < rows.size() && rows[end].ecosystem == e &&
             rows[end].package == rows[i].package) {
        ++end;
      }
      put32(out(kPackages), rows[i].package);
      put32(out(kPackages), write_group(i, end));
      ++packages;
      i = end;
    }
    put32(out(kEcosystems), refs_[content_.ecosystems[ecosystem_order_[e]]]);
    put32(out(kEcosystems), first);
    put32(out(kEcosystems), packages);
    put32(out(kEcosystems), 0);
  }
}

void Writer::write_vulnerabilities() {
  uint32_t source = 0;
  for (uint32_t i = 0; i < vulnerability_names_.size(); ++i) {
    put32(out(kVulnerabilities), refs_[vulnerability_names_[i]]);
    const auto target_of = [&](uint32_t rank) {
      const auto& one = content_.sources[source_order_[rank]];
      return is_notice(one) ? kNone : vulnerability_of_[classes_.find(subject_of(one))];
    };
    while (source < source_order_.size() && target_of(source) < i) ++source;
    put32(out(kVulnerabilities), source);
  }
  std::vector<std::pair<uint32_t, uint32_t>> aliases;  // text, vulnerability
  for (const auto& one : content_.sources) {
    const auto add = [&](uint32_t name, uint32_t of) {
      const uint32_t vulnerability = vulnerability_of_[classes_.find(of)];
      if (vulnerability != kNone && vulnerability_names_[vulnerability] != name) {
        aliases.emplace_back(name, vulnerability);
      }
    };
    add(one.id, one.id);
    for (uint32_t i = 0; i < one.name_count; ++i) {
      const uint32_t name = content_.lists[one.names + i];
      add(name, name);
    }
    // A notice of one vulnerability is as good a name for it as any.
    if (one.cover_count == 1 && vulnerability_of_[classes_.find(one.id)] == kNone) {
      add(one.id, content_.lists[one.covers]);
    }
  }
  std::sort(aliases.begin(), aliases.end(), [&](const auto& a, const auto& b) {
    return a.first != b.first ? text(a.first) < text(b.first) : a.second < b.second;
  });
  aliases.erase(std::unique(aliases.begin(), aliases.end(),
                            [](const auto& a, const auto& b) { return a.first == b.first; }),
                aliases.end());
  for (const auto& [name, vulnerability] : aliases) {
    put32(out(kAliases), refs_[name]);
    put32(out(kAliases), vulnerability);
  }
}

void Writer::write_sources() {
  for (const uint32_t index : source_order_) {
    const auto& source = content_.sources[index];
    uint32_t target;
    if (is_notice(source)) {
      target = static_cast<uint32_t>(out(kCovers).size());
      std::vector<uint32_t> covered;
      for (uint32_t i = 0; i < source.cover_count; ++i) {
        covered.push_back(vulnerability_of_[classes_.find(content_.lists[source.covers + i])]);
      }
      std::sort(covered.begin(), covered.end());
      covered.erase(std::unique(covered.begin(), covered.end()), covered.end());
      put_varint(out(kCovers), refs_[source.id]);
      put_varint(out(kCovers), covered.size());
      uint32_t previous = 0;
      for (const uint32_t vulnerability : covered) {
        put_varint(out(kCovers), vulnerability - previous);
        previous = vulnerability;
      }
    } else {
      target = vulnerability_of_[classes_.find(subject_of(source))];
    }
    put32(out(kSources), target);
    put16(out(kSources), feed_rank_[source.feed]);
    put16(out(kSources), static_cast<uint16_t>((is_notice(source) ? kSourceIsNotice : 0) |
                                               (source_has_rows_[index] ? kSourceHasRows : 0)));
  }
}

void Writer::write_notices() {
  const auto has_summary = [&](const Content::Source& source) {
    Cursor in(content_.blobs.at(source.blob));
    in.byte();
    in.text();
    return !in.text().empty();
  };
  constexpr uint8_t kHasText = UINT8_MAX;
  std::vector<uint8_t> borrowed(vulnerability_names_.size(), 0);
  for (const auto& source : content_.sources) {
    if (!is_notice(source) && has_summary(source)) {
      borrowed[vulnerability_of_[classes_.find(subject_of(source))]] = kHasText;
    }
  }
  std::vector<std::pair<uint32_t, uint32_t>> links;  // vulnerability, source
  for (uint32_t rank = 0; rank < source_order_.size(); ++rank) {
    const auto& source = content_.sources[source_order_[rank]];
    const bool names_no_package = !source_has_rows_[source_order_[rank]];
    for (uint32_t i = 0; i < source.cover_count; ++i) {
      const uint32_t covered = vulnerability_of_[classes_.find(content_.lists[source.covers + i])];
      const bool lends = borrowed[covered] < kFallbackNotices && has_summary(source);
      if (lends) ++borrowed[covered];
      if (names_no_package || lends) links.emplace_back(covered, rank);
    }
  }
  std::sort(links.begin(), links.end());
  links.erase(std::unique(links.begin(), links.end()), links.end());
  for (const auto& [vulnerability, source] : links) {
    put32(out(kNotices), vulnerability);
    put32(out(kNotices), source);
  }
}

void Writer::write_texts() {
  auto packed = pack_texts(static_cast<uint32_t>(source_order_.size()), [&](uint32_t rank) {
    const auto& source = content_.sources[source_order_[rank]];
    std::vector<std::string_view> names;
    for (uint32_t i = 0; i < source.name_count; ++i) {
      names.push_back(text(content_.lists[source.names + i]));
    }
    const uint32_t preferred =
        is_notice(source)
            ? source.id
            : vulnerability_names_[vulnerability_of_[classes_.find(subject_of(source))]];
    return encode_names(text(source.id), names, text(preferred)) +
           std::string(content_.blobs.at(source.blob));
  });
  out(kTextIndex) = std::move(packed.index);
  out(kTextDictionary) = std::move(packed.dictionary);
  out(kTexts) = std::move(packed.blocks);
}

void Writer::write_epss() {
  auto& scores = content_.scores;
  for (auto& score : scores) score.feed = feed_rank_[score.feed];
  const auto key = [](const Content::Score& score) {
    return std::tuple(score.feed, score.year, score.packed >> 34);
  };
  // The entry that came last wins, as in a list read from top to bottom.
  std::reverse(scores.begin(), scores.end());
  std::stable_sort(scores.begin(), scores.end(),
                   [&](const auto& a, const auto& b) { return key(a) < key(b); });
  scores.erase(std::unique(scores.begin(), scores.end(),
                           [&](const auto& a, const auto& b) { return key(a) == key(b); }),
               scores.end());
  for (size_t i = 0; i < scores.size();) {
    size_t end = i;
    while (end < scores.size() && scores[end].feed == scores[i].feed &&
           scores[end].year == scores[i].year) {
      put64(out(kEpss), scores[end].packed);
      ++end;
    }
    put16(out(kEpssIndex), scores[i].feed);
    put16(out(kEpssIndex), scores[i].year);
    put32(out(kEpssIndex), static_cast<uint32_t>(i));
    put32(out(kEpssIndex), static_cast<uint32_t>(end - i));
    i = end;
  }
}

void Writer::write_signals(Section section, const std::vector<Content::Signal>& signals) {
  std::vector<Content::Signal> sorted = signals;
  const auto key = [&](const Content::Signal& signal) {
    // The first of several is the one that is found: an entry without a date comes last.
    return std::tuple(text(signal.texts[0]), text(signal.texts[1]).empty(), text(signal.texts[1]),
                      text(signal.texts[2]), feed_rank_[signal.feed], signal.flag);
  };
  std::sort(sorted.begin(), sorted.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  sorted.erase(std::unique(sorted.begin(), sorted.end(),
                           [&](const auto& a, const auto& b) { return key(a) == key(b); }),
               sorted.end());
  for (const auto& signal : sorted) {
    for (const uint32_t number : signal.texts) put32(out(section), refs_[number]);
    put16(out(section), feed_rank_[signal.feed]);
    put16(out(section), signal.flag ? 1 : 0);
  }
}

void Writer::write_feeds() {
  std::vector<const FeedStatus*> sorted(content_.feeds.size());
  for (size_t i = 0; i < sorted.size(); ++i) sorted[feed_rank_[i]] = &content_.feeds[i];
  put_varint(out(kFeeds), sorted.size());
  for (const FeedStatus* feed : sorted) {
    put_text(out(kFeeds), feed->name);
    put_varint(out(kFeeds), static_cast<uint64_t>(feed->date));
    put_varint(out(kFeeds), static_cast<uint64_t>(feed->fetched));
    put_varint(out(kFeeds), feed->records);
    put_text(out(kFeeds), feed->etag);
    put_text(out(kFeeds), feed->source);
    put_text(out(kFeeds), feed->problem);
  }
}

Result<std::string> Writer::assemble() const {
  uint64_t size = kHeaderSize + kSectionCount * kSectionEntry;
  std::string table;
  for (uint32_t id = 1; id <= kSectionCount; ++id) {
    const std::string& section = sections_[id - 1];
    if (section.size() > UINT32_MAX) {
      return limit_reached(fmt::format(
          "section {} of the advisory database would have {} bytes, the format holds 4 GiB", id,
          section.size()));
    }
    size = (size + 7) & ~uint64_t{7};
    put32(table, id);
    put32(table, 0);
    put64(table, size);
    put64(table, section.size());
    size += section.size();
  }
  std::string file(kHeaderSize, '\0');
  file.reserve(size);
  file += table;
  for (const auto& section : sections_) {
    file.append((8 - file.size() % 8) % 8, '\0');
    file += section;
  }
  std::string header(kMagic);
  put32(header, kVersion);
  put32(header, kSectionCount);
  put64(header, file.size());
  file.replace(0, header.size(), header);
  SEAWALL_TRY(const std::string digest, from_hex(content_digest(file).hex));
  file.replace(kDigestAt, kDigestSize, digest);
  return file;
}

Result<std::string> Writer::run(UnixSeconds built) {
  order_feeds();
  name_vulnerabilities();
  order_sources();
  order_ecosystems();
  write_strings();
  write_bodies();
  sort_rows();
  write_groups();
  content_.rows = {};
  write_vulnerabilities();
  write_sources();
  write_notices();
  write_epss();
  content_.scores = {};
  write_signals(kKnownExploited, content_.known_exploited);
  write_signals(kEndOfLife, content_.end_of_life);
  write_feeds();
  write_texts();
  put64(out(kInfo), static_cast<uint64_t>(built));
  put64(out(kInfo), row_count_);
  put64(out(kInfo), vulnerability_names_.size());
  put64(out(kInfo), 0);
  return assemble();
}

}  // namespace

Result<std::string> Content::encode(UnixSeconds built) {
  return Writer(*this).run(built);
}

}  // namespace seawall::advisory
