// seawall db status|import|export|verify|compare: the advisory database without a network.

#include <unistd.h>

#include <cstdint>
#include <cstdio>

#include <fmt/format.h>

#include "advisory/database.h"
#include "advisory/feed.h"
#include "advisory/import.h"
#include "advisory/version_vectors.h"
#include "base/file.h"
#include "base/log.h"
#include "base/strings.h"
#include "base/time.h"
#include "cli/db_update.h"
#include "cli/verbs.h"
#include "codec/json_writer.h"
#include "scan/scan.h"

namespace seawall::cli {
namespace {

constexpr uint64_t kLargestVectorFile = 1ull << 30;

Error no_database(const std::string& path) {
  return Error(Code::kNoData, "there is no advisory database at " + path)
      .hint("seawall db update   or, without a network: seawall db import FILE");
}

Result<advisory::Database> open_database(const Arguments& arguments) {
  const std::string path = database_of(arguments);
  if (!file_exists(path)) return no_database(path);
  auto database = advisory::Database::open(path);
  if (!database.ok())
    return std::move(database.error()).at(path).hint("get it again: seawall db update");
  return database;
}

std::string status_json(const advisory::Database& database) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.key("path").string(database.path()).key("digest").string(database.digest().text());
  json.key("built").string(to_rfc3339(database.built()));
  json.key("vulnerabilities").integer(static_cast<int64_t>(database.vulnerabilities()));
  json.key("rows").integer(static_cast<int64_t>(database.rows()));
  json.key("feeds").begin_array();
  for (const advisory::FeedStatus& feed : database.feeds()) {
    json.begin_object().key("name").string(feed.name);
    if (feed.date) json.key("date").string(to_rfc3339(feed.date));
    if (feed.fetched) json.key("fetched").string(to_rfc3339(feed.fetched));
    json.key("records").integer(static_cast<int64_t>(feed.records));
    json.optional("source", feed.source).optional("problem", feed.problem).end_object();
  }
  json.end_array().end_object();
  return text;
}

std::string status_table(const advisory::Database& database, uint64_t bytes) {
  std::string text = fmt::format("{}\n{}  {}  {} vulnerabilities  {} rows  built {}\n\n",
                                 printable(database.path()), database.digest().short_text(),
                                 human_bytes(bytes), human_count(database.vulnerabilities()),
                                 human_count(database.rows()), to_rfc3339(database.built()));
  text += fmt::format("  {:<14} {:>10}  {:<10}  {:>9}  {}\n", "feed", "records", "data of", "age",
                      "source");
  for (const advisory::FeedStatus& feed : database.feeds()) {
    const UnixSeconds fresh = std::max(feed.date, feed.fetched);
    text += fmt::format("  {:<14} {:>10}  {:<10}  {:>9}  {}\n", printable(feed.name),
                        human_count(feed.records), feed.date ? to_date(feed.date) : "-",
                        fresh ? human_duration(now() - fresh) : "-", printable(feed.source));
    if (!feed.problem.empty())
      text += fmt::format("  {:<14} last update failed: {}\n", "", printable(feed.problem));
  }
  return text;
}

int run_status(const Arguments& arguments) {
  auto database = open_database(arguments);
  if (!database.ok()) return fail(database.error());
  auto file = File::open(database->path());
  const bool json = arguments.get("format", "table") == "json";
  const auto written =
      write_output(arguments, json ? status_json(*database)
                                   : status_table(*database, file.ok() ? (*file)->size() : 0));
  return written.ok() ? kPassed : fail(written.error());
}

int run_verify(const Arguments& arguments) {
  auto database = open_database(arguments);
  if (!database.ok()) return fail(database.error());
  if (auto verified = database->verify(); !verified.ok()) {
    return fail(
        std::move(verified.error()).at(database->path()).hint("get it again: seawall db update"));
  }
  const auto written = write_output(
      arguments, fmt::format("ok: {} {}\n", database->path(), database->digest().text()));
  return written.ok() ? kPassed : fail(written.error());
}

int run_import(const Arguments& arguments) {
  advisory::ImportOptions options;
  options.paths = arguments.positional();
  options.database = database_of(arguments);
  options.replace = arguments.has("replace");
  options.public_key = arguments.get("key");
  if (arguments.has("date")) {
    const auto date = parse_time(arguments.get("date"));
    if (!date || *date > now()) {
      return fail(usage_error("--date takes a day that has been, for example 2026-11-22"));
    }
    options.date = *date;
  }
  auto summary = advisory::import_files(options);
  if (!summary.ok()) return fail(summary.error());
  for (const Error& problem : summary->problems) log_warning(problem.text());
  const auto written = write_output(
      arguments, fmt::format("{}: {} vulnerabilities, {} rows, {} feeds, {}\n", options.database,
                             human_count(summary->vulnerabilities), human_count(summary->rows),
                             summary->feeds, human_bytes(summary->bytes)));
  return written.ok() ? kPassed : fail(written.error());
}

int run_export(const Arguments& arguments) {
  auto database = open_database(arguments);
  if (!database.ok()) return fail(database.error());
  if (auto verified = database->verify(); !verified.ok()) return fail(verified.error());
  auto copied =
      advisory::export_database(*database, arguments.positional().front(), arguments.get("key"));
  if (!copied.ok()) return fail(copied.error());
  const auto written = write_output(
      arguments,
      fmt::format("{}: {}\n", arguments.positional().front(), database->digest().text()));
  return written.ok() ? kPassed : fail(written.error());
}

int run_compare(const Arguments& arguments) {
  const std::string& ecosystem = arguments.positional().front();
  const auto scheme = advisory::parse_version_scheme(ecosystem);
  if (!scheme) {
    return fail(usage_error("there is no version order named " + ecosystem)
                    .hint("for example: debian, rpm, alpine, arch, semver, npm, pypi, maven, "
                          "rubygems, nuget, packagist, go"));
  }
  const std::string path =
      arguments.positional().size() > 1 ? arguments.positional()[1] : "/dev/stdin";
  auto text = read_file(path, kLargestVectorFile);
  if (!text.ok()) return fail(text.error());
  const auto outcome = advisory::check_vectors(*scheme, *text);
  if (!outcome.ok()) return fail(Error(outcome.error()).at(path));
  std::string out;
  for (const auto& failure : outcome->failures)
    out += printable(advisory::to_string(failure)) + "\n";
  out +=
      fmt::format("{} comparisons, {} do not hold\n", outcome->checked, outcome->failures.size());
  if (auto written = write_output(arguments, out); !written.ok()) return fail(written.error());
  return outcome->failures.empty() ? kPassed : kDenied;
}

}  // namespace

std::vector<Command> db_commands() {
  std::vector<Command> list = db_update_commands();
  list.push_back({"db status",
                  "",
                  "what the advisory database holds, and how old each feed is",
                  "Exit status 3 when there is no database.",
                  {{"format", "NAME", "table or json", 'f'}},
                  {"seawall db status", "seawall db status --format json"},
                  0,
                  0,
                  run_status});
  list.push_back(
      {"db import",
       "PATH...",
       "build the database from files: feeds of any known format, or a database made elsewhere",
       "PATH is a file or directory of advisories (OSV, Debian tracker, Alpine secdb, Ubuntu, Red "
       "Hat, SUSE,\n"
       "Amazon, Arch, KEV, EPSS, end-of-life dates; plain, compressed, tar or zip), recognised by "
       "content, or a\n"
       "database exported with `seawall db export`. Feeds that are not given stay as they are.",
       {{"replace", "", "start from nothing instead of keeping the other feeds"},
        {"date", "DAY",
         "how old the data is, where it does not say itself (default: the files' date)"},
        {"key", "FILE", "a database must be signed by this Ed25519 public key (PEM)"}},
       {"seawall db import osv-debian.zip known_exploited_vulnerabilities.json",
        "seawall db import advisories.swdb --key team.pub"},
       1,
       1000,
       run_import});
  list.push_back(
      {"db export",
       "FILE",
       "write the database to FILE, to carry it over an air gap",
       "With --key it is signed: FILE.sig holds an Ed25519 signature of the content digest.",
       {{"key", "FILE", "sign with this Ed25519 private key (PEM)"}},
       {"seawall db export advisories.swdb", "seawall db export advisories.swdb --key team.key"},
       1,
       1,
       run_export});
  list.push_back({"db verify",
                  "",
                  "read the whole database and check its digest",
                  "Exit status 2 when it is damaged.",
                  {},
                  {"seawall db verify", "seawall db verify --db advisories.swdb"},
                  0,
                  0,
                  run_verify});
  list.push_back(
      {"db compare",
       "ECOSYSTEM [FILE]",
       "check lines \"A < B\", \"A = B\", \"A > B\" against an ecosystem's version order",
       "Names each line that does not hold. Exit status 1 when there is one, 2 when a line cannot "
       "be read.",
       {},
       {"printf '1.0~rc1 < 1.0\\n' | seawall db compare debian",
        "seawall db compare maven versions.txt"},
       1,
       2,
       run_compare});
  return list;
}

}  // namespace seawall::cli
