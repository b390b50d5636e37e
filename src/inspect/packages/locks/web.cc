// PHP, Ruby, Elixir, Erlang, Dart: composer.lock, Gemfile.lock, mix.lock, rebar.lock, pubspec.lock.
#include <set>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/packages/locks.h"
#include "inspect/packages/locks/lock.h"

namespace seawall::inspect {
namespace {

std::string licenses_of(const Node& list) {
  std::string out;
  for (const Node& item : list.items())
    out += (out.empty() ? "" : " OR ") + std::string(item.string());
  return to_valid_utf8(out);
}

// The text between the next two double quotes, which is cut off the front.
std::string_view quoted(std::string_view& text) {
  const size_t begin = text.find('"');
  if (begin == std::string_view::npos) return {};
  const size_t end = text.find('"', begin + 1);
  if (end == std::string_view::npos) return {};
  const std::string_view out = text.substr(begin + 1, end - begin - 1);
  text.remove_prefix(end + 1);
  return out;
}

}  // namespace

void parse_composer_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.json();
  if (!root) return;
  std::map<std::string_view, std::string_view> versions;
  for (const char* section : {"packages", "packages-dev"}) {
    for (const Node& entry : (*root)[section].items())
      versions[entry["name"].string()] = entry["version"].string();
  }
  for (const char* section : {"packages", "packages-dev"}) {
    for (const Node& entry : (*root)[section].items()) {
      Package package = LockReader::make(PackageType::kComposer, entry["name"].string(),
                                         entry["version"].string(), entry["name"].line());
      package.license = licenses_of(entry["license"]);
      package.development = section == std::string_view("packages-dev");
      const std::string_view sum = entry["dist"]["shasum"].string();
      if (!sum.empty()) package.checksum = "sha1:" + to_valid_utf8(sum);
      for (const Member& need : entry["require"].members()) {
        if (const auto found = versions.find(need.key); found != versions.end())
          package.depends.push_back(fmt::format("{}@{}", need.key, found->second));
      }
      reader.add(std::move(package));
    }
  }
}

// Sections in capitals; "    name (1.2.3)" is a gem, "      need (~> 1.0)" what it needs.
void parse_gemfile_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  std::string section;
  std::vector<Package> gems;
  std::vector<std::vector<std::string>> needs;
  std::map<std::string, std::string, std::less<>> versions;
  std::set<std::string, std::less<>> direct;
  reader.lines([&](std::string_view line, uint32_t number) {
    if (line.empty()) return;
    const size_t indent = line.find_first_not_of(' ');
    if (indent == std::string_view::npos) return;
    const std::string_view text = line.substr(indent);
    if (indent == 0) {
      section = text;
      return;
    }
    const auto [name, rest] = split_once(text, '(');
    const std::string_view gem = trim(name);
    if (section == "DEPENDENCIES") {
      direct.emplace(gem.ends_with('!') ? gem.substr(0, gem.size() - 1) : gem);
      return;
    }
    if (section != "GEM" && section != "GIT") return;  // PATH is the project's own
    if (indent == 4 && !rest.empty()) {
      // A platform follows the version: "1.15.4-x86_64-linux".
      std::string_view version = rest.substr(0, rest.find(')'));
      std::string_view platform;
      if (const size_t dash = version.find('-'); dash != std::string_view::npos) {
        platform = version.substr(dash + 1);
        version = version.substr(0, dash);
      }
      Package package = LockReader::make(PackageType::kGem, gem, version, number);
      package.architecture = to_valid_utf8(platform);
      versions[package.name] = package.version;
      gems.push_back(std::move(package));
      needs.emplace_back();
    } else if (indent == 6 && !gems.empty()) {
      needs.back().emplace_back(gem);
    }
  });
  for (size_t i = 0; i < gems.size(); ++i) {
    gems[i].direct = direct.contains(gems[i].name);
    for (const std::string& need : needs[i]) {
      if (const auto found = versions.find(need); found != versions.end())
        gems[i].depends.push_back(need + "@" + found->second);
    }
    reader.add(std::move(gems[i]));
  }
}

// One line an entry: "phoenix": {:hex, :phoenix, "1.7.2", "<sha256>", [:mix], [...], "hexpm", ...}
void parse_mix_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  reader.lines([&](std::string_view line, uint32_t number) {
    std::string_view rest = line;
    quoted(rest);
    rest = trim(rest);
    if (!rest.starts_with(':')) return;
    rest = trim(rest.substr(1));
    constexpr std::string_view kHex = "{:hex,";
    if (!rest.starts_with(kHex)) return;
    rest = trim(rest.substr(kHex.size()));
    if (!rest.starts_with(':')) return;
    const std::string_view name = rest.substr(1, rest.find(',') - 1);
    const std::string_view version = quoted(rest);
    const std::string_view checksum = quoted(rest);
    Package package = LockReader::make(PackageType::kHex, name, version, number);
    if (checksum.size() == 64) package.checksum = "sha256:" + to_valid_utf8(checksum);
    reader.add(std::move(package));
  });
}

// {<<"cowboy">>,{pkg,<<"cowboy">>,<<"2.9.0">>},0},
void parse_rebar_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  reader.lines([&](std::string_view line, uint32_t number) {
    const size_t at = line.find("{pkg,");
    if (at == std::string_view::npos) return;
    const std::string_view level = line.substr(std::min(line.rfind("},") + 2, line.size()));
    std::string_view rest = line.substr(at);
    const std::string_view name = quoted(rest);
    Package package = LockReader::make(PackageType::kHex, name, quoted(rest), number);
    package.direct = level.starts_with('0');
    reader.add(std::move(package));
  });
}

void parse_pubspec_lock(const FileInput& file, InspectorSink& sink) {
  LockReader reader(file, sink);
  const Node* root = reader.yaml();
  if (!root) return;
  for (const Member& member : (*root)["packages"].members()) {
    const std::string_view source = member.value["source"].string();
    if (source == "path" || source == "sdk") continue;
    const uint32_t line = member.value.line();
    Package package =
        LockReader::make(PackageType::kPub, member.key, text_of_scalar(member.value["version"]),
                         line > 1 ? line - 1 : line);
    const std::string_view dependency = member.value["dependency"].string();
    package.direct = dependency.starts_with("direct");
    package.development = dependency == "direct dev";
    const std::string_view sum = member.value["description"]["sha256"].string();
    if (!sum.empty()) package.checksum = "sha256:" + to_valid_utf8(sum);
    reader.add(std::move(package));
  }
}

}  // namespace seawall::inspect
