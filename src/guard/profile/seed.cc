#include "guard/profile/seed.h"

#include <algorithm>

#include "base/strings.h"
#include "guard/profile/path_rules.h"
#include "inspect/image/image_facts.h"

namespace seawall::guard {
namespace {

constexpr size_t kMostWords = 4096;
constexpr size_t kMostFiles = 8192;
constexpr int kMostShebangs = 8;
// Where loaders look last. Source: ld.so(8), musl's default path; Debian's multiarch folders.
constexpr std::string_view kLibraryFolders[] = {
    "/lib",
    "/usr/lib",
    "/lib64",
    "/usr/lib64",
    "/usr/local/lib",
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
    "/lib/aarch64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
};

class Seeder {
 public:
  Seeder(const inspect::ImageFacts& facts, const ImageFiles& files)
      : facts_(facts), files_(files) {}

  Seed make() {
    std::vector<std::string> command = facts_.list("Entrypoint");
    const std::vector<std::string> more = facts_.list("Cmd");
    command.insert(command.end(), more.begin(), more.end());
    out_.command = printable(join(command, " "));
    if (out_.command.size() > 1024) out_.command.resize(1024);
    out_.command = to_valid_utf8(out_.command);
    if (!command.empty() && !program(command.front())) out_.missing.push_back(command.front());
    words(command);
    std::vector<std::string> health;
    for (const Node& word : facts_.config()["Healthcheck"]["Test"].items())
      health.emplace_back(word.string());
    if (!health.empty() && health.front() == "CMD-SHELL") program("/bin/sh");
    words(health);
    std::sort(out_.missing.begin(), out_.missing.end());
    out_.missing.erase(std::unique(out_.missing.begin(), out_.missing.end()), out_.missing.end());
    return std::move(out_);
  }

 private:
  void words(const std::vector<std::string>& command) {
    for (const std::string& word : command) {
      size_t start = 0;
      while (start < word.size() && words_ < kMostWords) {
        const size_t end = std::min(word.find_first_of(" \t\n;&|()`\"'", start), word.size());
        if (end > start) {
          ++words_;
          program(std::string_view(word).substr(start, end - start));
        }
        start = end + 1;
      }
    }
  }

  // Where the name leads along PATH; empty for what cannot be executed.
  std::string look_up(std::string_view name) const {
    const auto executable = [&](const std::string& path) {
      const ImageFile* file = files_.find(path);
      return file != nullptr && file->executable;
    };
    if (name.find('/') != name.npos) {
      std::string path(name);
      if (!name.starts_with('/')) path = std::string(facts_.text("WorkingDir")) + "/" + path;
      return executable(path) ? files_.resolve(path) : "";
    }
    for (const std::string& folder : facts_.search_path()) {
      if (executable(folder + "/" + std::string(name)))
        return files_.resolve(folder + "/" + std::string(name));
    }
    return {};
  }

  bool program(std::string_view name) {
    std::string path = look_up(name);
    if (path.empty()) return false;
    for (int depth = 0; depth < kMostShebangs && !path.empty(); ++depth) {
      if (!is_plain_path(path) || printable(path) != path) return true;
      const ImageFile* file = files_.find(path);
      out_.files.insert(path);
      if (known_.insert(path).second) out_.executables.push_back({path, file->digest});
      if (file->shebang.empty()) {
        libraries(path, *file);
        return true;
      }
      path = interpreter_of(*file);
    }
    return true;
  }

  // "/usr/bin/env python3" is both; the second is where the chain goes on.
  std::string interpreter_of(const ImageFile& script) {
    const std::vector<std::string_view> words = split(script.shebang, ' ');
    const std::string first = look_up(words.front());
    if (first.empty()) {
      out_.missing.emplace_back(words.front());
      return {};
    }
    if (!first.ends_with("/env") && !words.front().ends_with("/env")) return first;
    program(first);
    for (size_t i = 1; i < words.size(); ++i) {
      if (words[i].empty() || words[i].starts_with('-') || words[i].find('=') != words[i].npos)
        continue;
      return look_up(words[i]);
    }
    return {};
  }

  void libraries(const std::string& path, const ImageFile& file) {
    if (!file.is_elf || out_.files.size() >= kMostFiles) return;
    if (!file.needs.interpreter.empty()) need(file.needs.interpreter);
    for (const std::string& name : file.needs.libraries) {
      const std::string found = find_library(name, path, file.needs.run_paths);
      if (found.empty()) {
        out_.missing.push_back(printable(name));
      } else {
        need(found);
      }
    }
  }

  void need(const std::string& path) {
    const std::string resolved = files_.resolve(path);
    if (resolved.empty() || !is_plain_path(resolved) || printable(resolved) != resolved) return;
    if (!out_.files.insert(resolved).second) return;
    if (const ImageFile* file = files_.find(resolved)) libraries(resolved, *file);
  }

  std::string find_library(const std::string& name, const std::string& user,
                           const std::vector<std::string>& run_paths) const {
    if (name.find('/') != name.npos) return files_.resolve(name);
    const std::string origin = user.substr(0, user.rfind('/'));
    for (const std::string& folder : run_paths) {
      const std::string place =
          replace_all(replace_all(folder, "${ORIGIN}", origin), "$ORIGIN", origin);
      if (std::string found = files_.resolve(place + "/" + name); !found.empty()) return found;
    }
    for (const std::string_view folder : kLibraryFolders) {
      if (std::string found = files_.resolve(std::string(folder) + "/" + name); !found.empty())
        return found;
    }
    return {};
  }

  const inspect::ImageFacts& facts_;
  const ImageFiles& files_;
  Seed out_;
  std::set<std::string> known_;
  size_t words_ = 0;
};

}  // namespace

Result<Seed> seed_of(const artifact::Image& image, const ImageFiles& files) {
  SEAWALL_TRY(const auto facts, inspect::ImageFacts::make(image.config, {}, true));
  return Seeder(facts, files).make();
}

Profile seed_profile(const Seed& seed, const std::string& name, const std::string& image) {
  Profile profile;
  profile.name = name;
  profile.image = image;
  ExecutableRules& rules = profile.executables;
  rules.allow.emplace();
  rules.deny_new = rules.deny_modified = rules.deny_memory = rules.deny_volumes = true;
  profile.files.allow.emplace();
  profile.network.allow_connect.emplace();
  profile.network.allow_listen.emplace();
  profile.network.deny_unix = {"engine"};
  profile.network.deny_raw = true;
  std::fill(std::begin(profile.denies), std::end(profile.denies), true);
  add_seed(profile, seed);
  return profile;
}

void add_seed(Profile& profile, const Seed& seed) {
  if (auto& allow = profile.executables.allow) {
    for (const AllowedExecutable& one : seed.executables) {
      const auto known = std::find_if(allow->begin(), allow->end(),
                                      [&](const auto& other) { return other.path == one.path; });
      if (known == allow->end()) {
        allow->push_back(one);
      } else if (known->digest.empty()) {
        known->digest = one.digest;
      }
    }
  }
  if (auto& allow = profile.files.allow) {
    PathAccess paths;
    for (const FileRule& rule : *allow) paths[rule.path] = {rule.read, rule.write};
    for (const std::string& path : seed.files) paths[path].read = true;
    allow = fold(paths);
  }
  profile.learned.seeded = true;
  if (!seed.command.empty() && profile.learned.events == 0)
    profile.learned.commands = {seed.command};
  normalize(profile);
}

}  // namespace seawall::guard
