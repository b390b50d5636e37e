// How fast layers stream: inflating with each library, zstd, and the walk over tar headers.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "codec/decompress.h"
#include "codec/packing.h"
#include "codec/tar.h"
#include "codec/tar_builder.h"

namespace seawall {
namespace {

constexpr size_t kUnpackedBytes = 32 << 20;

void unpack_all(benchmark::State& state, Compression compression, const std::string& packed) {
  std::string buffer(128 << 10, '\0');
  for (auto _ : state) {
    const auto reader = make_decompressor(compression, std::make_unique<MemoryReader>(packed));
    uint64_t total = 0;
    while (true) {
      const auto got = reader->read(buffer);
      if (!got.ok() || *got == 0) break;
      total += *got;
    }
    if (total != kUnpackedBytes) state.SkipWithError("unpacked to another size");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kUnpackedBytes));
}

void inflate_with(benchmark::State& state, bool isal) {
  static const std::string packed =
      test::pack(Compression::kGzip, test::sample_text(kUnpackedBytes));
  allow_isal(isal);
  state.SetLabel(std::string(gzip_library()));
  unpack_all(state, Compression::kGzip, packed);
  allow_isal(true);
}
BENCHMARK_CAPTURE(inflate_with, isal, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(inflate_with, zlib, false)->Unit(benchmark::kMillisecond);

void zstd(benchmark::State& state) {
  static const std::string packed =
      test::pack(Compression::kZstd, test::sample_text(kUnpackedBytes));
  unpack_all(state, Compression::kZstd, packed);
}
BENCHMARK(zstd)->Unit(benchmark::kMillisecond);

// Entries without data: what a header costs by itself. The argument is the length of the names.
void tar_walk(benchmark::State& state) {
  constexpr size_t kEntries = 20'000;
  std::string archive;
  for (size_t i = 0; i < kEntries; ++i) {
    std::string name = std::to_string(i);
    name.insert(0, static_cast<size_t>(state.range(0)) - name.size(), 'n');
    archive += test::tar_header({.name = name, .magic = std::string("ustar  \0", 8)});
  }
  for (auto _ : state) {
    MemoryReader stream(archive);
    TarReader tar(stream);
    while (true) {
      const auto entry = tar.next();
      if (!entry.ok() || *entry == nullptr) break;
      benchmark::DoNotOptimize((*entry)->path.data());
    }
    if (tar.entries() != kEntries) state.SkipWithError("another number of entries");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(kEntries));
  state.counters["ns_per_entry"] = benchmark::Counter(
      static_cast<double>(kEntries) * 1e-9,
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(tar_walk)->Arg(12)->Arg(60);

}  // namespace
}  // namespace seawall

BENCHMARK_MAIN();
