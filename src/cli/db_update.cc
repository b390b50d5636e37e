#include "cli/db_update.h"

#include <fmt/format.h>

#include "advisory/distribution.h"
#include "advisory/update.h"
#include "base/file.h"
#include "base/log.h"
#include "base/strings.h"
#include "base/time.h"
#include "scan/scan.h"

namespace seawall::cli {
namespace {

// --only, else the feeds that every user needs and those that scans here have asked for; --all for
// everything.
Result<std::vector<advisory::FeedSource>> chosen_feeds(const Arguments& arguments,
                                                       const std::string& cache) {
  SEAWALL_TRY(const auto all, advisory::load_feed_sources(arguments.get("feeds")));
  if (arguments.has("all")) return all;
  if (arguments.has("only")) return advisory::choose_feeds(all, words_of(arguments.get("only")));
  const std::vector<std::string> seen = scan::feeds_seen(cache);
  std::vector<advisory::FeedSource> feeds;
  for (const auto& feed : all) {
    if (feed.by_default || std::find(seen.begin(), seen.end(), feed.name) != seen.end())
      feeds.push_back(feed);
  }
  if (seen.empty()) {
    log_warning(
        "nothing has been scanned here yet, so no distribution's feed is fetched; scan first, or "
        "name feeds: "
        "seawall db update --only debian,npm,kev,epss");
  }
  return feeds;
}

std::string summary_text(const advisory::UpdateSummary& summary, const std::string& path) {
  std::string text;
  if (!summary.updated.empty()) text += fmt::format("updated    {}\n", join(summary.updated, ", "));
  if (!summary.unchanged.empty())
    text += fmt::format("unchanged  {}\n", join(summary.unchanged, ", "));
  for (const auto& [feed, error] : summary.failed) {
    text += fmt::format("failed     {}: {} (its old data stays)\n", feed, printable(error.text()));
  }
  text += fmt::format("{}: {} vulnerabilities, {} rows, {}\n", path,
                      human_count(summary.database.vulnerabilities),
                      human_count(summary.database.rows), human_bytes(summary.database.bytes));
  return text;
}

artifact::OpenOptions access_of(const Arguments& arguments) {
  artifact::OpenOptions access;
  access.http.ca_file = arguments.get("ca-file");
  access.http.offline = arguments.has("offline");
  access.plain_http = arguments.has("plain-http");
  return access;
}

// A finished database instead of feeds.
int run_fetch(const Arguments& arguments) {
  for (const char* flag : {"only", "all", "feeds"}) {
    if (!arguments.has(flag)) continue;
    return fail(
        usage_error(fmt::format("--from fetches a finished database; --{} chooses feeds", flag))
            .hint("leave one of them out"));
  }
  advisory::FetchOptions options;
  options.from = arguments.get("from");
  options.database = database_of(arguments);
  options.public_key = arguments.get("key");
  options.access = access_of(arguments);
  const auto summary = advisory::fetch_database(options);
  if (!summary.ok()) return fail(summary.error());
  const auto written = write_output(
      arguments, fmt::format("{}: {} vulnerabilities, {} rows, {} feeds, {}\n", options.database,
                             human_count(summary->vulnerabilities), human_count(summary->rows),
                             summary->feeds, human_bytes(summary->bytes)));
  return written.ok() ? kPassed : fail(written.error());
}

int run_push(const Arguments& arguments) {
  const std::string path = database_of(arguments);
  if (!file_exists(path)) {
    return fail(Error(Code::kNoData, "there is no advisory database at " + path)
                    .hint("build it first: seawall db update --all"));
  }
  const auto database = advisory::Database::open(path);
  if (!database.ok()) return fail(Error(database.error()).at(path));
  advisory::PublishOptions options;
  options.to = arguments.positional().front();
  options.private_key = arguments.get("key");
  options.access = access_of(arguments);
  const auto digest = advisory::publish_database(*database, options);
  if (!digest.ok()) return fail(digest.error());
  const auto written = write_output(arguments, fmt::format("{}: {}\n", options.to, digest->text()));
  return written.ok() ? kPassed : fail(written.error());
}

int run_update(const Arguments& arguments) {
  if (arguments.has("from")) return run_fetch(arguments);
  if (arguments.has("key")) {
    return fail(usage_error("--key checks the signature of a finished database")
                    .hint("say where it comes from: --from REGISTRY/REPOSITORY:TAG"));
  }
  const std::string cache = arguments.get("cache-dir", cache_directory());
  auto feeds = chosen_feeds(arguments, cache);
  if (!feeds.ok()) return fail(feeds.error());
  advisory::UpdateOptions options;
  options.feeds = std::move(feeds).value();
  options.database = database_of(arguments);
  options.cache_directory = cache;
  options.http.ca_file = arguments.get("ca-file");
  options.http.offline = arguments.has("offline");
  auto summary = advisory::update_feeds(options);
  if (!summary.ok()) return fail(summary.error());
  for (const Error& problem : summary->database.problems) log_info(problem.text());
  if (auto written = write_output(arguments, summary_text(*summary, options.database));
      !written.ok()) {
    return fail(written.error());
  }
  return summary->failed.empty() ? kPassed : kFailed;
}

}  // namespace

std::vector<Command> db_update_commands() {
  return {
      {"db update",
       "",
       "fetch advisories and build the database",
       "By default: KEV, EPSS, end-of-life dates and the feeds that scans on this machine have "
       "needed so far. A feed\n"
       "that cannot be fetched keeps its old data and is named; the exit status is then 2.\n"
       "With --from: a finished database that `seawall db push` put into a registry, or a file on "
       "a "
       "web server\n"
       "(its signature beside it as .sig). The old database stays unless everything fits.",
       {{"only", "NAMES", "these feeds or ecosystems, separated by commas: debian,npm,kev"},
        {"all", "", "every feed of the list"},
        {"feeds", "FILE", "another list of feeds (default $SEAWALL_FEEDS, else the built-in one)"},
        {"from", "PLACE", "REGISTRY/REPOSITORY:TAG or https://HOST/PATH of a finished database"},
        {"key", "FILE", "with --from: it must be signed by this Ed25519 public key (PEM)"},
        {"plain-http", "", "with --from: allow http without encryption"},
        {"ca-file", "FILE", "certificates of a private authority, PEM"}},
       {"seawall db update", "seawall db update --only debian,kev,epss",
        "seawall db update --from registry.example.org/advisories:latest --key team.pub"},
       0,
       0,
       run_update},
      {"db push",
       "REGISTRY/REPOSITORY:TAG",
       "publish the database in a registry, for `db update --from`",
       "An OCI artifact of the database as it is. With --key it is signed: a second layer holds an "
       "Ed25519\n"
       "signature of the content digest. Credentials are those of `docker login`.",
       {{"key", "FILE", "sign with this Ed25519 private key (PEM)"},
        {"plain-http", "", "speak http to the registry (on this machine it is tried anyway)"},
        {"ca-file", "FILE", "certificates of a private authority, PEM"}},
       {"seawall db push registry.example.org/advisories:latest --key team.key",
        "seawall db push localhost:5000/advisories:latest"},
       1,
       1,
       run_push}};
}

}  // namespace seawall::cli
