// The containers of this host: which control group is whose, and what their engines know of them.
//
//   ContainerDirectory directory(layout, options);
//   directory.read_groups();                 // those that run already
//   directory.came(group, name);             // a control group was made: "docker-3f2a....scope"
//   const auto container = directory.of_group(group);
//
// Engines are asked when something is first told of a container, at most kAskSeconds, so that no
// alert goes out without a name that could be known; who is not known then is asked for again
// later. LIMITS: kMost containers kept. THREADS: safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "benchmark/collectors/engine_api.h"
#include "guard/event/process.h"
#include "guard/kernel/layout.h"

namespace seawall::guard {

// The container's id in the name of its control group: "docker-<64 hex digits>.scope",
// "cri-containerd-...", "<64 hex digits>"; empty: it holds none.
std::string container_id_of(std::string_view group_name);

class ContainerDirectory {
 public:
  static constexpr size_t kMost = 8192;
  static constexpr int kAskSeconds = 1;
  ContainerDirectory(const GroupLayout& layout, std::string docker_socket);

  struct Group {
    uint64_t group;
    std::string id, folder;
  };
  // Every container's own group that is there now.
  std::vector<Group> read_groups();
  void came(uint64_t group, std::string_view name);
  void went(uint64_t group);
  // Null: no container's. Groups below a container's count as it.
  std::shared_ptr<const Container> of_group(uint64_t group);
  // Asks the engine now.
  std::shared_ptr<const Container> ask(const std::string& id);
  // Of the image, by its id: what profiles may call it by.
  struct Image {
    std::string id;                    // "sha256:..." of its configuration
    std::vector<std::string> digests;  // "sha256:..." of its manifests
  };
  std::optional<Image> image_of(const std::string& container_id);
  // Why the engine did not answer the last question; empty when it did.
  std::string engine_problem();

 private:
  std::shared_ptr<const Container> ask_locked(const std::string& id);
  const GroupLayout layout_;
  benchmark::CollectOptions options_;
  std::unique_ptr<benchmark::EngineApi> api_;
  std::mutex mutex_;
  std::map<uint64_t, std::string> ids_;  // of groups
  std::string engine_problem_;
  struct Known {
    std::shared_ptr<const Container> container;
    Image image;
    int64_t asked = 0;  // seconds
  };
  std::map<std::string, Known> known_;
};

}  // namespace seawall::guard
