#include "guard/profile/learner.h"

#include <algorithm>
#include <tuple>

#include "base/strings.h"
#include "benchmark/collectors/capabilities.h"
#include "guard/profile/peer.h"

namespace seawall::guard {
namespace {

constexpr size_t kMostExecutables = 4096;
constexpr size_t kCommandBytes = 1024;
constexpr int64_t kNanoseconds = 1'000'000'000;

bool can_be_written(std::string_view path) {
  return is_path_rule(path) && printable(path) == path;
}

// An address of a replica is another one's tomorrow.
std::string own_network(const Address& address) {
  if (is_loopback(address)) return is_v4(address) ? "127.0.0.0/8" : "::1/128";
  return is_v4(address) ? "0.0.0.0/0" : "::/0";
}

}  // namespace

std::vector<Peer> fold(std::vector<Peer> peers) {
  using Key = std::tuple<bool, std::string, uint16_t, uint16_t>;
  std::map<Key, size_t> networks;
  const auto key = [](const Peer& peer) {
    return Key(peer.cidr.find(':') != peer.cidr.npos, peer.protocol, peer.first_port,
               peer.last_port);
  };
  for (const Peer& peer : peers) {
    if (peer.name.empty()) ++networks[key(peer)];
  }
  for (const auto& [one, count] : networks) {
    if (count <= kMostPeers) continue;
    const auto& [v6, protocol, first, last] = one;
    std::erase_if(peers, [&, &k = one](const Peer& peer) {
      return key(peer) == k && (peer.name.empty() || !peer.cidr.empty());
    });
    peers.push_back({v6 ? "::/0" : "0.0.0.0/0", "", protocol, first, last});
  }
  std::vector<Peer> out;
  for (size_t i = 0; i < peers.size(); ++i) {
    bool covered = false;
    for (size_t j = 0; j < peers.size() && !covered; ++j)
      covered = i != j && covers(peers[j], peers[i]) && !(covers(peers[i], peers[j]) && i < j);
    if (!covered) out.push_back(peers[i]);
  }
  return out;
}

void Learner::add_lost(const std::string& cause, uint64_t count) {
  lost_[cause] += count;
}

void Learner::add_system_calls(const std::vector<std::string>& names) {
  if (!calls_) calls_.emplace();
  for (const std::string& name : names) {
    if (is_call_name(name)) calls_->insert(name);
  }
}

void Learner::add_capabilities(uint64_t used) {
  if (!capabilities_) capabilities_.emplace();
  for (const std::string& name : benchmark::capability_names(used)) {
    if (const auto known = parse_capability(name)) capabilities_->insert(*known);
  }
}

void Learner::learn(const Event& event) {
  if (event.process == nullptr) return;
  if (event.process->flagged) {
    ++flagged_;
    return;
  }
  if (event.type == EventType::kDenied || !event.refused_by.empty()) return;
  ++events_;
  if (first_ == 0 || event.time < first_) first_ = event.time;
  last_ = std::max(last_, event.time);
  for (const Need& need : needs_of(event)) learn(need);
  learn_command(event);
}

void Learner::learn(const Need& need) {
  switch (need.kind) {
    case NeedKind::kExecute:
      return learn_executable(need);
    case NeedKind::kFile: {
      const std::string rule = generalize(need.path, need.access.write);
      if (!can_be_written(rule)) return add_lost("names", 1);
      if (!paths_.contains(rule) && paths_.size() >= kMostPaths) return add_lost("paths", 1);
      Access& known = paths_[rule];
      known.read |= need.access.read;
      known.write |= need.access.write;
      return;
    }
    case NeedKind::kConnect:
    case NeedKind::kListen:
      return learn_peer(need);
    case NeedKind::kUnix:
      engine_ = engine_ || is_engine_socket(need.path);
      return;
    case NeedKind::kRaw:
      raw_ = true;
      return;
    case NeedKind::kPrivilege:
      privileges_[static_cast<size_t>(need.privilege)] = true;
      return;
    default:
      return;
  }
}

void Learner::learn_executable(const Need& need) {
  origins_.insert(need.origin);
  if (need.origin == FileOrigin::kMemory) return;
  if (!is_plain_path(need.path) || printable(need.path) != need.path) return add_lost("names", 1);
  if (!executables_.contains(need.path) && executables_.size() >= kMostExecutables)
    return add_lost("executables", 1);
  executables_.insert(need.path);
  // The kernel opens what it executes, and no event says so.
  learn(Need{.kind = NeedKind::kFile, .path = need.path, .access = {.read = true}});
}

void Learner::learn_peer(const Need& need) {
  const bool listens = need.kind == NeedKind::kListen;
  Peer peer = need.peer;
  if (listens) {
    peer.cidr = own_network(need.address);
  } else if (is_loopback(need.address)) {
    peer.cidr = own_network(need.address);
  } else if (options_.name_of) {
    const std::string name = options_.name_of(need.address);
    if (is_host_name(name)) peer.name = to_lower(name);
  }
  const std::string text = (listens ? "<" : ">") + peer_text(peer) + " " + peer.cidr;
  if (known_peers_.contains(text)) return;
  if (known_peers_.size() >= kMostPeersSeen) return add_lost("peers", 1);
  known_peers_.insert(text);
  (listens ? listens_ : connects_).push_back(std::move(peer));
}

// The first process of a container, and what `docker exec` starts: whose parent is not in it.
void Learner::learn_command(const Event& event) {
  const Process& process = *event.process;
  if (event.type != EventType::kExec || event.failed() || commands_.size() >= kMostCommands) return;
  const Process* parent = process.parent.get();
  const auto id = [](const Process* one) {
    return one == nullptr || one->container == nullptr ? std::string_view()
                                                       : std::string_view(one->container->id);
  };
  if (parent != nullptr && id(parent) == id(&process)) return;
  std::string line = printable(process.command_line());
  if (line.size() > kCommandBytes) line.resize(kCommandBytes);
  if (!line.empty()) commands_.insert(to_valid_utf8(line));
}

std::vector<AllowedExecutable> Learner::executables() const {
  std::vector<AllowedExecutable> out;
  for (const std::string& path : executables_)
    out.push_back({path, options_.digest_of ? options_.digest_of(path) : std::string()});
  return out;
}

Profile Learner::profile(const std::string& name, const std::string& image) const {
  Profile profile;
  profile.name = name;
  profile.image = image;
  ExecutableRules& executable = profile.executables;
  executable.allow = executables();
  executable.deny_new = !origins_.contains(FileOrigin::kNew);
  executable.deny_modified = !origins_.contains(FileOrigin::kModified);
  executable.deny_memory = !origins_.contains(FileOrigin::kMemory);
  executable.deny_volumes = !origins_.contains(FileOrigin::kVolume);
  profile.files.allow = fold(paths_);
  profile.network.allow_connect = fold(connects_);
  profile.network.allow_listen = fold(listens_);
  if (!engine_) profile.network.deny_unix = {"engine"};
  profile.network.deny_raw = !raw_;
  if (capabilities_) profile.capabilities.emplace(capabilities_->begin(), capabilities_->end());
  if (calls_) profile.system_calls.emplace(calls_->begin(), calls_->end());
  for (size_t i = 0; i < kPrivileges; ++i) profile.denies[i] = !privileges_[i];
  Learned& learned = profile.learned;
  learned.from = first_ / kNanoseconds;
  learned.to = last_ / kNanoseconds;
  learned.containers = 1;
  learned.events = events_;
  learned.flagged = flagged_;
  learned.lost = lost_;
  learned.commands.assign(commands_.begin(), commands_.end());
  normalize(profile);
  return profile;
}

}  // namespace seawall::guard
