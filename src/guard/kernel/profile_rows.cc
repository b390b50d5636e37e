#include "guard/kernel/profile_rows.h"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/strings.h"
#include "benchmark/collectors/capabilities.h"
#include "guard/profile/peer.h"

namespace seawall::guard {
namespace {

using wire::SW_ALLOW;
using wire::SW_DENY;
using wire::SW_RULE_PATH;

class RowMaker {
 public:
  RowMaker(const Profile& profile, uint32_t number,
           const std::map<std::string, std::string>* digests)
      : profile_(profile), number_(number), digests_(digests) {}

  ProfileRows make() {
    make_executables();
    make_files();
    make_network();
    make_privileges();
    return std::move(rows_);
  }

 private:
  void turn_on(uint32_t rule, bool on) {
    if (on) rows_.profile.rules |= rule;
  }

  bool fits(const std::string& path) {
    if (path.size() < SW_RULE_PATH) return true;
    rows_.problems.push_back(
        fmt::format("the path {} has more than {} bytes", printable(path), SW_RULE_PATH - 1));
    return false;
  }

  void add_executable(std::map<std::string, uint32_t>& verdicts, const std::string& path,
                      uint32_t verdict) {
    if (fits(path)) verdicts[path] |= verdict;
  }

  // Whether the image's file is the one that was allowed.
  bool is_content(const AllowedExecutable& allowed) const {
    if (allowed.digest.empty()) return true;
    if (digests_ == nullptr) return false;
    const auto found = digests_->find(allowed.path);
    return found != digests_->end() && found->second == allowed.digest;
  }

  void make_executables() {
    const ExecutableRules& rules = profile_.executables;
    turn_on(wire::SW_RULE_IMAGE, rules.of_image);
    turn_on(wire::SW_RULE_ALLOW_LIST, rules.allow.has_value());
    turn_on(wire::SW_RULE_NEW, rules.deny_new);
    turn_on(wire::SW_RULE_MODIFIED, rules.deny_modified);
    turn_on(wire::SW_RULE_MEMORY, rules.deny_memory);
    turn_on(wire::SW_RULE_VOLUME, rules.deny_volumes);
    turn_on(wire::SW_RULE_MAPPED, rules.deny_mapped);
    std::map<std::string, uint32_t> verdicts;
    bool by_digest = false;
    if (rules.allow) {
      for (const AllowedExecutable& allowed : *rules.allow) {
        by_digest = by_digest || !allowed.digest.empty();
        if (is_content(allowed)) add_executable(verdicts, allowed.path, SW_ALLOW);
      }
    }
    // A digest is that of the file in the image: one that was written to has another.
    turn_on(wire::SW_RULE_MODIFIED | wire::SW_RULE_NEW, by_digest);
    for (const std::string& path : rules.deny) add_executable(verdicts, path, SW_DENY);
    for (const auto& [path, verdict] : verdicts) {
      wire::sw_exec_key key = {};
      key.profile = number_;
      key.length = static_cast<uint32_t>(path.size());
      std::copy(path.begin(), path.end(), key.path);
      rows_.executables.emplace_back(key, verdict);
    }
  }

  // What the kernel's trie compares: a folder's path with its slash, a file's with a zero byte.
  static std::string prefix_of(const FileRule& rule) {
    if (rule.path.ends_with("/**")) return rule.path.substr(0, rule.path.size() - 2);
    return rule.path + '\0';
  }

  void make_files() {
    std::map<std::string, uint32_t> own;
    const auto add = [&](const FileRule& rule, uint32_t verdict) {
      if (!fits(rule.path)) return;
      uint32_t& bits = own[prefix_of(rule)];
      if (rule.read) bits |= verdict;
      if (rule.write) bits |= verdict << 2;
    };
    for (const FileRule& rule : profile_.files.deny) add(rule, SW_DENY);
    if (profile_.files.allow) {
      for (const FileRule& rule : *profile_.files.allow) add(rule, SW_ALLOW);
    }
    turn_on(wire::SW_RULE_FILES_ALLOW, profile_.files.allow.has_value());
    turn_on(wire::SW_RULE_FILES, profile_.files.allow.has_value() || !own.empty());
    for (const auto& [prefix, bits] : own) {
      uint32_t joined = bits;
      // Every folder above it.
      for (size_t slash = prefix.find('/'); slash != prefix.npos && slash + 1 < prefix.size();
           slash = prefix.find('/', slash + 1)) {
        const auto above = own.find(prefix.substr(0, slash + 1));
        if (above != own.end()) joined |= above->second;
      }
      wire::sw_file_key key = {};
      key.profile = number_;
      key.bits = static_cast<uint32_t>(32 + 8 * prefix.size());
      std::copy(prefix.begin(), prefix.end(), key.path);
      rows_.files.emplace_back(key, joined);
    }
  }

  struct Row {
    cel::IpNetwork network;
    uint32_t family;  // + wire::SW_LISTENING
    wire::sw_ports ports;
    bool covers(const Row& other) const {
      return family == other.family && network.contains(other.network);
    }
  };

  void add_peer(std::vector<Row>& rows, const Peer& peer, uint32_t listening, uint8_t verdict) {
    // Only a name, which nothing has been resolved for yet.
    if (peer.cidr.empty() && !peer.name.empty()) return;
    const auto network = network_of(peer.cidr);
    if (!network.ok()) {
      rows_.problems.push_back(fmt::format("{} is no network", printable(peer.cidr)));
      return;
    }
    const uint8_t protocol = peer.protocol == "tcp"   ? IPPROTO_TCP
                             : peer.protocol == "udp" ? IPPROTO_UDP
                                                      : 0;
    const uint32_t family = network->address().is_v4() ? AF_INET : AF_INET6;
    rows.push_back(
        {*network, family | listening, {peer.first_port, peer.last_port, protocol, verdict}});
  }

  void make_network() {
    std::vector<Row> rules;
    const NetworkRules& network = profile_.network;
    for (const Peer& peer : network.deny_connect) add_peer(rules, peer, 0, SW_DENY);
    if (network.allow_connect) {
      for (const Peer& peer : *network.allow_connect) add_peer(rules, peer, 0, SW_ALLOW);
    }
    if (network.allow_listen) {
      for (const Peer& peer : *network.allow_listen)
        add_peer(rules, peer, wire::SW_LISTENING, SW_ALLOW);
    }
    turn_on(wire::SW_RULE_CONNECT, !network.deny_connect.empty());
    turn_on(wire::SW_RULE_CONNECT_ALLOW, network.allow_connect.has_value());
    turn_on(wire::SW_RULE_LISTEN_ALLOW, network.allow_listen.has_value());
    turn_on(wire::SW_RULE_UNIX, !network.deny_unix.empty());
    turn_on(wire::SW_RULE_RAW, network.deny_raw);
    rows_.unix_sockets = network.deny_unix;
    for (const Row& row : rules) add_network(row, rules);
  }

  // The row of a network: the ranges of every rule that covers it, those that deny first.
  void add_network(const Row& row, const std::vector<Row>& rules) {
    wire::sw_peer_key key = {};
    key.profile = number_;
    key.family = row.family;
    key.bits = static_cast<uint32_t>(64 + row.network.bits());
    const auto& bytes = row.network.address().bytes();
    std::copy(bytes.begin(), bytes.end(), key.address);
    for (const auto& [known, value] : rows_.peers) {
      if (std::memcmp(&known, &key, sizeof key) == 0) return;
    }
    std::vector<wire::sw_ports> ports;
    for (const uint8_t verdict : {SW_DENY, SW_ALLOW}) {
      for (const Row& rule : rules) {
        if (rule.ports.verdict != verdict || !rule.covers(row)) continue;
        const bool known = std::any_of(ports.begin(), ports.end(), [&](const wire::sw_ports& one) {
          return std::memcmp(&one, &rule.ports, sizeof one) == 0;
        });
        if (!known) ports.push_back(rule.ports);
      }
    }
    if (ports.size() > wire::SW_PORTS) {
      const std::string problem = fmt::format("more than {} ranges of ports of one network",
                                              static_cast<int>(wire::SW_PORTS));
      if (rows_.problems.empty() || rows_.problems.back() != problem)
        rows_.problems.push_back(problem);
      return;
    }
    wire::sw_peer peer = {};
    std::copy(ports.begin(), ports.end(), peer.ports);
    rows_.peers.emplace_back(key, peer);
  }

  void make_privileges() {
    for (size_t i = 0; i < kPrivileges; ++i) {
      if (profile_.denies[i]) rows_.profile.denies |= uint32_t{1} << i;
    }
    if (!profile_.capabilities) return;
    turn_on(wire::SW_RULE_CAPABILITIES, true);
    for (const std::string& name : *profile_.capabilities) {
      const auto number = benchmark::capability_number(name);
      if (number) {
        rows_.profile.capabilities |= uint64_t{1} << *number;
      } else {
        rows_.problems.push_back(fmt::format("{} is no capability", printable(name)));
      }
    }
  }

  const Profile& profile_;
  uint32_t number_;
  const std::map<std::string, std::string>* digests_;
  ProfileRows rows_;
};

}  // namespace

ProfileRows rows_of(const Profile& profile, uint32_t number,
                    const std::map<std::string, std::string>* digests) {
  return RowMaker(profile, number, digests).make();
}

}  // namespace seawall::guard
