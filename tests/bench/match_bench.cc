// How long a database of realistic shape takes to build, to open, and to match 500 packages.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>

#include "advisory/matcher.h"
#include "scan/collect.h"
#include "scan/merge.h"
#include "support/support.h"

namespace seawall::advisory {
namespace {

constexpr int kPackages = 20'000, kVulnerabilities = 40'000;

Record synthetic(int number) {
  Record record;
  record.feed = "debian";
  record.id = fmt::format("CVE-{}-{}", 2005 + number % 20, 10'000 + number);
  record.summary = fmt::format("a flaw in part {} lets remote attackers cause harm", number);
  record.cvss = {{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "nvd", 7.5}};
  record.references = {"https://security-tracker.example/" + record.id};
  for (int release = 11; release <= 13; ++release) {
    Affected affected;
    affected.ecosystem = fmt::format("debian:{}", release);
    affected.package = fmt::format("package-{}", number % kPackages);
    affected.ranges = {{"", fmt::format("1.{}-1", number / kPackages * 2 + 1), ""}};
    record.affected.push_back(std::move(affected));
  }
  return record;
}

const std::string& database_path() {
  static const test::ScratchDirectory scratch;
  static const std::string path = [] {
    DatabaseBuilder builder;
    for (int i = 0; i < kVulnerabilities; ++i) builder.record(synthetic(i));
    std::string name = scratch.path() + "/db";
    EXPECT_OK(builder.write(name, 1));
    return name;
  }();
  return path;
}

void build(benchmark::State& state) {
  const test::ScratchDirectory scratch;
  for (auto _ : state) {
    DatabaseBuilder builder;
    for (int i = 0; i < kVulnerabilities; ++i) builder.record(synthetic(i));
    benchmark::DoNotOptimize(builder.write(scratch.path() + "/db", 1).ok());
  }
}
BENCHMARK(build)->Unit(benchmark::kMillisecond);

void open(benchmark::State& state) {
  const std::string& path = database_path();
  for (auto _ : state) benchmark::DoNotOptimize(Database::open(path).ok());
}
BENCHMARK(open)->Unit(benchmark::kMicrosecond);

// Every package has two rows, one of which applies.
void open_and_match_500_packages(benchmark::State& state) {
  const std::string& path = database_path();
  Inventory inventory;
  inventory.distribution.id = "debian";
  inventory.distribution.version_id = "12";
  for (int i = 0; i < 500; ++i) {
    Package package;
    package.type = PackageType::kDeb;
    package.name = fmt::format("package-{}", i * 37);
    package.version = "1.2-1";
    inventory.packages.push_back(std::move(package));
  }
  size_t findings = 0;
  for (auto _ : state) {
    auto database = Database::open(path);
    if (database.ok()) findings = match(inventory, *database).value().findings.size();
  }
  state.counters["findings"] = static_cast<double>(findings);
}
BENCHMARK(open_and_match_500_packages)->Unit(benchmark::kMillisecond);

// Real data: the packages of $SEAWALL_BENCH_ROOT, the first 500 of them, against $SEAWALL_BENCH_DB.
void open_and_match_real_packages(benchmark::State& state) {
  const char* root = std::getenv("SEAWALL_BENCH_ROOT");
  const char* path = std::getenv("SEAWALL_BENCH_DB");
  if (!root || !path) return state.SkipWithError("SEAWALL_BENCH_ROOT and SEAWALL_BENCH_DB not set");
  auto collected = scan::collect_tree({root, "rootfs", root}, {});
  if (!collected.ok()) return state.SkipWithError(collected.error().text().c_str());
  Inventory inventory = scan::merge_layers(collected->layers, {}, false).inventory;
  if (inventory.packages.size() > 500) inventory.packages.resize(500);
  size_t findings = 0;
  for (auto _ : state) {
    const auto database = Database::open(path);
    const auto result = match(inventory, *database, {});
    findings = result->findings.size();
  }
  state.counters["packages"] = static_cast<double>(inventory.packages.size());
  state.counters["findings"] = static_cast<double>(findings);
}
BENCHMARK(open_and_match_real_packages)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace seawall::advisory

BENCHMARK_MAIN();
