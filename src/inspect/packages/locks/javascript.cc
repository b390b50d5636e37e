// Lock files of npm, Yarn, pnpm and Bun.
//
// npm 1: "dependencies" nested as installed. npm 2 and 3: "packages" by place
// ("node_modules/a/node_modules/b"); what one needs is found as node does, upwards from its place.
// Source: npm docs, package-lock.json; yarnpkg lockfile parsers; pnpm spec, lockfile/*.md; bun
// docs.
#include <set>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/packages/locks.h"
#include "inspect/packages/locks/lock.h"

namespace seawall::inspect {
namespace {

constexpr std::string_view kModules = "node_modules/";

// "node_modules/@s/a/node_modules/b" -> "b".
std::string_view name_of_place(std::string_view place) {
  const size_t at = place.rfind(kModules);
  return at == std::string_view::npos ? std::string_view() : place.substr(at + kModules.size());
}

// A version, not a file, link, workspace or git address without one.
bool is_registry_version(std::string_view version) {
  return !version.empty() && version[0] >= '0' && version[0] <= '9';
}

void add_npm(LockReader& reader, Package package) {
  if (is_registry_version(package.version)) reader.add(std::move(package));
}

class PackageLock {
 public:
  PackageLock(LockReader& reader, const Node& root) : reader_(reader), root_(root) {}

  void run() {
    const auto version = root_["lockfileVersion"].integer().value_or(1);
    if (version > 3) reader_.newer("lockfileVersion", std::to_string(version), "3");
    if (root_["packages"].is_object()) {
      by_place();
    } else {
      nested(root_["dependencies"], 0);
    }
  }

 private:
  void by_place() {
    for (const Member& member : root_["packages"].members()) places_[member.key] = &member.value;
    std::set<std::string_view> direct;
    const Node& project = root_["packages"][std::string_view()];
    for (const char* key : {"dependencies", "devDependencies", "optionalDependencies"}) {
      for (const Member& member : project[key].members()) direct.insert(member.key);
    }
    for (const auto& [place, node] : places_) {
      if (place.empty() || (*node)["link"].boolean()) continue;
      // A workspace member has a place outside node_modules.
      std::string_view name = (*node)["name"].string();
      if (name.empty()) name = name_of_place(place);
      if (name.empty() || name_of_place(place).empty()) continue;
      Package package =
          LockReader::make(PackageType::kNpm, name, (*node)["version"].string(), node->line());
      package.license = to_valid_utf8((*node)["license"].string());
      package.checksum = checksum_of_integrity((*node)["integrity"].string());
      package.development = (*node)["dev"].boolean() || (*node)["devOptional"].boolean();
      package.direct = place == std::string(kModules) + std::string(name) && direct.contains(name);
      for (const char* key : {"dependencies", "optionalDependencies"}) {
        for (const Member& need : (*node)[key].members()) depend(package, place, need.key);
      }
      add_npm(reader_, std::move(package));
    }
  }

  void depend(Package& package, std::string_view place, std::string_view name) {
    while (true) {
      const std::string wanted = (place.empty() ? std::string() : std::string(place) + "/") +
                                 std::string(kModules) + std::string(name);
      if (const auto found = places_.find(wanted); found != places_.end()) {
        const std::string_view real = (*found->second)["name"].string(name);
        package.depends.push_back(fmt::format("{}@{}", real, (*found->second)["version"].string()));
        return;
      }
      if (place.empty()) return;
      const size_t up = place.rfind(kModules);
      place =
          up == std::string_view::npos || up == 0 ? std::string_view() : place.substr(0, up - 1);
    }
  }

  void nested(const Node& dependencies, unsigned depth) {
    if (depth > reader_.file().limits.depth) return;
    for (const Member& member : dependencies.members()) {
      std::string_view name = member.key, version = member.value["version"].string();
      // An alias: "npm:real@1.2.3".
      if (version.starts_with("npm:")) {
        const size_t at = version.rfind('@');
        name = version.substr(4, at - 4);
        version = version.substr(at + 1);
      }
      Package package = LockReader::make(PackageType::kNpm, name, version, member.value.line());
      package.checksum = checksum_of_integrity(member.value["integrity"].string());
      package.development = member.value["dev"].boolean();
      add_npm(reader_, std::move(package));
      nested(member.value["dependencies"], depth + 1);
    }
  }

  LockReader& reader_;
  const Node& root_;
  std::map<std::string_view, const Node*> places_;
};

// "@s/a@^1.0.0" -> "@s/a"; "a@npm:b@^1" -> "b", the alias's real name.
std::string_view name_of_descriptor(std::string_view descriptor) {
  const size_t at = descriptor.find('@', 1);
  if (at == std::string_view::npos) return descriptor;
  const std::string_view range = descriptor.substr(at + 1);
  if (range.starts_with("npm:")) {
    const std::string_view inner = range.substr(4);
    const size_t inner_at = inner.find('@', 1);
    if (inner_at != std::string_view::npos) return inner.substr(0, inner_at);
  }
  return descriptor.substr(0, at);
}

std::string_view unquote(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    return text.substr(1, text.size() - 2);
  return text;
}

// Yarn's own format: entries without indentation, fields indented by two, maps by four.
void parse_yarn_classic(LockReader& reader) {
  struct Entry {
    std::vector<std::string> descriptors;
    Package package;
    std::vector<std::string> needs;  // descriptors
  };
  std::vector<Entry> entries;
  std::map<std::string, size_t> by_descriptor;
  bool needs = false;
  reader.lines([&](std::string_view line, uint32_t number) {
    if (line.empty() || line.starts_with('#')) return;
    const size_t indent = line.find_first_not_of(' ');
    const std::string_view text = line.substr(indent);
    if (indent == 0) {
      Entry entry;
      std::string_view head = text;
      if (head.ends_with(':')) head.remove_suffix(1);
      for (const std::string_view part : split(head, ',')) {
        entry.descriptors.emplace_back(unquote(part));
        by_descriptor.emplace(entry.descriptors.back(), entries.size());
      }
      entry.package = LockReader::make(PackageType::kNpm,
                                       name_of_descriptor(entry.descriptors.front()), "", number);
      entries.push_back(std::move(entry));
      return;
    }
    if (entries.empty()) return;
    Entry& entry = entries.back();
    const auto [quoted_key, value] = split_once(text, ' ');
    const std::string_view key = unquote(quoted_key);
    if (indent == 2) {
      const std::string_view head = unquote(text.substr(0, text.size() - 1));
      needs = text.ends_with(':') && (head == "dependencies" || head == "optionalDependencies");
      if (key == "version") entry.package.version = to_valid_utf8(unquote(value));
      if (key == "integrity") entry.package.checksum = checksum_of_integrity(value);
    } else if (needs) {
      entry.needs.push_back(fmt::format("{}@{}", unquote(key), unquote(value)));
    }
  });
  for (Entry& entry : entries) {
    for (const std::string& need : entry.needs) {
      const auto found = by_descriptor.find(need);
      if (found == by_descriptor.end()) continue;
      const Package& other = entries[found->second].package;
      entry.package.depends.push_back(other.name + "@" + other.version);
    }
  }
  for (Entry& entry : entries) add_npm(reader, std::move(entry.package));
}

void parse_yarn_berry(LockReader& reader, const Node& root) {
  std::map<std::string, const Node*, std::less<>> by_descriptor;
  for (const Member& member : root.members()) {
    for (const std::string_view part : split(member.key, ','))
      by_descriptor.emplace(trim(part), &member.value);
  }
  const auto version = root["__metadata"]["version"].integer().value_or(8);
  if (version > 9) reader.newer("yarn.lock version", std::to_string(version), "9");
  for (const Member& member : root.members()) {
    const std::string_view resolution = member.value["resolution"].string();
    // "a@npm:1.2.3", "a@workspace:.", "a@patch:a@npm%3A1.2.3#..."
    const size_t at = resolution.find('@', 1);
    if (at == std::string_view::npos) continue;
    const std::string_view source = resolution.substr(at + 1);
    const bool local = source.starts_with("workspace:") || source.starts_with("link:") ||
                       source.starts_with("portal:") || source.starts_with("file:") ||
                       source.starts_with("exec:");
    if (local) continue;
    // The key's line is that of the first value in it.
    const uint32_t line = std::max<uint32_t>(member.value.line(), 1);
    Package package = LockReader::make(
        PackageType::kNpm, resolution.substr(0, at),
        member.value["version"].exists() ? member.value["version"].string() : std::string_view(),
        line > 1 ? line - 1 : line);
    if (package.version.empty() && source.starts_with("npm:"))
      package.version = to_valid_utf8(source.substr(4));
    for (const Member& need : member.value["dependencies"].members()) {
      const auto found = by_descriptor.find(fmt::format("{}@{}", need.key, need.value.string()));
      const auto other =
          found != by_descriptor.end()
              ? found
              : by_descriptor.find(fmt::format("{}@npm:{}", need.key, need.value.string()));
      if (other == by_descriptor.end()) continue;
      const std::string_view name = (*other->second)["resolution"].string();
      package.depends.push_back(fmt::format("{}@{}", name.substr(0, name.find('@', 1)),
                                            (*other->second)["version"].string()));
    }
    add_npm(reader, std::move(package));
  }
}

// "/@s/a/1.2.3_peer" (5), "/@s/a@1.2.3(peer)" (6), "@s/a@1.2.3(peer)" (9).
std::pair<std::string_view, std::string_view> split_pnpm_key(std::string_view key) {
  const bool slash = key.starts_with('/');
  if (slash) key.remove_prefix(1);
  key = key.substr(0, key.find('('));
  // Up to version 5 a slash stands before the version, and peers follow it after an underscore.
  const std::string_view plain =
      key.substr(0, key.find('_', key.rfind('/') == key.npos ? 0 : key.find('/')));
  size_t at = plain.rfind('/');
  const bool is_old = slash && at != plain.npos && at + 1 < plain.size() && plain[at + 1] >= '0' &&
                      plain[at + 1] <= '9';
  if (is_old) {
    const std::string_view version = key.substr(at + 1);
    return {key.substr(0, at), version.substr(0, version.find('_'))};
  }
  at = key.find('@', 1);
  if (at == std::string_view::npos) return {};
  return {key.substr(0, at), key.substr(at + 1)};
}

void read_bun_entry(LockReader& reader, const NodeIndex& packages, const Member& member) {
  // ["name@1.2.3", "registry", {dependencies}, "sha512-..."]
  const std::string_view id = member.value[0].string();
  const size_t at = id.rfind('@');
  if (at == std::string_view::npos || at == 0) return;
  Package package =
      LockReader::make(PackageType::kNpm, id.substr(0, at), id.substr(at + 1), member.value.line());
  for (const Node& part : member.value.items()) {
    if (part.is_string() && part.string().starts_with("sha"))
      package.checksum = checksum_of_integrity(part.string());
    for (const Member& need : part["dependencies"].members()) {
      const std::string inner = std::string(member.key) + "/" + std::string(need.key);
      const Node& own = packages[inner];
      const std::string_view other =
          own.exists() ? own[0].string() : packages[need.key][0].string();
      if (!other.empty()) package.depends.emplace_back(other);
    }
  }
  add_npm(reader, std::move(package));
}

}  // namespace

void parse_package_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  if (const Node* root = reader.json()) PackageLock(reader, *root).run();
}

void parse_yarn_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  if (file.content.find("__metadata:") == std::string_view::npos) return parse_yarn_classic(reader);
  if (const Node* root = reader.yaml()) parse_yarn_berry(reader, *root);
}

void parse_pnpm_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.yaml();
  if (!root) return;
  const std::string version = text_of_scalar((*root)["lockfileVersion"]);
  if (const auto major = parse_double(version); major && *major >= 10)
    reader.newer("lockfileVersion", version, "9");
  std::set<std::pair<std::string, std::string>> direct;
  const auto note = [&](const Node& importer) {
    for (const char* key : {"dependencies", "devDependencies", "optionalDependencies"}) {
      for (const Member& member : importer[key].members()) {
        const Node& value = member.value;
        const std::string_view found =
            value.is_string() ? value.string() : value["version"].string();
        direct.emplace(member.key, found.substr(0, found.find_first_of("(_")));
      }
    }
  };
  note(*root);
  for (const Member& member : (*root)["importers"].members()) note(member.value);
  const NodeIndex snapshots((*root)["snapshots"]);
  for (const Member& member : (*root)["packages"].members()) {
    auto [name, number] = split_pnpm_key(member.key);
    if (member.value["name"].is_string()) name = member.value["name"].string();
    if (member.value["version"].is_string()) number = member.value["version"].string();
    // A mapping's line is that of its first key; the entry's own stands one above.
    const uint32_t line = member.value.line();
    Package package = LockReader::make(PackageType::kNpm, name, number, line > 1 ? line - 1 : line);
    package.checksum = checksum_of_integrity(member.value["resolution"]["integrity"].string());
    package.development = member.value["dev"].boolean();
    package.direct = direct.contains({package.name, package.version});
    const Node& snapshot = snapshots[member.key];
    const Node& needs = snapshot.exists() ? snapshot : member.value;
    for (const char* key : {"dependencies", "optionalDependencies"}) {
      for (const Member& need : needs[key].members()) {
        std::string_view wanted = need.value.string();
        wanted = wanted.substr(0, wanted.find_first_of("(_"));
        if (is_registry_version(wanted))
          package.depends.push_back(fmt::format("{}@{}", need.key, wanted));
      }
    }
    add_npm(reader, std::move(package));
  }
}

void parse_bun_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json_with_comments();
  if (!root) return;
  const auto version = (*root)["lockfileVersion"].integer().value_or(0);
  if (version > 1) reader.newer("lockfileVersion", std::to_string(version), "1");
  const Node& packages = (*root)["packages"];
  const NodeIndex index(packages);
  for (const Member& member : packages.members()) read_bun_entry(reader, index, member);
}

}  // namespace seawall::inspect
