#include "guard/profile/profile_read.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/strings.h"
#include "base/time.h"
#include "codec/yaml.h"
#include "guard/profile/need.h"
#include "guard/profile/path_rules.h"
#include "guard/profile/peer.h"
#include "policy/match.h"
#include "policy/strict_fields.h"

namespace seawall::guard {
namespace {

constexpr size_t kMostEntries = 16'384;
constexpr size_t kTextBytes = 4096;

// What cannot be seen by who reviews a profile, or not be written again in YAML.
bool is_clear(std::string_view text) {
  return text.size() <= kTextBytes && printable(text) == text &&
         text.find("\xef\xbf\xbe") == text.npos && text.find("\xef\xbf\xbf") == text.npos;
}

class ProfileReader {
 public:
  explicit ProfileReader(const std::string& file) : file_(file) {}

  Result<Profile> read(std::string_view yaml) {
    Limits limits;
    limits.document_bytes = kMostProfileBytes;
    limits.nodes = 1'000'000;
    auto documents = parse_yaml(yaml, limits);
    if (!documents.ok()) return std::move(documents.error()).at(file_);
    std::erase_if(*documents, [](const Document& document) { return document.root().is_null(); });
    if (documents->size() != 1) {
      return malformed(fmt::format("a profile is one document; this has {}", documents->size()))
          .at(file_);
    }
    SEAWALL_CHECK(read_document(documents->front().root()));
    normalize(profile_);
    return std::move(profile_);
  }

 private:
  using Known = std::initializer_list<std::string_view>;
  Error wrong(const Node& node, std::string message) const {
    return policy::wrong_at(file_, node, std::move(message));
  }
  Status fields(const Node& node, std::string_view what, Known known) const {
    return policy::check_fields(node, file_, what, known);
  }

  Result<std::string> text(const Node& node, std::string_view what) const {
    if (!node.is_string() || node.string().empty())
      return wrong(node, fmt::format("{} is a text", what));
    if (!is_clear(node.string())) {
      return wrong(node, fmt::format("{} is longer than {} bytes or has characters that cannot be "
                                     "seen",
                                     what, kTextBytes));
    }
    return std::string(node.string());
  }
  Result<uint64_t> count(const Node& node, std::string_view what) const {
    const auto number = node.integer();
    if (!number || *number < 0) return wrong(node, fmt::format("{} is a number", what));
    return static_cast<uint64_t>(*number);
  }
  Result<int64_t> time(const Node& node, std::string_view what) const {
    const auto when = parse_time(node.string());
    if (!when) return wrong(node, fmt::format("{} is a time: 2026-11-27T08:15:00Z", what));
    return *when;
  }

  template <typename Read>
  Status list(const Node& node, std::string_view what, Read read) const {
    if (!node.exists()) return {};
    if (!node.is_array()) return wrong(node, fmt::format("{} is a list", what));
    if (node.size() > kMostEntries) {
      return limit_reached(fmt::format("more than {} entries in {}", kMostEntries, what))
          .at(fmt::format("{}:{}:{}", file_, node.line(), node.column()));
    }
    for (const Node& item : node.items()) SEAWALL_CHECK(read(item));
    return {};
  }
  template <typename T, typename Read>
  Status optional_list(const Node& node, std::string_view what, std::optional<std::vector<T>>& out,
                       Read read) const {
    if (!node.exists()) return {};
    out.emplace();
    return list(node, what, [&](const Node& item) -> Status {
      SEAWALL_TRY(T value, read(item));
      out->push_back(std::move(value));
      return {};
    });
  }

  // "deny" or "allow" beside a key.
  Status choice(const Node& mapping, std::string_view key, bool& denied) const {
    const Node& node = mapping[key];
    if (!node.exists()) return {};
    if (node.string() != "deny" && node.string() != "allow")
      return wrong(node, fmt::format("{} is deny or allow", key));
    denied = node.string() == "deny";
    return {};
  }

  Status read_document(const Node& root) {
    SEAWALL_CHECK(
        fields(root, "a profile",
               {"apiVersion", "kind", "metadata", "mode", "executables", "files", "network",
                "capabilities", "systemCalls", "deny", "learned", "observed", "allowed"}));
    if (root["apiVersion"].string() != "seawall.dev/v1" || root["kind"].string() != "Profile")
      return wrong(root, "a profile begins with apiVersion: seawall.dev/v1 and kind: Profile");
    SEAWALL_CHECK(read_metadata(root));
    SEAWALL_CHECK(read_mode(root));
    if (root["executables"].exists()) SEAWALL_CHECK(read_executables(root["executables"]));
    if (root["files"].exists()) SEAWALL_CHECK(read_files(root["files"]));
    if (root["network"].exists()) SEAWALL_CHECK(read_network(root["network"]));
    SEAWALL_CHECK(optional_list(root["capabilities"], "capabilities", profile_.capabilities,
                                [&](const Node& node) { return capability(node); }));
    SEAWALL_CHECK(optional_list(root["systemCalls"], "systemCalls", profile_.system_calls,
                                [&](const Node& node) { return system_call(node); }));
    SEAWALL_CHECK(list(root["deny"], "deny", [&](const Node& node) { return read_deny(node); }));
    if (root["learned"].exists()) SEAWALL_CHECK(read_learned(root["learned"]));
    if (root["observed"].exists()) SEAWALL_CHECK(read_observed(root["observed"]));
    return list(root["allowed"], "allowed", [&](const Node& node) { return read_allowed(node); });
  }

  Status read_metadata(const Node& root) {
    const Node& metadata = root["metadata"];
    if (!metadata.exists()) return wrong(root, "a profile has metadata with a name");
    SEAWALL_CHECK(fields(metadata, "metadata", {"name", "image", "images"}));
    SEAWALL_TRY(profile_.name, text(metadata["name"].exists() ? metadata["name"] : metadata,
                                    "the name of a profile"));
    if (!is_profile_name(profile_.name)) {
      return wrong(metadata["name"],
                   "a name has small letters, digits, \"-\" and \".\", at most 128 of them");
    }
    if (const Node& image = metadata["image"]; image.exists()) {
      SEAWALL_TRY(profile_.image, digest(image));
    }
    SEAWALL_CHECK(list(metadata["images"], "images", [&](const Node& node) -> Status {
      SEAWALL_TRY(std::string pattern, text(node, "an image"));
      profile_.images.push_back(std::move(pattern));
      return {};
    }));
    if (!profile_.image.empty() && !profile_.images.empty())
      return wrong(metadata["images"], "image or images, one of them");
    return {};
  }

  Status read_mode(const Node& root) {
    const Node& node = root["mode"];
    for (const Mode mode : {Mode::kLearn, Mode::kObserve, Mode::kEnforce}) {
      if (to_string(mode) != node.string()) continue;
      profile_.mode = mode;
      return {};
    }
    return wrong(node.exists() ? node : root, "mode is learn, observe or enforce");
  }

  Result<std::string> digest(const Node& node) const {
    SEAWALL_TRY(std::string word, text(node, "a digest"));
    const auto parsed = Digest::parse(word);
    if (!parsed.ok()) return wrong(node, parsed.error().message());
    return word;
  }
  Result<std::string> plain_path(const Node& node) const {
    SEAWALL_TRY(std::string path, text(node, "a path"));
    if (!is_plain_path(path))
      return wrong(node, R"(a path is absolute, without "..", "**" and a "/" at its end)");
    return path;
  }

  Status read_executables(const Node& node) {
    SEAWALL_CHECK(
        fields(node, "executables",
               {"allow", "deny", "newFiles", "modifiedFiles", "memory", "volumes", "mapped"}));
    ExecutableRules& rules = profile_.executables;
    if (node["allow"].string() == "image") {
      rules.of_image = true;
    } else {
      SEAWALL_CHECK(read_allowed_executables(node["allow"]));
    }
    SEAWALL_CHECK(list(node["deny"], "executables.deny", [&](const Node& item) -> Status {
      SEAWALL_TRY(std::string path, plain_path(item));
      rules.deny.push_back(std::move(path));
      return {};
    }));
    SEAWALL_CHECK(choice(node, "newFiles", rules.deny_new));
    SEAWALL_CHECK(choice(node, "modifiedFiles", rules.deny_modified));
    SEAWALL_CHECK(choice(node, "memory", rules.deny_memory));
    SEAWALL_CHECK(choice(node, "volumes", rules.deny_volumes));
    return choice(node, "mapped", rules.deny_mapped);
  }

  Status read_allowed_executables(const Node& node) {
    ExecutableRules& rules = profile_.executables;
    if (!node.exists()) return {};
    rules.allow.emplace();
    return list(node, "executables.allow", [&](const Node& item) -> Status {
      if (item.string() == "image") {
        rules.of_image = true;
        return {};
      }
      AllowedExecutable one;
      if (item.is_object()) {
        SEAWALL_CHECK(fields(item, "an executable", {"path", "digest"}));
        if (item["digest"].exists()) {
          SEAWALL_TRY(one.digest, digest(item["digest"]));
        }
      }
      const Node& path = item.is_object() && item["path"].exists() ? item["path"] : item;
      SEAWALL_TRY(one.path, plain_path(path));
      rules.allow->push_back(std::move(one));
      return {};
    });
  }

  Result<FileRule> file_rule(const Node& node) const {
    SEAWALL_CHECK(fields(node, "a file", {"path", "access"}));
    FileRule rule;
    SEAWALL_TRY(rule.path, text(node["path"].exists() ? node["path"] : node, "the path of a file"));
    if (!is_path_rule(rule.path)) {
      return wrong(node["path"], R"(a path is absolute, without "..", and has "**" at most as its )"
                                 "last part");
    }
    const std::string_view access = node["access"].string();
    rule.read = access == "read" || access == "readWrite";
    rule.write = access == "write" || access == "readWrite";
    if (!rule.read && !rule.write) {
      return wrong(node["access"].exists() ? node["access"] : node,
                   "access is read, write or readWrite");
    }
    return rule;
  }

  Status read_files(const Node& node) {
    SEAWALL_CHECK(fields(node, "files", {"allow", "deny"}));
    SEAWALL_CHECK(optional_list(node["allow"], "files.allow", profile_.files.allow,
                                [&](const Node& item) { return file_rule(item); }));
    return list(node["deny"], "files.deny", [&](const Node& item) -> Status {
      SEAWALL_TRY(FileRule rule, file_rule(item));
      profile_.files.deny.push_back(std::move(rule));
      return {};
    });
  }

  Status read_ports(const Node& node, Peer& peer) const {
    const auto ports =
        node.integer() ? parse_ports(std::to_string(*node.integer())) : parse_ports(node.string());
    if (!ports) return wrong(node, "ports is a number or two of them: \"8000-8080\"");
    std::tie(peer.first_port, peer.last_port) = *ports;
    return {};
  }

  Result<Peer> peer(const Node& node) const {
    SEAWALL_CHECK(fields(node, "a peer", {"cidr", "name", "protocol", "ports"}));
    Peer peer;
    if (node["cidr"].exists()) {
      SEAWALL_TRY(peer.cidr, text(node["cidr"], "cidr"));
      if (const auto network = network_of(peer.cidr); !network.ok())
        return wrong(node["cidr"], network.error().message());
    }
    if (node["name"].exists()) {
      SEAWALL_TRY(peer.name, text(node["name"], "name"));
      if (!is_host_name(peer.name)) return wrong(node["name"], "name is that of a host");
    }
    if (peer.cidr.empty() && peer.name.empty())
      return wrong(node, "a peer has a cidr or a name").hint("cidr: 0.0.0.0/0 is any of IPv4");
    if (const Node& protocol = node["protocol"]; protocol.exists()) {
      if (protocol.string() != "tcp" && protocol.string() != "udp")
        return wrong(protocol, "protocol is tcp or udp");
      peer.protocol = protocol.string();
    }
    if (node["ports"].exists()) SEAWALL_CHECK(read_ports(node["ports"], peer));
    return peer;
  }

  Status read_network(const Node& node) {
    SEAWALL_CHECK(fields(node, "network", {"connect", "listen", "unix", "raw"}));
    NetworkRules& rules = profile_.network;
    if (const Node& connect = node["connect"]; connect.exists()) {
      SEAWALL_CHECK(fields(connect, "connect", {"allow", "deny"}));
      SEAWALL_CHECK(optional_list(connect["allow"], "network.connect.allow", rules.allow_connect,
                                  [&](const Node& item) { return peer(item); }));
      SEAWALL_CHECK(list(connect["deny"], "network.connect.deny", [&](const Node& item) -> Status {
        SEAWALL_TRY(Peer one, peer(item));
        rules.deny_connect.push_back(std::move(one));
        return {};
      }));
    }
    if (const Node& listen = node["listen"]; listen.exists()) {
      SEAWALL_CHECK(fields(listen, "listen", {"allow"}));
      SEAWALL_CHECK(optional_list(listen["allow"], "network.listen.allow", rules.allow_listen,
                                  [&](const Node& item) { return peer(item); }));
    }
    if (const Node& sockets = node["unix"]; sockets.exists()) {
      SEAWALL_CHECK(fields(sockets, "unix", {"deny"}));
      SEAWALL_CHECK(list(sockets["deny"], "network.unix.deny", [&](const Node& item) -> Status {
        SEAWALL_TRY(std::string path, text(item, "a socket"));
        if (path != "engine" && !is_plain_path(path))
          return wrong(item, "a socket is an absolute path, or engine");
        rules.deny_unix.push_back(std::move(path));
        return {};
      }));
    }
    return choice(node, "raw", rules.deny_raw);
  }

  Result<std::string> capability(const Node& node) const {
    const auto name = parse_capability(node.string());
    if (!name) return wrong(node, "this is no capability of the kernel").hint("NET_BIND_SERVICE");
    return *name;
  }
  Result<std::string> system_call(const Node& node) const {
    if (!is_call_name(node.string())) return wrong(node, "a system call is its name: openat");
    return std::string(node.string());
  }
  Status read_deny(const Node& node) {
    const auto privilege = parse_privilege(node.string());
    if (!privilege) {
      return wrong(node, "this is nothing that can be denied")
          .hint(
              "ptrace, otherProcesses, mount, namespaces, modules, bpf, perf, devices, "
              "kernelSettings");
    }
    profile_.denies[static_cast<size_t>(*privilege)] = true;
    return {};
  }

  Status read_learned(const Node& node) {
    SEAWALL_CHECK(
        fields(node, "learned",
               {"from", "to", "containers", "events", "flagged", "lost", "commands", "seeded"}));
    Learned& learned = profile_.learned;
    if (node["from"].exists()) {
      SEAWALL_TRY(learned.from, time(node["from"], "from"));
    }
    if (node["to"].exists()) {
      SEAWALL_TRY(learned.to, time(node["to"], "to"));
    }
    const struct {
      std::string_view key;
      uint64_t& value;
    } counts[] = {{"containers", learned.containers},
                  {"events", learned.events},
                  {"flagged", learned.flagged}};
    for (const auto& one : counts) {
      if (!node[one.key].exists()) continue;
      SEAWALL_TRY(one.value, count(node[one.key], one.key));
    }
    if (const Node& lost = node["lost"]; lost.exists()) {
      if (!lost.is_object()) return wrong(lost, "lost is a mapping of causes to numbers");
      if (lost.size() > 64) return wrong(lost, "lost has 64 causes at most");
      for (const Member& cause : lost.members()) {
        if (!is_clear(cause.key) || cause.key.empty())
          return wrong(cause.value, "the name of a cause is a text");
        SEAWALL_TRY(learned.lost[std::string(cause.key)], count(cause.value, "what was lost"));
      }
    }
    SEAWALL_CHECK(list(node["commands"], "commands", [&](const Node& item) -> Status {
      SEAWALL_TRY(std::string command, text(item, "a command"));
      learned.commands.push_back(std::move(command));
      return {};
    }));
    if (const Node& seeded = node["seeded"]; seeded.exists()) {
      if (seeded.kind() != NodeKind::kBool) return wrong(seeded, "seeded is true or false");
      learned.seeded = seeded.boolean();
    }
    return {};
  }

  Status read_observed(const Node& node) {
    SEAWALL_CHECK(fields(node, "observed", {"since", "denials", "lastDenial"}));
    Observed& observed = profile_.observed;
    if (node["since"].exists()) {
      SEAWALL_TRY(observed.since, time(node["since"], "since"));
    }
    if (node["denials"].exists()) {
      SEAWALL_TRY(observed.denials, count(node["denials"], "denials"));
    }
    if (node["lastDenial"].exists()) {
      SEAWALL_TRY(observed.last_denial, time(node["lastDenial"], "lastDenial"));
    }
    return {};
  }

  Status read_allowed(const Node& node) {
    SEAWALL_CHECK(fields(node, "an entry of allowed", {"what", "reason", "who", "when"}));
    Allowance one;
    const struct {
      std::string_view key;
      std::string& value;
    } texts[] = {{"what", one.what}, {"reason", one.reason}, {"who", one.who}};
    for (const auto& field : texts) {
      const Node& value = node[field.key];
      SEAWALL_TRY(field.value, text(value.exists() ? value : node, field.key));
    }
    SEAWALL_TRY(one.when, time(node["when"].exists() ? node["when"] : node, "when"));
    profile_.allowances.push_back(std::move(one));
    return {};
  }

  const std::string& file_;
  Profile profile_;
};

}  // namespace

bool is_profile_name(std::string_view name) {
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 128 && is_word(name.front()) && is_word(name.back()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_word(c) || c == '-' || c == '.'; });
}

Result<Profile> read_profile(std::string_view yaml, const std::string& file) {
  return ProfileReader(file).read(yaml);
}

Result<Profile> load_profile(const std::string& path) {
  SEAWALL_TRY(const std::string text, read_file(path, kMostProfileBytes));
  return read_profile(text, path);
}

std::string excerpt_of(const Error& error, std::string_view yaml, std::string_view file) {
  std::string_view place = error.where();
  if (!place.starts_with(file) || place.size() <= file.size()) return {};
  place.remove_prefix(file.size() + 1);
  const auto [line, column] = split_once(place, ':');
  const auto wanted = parse_unsigned(line), at = parse_unsigned(column);
  if (!wanted || !at || *at == 0) return {};
  std::string out;
  for_each_line(yaml, [&](std::string_view text, size_t number) {
    if (number != *wanted || text.size() > 400 || *at > text.size() + 1) return;
    out = fmt::format("{:>5} | {}\n      | {}^\n", number, printable(text),
                      std::string(static_cast<size_t>(*at) - 1, ' '));
  });
  return out;
}

}  // namespace seawall::guard
