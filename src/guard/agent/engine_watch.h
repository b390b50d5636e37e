// Listens to a container engine for containers that are made, so that rules wait for them before
// their control groups exist. Runs in a thread of its own and connects again when the engine goes.
//
//   EngineWatch watch(socket, [](const std::string& id, const std::string& image) { ... });
//
// The callback runs in the thread of the watch. FAILURE: without an engine, and for what it does
// not tell in time, rules are bound when the control group is made, which is counted as late.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

namespace seawall::guard {

class EngineWatch {
 public:
  // `image`: the reference that the container was made from, as the engine tells it.
  using Created = std::function<void(const std::string& container_id, const std::string& image)>;
  EngineWatch(std::string socket, Created created);
  ~EngineWatch();
  EngineWatch(const EngineWatch&) = delete;
  EngineWatch& operator=(const EngineWatch&) = delete;
  bool connected() const { return connected_; }

 private:
  void run();
  bool listen();
  std::string socket_;
  Created created_;
  std::atomic<bool> ends_{false}, connected_{false};
  int64_t asked_;  // seconds since 1970: when the engine was last asked
  std::thread thread_;
};

}  // namespace seawall::guard
