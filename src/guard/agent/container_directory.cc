#include "guard/agent/container_directory.h"

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "base/strings.h"
#include "base/time.h"

namespace seawall::guard {
namespace {

constexpr size_t kIdDigits = 64;
constexpr std::string_view kScope = ".scope";
constexpr int64_t kAskAgainSeconds = 2;
constexpr int kMostDepth = 12;

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

int64_t seconds_now() {
  return static_cast<int64_t>(std::time(nullptr));
}

std::string tag_of(const std::string& image) {
  const std::string name = image.substr(0, image.find('@'));
  const size_t colon = name.rfind(':');
  return colon == name.npos || name.find('/', colon) != name.npos ? std::string()
                                                                  : name.substr(colon + 1);
}

std::string repository_of(const std::string& image) {
  const std::string name = image.substr(0, image.find('@'));
  const std::string tag = tag_of(image);
  return tag.empty() ? name : name.substr(0, name.size() - tag.size() - 1);
}

void fill(Container& container, const Node& answer) {
  container.known = true;
  container.engine = "docker";
  std::string_view name = answer["Name"].string();
  if (name.starts_with('/')) name.remove_prefix(1);
  container.name = to_valid_utf8(name);
  container.image = to_valid_utf8(answer["Config"]["Image"].string());
  container.repository = repository_of(container.image);
  container.tag = tag_of(container.image);
  container.privileged = answer["HostConfig"]["Privileged"].boolean();
  if (const auto created = parse_time(answer["Created"].string()))
    container.created = *created * 1'000'000'000;
  for (const Member& label : answer["Config"]["Labels"].members())
    container.labels[std::string(label.key)] = to_valid_utf8(label.value.string());
  for (const Node& mount : answer["Mounts"].items()) {
    container.mounts.push_back({to_valid_utf8(mount["Source"].string()),
                                to_valid_utf8(mount["Destination"].string()),
                                to_valid_utf8(mount["Mode"].string()), mount["RW"].boolean()});
  }
  const auto label = [&](const char* key) {
    const auto found = container.labels.find(key);
    return found == container.labels.end() ? std::string() : found->second;
  };
  container.pod.name = label("io.kubernetes.pod.name");
  container.pod.space = label("io.kubernetes.pod.namespace");
  container.pod.uid = label("io.kubernetes.pod.uid");
}

}  // namespace

std::string container_id_of(std::string_view name) {
  if (name.ends_with(kScope)) name.remove_suffix(kScope.size());
  if (name.size() > kIdDigits) {
    const char before = name[name.size() - kIdDigits - 1];
    if (before != '-') return {};
    name.remove_prefix(name.size() - kIdDigits);
  }
  return name.size() == kIdDigits && is_hex(name) ? std::string(name) : std::string();
}

ContainerDirectory::ContainerDirectory(const GroupLayout& layout, std::string docker_socket)
    : layout_(layout) {
  options_.engine_seconds = kAskSeconds;
  options_.docker_socket = docker_socket;
  if (!docker_socket.empty())
    api_ = std::make_unique<benchmark::EngineApi>(std::move(docker_socket), options_);
}

std::vector<ContainerDirectory::Group> ContainerDirectory::read_groups() {
  std::vector<Group> found;
  std::error_code failed;
  using Walk = std::filesystem::recursive_directory_iterator;
  for (Walk at(layout_.root, failed), end; !failed && at != end; at.increment(failed)) {
    std::error_code not_folder;
    if (!at->is_directory(not_folder)) continue;
    if (at.depth() > kMostDepth) at.disable_recursion_pending();
    const std::string id = container_id_of(at->path().filename().string());
    if (id.empty()) continue;
    const auto group = layout_.group_id(at->path());
    if (!group.ok()) continue;
    found.push_back({*group, id, at->path()});
    const std::lock_guard lock(mutex_);
    ids_[*group] = id;
  }
  return found;
}

void ContainerDirectory::came(uint64_t group, std::string_view name) {
  std::string id = container_id_of(name);
  if (id.empty()) return;
  const std::lock_guard lock(mutex_);
  if (ids_.size() >= kMost) ids_.erase(ids_.begin());
  ids_[group] = std::move(id);
}

void ContainerDirectory::went(uint64_t group) {
  const std::lock_guard lock(mutex_);
  const auto found = ids_.find(group);
  if (found == ids_.end()) return;
  known_.erase(found->second);
  ids_.erase(found);
}

std::shared_ptr<const Container> ContainerDirectory::of_group(uint64_t group) {
  const std::lock_guard lock(mutex_);
  const auto found = ids_.find(group);
  return found == ids_.end() ? nullptr : ask_locked(found->second);
}

std::shared_ptr<const Container> ContainerDirectory::ask(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return ask_locked(id);
}

std::optional<ContainerDirectory::Image> ContainerDirectory::image_of(const std::string& id) {
  const std::lock_guard lock(mutex_);
  ask_locked(id);
  const auto found = known_.find(id);
  if (found == known_.end() || found->second.image.id.empty()) return std::nullopt;
  return found->second.image;
}

std::string ContainerDirectory::engine_problem() {
  const std::lock_guard lock(mutex_);
  return engine_problem_;
}

std::shared_ptr<const Container> ContainerDirectory::ask_locked(const std::string& id) {
  Known& known = known_[id];
  const bool answered = known.container && known.container->known;
  if (answered || (known.container && seconds_now() - known.asked < kAskAgainSeconds))
    return known.container;
  auto container = std::make_shared<Container>();
  container->id = id;
  known.asked = seconds_now();
  if (api_) {
    const auto answer = api_->get("/containers/" + id + "/json");
    const bool silent = !answer.ok() && answer.error().code() != Code::kNotFound;
    engine_problem_ = silent ? answer.error().text() : std::string();
    if (answer.ok()) {
      fill(*container, answer->root());
      known.image.id = std::string(answer->root()["Image"].string());
      const auto image = api_->get("/images/" + known.image.id + "/json");
      if (image.ok()) {
        for (const Node& reference : image->root()["RepoDigests"].items()) {
          const std::string_view text = reference.string();
          const size_t at = text.find('@');
          if (at != text.npos) known.image.digests.emplace_back(text.substr(at + 1));
        }
      }
      container->digest = known.image.digests.empty() ? known.image.id : known.image.digests[0];
    }
  }
  known.container = container;
  if (known_.size() > kMost)
    known_.erase(known_.begin()->first == id ? std::next(known_.begin()) : known_.begin());
  return container;
}

}  // namespace seawall::guard
