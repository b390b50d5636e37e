#include "guard/profile/merge.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "guard/profile/learner.h"
#include "guard/profile/path_rules.h"

namespace seawall::guard {
namespace {

template <typename T>
void append(std::vector<T>& to, const std::vector<T>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

// No list allows everything, and so does what is made of it.
template <typename T>
void unite(std::optional<std::vector<T>>& to, const std::optional<std::vector<T>>& more) {
  if (!to || !more) {
    to.reset();
  } else {
    append(*to, *more);
  }
}

template <typename T>
void intersect(std::vector<T>& to, const std::vector<T>& other) {
  std::erase_if(
      to, [&](const T& one) { return std::find(other.begin(), other.end(), one) == other.end(); });
}

// "deny reading and writing" and "deny reading" is: deny reading.
void intersect(std::vector<FileRule>& to, const std::vector<FileRule>& other) {
  for (FileRule& rule : to) {
    const auto same = std::find_if(other.begin(), other.end(),
                                   [&](const FileRule& one) { return one.path == rule.path; });
    rule.read = rule.read && same != other.end() && same->read;
    rule.write = rule.write && same != other.end() && same->write;
  }
  std::erase_if(to, [](const FileRule& rule) { return !rule.read && !rule.write; });
}

void merge_executables(ExecutableRules& to, const ExecutableRules& more) {
  const bool open = (!to.allow && !to.of_image) || (!more.allow && !more.of_image);
  to.of_image = !open && (to.of_image || more.of_image);
  std::vector<AllowedExecutable> all;
  if (to.allow) append(all, *to.allow);
  if (more.allow) append(all, *more.allow);
  const bool listed = to.allow || more.allow;
  to.allow.reset();
  if (!open && listed) to.allow = std::move(all);
  intersect(to.deny, more.deny);
  to.deny_new = to.deny_new && more.deny_new;
  to.deny_modified = to.deny_modified && more.deny_modified;
  to.deny_memory = to.deny_memory && more.deny_memory;
  to.deny_volumes = to.deny_volumes && more.deny_volumes;
  to.deny_mapped = to.deny_mapped && more.deny_mapped;
}

void merge_network(NetworkRules& to, const NetworkRules& more) {
  unite(to.allow_connect, more.allow_connect);
  unite(to.allow_listen, more.allow_listen);
  intersect(to.deny_connect, more.deny_connect);
  intersect(to.deny_unix, more.deny_unix);
  to.deny_raw = to.deny_raw && more.deny_raw;
}

void merge_learned(Learned& to, const Learned& more) {
  if (more.from != 0 && (to.from == 0 || more.from < to.from)) to.from = more.from;
  to.to = std::max(to.to, more.to);
  to.containers += more.containers;
  to.events += more.events;
  to.flagged += more.flagged;
  for (const auto& [cause, count] : more.lost) to.lost[cause] += count;
  append(to.commands, more.commands);
  to.seeded = to.seeded || more.seeded;
}

void merge_into(Profile& to, const Profile& more) {
  to.name = std::min(to.name, more.name);
  append(to.images, more.images);
  to.mode = std::min(to.mode, more.mode);
  merge_executables(to.executables, more.executables);
  unite(to.files.allow, more.files.allow);
  intersect(to.files.deny, more.files.deny);
  merge_network(to.network, more.network);
  unite(to.capabilities, more.capabilities);
  unite(to.system_calls, more.system_calls);
  for (size_t i = 0; i < kPrivileges; ++i) to.denies[i] = to.denies[i] && more.denies[i];
  merge_learned(to.learned, more.learned);
  to.observed.since = std::max(to.observed.since, more.observed.since);
  to.observed.denials += more.observed.denials;
  to.observed.last_denial = std::max(to.observed.last_denial, more.observed.last_denial);
  append(to.allowances, more.allowances);
}

// What of the united lists another entry makes needless.
void tidy(Profile& profile) {
  if (profile.files.allow) {
    PathAccess paths;
    for (const FileRule& rule : *profile.files.allow) {
      paths[rule.path].read |= rule.read;
      paths[rule.path].write |= rule.write;
    }
    profile.files.allow = fold(paths);
  }
  NetworkRules& network = profile.network;
  normalize(profile);
  if (network.allow_connect) network.allow_connect = fold(*network.allow_connect);
  if (network.allow_listen) network.allow_listen = fold(*network.allow_listen);
  if (auto& allow = profile.executables.allow) {
    // Any content allows each.
    std::erase_if(*allow, [&, all = *allow](const AllowedExecutable& one) {
      return !one.digest.empty() &&
             std::find(all.begin(), all.end(), AllowedExecutable{one.path, ""}) != all.end();
    });
  }
  std::vector<std::string>& commands = profile.learned.commands;
  if (commands.size() > kMostCommands) commands.resize(kMostCommands);
}

}  // namespace

Result<Profile> merge(std::vector<Profile> profiles) {
  if (profiles.empty()) return usage_error("there is no profile to merge");
  Profile merged = std::move(profiles.front());
  for (size_t i = 1; i < profiles.size(); ++i) {
    if (profiles[i].image != merged.image) {
      return Error(Code::kMismatch,
                   fmt::format("{} and {} are of different images", merged.name, profiles[i].name))
          .hint("replicas have the same image; a new image learns anew");
    }
    merge_into(merged, profiles[i]);
  }
  normalize(merged);
  tidy(merged);
  normalize(merged);
  return merged;
}

}  // namespace seawall::guard
