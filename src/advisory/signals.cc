// Signals: what is known about a vulnerability or a release beside which packages have it.
//
//   kev           CISA's catalogue of known exploited vulnerabilities, JSON ("cveID", "dateAdded",
//                 "dueDate", "knownRansomwareCampaignUse", "dateReleased" of the whole)
//   epss          FIRST's exploit prediction scores, CSV: cve, epss, percentile with a comment
//                 "#model_version:...,score_date:..." before the header; also with semicolons
//   kev-csv       tables with a column of CVE ids that is either of the above: CISA's own CSV
//                 ("cveID", ...) and joined ones ("CVE", "EPSS", "EPSS Percentile")
//   endoflife     endoflife.date, API v0 (a list of cycles; the file's name is the product's), API
//                 v1 ("result" with "releases", one product or all), and its release data
//                 ("releases" by name; the file's name is the product's)
//
// Columns are found by the header's words, so that new ones do no harm. A release that has no end
// of life yet makes no entry. Where the product is only in the file's name, documents that come
// from a JSON-lines file have none and are passed over.
#include <array>
#include <optional>

#include <fmt/format.h>

#include "advisory/vendors/text.h"
#include "advisory/vendors/vendors.h"
#include "base/strings.h"

namespace seawall::advisory {
namespace {

using vendors::date_of;

// More bad rows than this say nothing new.
constexpr size_t kMaxRowProblems = 10;

bool is_ransomware(std::string_view word) {
  return equal_ignoring_case(word, "known");
}

bool accepts_kev(const Node& document) {
  return document["vulnerabilities"][0]["cveID"].is_string() ||
         (document["catalogVersion"].is_string() && document["vulnerabilities"].is_array());
}

void parse_kev(const Node& document, FeedContext& context) {
  if (const auto date = parse_time(document["dateReleased"].string())) {
    context.sink.data_date(*date);
  }
  for (const Node& entry : document["vulnerabilities"].items()) {
    const std::string_view cve = entry["cveID"].string();
    if (!is_cve(cve)) continue;
    context.sink.known_exploited({std::string(cve), date_of(entry["dateAdded"].string()),
                                  date_of(entry["dueDate"].string()),
                                  is_ransomware(entry["knownRansomwareCampaignUse"].string())});
  }
}

// Which column holds what; -1 when there is none.
struct Columns {
  char separator = ',';
  int cve = -1, score = -1, percentile = -1, added = -1, due = -1, ransomware = -1;
  bool exploited = false;  // every row is a known exploited vulnerability
};

std::optional<Columns> read_header(std::string_view line) {
  Columns columns;
  if (line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
  if (line.find(',') == std::string_view::npos) columns.separator = ';';
  const auto names = split(line, columns.separator);
  bool vendor = false;
  for (size_t i = 0; i < names.size() && i < 64; ++i) {
    std::string name = to_lower(trim(names[i]));
    if (name.size() > 2 && name.front() == '"') name = name.substr(1, name.size() - 2);
    const int index = static_cast<int>(i);
    if (name == "cve" || name == "cveid") columns.cve = index;
    if (name == "epss") columns.score = index;
    if (name == "percentile" || name == "epss percentile") columns.percentile = index;
    if (name == "dateadded") columns.added = index;
    if (name == "duedate") columns.due = index;
    if (name == "knownransomwarecampaignuse") columns.ransomware = index;
    if (name == "vendor" || name == "vendorproject") vendor = true;
  }
  // EPSS scores every CVE there is; a table that names vendors is of the exploited ones.
  columns.exploited = vendor || columns.added >= 0;
  if (columns.cve < 0 || (columns.score < 0 && !columns.exploited)) return std::nullopt;
  return columns;
}

bool is_epss_comment(std::string_view line) {
  return line.starts_with("#model_version:") || line.starts_with("#score_date:");
}

bool accepts_epss(std::string_view first_line) {
  if (is_epss_comment(first_line)) return true;
  const auto columns = read_header(first_line);
  return columns && !columns->exploited;
}

bool accepts_kev_table(std::string_view first_line) {
  const auto columns = read_header(first_line);
  return columns && columns->exploited;
}

std::string_view field(const std::vector<std::string>& fields, int column) {
  if (column < 0 || static_cast<size_t>(column) >= fields.size()) return {};
  return trim(fields[static_cast<size_t>(column)]);
}

// A probability; nothing when it is none.
std::optional<double> probability(std::string_view text) {
  const auto value = parse_double(text);
  if (!value || !(*value >= 0 && *value <= 1)) return std::nullopt;
  return value;
}

// False when the row is not what the header promises.
bool read_row(const std::vector<std::string>& fields, const Columns& columns, RecordSink& sink) {
  const std::string_view cve = field(fields, columns.cve);
  if (!is_cve(cve)) return false;
  if (columns.score >= 0) {
    const auto score = probability(field(fields, columns.score));
    if (score) {
      const auto percentile = probability(field(fields, columns.percentile));
      sink.epss({std::string(cve), *score, percentile.value_or(0)});
    } else if (!columns.exploited) {
      return false;
    }
  }
  if (columns.exploited) {
    sink.known_exploited({std::string(cve), date_of(field(fields, columns.added)),
                          date_of(field(fields, columns.due)),
                          is_ransomware(field(fields, columns.ransomware))});
  }
  return true;
}

void read_comment(std::string_view line, RecordSink& sink) {
  constexpr std::string_view mark = "score_date:";
  const size_t at = line.find(mark);
  if (at == std::string_view::npos) return;
  std::string_view date = line.substr(at + mark.size());
  date = date.substr(0, date.find(','));
  // FIRST writes the offset without a colon: "2026-08-16T12:55:00+0000".
  const auto time = parse_time(trim(date));
  if (const auto day = time ? time : parse_time(date_of(date))) sink.data_date(*day);
}

Status parse_table(Reader& text, FeedContext& context) {
  vendors::CsvReader rows(text, '\n');  // the separator is known after the header
  std::vector<std::string> fields;
  std::optional<Columns> columns;
  size_t problems = 0;
  while (true) {
    SEAWALL_TRY(const bool more, rows.next(fields));
    if (!more) break;
    if (!columns) {
      if (fields[0].starts_with('#')) {
        read_comment(fields[0], context.sink);
        continue;
      }
      columns = read_header(fields[0]);
      if (!columns) {
        return malformed(fmt::format("line {}: no header with a CVE and a score", rows.line()));
      }
      rows.set_separator(columns->separator);
    } else if (!read_row(fields, *columns, context.sink) && ++problems <= kMaxRowProblems) {
      context.sink.problem(malformed(fmt::format("line {}: \"{}\" is no row of scores", rows.line(),
                                                 fields[0].substr(0, 40)))
                               .at(context.path));
    }
  }
  if (!columns) return malformed("the table has no header");
  return {};
}

// "2028-06-30", true (ended, nobody says when) or false.
void emit_end(std::string_view product, std::string_view cycle, const Node& end, RecordSink& sink) {
  if (product.empty() || cycle.empty() || product.size() > 128 || cycle.size() > 128) return;
  std::string date = date_of(end.string());
  if (date.empty() && !end.boolean()) return;
  sink.end_of_life({std::string(product), std::string(cycle), std::move(date)});
}

std::string cycle_name(const Node& cycle) {
  if (const auto number = cycle.integer()) return std::to_string(*number);
  return std::string(cycle.string());
}

bool accepts_cycles(const Node& document) {
  return document.is_array() && document[0]["cycle"].exists() && document[0]["eol"].exists();
}

void parse_cycles(const Node& document, FeedContext& context) {
  const std::string_view product = vendors::stem_of(context.path, ".json");
  for (const Node& cycle : document.items()) {
    emit_end(product, cycle_name(cycle["cycle"]), cycle["eol"], context.sink);
  }
}

bool is_product(const Node& product) {
  return product["name"].is_string() && product["releases"].is_array();
}

bool accepts_products(const Node& document) {
  const Node& result = document["result"];
  return document["schema_version"].is_string() && (is_product(result) || is_product(result[0]));
}

void read_product(const Node& product, RecordSink& sink) {
  for (const Node& release : product["releases"].items()) {
    const Node& from = release["eolFrom"];
    emit_end(product["name"].string(), release["name"].string(),
             from.is_string() ? from : release["isEol"], sink);
  }
}

void parse_products(const Node& document, FeedContext& context) {
  if (const auto date = parse_time(document["generated_at"].string())) {
    context.sink.data_date(*date);
  }
  const Node& result = document["result"];
  if (is_product(result)) read_product(result, context.sink);
  for (const Node& product : result.items()) read_product(product, context.sink);
}

bool accepts_release_data(const Node& document) {
  if (!document["releases"].is_object() || !document["versions"].is_object()) return false;
  for (const Member& release : document["releases"].members()) {
    if (release.value["eol"].exists()) return true;
  }
  return false;
}

void parse_release_data(const Node& document, FeedContext& context) {
  const std::string_view product = vendors::stem_of(context.path, ".json");
  for (const Member& release : document["releases"].members()) {
    emit_end(product, release.key, release.value["eol"], context.sink);
  }
}

}  // namespace

const std::vector<FeedFormat>& signal_formats() {
  static const std::vector<FeedFormat> formats = {
      {.name = "kev",
       .feed = "kev",
       .description = "CISA's known exploited vulnerabilities, JSON",
       .accepts = accepts_kev,
       .parse = parse_kev},
      {.name = "endoflife-v1",
       .feed = "eol",
       .description = "endoflife.date, API v1: one product or all of them",
       .accepts = accepts_products,
       .parse = parse_products},
      {.name = "endoflife-v0",
       .feed = "eol",
       .description = "endoflife.date, API v0: PRODUCT.json",
       .accepts = accepts_cycles,
       .parse = parse_cycles},
      {.name = "endoflife-releases",
       .feed = "eol",
       .description = "endoflife.date's release data: PRODUCT.json",
       .accepts = accepts_release_data,
       .parse = parse_release_data},
      {.name = "epss",
       .feed = "epss",
       .description = "FIRST's exploit prediction scores, CSV",
       .accepts_text = accepts_epss,
       .parse_text = parse_table},
      {.name = "kev-csv",
       .feed = "kev",
       .description = "tables of known exploited vulnerabilities, with or without EPSS, CSV",
       .accepts_text = accepts_kev_table,
       .parse_text = parse_table},
  };
  return formats;
}

}  // namespace seawall::advisory
