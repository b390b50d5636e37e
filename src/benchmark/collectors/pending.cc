#include "benchmark/collectors/pending.h"

#include <set>

#include "advisory/matcher.h"
#include "inspect/packages/packages.h"

namespace seawall::benchmark {
namespace {

constexpr uint64_t kMostBytes = 256u << 20;  // a package database

class PackageSink : public inspect::InspectorSink {
 public:
  void package(Package package) override { packages.push_back(std::move(package)); }
  void distribution(Distribution) override {}
  void finding(Finding) override {}
  void owned_file(std::string_view, std::string_view) override {}
  void problem(Error error) override { problems.push_back(std::move(error)); }
  void note(std::string) override {}
  std::vector<Package> packages;
  std::vector<Error> problems;
};

struct PackageDatabase {
  const char* path;
  void (*parse)(const inspect::FileInput&, inspect::InspectorSink&);
};
constexpr PackageDatabase kDatabases[] = {{"var/lib/dpkg/status", inspect::parse_dpkg},
                                          {"lib/apk/db/installed", inspect::parse_apk},
                                          {"usr/lib/apk/db/installed", inspect::parse_apk},
                                          {"var/lib/rpm/rpmdb.sqlite", inspect::parse_rpm},
                                          {"usr/lib/sysimage/rpm/rpmdb.sqlite", inspect::parse_rpm},
                                          {"var/lib/rpm/Packages.db", inspect::parse_rpm},
                                          {"var/lib/rpm/Packages", inspect::parse_rpm}};

Result<std::vector<Package>> installed_packages(const HostFiles& files) {
  const Limits limits;
  PackageSink sink;
  for (const PackageDatabase& database : kDatabases) {
    const auto bytes = files.read(std::string("/") + database.path, kMostBytes);
    if (!bytes.ok() && bytes.error().code() == Code::kNotFound) continue;
    if (!bytes.ok()) return bytes.error();
    const MemoryAccess data(*bytes);
    database.parse({database.path, *bytes, limits, &data}, sink);
    if (!sink.problems.empty()) return sink.problems.front();
    if (!sink.packages.empty()) break;  // a link leads to the same one again
  }
  if (sink.packages.empty()) return Error(Code::kNoData, "no package database that is known");
  return std::move(sink.packages);
}

}  // namespace

Result<std::vector<std::string>> pending_security_updates(const HostFiles& files,
                                                          const advisory::Database& database,
                                                          const Distribution& distribution) {
  Inventory inventory;
  inventory.distribution = distribution;
  SEAWALL_TRY(inventory.packages, installed_packages(files));
  SEAWALL_TRY(const advisory::MatchResult match, advisory::match(inventory, database));
  if (!match.distribution_covered)
    return Error(Code::kNoData, "the advisory database knows nothing of this distribution");
  std::set<std::string> names;
  for (const Finding& finding : match.findings) {
    if (finding.vulnerability.fix_state == FixState::kFixed &&
        !finding.vulnerability.fixed_version.empty())
      names.insert(finding.package.advisory_name());
  }
  return std::vector<std::string>(names.begin(), names.end());
}

}  // namespace seawall::benchmark
