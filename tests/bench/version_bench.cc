// Nanoseconds for one comparison in each order; the contract is under 1 microsecond.
#include <benchmark/benchmark.h>

#include "advisory/version.h"

namespace {

using seawall::advisory::VersionScheme;

// Two typical versions that differ only at their end, the slow case.
void compare_close(benchmark::State& state, VersionScheme scheme, std::string_view a,
                   std::string_view b) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(a);
    benchmark::DoNotOptimize(seawall::advisory::compare(scheme, a, b));
  }
}

BENCHMARK_CAPTURE(compare_close, dpkg, VersionScheme::kDpkg, "1:2.36.1-9+deb12u4",
                  "1:2.36.1-9+deb12u7");
BENCHMARK_CAPTURE(compare_close, rpm, VersionScheme::kRpm, "1:3.0.7-24.el9_2.1",
                  "1:3.0.7-24.el9_2.3");
BENCHMARK_CAPTURE(compare_close, apk, VersionScheme::kApk, "3.1.4_git20240101-r5",
                  "3.1.4_git20240101-r6");
BENCHMARK_CAPTURE(compare_close, pacman, VersionScheme::kPacman, "1:3.0.7.r24.gabc-1",
                  "1:3.0.7.r24.gabc-2");
BENCHMARK_CAPTURE(compare_close, semver, VersionScheme::kSemver, "10.20.30-rc.1.2",
                  "10.20.30-rc.1.3");
BENCHMARK_CAPTURE(compare_close, npm, VersionScheme::kNpm, "10.20.30-rc.1.2", "10.20.30-rc.1.3");
BENCHMARK_CAPTURE(compare_close, pypi, VersionScheme::kPypi, "1!2.3.4rc1.post2.dev3",
                  "1!2.3.4rc1.post2.dev4");
BENCHMARK_CAPTURE(compare_close, maven, VersionScheme::kMaven, "2.13.4.2-alpha-1-rc2",
                  "2.13.4.2-alpha-1-rc3");
BENCHMARK_CAPTURE(compare_close, rubygems, VersionScheme::kRubygems, "1.2.3.4.rc1", "1.2.3.4.rc2");
BENCHMARK_CAPTURE(compare_close, nuget, VersionScheme::kNuget, "1.2.3.4-beta.1", "1.2.3.4-beta.2");
BENCHMARK_CAPTURE(compare_close, packagist, VersionScheme::kPackagist, "v1.2.3-beta1",
                  "v1.2.3-beta2");
BENCHMARK_CAPTURE(compare_close, go, VersionScheme::kGo, "v0.0.0-20220101000000-abcdefabcdef",
                  "v0.0.0-20220101000000-abcdefabcdff");
BENCHMARK_CAPTURE(compare_close, crates, VersionScheme::kCrates, "10.20.30-rc.1", "10.20.30-rc.2");
BENCHMARK_CAPTURE(compare_close, pub, VersionScheme::kPub, "10.20.30+1.2", "10.20.30+1.3");
BENCHMARK_CAPTURE(compare_close, hex, VersionScheme::kHex, "10.20.30-rc.1", "10.20.30-rc.2");
BENCHMARK_CAPTURE(compare_close, cran, VersionScheme::kCran, "1.2.3-41", "1.2.3-42");
BENCHMARK_CAPTURE(compare_close, hackage, VersionScheme::kHackage, "1.2.3.41", "1.2.3.42");
BENCHMARK_CAPTURE(compare_close, generic, VersionScheme::kGeneric, "1.1.1-rc1", "1.1.1-rc2");

}  // namespace

BENCHMARK_MAIN();
