#include "guard/profile/profile_diff.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/strings.h"
#include "base/time.h"
#include "codec/json_writer.h"
#include "guard/profile/peer.h"

namespace seawall::guard {
namespace {

// One section as lines; what one more line in it does.
struct Section {
  std::string_view name;
  Effect adding = Effect::kNone;
  std::set<std::string> lines;
};

std::string file_text(const FileRule& rule) {
  return fmt::format("{}{} {}", rule.read ? "r" : "-", rule.write ? "w" : "-", rule.path);
}

class Flattening {
 public:
  explicit Flattening(const Profile& profile) {
    add("image", Effect::kNone, {profile.image});
    add("images", Effect::kLooser, profile.images);
    mode(profile.mode);
    executables(profile.executables);
    allow_list("files.allow", profile.files.allow, file_text);
    add("files.deny", Effect::kStricter, texts(profile.files.deny, file_text));
    network(profile.network);
    const auto same = [](const std::string& text) { return text; };
    allow_list("capabilities", profile.capabilities, same);
    allow_list("systemCalls", profile.system_calls, same);
    std::vector<std::string> denied;
    for (size_t i = 0; i < kPrivileges; ++i) {
      if (profile.denies[i]) denied.emplace_back(to_string(static_cast<Privilege>(i)));
    }
    add("deny", Effect::kStricter, denied);
    origin(profile);
  }
  const std::vector<Section>& sections() const { return sections_; }

 private:
  void add(std::string_view name, Effect adding, const std::vector<std::string>& lines) {
    Section& section = sections_.emplace_back(Section{name, adding, {}});
    for (const std::string& line : lines) {
      if (!line.empty()) section.lines.insert(line);
    }
  }
  template <typename T, typename Text>
  static std::vector<std::string> texts(const std::vector<T>& list, Text text) {
    std::vector<std::string> out;
    for (const T& one : list) out.push_back(text(one));
    return out;
  }
  // Without a list everything is allowed: "(anything)" is one more entry.
  template <typename T, typename Text>
  void allow_list(std::string_view name, const std::optional<std::vector<T>>& list, Text text) {
    add(name, Effect::kLooser, list ? texts(*list, text) : std::vector<std::string>{"(anything)"});
  }

  // Each mode is a line more than the one before it.
  void mode(Mode mode) {
    std::vector<std::string> lines;
    if (mode >= Mode::kObserve) lines.emplace_back("observe");
    if (mode >= Mode::kEnforce) lines.emplace_back("enforce");
    add("mode", Effect::kStricter, lines);
  }
  void executables(const ExecutableRules& rules) {
    std::vector<std::string> allow;
    if (!rules.allow && !rules.of_image) allow.emplace_back("(anything)");
    if (rules.of_image) allow.emplace_back("(the image's)");
    if (rules.allow) {
      for (const AllowedExecutable& one : *rules.allow)
        allow.push_back(one.path + (one.digest.empty() ? "" : " " + one.digest));
    }
    add("executables.allow", Effect::kLooser, allow);
    add("executables.deny", Effect::kStricter, rules.deny);
    const auto flag = [&](std::string_view name, bool denied) {
      add(name, Effect::kStricter, {denied ? "deny" : ""});
    };
    flag("executables.newFiles", rules.deny_new);
    flag("executables.modifiedFiles", rules.deny_modified);
    flag("executables.memory", rules.deny_memory);
    flag("executables.volumes", rules.deny_volumes);
    flag("executables.mapped", rules.deny_mapped);
  }
  void network(const NetworkRules& rules) {
    const auto text = [](const Peer& peer) {
      return peer_text(peer) +
             (peer.name.empty() || peer.cidr.empty() ? "" : " (" + peer.cidr + ")");
    };
    allow_list("network.connect.allow", rules.allow_connect, text);
    add("network.connect.deny", Effect::kStricter, texts(rules.deny_connect, text));
    allow_list("network.listen.allow", rules.allow_listen, text);
    add("network.unix.deny", Effect::kStricter, rules.deny_unix);
    add("network.raw", Effect::kStricter, {rules.deny_raw ? "deny" : ""});
  }
  void origin(const Profile& profile) {
    std::vector<std::string> lost;
    for (const auto& [cause, count] : profile.learned.lost) {
      if (count > 0) lost.push_back(fmt::format("{}: {}", cause, count));
    }
    add("learned.lost", Effect::kNone, lost);
    add("learned.commands", Effect::kNone, profile.learned.commands);
    std::vector<std::string> allowed;
    for (const Allowance& one : profile.allowances) {
      allowed.push_back(
          fmt::format("{} by {} at {}: {}", one.what, one.who, to_rfc3339(one.when), one.reason));
    }
    add("allowed", Effect::kNone, allowed);
  }

  std::vector<Section> sections_;
};

Effect reversed(Effect effect) {
  if (effect == Effect::kLooser) return Effect::kStricter;
  return effect == Effect::kStricter ? Effect::kLooser : Effect::kNone;
}

}  // namespace

std::string_view to_string(Effect effect) {
  if (effect == Effect::kNone) return "none";
  return effect == Effect::kLooser ? "looser" : "stricter";
}

std::vector<ProfileChange> diff(const Profile& before, const Profile& after) {
  const Flattening old_one(before), new_one(after);
  std::vector<ProfileChange> changes;
  for (size_t i = 0; i < new_one.sections().size(); ++i) {
    const Section& from = old_one.sections()[i];
    const Section& to = new_one.sections()[i];
    for (const std::string& line : from.lines) {
      if (!to.lines.contains(line))
        changes.push_back({std::string(from.name), line, false, reversed(from.adding)});
    }
    for (const std::string& line : to.lines) {
      if (!from.lines.contains(line))
        changes.push_back({std::string(to.name), line, true, to.adding});
    }
  }
  return changes;
}

bool looser(const std::vector<ProfileChange>& changes) {
  return std::any_of(changes.begin(), changes.end(),
                     [](const auto& change) { return change.effect == Effect::kLooser; });
}

std::string render_changes(const std::vector<ProfileChange>& changes) {
  if (changes.empty()) return "no difference\n";
  std::string out, section;
  size_t looser_count = 0, stricter_count = 0;
  for (const ProfileChange& change : changes) {
    if (change.section != section) out += change.section + "\n";
    section = change.section;
    std::string_view effect;
    if (change.effect == Effect::kLooser) {
      effect = "looser";
      ++looser_count;
    } else if (change.effect == Effect::kStricter) {
      effect = "stricter";
      ++stricter_count;
    }
    out +=
        fmt::format("  {} {:<8}  {}\n", change.added ? '+' : '-', effect, printable(change.entry));
  }
  return out + fmt::format("{} looser, {} stricter, {} neither\n", looser_count, stricter_count,
                           changes.size() - looser_count - stricter_count);
}

std::string changes_json(const std::vector<ProfileChange>& changes) {
  std::string out;
  JsonWriter json(out, JsonWriter::kPretty);
  json.begin_object();
  json.key("version").integer(1);
  json.key("looser").boolean(looser(changes));
  json.key("changes").begin_array();
  for (const ProfileChange& change : changes) {
    json.begin_object();
    json.key("section").string(change.section);
    json.key("entry").string(change.entry);
    json.key("change").string(change.added ? "added" : "removed");
    json.key("effect").string(to_string(change.effect));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return out;
}

}  // namespace seawall::guard
