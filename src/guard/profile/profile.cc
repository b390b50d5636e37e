#include "guard/profile/profile.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "guard/profile/peer.h"

namespace seawall::guard {
namespace {

constexpr std::string_view kModes[] = {"learn", "observe", "enforce"};
constexpr std::string_view kWords[] = {"ptrace",     "otherProcesses", "mount",
                                       "namespaces", "modules",        "bpf",
                                       "perf",       "devices",        "kernelSettings"};
static_assert(std::size(kWords) == kPrivileges);

auto key(const std::string& text) {
  return std::tie(text);
}
auto key(const AllowedExecutable& one) {
  return std::tie(one.path, one.digest);
}
auto key(const Peer& peer) {
  return std::tie(peer.name, peer.cidr, peer.protocol, peer.first_port, peer.last_port);
}
auto key(const Allowance& one) {
  return std::tie(one.when, one.what, one.who, one.reason);
}

template <typename T>
void sort(std::vector<T>& list) {
  std::sort(list.begin(), list.end(), [](const T& a, const T& b) { return key(a) < key(b); });
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

// One rule a path; its accesses put together.
void sort(std::vector<FileRule>& list) {
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  size_t kept = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    if (kept > 0 && list[kept - 1].path == list[i].path) {
      list[kept - 1].read |= list[i].read;
      list[kept - 1].write |= list[i].write;
    } else {
      if (kept != i) list[kept] = std::move(list[i]);
      ++kept;
    }
  }
  list.resize(kept);
}

void sort_peers(std::vector<Peer>& peers) {
  for (Peer& peer : peers) {
    if (peer.cidr.empty()) continue;
    if (const auto network = network_of(peer.cidr); network.ok()) peer.cidr = network->text();
  }
  sort(peers);
}

}  // namespace

void normalize(Profile& profile) {
  sort(profile.images);
  if (profile.executables.allow) sort(*profile.executables.allow);
  sort(profile.executables.deny);
  if (profile.files.allow) sort(*profile.files.allow);
  sort(profile.files.deny);
  NetworkRules& network = profile.network;
  if (network.allow_connect) sort_peers(*network.allow_connect);
  sort_peers(network.deny_connect);
  if (network.allow_listen) sort_peers(*network.allow_listen);
  sort(network.deny_unix);
  if (profile.capabilities) sort(*profile.capabilities);
  if (profile.system_calls) sort(*profile.system_calls);
  sort(profile.learned.commands);
  sort(profile.allowances);
}

std::string_view to_string(Mode mode) {
  return kModes[static_cast<size_t>(mode)];
}
std::string_view to_string(Privilege privilege) {
  return kWords[static_cast<size_t>(privilege)];
}

std::optional<Privilege> parse_privilege(std::string_view word) {
  const auto found = std::find(std::begin(kWords), std::end(kWords), word);
  if (found == std::end(kWords)) return std::nullopt;
  return static_cast<Privilege>(found - std::begin(kWords));
}

bool Learned::complete() const {
  return events > 0 &&
         std::all_of(lost.begin(), lost.end(), [](const auto& cause) { return cause.second == 0; });
}

}  // namespace seawall::guard
