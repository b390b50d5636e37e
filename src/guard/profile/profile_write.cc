#include "guard/profile/profile_write.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/strings.h"
#include "base/time.h"
#include "codec/json_writer.h"
#include "guard/profile/peer.h"

namespace seawall::guard {
namespace {

constexpr std::string_view kWords[] = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"};

class ProfileWriter {
 public:
  std::string write(const Profile& profile) {
    out_ = "apiVersion: seawall.dev/v1\nkind: Profile\nmetadata:\n";
    line(2, "name", yaml_text(profile.name));
    if (!profile.image.empty()) line(2, "image", yaml_text(profile.image));
    texts(2, "images", profile.images);
    line(0, "mode", to_string(profile.mode));
    executables(profile.executables);
    files(profile.files);
    network(profile.network);
    if (profile.capabilities) optional_texts(0, "capabilities", *profile.capabilities);
    if (profile.system_calls) optional_texts(0, "systemCalls", *profile.system_calls);
    denies(profile);
    if (!(profile.learned == Learned())) learned(profile.learned);
    if (!(profile.observed == Observed())) observed(profile.observed);
    allowed(profile.allowances);
    return std::move(out_);
  }

 private:
  void line(size_t indent, std::string_view key, std::string_view value = {}) {
    out_ +=
        fmt::format("{}{}:{}{}\n", std::string(indent, ' '), key, value.empty() ? "" : " ", value);
  }
  void item(size_t indent, std::string_view value) {
    out_ += fmt::format("{}- {}\n", std::string(indent, ' '), value);
  }
  void texts(size_t indent, std::string_view key, const std::vector<std::string>& list) {
    if (list.empty()) return;
    line(indent, key);
    for (const std::string& one : list) item(indent + 2, yaml_text(one));
  }
  // An empty list allows nothing; none at all allows everything.
  void optional_texts(size_t indent, std::string_view key, const std::vector<std::string>& list) {
    if (list.empty()) line(indent, key, "[]");
    texts(indent, key, list);
  }

  void executables(const ExecutableRules& rules) {
    if (rules == ExecutableRules()) return;
    line(0, "executables");
    if (rules.of_image && !rules.allow) line(2, "allow", "image");
    if (rules.allow) {
      line(2, "allow", rules.allow->empty() && !rules.of_image ? "[]" : "");
      if (rules.of_image) item(4, "image");
      for (const AllowedExecutable& one : *rules.allow) {
        item(4, one.digest.empty() ? fmt::format("{{path: {}}}", yaml_text(one.path))
                                   : fmt::format("{{path: {}, digest: {}}}", yaml_text(one.path),
                                                 yaml_text(one.digest)));
      }
    }
    texts(2, "deny", rules.deny);
    if (rules.deny_new) line(2, "newFiles", "deny");
    if (rules.deny_modified) line(2, "modifiedFiles", "deny");
    if (rules.deny_memory) line(2, "memory", "deny");
    if (rules.deny_volumes) line(2, "volumes", "deny");
    if (rules.deny_mapped) line(2, "mapped", "deny");
  }

  void file_rules(std::string_view key, const std::vector<FileRule>& rules) {
    line(2, key, rules.empty() ? "[]" : "");
    for (const FileRule& rule : rules) {
      item(4, fmt::format("{{path: {}, access: {}}}", yaml_text(rule.path),
                          rule.read && rule.write ? "readWrite"
                          : rule.write            ? "write"
                                                  : "read"));
    }
  }
  void files(const FileRules& rules) {
    if (rules == FileRules()) return;
    line(0, "files");
    if (rules.allow) file_rules("allow", *rules.allow);
    if (!rules.deny.empty()) file_rules("deny", rules.deny);
  }

  void peers(std::string_view key, const std::vector<Peer>& list) {
    line(4, key, list.empty() ? "[]" : "");
    for (const Peer& peer : list) {
      std::string text;
      const auto add = [&](std::string_view name, const std::string& value) {
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", name, value);
      };
      if (!peer.name.empty()) add("name", yaml_text(peer.name));
      if (!peer.cidr.empty()) add("cidr", yaml_text(peer.cidr));
      if (!peer.protocol.empty()) add("protocol", peer.protocol);
      if (peer.first_port != 0 || peer.last_port != UINT16_MAX)
        add("ports", "\"" + ports_text(peer) + "\"");
      item(6, "{" + text + "}");
    }
  }
  void network(const NetworkRules& rules) {
    if (rules == NetworkRules()) return;
    line(0, "network");
    if (rules.allow_connect || !rules.deny_connect.empty()) line(2, "connect");
    if (rules.allow_connect) peers("allow", *rules.allow_connect);
    if (!rules.deny_connect.empty()) peers("deny", rules.deny_connect);
    if (rules.allow_listen) {
      line(2, "listen");
      peers("allow", *rules.allow_listen);
    }
    if (!rules.deny_unix.empty()) line(2, "unix");
    texts(4, "deny", rules.deny_unix);
    if (rules.deny_raw) line(2, "raw", "deny");
  }

  void denies(const Profile& profile) {
    std::vector<std::string> words;
    for (size_t i = 0; i < kPrivileges; ++i) {
      if (profile.denies[i]) words.emplace_back(to_string(static_cast<Privilege>(i)));
    }
    texts(0, "deny", words);
  }

  void count(std::string_view key, uint64_t value) {
    if (value != 0) line(2, key, std::to_string(value));
  }
  void moment(std::string_view key, int64_t value) {
    if (value != 0) line(2, key, "\"" + to_rfc3339(value) + "\"");
  }
  void learned(const Learned& learned) {
    line(0, "learned");
    moment("from", learned.from);
    moment("to", learned.to);
    count("containers", learned.containers);
    count("events", learned.events);
    count("flagged", learned.flagged);
    if (!learned.lost.empty()) line(2, "lost");
    for (const auto& [cause, number] : learned.lost)
      line(4, yaml_text(cause), std::to_string(number));
    texts(2, "commands", learned.commands);
    if (learned.seeded) line(2, "seeded", "true");
  }
  void observed(const Observed& observed) {
    line(0, "observed");
    moment("since", observed.since);
    count("denials", observed.denials);
    moment("lastDenial", observed.last_denial);
  }
  void allowed(const std::vector<Allowance>& allowances) {
    if (allowances.empty()) return;
    line(0, "allowed");
    for (const Allowance& one : allowances) {
      item(2, "what: " + yaml_text(one.what));
      line(4, "reason", yaml_text(one.reason));
      line(4, "who", yaml_text(one.who));
      line(4, "when", "\"" + to_rfc3339(one.when) + "\"");
    }
  }

  std::string out_;
};

}  // namespace

std::string write_profile(const Profile& profile) {
  return ProfileWriter().write(profile);
}

std::string yaml_text(std::string_view text) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '/' || c == '-' || c == '+' ||
           c == '*' || c == '@';
  };
  const bool plain =
      !text.empty() && (text[0] == '/' || std::isalpha(static_cast<unsigned char>(text[0])) != 0) &&
      std::all_of(text.begin(), text.end(), is_plain) &&
      std::find(std::begin(kWords), std::end(kWords), to_lower(text)) == std::end(kWords);
  if (plain) return std::string(text);
  std::string quoted;
  append_json_string(quoted, text);
  return quoted;
}

}  // namespace seawall::guard
