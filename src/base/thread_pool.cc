#include "base/thread_pool.h"

#include <sched.h>

#include <algorithm>
#include <system_error>

namespace seawall {

unsigned default_jobs() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    return static_cast<unsigned>(std::clamp(CPU_COUNT(&set), 1, 256));
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

void parallel_for(size_t count, unsigned jobs, const std::function<void(size_t)>& work) {
  const size_t threads = std::min<size_t>(std::max(1u, jobs), count);
  std::atomic<size_t> next{0};
  const auto run = [&] {
    for (size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) work(i);
  };
  std::vector<std::jthread> workers;
  try {
    for (size_t i = 1; i < threads; ++i) workers.emplace_back(run);
  } catch (const std::system_error&) {
    // No more threads to be had (a limit on processes): those there are do all the work.
  }
  run();
}

}  // namespace seawall
