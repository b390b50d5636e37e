// Learner: what one container did, written down as a Profile.
//
//   Learner learner({.digest_of = inventory, .name_of = names});
//   for (const Event& event : events) learner.learn(event);
//   learner.add_system_calls(names_of(bitmap));        // of the kernel's map, after the set-up
//   learner.add_lost("ring", counters.lost);           // any above 0: incomplete
//   const Profile profile = learner.profile("shop-api", "sha256:...");
//
// Nothing is learned of a process that a rule spoke of (Process::flagged), nor from what was
// refused. Paths are generalized (path_rules.h); more than kMostPeers addresses with one port and
// protocol become any address, a bound own address becomes any but the loopback. What was never
// done is denied: every privilege, raw sockets, engines' sockets, code that is not the image's.
// `capabilities` and `systemCalls` are there only when they were told.
// LIMITS: kMostPaths paths, kMostPeersSeen peers, kMostCommands commands, 4096 executables; what is
// beyond (but commands) is counted as lost ("paths", "peers", "executables"), names that cannot be
// written as lost ("names"). COST: a map look-up an event. THREADS: one at a time.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "guard/profile/need.h"
#include "guard/profile/path_rules.h"
#include "guard/profile/profile.h"

namespace seawall::guard {

inline constexpr size_t kMostPaths = 65'536;
inline constexpr size_t kMostPeers = 64;
inline constexpr size_t kMostPeersSeen = 8192;
inline constexpr size_t kMostCommands = 64;

struct LearnOptions {
  std::function<std::string(std::string_view path)> digest_of;  // "" where not known
  std::function<std::string(const Address&)> name_of;           // the name that was asked for
};

class Learner {
 public:
  explicit Learner(LearnOptions options = {}) : options_(std::move(options)) {}
  void learn(const Event& event);
  void add_system_calls(const std::vector<std::string>& names);
  void add_capabilities(
      uint64_t used);  // bits by number; may be none: then it is known that none is
  void add_lost(const std::string& cause, uint64_t count);
  uint64_t events() const { return events_; }
  // REQUIRES: is_profile_name(name).
  Profile profile(const std::string& name, const std::string& image) const;

 private:
  void learn(const Need& need);
  void learn_executable(const Need& need);
  void learn_peer(const Need& need);
  void learn_command(const Event& event);
  std::vector<AllowedExecutable> executables() const;

  LearnOptions options_;
  std::set<std::string, std::less<>> executables_;
  PathAccess paths_;
  std::vector<Peer> connects_, listens_;
  std::set<std::string> known_peers_;  // texts of both lists
  std::set<std::string> commands_;
  std::optional<std::set<std::string>> calls_, capabilities_;
  std::map<std::string, uint64_t> lost_;
  std::set<FileOrigin> origins_;
  bool privileges_[kPrivileges] = {};
  bool raw_ = false, engine_ = false;
  uint64_t events_ = 0, flagged_ = 0;
  int64_t first_ = 0, last_ = 0;
};

// Without what another one covers; more than kMostPeers networks of one family with the same ports
// and protocol become any address.
std::vector<Peer> fold(std::vector<Peer> peers);

}  // namespace seawall::guard
