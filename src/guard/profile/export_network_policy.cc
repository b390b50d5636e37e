// NetworkPolicy: peers as blocks of addresses, own ports as ingress. Source: Kubernetes 1.36,
// networking.k8s.io/v1.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/strings.h"
#include "guard/profile/export.h"
#include "guard/profile/peer.h"
#include "guard/profile/profile_write.h"

namespace seawall::guard {
namespace {

bool is_loopback_block(const Peer& peer) {
  return peer.cidr.starts_with("127.") || peer.cidr == "::1/128";
}

class PolicyWriter {
 public:
  PolicyWriter(const Profile& profile, const ExportOptions& options)
      : profile_(profile), options_(options) {}

  Result<std::string> write() {
    const NetworkRules& rules = profile_.network;
    const bool egress = rules.allow_connect || !rules.deny_connect.empty();
    if (!egress && !rules.allow_listen) {
      return unsupported(fmt::format("{} says nothing about connections", profile_.name))
          .hint("network.connect and network.listen are what a NetworkPolicy is made of");
    }
    out_ = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n";
    out_ += fmt::format("  name: {}\nspec:\n  podSelector:\n    matchLabels:\n",
                        yaml_text(profile_.name));
    std::map<std::string, std::string> labels = options_.labels;
    if (labels.empty()) labels["app.kubernetes.io/name"] = profile_.name;
    for (const auto& [key, value] : labels)
      out_ += fmt::format("      {}: {}\n", yaml_text(key), yaml_text(value));
    out_ += "  policyTypes:\n";
    if (rules.allow_listen) out_ += "    - Ingress\n";
    if (egress) out_ += "    - Egress\n";
    if (rules.allow_listen) ingress(*rules.allow_listen);
    if (egress) write_egress();
    return out_;
  }

 private:
  // Of a peer; both protocols when it names none.
  std::vector<std::string> ports_of(const Peer& peer) const {
    std::vector<std::string> out;
    for (const std::string_view protocol : {"TCP", "UDP"}) {
      if (!peer.protocol.empty() && !equal_ignoring_case(peer.protocol, protocol)) continue;
      const unsigned first = std::max<unsigned>(peer.first_port, 1);
      if (first == 1 && peer.last_port == UINT16_MAX) {
        if (!peer.protocol.empty()) out.push_back(fmt::format("{{protocol: {}}}", protocol));
      } else if (first >= peer.last_port) {
        out.push_back(fmt::format("{{protocol: {}, port: {}}}", protocol, first));
      } else {
        out.push_back(fmt::format("{{protocol: {}, port: {}, endPort: {}}}", protocol, first,
                                  peer.last_port));
      }
    }
    return out;
  }
  void ports(const std::set<std::string>& list, std::string_view indent) {
    for (const std::string& port : list) out_ += fmt::format("{}- {}\n", indent, port);
  }

  void ingress(const std::vector<Peer>& listens) {
    std::set<std::string> all;
    bool any = false;
    for (const Peer& peer : listens) {
      if (is_loopback_block(peer)) continue;
      const auto some = ports_of(peer);
      any = any || some.empty();
      all.insert(some.begin(), some.end());
    }
    if (any) {
      out_ += "  ingress:\n    - {}\n";
    } else if (all.empty()) {
      out_ += "  ingress: []\n";
    } else {
      out_ += "  ingress:\n    - ports:\n";
      ports(all, "        ");
    }
  }

  // A block without what is denied in it; denied ports alone cannot be taken out of one.
  std::string block(const std::string& cidr) {
    std::string except;
    for (const Peer& denied : profile_.network.deny_connect) {
      const auto wide = network_of(cidr), narrow = network_of(denied.cidr);
      const bool whole =
          denied.first_port <= 1 && denied.last_port == UINT16_MAX && denied.protocol.empty();
      if (!wide.ok() || !narrow.ok() || !wide->contains(*narrow) || *wide == *narrow) continue;
      if (whole) {
        except += (except.empty() ? "" : ", ") + yaml_text(denied.cidr);
      } else {
        left_out("deny " + peer_text(denied), "no single port can be excepted");
      }
    }
    return fmt::format("{{ipBlock: {{cidr: {}{}}}}}", yaml_text(cidr),
                       except.empty() ? "" : ", except: [" + except + "]");
  }
  void left_out(const std::string& what, std::string_view why) {
    comments_.insert(fmt::format("  # {} is left out: {}\n", what, why));
  }

  void write_egress() {
    const NetworkRules& rules = profile_.network;
    std::map<std::set<std::string>, std::set<std::string>> by_ports;  // to blocks
    const auto add = [&](const Peer& peer) {
      const auto some = ports_of(peer);
      by_ports[{some.begin(), some.end()}].insert(block(peer.cidr));
    };
    if (!rules.allow_connect) {
      add({.cidr = "0.0.0.0/0"});
      add({.cidr = "::/0"});
    } else {
      for (const Peer& peer : *rules.allow_connect) {
        if (peer.cidr.empty()) {
          left_out(peer_text(peer), "a NetworkPolicy knows no names");
        } else if (!is_loopback_block(peer)) {
          const bool denied = std::any_of(rules.deny_connect.begin(), rules.deny_connect.end(),
                                          [&](const Peer& other) { return covers(other, peer); });
          if (!denied) add(peer);
        }
      }
    }
    for (const std::string& comment : comments_) out_ += comment;
    out_ += by_ports.empty() ? "  egress: []\n" : "  egress:\n";
    for (const auto& [some, blocks] : by_ports) {
      out_ += "    - to:\n";
      ports(blocks, "        ");
      if (some.empty()) continue;
      out_ += "      ports:\n";
      ports(some, "        ");
    }
  }

  const Profile& profile_;
  const ExportOptions& options_;
  std::string out_;
  std::set<std::string> comments_;
};

}  // namespace

Result<std::string> export_network_policy(const Profile& profile, const ExportOptions& options) {
  return PolicyWriter(profile, options).write();
}

}  // namespace seawall::guard
