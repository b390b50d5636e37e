// parallel_for: runs independent pieces of work on up to `jobs` threads and gives the results back
// in order, so that what comes out does not depend on how many there were.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace seawall {

// Threads to use when the user did not say: the CPUs this process may run on (cpuset and affinity
// respected).
unsigned default_jobs();

// Calls work(i) for each i in [0, count), in any order, on min(jobs, count) threads; returns when
// all are done. REQUIRES: work throws nothing and touches only what belongs to i.
void parallel_for(size_t count, unsigned jobs, const std::function<void(size_t)>& work);

}  // namespace seawall
