// The floor under a cold scan: the time that reading, inflating (with the same library) and hashing
// an image's blobs takes alone, on the same cores and with the same overlap, without looking at
// what is in them.
//
//   floor_bench ARCHIVE JOBS      prints seconds and unpacked bytes

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "artifact/archive.h"
#include "base/digest.h"
#include "base/read_ahead.h"
#include "base/thread_pool.h"
#include "codec/decompress.h"

namespace {

using seawall::Reader;

// Reads one blob to its end through both hashes; returns the unpacked size, 0 on a failure.
uint64_t drain(const seawall::artifact::ImageLayer& layer, bool overlap) {
  auto blob = layer.open();
  if (!blob.ok()) return 0;
  auto stream =
      seawall::decompress(std::make_unique<seawall::HashingReader>(std::move(blob).value()));
  if (!stream.ok()) return 0;
  std::unique_ptr<Reader> unpacked = std::move(stream->reader);
  if (overlap) unpacked = std::make_unique<seawall::ReadAhead>(std::move(unpacked));
  seawall::HashingReader hashed(std::move(unpacked));
  std::vector<char> buffer(256 * 1024);
  while (true) {
    const auto got = hashed.read(buffer);
    if (!got.ok()) return 0;
    if (*got == 0) return hashed.count();
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const unsigned jobs = static_cast<unsigned>(std::atoi(argv[2]));
  const auto started = std::chrono::steady_clock::now();
  const auto image = seawall::artifact::open_docker_archive(argv[1], "", {});
  if (!image.ok()) {
    std::fprintf(stderr, "%s\n", image.error().text().c_str());
    return 2;
  }
  std::vector<size_t> order(image->layers.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return image->layers[a].size > image->layers[b].size;
  });
  std::atomic<uint64_t> bytes{0};
  seawall::parallel_for(order.size(), jobs, [&](size_t i) {
    bytes += drain(image->layers[order[i]], order.size() < jobs);
  });
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
  std::printf("%.6f %llu\n", seconds.count(), static_cast<unsigned long long>(bytes.load()));
  return 0;
}
