// Go, Rust, C and C++, Swift: go.mod and go.work, Cargo.lock, conan.lock, vcpkg.json,
// Package.resolved, Podfile.lock, Cartfile.resolved.
#include <set>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/packages/locks.h"
#include "inspect/packages/locks/lock.h"

namespace seawall::inspect {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  size_t at = 0;
  while (true) {
    at = line.find_first_not_of(" \t", at);
    if (at == std::string_view::npos) return words;
    const size_t end = std::min(line.find_first_of(" \t", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
}

std::string_view without_quotes(std::string_view text) {
  if (text.size() >= 2 && (text[0] == '"' || text[0] == '`') && text.back() == text[0])
    return text.substr(1, text.size() - 2);
  return text;
}

// Source: Go modules reference, "go.mod files".
class GoMod {
 public:
  explicit GoMod(LockReader& reader) : reader_(reader) {}

  void run() {
    reader_.lines([&](std::string_view line, uint32_t number) { take(line, number); });
    for (Package& package : modules_) {
      const auto replaced = replacements_.find({package.name, package.version});
      const auto any = replacements_.find({package.name, ""});
      const auto& found = replaced != replacements_.end() ? replaced : any;
      if (found != replacements_.end()) {
        // A replacement by a directory is the project's own code.
        if (found->second.second.empty()) continue;
        package.name = found->second.first;
        package.version = found->second.second;
      }
      reader_.add(std::move(package));
    }
    if (!go_.empty()) {
      Package stdlib = LockReader::make(PackageType::kGolang, "stdlib", go_, go_line_);
      stdlib.direct = true;
      reader_.add(std::move(stdlib));
    }
  }

 private:
  void take(std::string_view line, uint32_t number) {
    const size_t comment = line.find("//");
    const std::string_view note =
        comment == std::string_view::npos ? std::string_view() : line.substr(comment);
    auto words = words_of(line.substr(0, comment));
    if (words.empty()) return;
    if (words[0] == ")") {
      block_.clear();
      return;
    }
    if (block_.empty()) {
      if (words.size() >= 2 && words[1] == "(") {
        block_ = words[0];
        return;
      }
      verb(words[0], {words.begin() + 1, words.end()}, note, number);
    } else {
      verb(block_, words, note, number);
    }
  }

  void verb(std::string_view name, const std::vector<std::string_view>& words,
            std::string_view note, uint32_t line) {
    if (name == "require" && words.size() >= 2) {
      Package package =
          LockReader::make(PackageType::kGolang, without_quotes(words[0]), words[1], line);
      package.direct = note.find("indirect") == std::string_view::npos;
      modules_.push_back(std::move(package));
    } else if (name == "replace") {
      const auto arrow = std::find(words.begin(), words.end(), "=>");
      if (arrow == words.end() || arrow == words.begin() || arrow + 1 == words.end()) return;
      const bool versioned = arrow - words.begin() > 1;
      replacements_[{std::string(without_quotes(words[0])),
                     versioned ? std::string(words[1]) : std::string()}] = {
          std::string(without_quotes(arrow[1])),
          arrow + 2 < words.end() ? std::string(arrow[2]) : std::string()};
    } else if (name == "toolchain" && !words.empty() && words[0].starts_with("go")) {
      go_ = words[0].substr(2);
      go_line_ = line;
    } else if (name == "go" && !words.empty() && go_.empty()) {
      // Without a toolchain line the version is the least that will do, and only a full one
      // (1.21.3, since Go 1.21) names a release.
      if (std::count(words[0].begin(), words[0].end(), '.') == 2) {
        go_ = words[0];
        go_line_ = line;
      }
    }
  }

  LockReader& reader_;
  std::string block_, go_;
  uint32_t go_line_ = 0;
  std::vector<Package> modules_;
  std::map<std::pair<std::string, std::string>, std::pair<std::string, std::string>> replacements_;
};

// "zlib/1.2.13#rev%time", "zlib/1.2.13@user/channel#rev".
Package conan_package(std::string_view reference, uint32_t line) {
  reference = reference.substr(0, reference.find('#'));
  const auto [name, rest] = split_once(reference, '/');
  return LockReader::make(PackageType::kConan, name, rest.substr(0, rest.find('@')), line);
}

// "https://github.com/apple/swift-nio.git" -> "github.com/apple/swift-nio".
std::string swift_name(std::string_view location) {
  for (const std::string_view prefix : {"https://", "http://", "ssh://git@", "git@"}) {
    if (location.starts_with(prefix)) location.remove_prefix(prefix.size());
  }
  if (location.ends_with(".git")) location.remove_suffix(4);
  return replace_all(location, ":", "/");
}

}  // namespace

void parse_go_mod(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  GoMod(reader).run();
}

void parse_cargo_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.toml();
  if (!root) return;
  if (const auto version = (*root)["version"].integer(); version && *version > 4)
    reader.newer("Cargo.lock version", std::to_string(*version), "4");
  std::map<std::string, std::vector<std::string>, std::less<>> versions;
  for (const Node& entry : (*root)["package"].items())
    versions[std::string(entry["name"].string())].emplace_back(entry["version"].string());
  for (const Node& entry : (*root)["package"].items()) {
    // Members of the workspace have no source.
    if (!entry["source"].exists()) continue;
    Package package = LockReader::make(PackageType::kCargo, entry["name"].string(),
                                       entry["version"].string(), entry["name"].line());
    if (entry["checksum"].is_string())
      package.checksum = "sha256:" + std::string(entry["checksum"].string());
    for (const Node& need : entry["dependencies"].items()) {
      const auto words = words_of(need.string());
      if (words.empty()) continue;
      const auto known = versions.find(words[0]);
      if (words.size() > 1) {
        package.depends.push_back(fmt::format("{}@{}", words[0], words[1]));
      } else if (known != versions.end() && known->second.size() == 1) {
        package.depends.push_back(fmt::format("{}@{}", words[0], known->second.front()));
      }
    }
    reader.add(std::move(package));
  }
}

void parse_conan_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  for (const char* key : {"requires", "build_requires", "python_requires"}) {
    for (const Node& item : (*root)[key].items()) {
      Package package = conan_package(item.string(), item.line());
      package.development = key != std::string_view("requires");
      reader.add(std::move(package));
    }
  }
  for (const Member& member : (*root)["graph_lock"]["nodes"].members()) {
    const Node& reference = member.value["ref"];
    if (reference.is_string()) reader.add(conan_package(reference.string(), reference.line()));
  }
}

void parse_vcpkg(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  const auto version_of = [](const Node& node) {
    for (const char* key : {"version", "version-semver", "version-date", "version-string"}) {
      if (node[key].is_string()) return node[key].string();
    }
    return std::string_view();
  };
  // An override settles the version; "version>=" only bounds it.
  for (const Node& item : (*root)["overrides"].items()) {
    const std::string_view version = version_of(item);
    Package package = LockReader::make(PackageType::kGeneric, item["name"].string(),
                                       version.substr(0, version.find('#')), item.line());
    package.direct = true;
    reader.add(std::move(package));
  }
}

void parse_swift_resolved(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  const auto version = (*root)["version"].integer().value_or(1);
  if (version > 3) reader.newer("Package.resolved version", std::to_string(version), "3");
  const Node& pins = version == 1 ? (*root)["object"]["pins"] : (*root)["pins"];
  for (const Node& pin : pins.items()) {
    const Node& location = pin[version == 1 ? "repositoryURL" : "location"];
    const Node& state = pin["state"];
    reader.add(LockReader::make(
        PackageType::kSwift, swift_name(location.string()),
        state["version"].is_string() ? state["version"].string() : state["revision"].string(),
        pin.line()));
  }
}

void parse_podfile_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.yaml();
  if (!root) return;
  std::set<std::string_view> local;
  for (const Member& member : (*root)["EXTERNAL SOURCES"].members()) {
    if (member.value[":path"].exists()) local.insert(member.key);
  }
  std::set<std::string> direct;
  for (const Node& item : (*root)["DEPENDENCIES"].items())
    direct.emplace(item.string().substr(0, item.string().find(' ')));
  // "AFNetworking/Core (4.0.1)", alone or as the key of what it needs.
  const auto take = [&](std::string_view text, uint32_t line) {
    const auto [name, rest] = split_once(text, '(');
    const std::string_view whole = trim(name);
    if (local.contains(whole.substr(0, whole.find('/')))) return;
    Package package =
        LockReader::make(PackageType::kCocoapods, whole, rest.substr(0, rest.find(')')), line);
    package.direct = direct.contains(package.name);
    reader.add(std::move(package));
  };
  for (const Node& item : (*root)["PODS"].items()) {
    if (item.is_string()) take(item.string(), item.line());
    for (const Member& member : item.members()) take(member.key, item.line());
  }
}

void parse_cartfile(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  reader.lines([&](std::string_view line, uint32_t number) {
    const auto words = words_of(line);
    if (words.size() < 3 || (words[0] != "github" && words[0] != "git")) return;
    const std::string_view name = without_quotes(words[1]);
    std::string_view version = without_quotes(words[2]);
    reader.add(LockReader::make(PackageType::kSwift,
                                words[0] == "github" && name.find("://") == std::string_view::npos
                                    ? "github.com/" + std::string(name)
                                    : swift_name(name),
                                version, number));
  });
}

}  // namespace seawall::inspect
