// Checks on the commands of RUN.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/strings.h"
#include "inspect/dockerfile/lint.h"

namespace seawall::inspect {
namespace {

using Context = DockerLintContext;
using Emit = DockerEmit;

std::string text_of(const ShellCommand& command) {
  std::string out;
  for (const std::string& word : command.words) out += (out.empty() ? "" : " ") + word;
  return out;
}

template <typename Use>
void each_command(const Context& context, Use use) {
  for (const RunCommands& run : context.runs) {
    for (const ShellCommand& command : run.commands) use(*run.run, command, run);
  }
}

bool is(const ShellCommand& command, std::initializer_list<std::string_view> programs,
        std::string_view verb = {}) {
  const std::string_view program = command.program();
  if (std::find(programs.begin(), programs.end(), program) == programs.end()) return false;
  return verb.empty() || command.has(verb);
}

bool is_pip(const ShellCommand& command) {
  const std::string_view program = command.program();
  if (program.starts_with("pip") && program.find_first_not_of("pip0123456789.") == program.npos)
    return true;
  return program.starts_with("python") && command.has("-m") && command.has("pip");
}

// Whether the RUN's flags mount a cache there, which is not part of the image.
bool mounts_cache(const Instruction& run, std::string_view place) {
  for (const auto& [key, value] : run.flags) {
    if (key != "mount" || value.find("type=cache") == std::string::npos) {
      if (key != "mount" || value.find("type=tmpfs") == std::string::npos) continue;
    }
    if (value.find(place) != std::string::npos) return true;
  }
  return false;
}

bool run_has(const RunCommands& run, std::string_view program, std::string_view word) {
  return std::any_of(run.commands.begin(), run.commands.end(), [&](const ShellCommand& command) {
    return command.program() == program &&
           (word.empty() || text_of(command).find(word) != std::string::npos);
  });
}

void sudo(const Context& context, const Emit& emit) {
  each_command(context,
               [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
                 if (command.with_sudo || command.program() == "sudo")
                   emit(run.line, "sudo " + text_of(command));
               });
}

void senseless_command(const Context& context, const Emit& emit) {
  constexpr std::array<std::string_view, 10> kPrograms = {
      "ssh", "vim", "shutdown", "service", "ps", "free", "top", "kill", "mount", "systemctl"};
  each_command(
      context, [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
        if (std::find(kPrograms.begin(), kPrograms.end(), command.program()) != kPrograms.end())
          emit(run.line, text_of(command));
      });
}

void cd_instead_of_workdir(const Context& context, const Emit& emit) {
  for (const RunCommands& run : context.runs) {
    if (run.commands.size() == 1 && run.commands[0].program() == "cd")
      emit(run.run->line, text_of(run.commands[0]));
    else if (!run.commands.empty() && run.commands[0].program() == "cd" &&
             run.commands[0].words.size() > 1 && run.commands[0].words[1].starts_with('/'))
      emit(run.run->line, text_of(run.commands[0]));
    // At the end it is forgotten with the shell.
    else if (!run.commands.empty() && run.commands.back().program() == "cd" &&
             run.commands.back().joined_by != "|")
      emit(run.run->line, text_of(run.commands.back()));
  }
}

// What a package manager installs without a version.
void unpinned(const Context& context, const Emit& emit,
              std::initializer_list<std::string_view> programs,
              std::initializer_list<std::string_view> verbs,
              std::initializer_list<std::string_view> with_value,
              bool (*pinned)(std::string_view)) {
  each_command(context,
               [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
                 if (!is(command, programs)) return;
                 bool verb = false;
                 for (const std::string_view word : command.operands(with_value)) {
                   if (!verb) {
                     verb = std::find(verbs.begin(), verbs.end(), word) != verbs.end();
                     if (!verb) return;
                     continue;
                   }
                   if (!pinned(word)) return emit(run.line, text_of(command));
                 }
               });
}

bool apt_pinned(std::string_view word) {
  return word.find('=') != word.npos || word.ends_with(".deb") || word.find('/') != word.npos ||
         word.find('$') != word.npos;
}
void apt_unpinned(const Context& context, const Emit& emit) {
  unpinned(context, emit, {"apt-get", "apt"}, {"install"}, {"-o", "-t", "--target-release", "-c"},
           apt_pinned);
}
void apk_unpinned(const Context& context, const Emit& emit) {
  unpinned(context, emit, {"apk"}, {"add"},
           {"-t", "--virtual", "-X", "--repository", "--root", "-p", "--keys-dir"},
           [](std::string_view word) {
             return word.find_first_of("=<>~@") != word.npos || word.ends_with(".apk") ||
                    word.starts_with('.') || word.find('$') != word.npos;
           });
}
bool rpm_pinned(std::string_view word) {
  if (word.ends_with(".rpm") || word.find('/') != word.npos || word.starts_with('@')) return true;
  for (size_t dash = word.find('-'); dash != word.npos; dash = word.find('-', dash + 1)) {
    if (dash + 1 < word.size() && std::isdigit(static_cast<unsigned char>(word[dash + 1])))
      return true;
  }
  return false;
}
// "name-${version}" counts as what the stage's ENV and ARG make of it.
std::string expanded(const Context& context, const Instruction& run, std::string_view word) {
  std::string out(word);
  for (int round = 0; round < 8; ++round) {
    const size_t dollar = out.find('$');
    if (dollar == std::string::npos) break;
    const bool braces = out.compare(dollar + 1, 1, "{") == 0;
    const size_t begin = dollar + (braces ? 2 : 1);
    size_t end = begin;
    while (end < out.size() &&
           (std::isalnum(static_cast<unsigned char>(out[end])) || out[end] == '_'))
      ++end;
    const auto value =
        variable_of(context.file, run.stage, run.line, out.substr(begin, end - begin));
    if (!value) break;
    out = out.substr(0, dollar) + *value + out.substr(std::min(end + (braces ? 1 : 0), out.size()));
  }
  return out;
}
void rpm_unpinned(const Context& context, const Emit& emit,
                  std::initializer_list<std::string_view> programs) {
  each_command(
      context, [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
        if (!is(command, programs)) return;
        const auto operands = command.operands({"-c", "--setopt", "--enablerepo", "--disablerepo",
                                                "--installroot", "--releasever", "--repo"});
        if (operands.empty()) return;
        const bool module = operands[0] == "module" && operands.size() > 1;
        const std::string_view verb = operands[module ? 1 : 0];
        if (verb != "install" && verb != "in") return;
        for (size_t i = module ? 2 : 1; i < operands.size(); ++i) {
          const bool pinned = module ? operands[i].find(':') != std::string_view::npos
                                     : rpm_pinned(expanded(context, run, operands[i]));
          if (!pinned) return emit(run.line, text_of(command));
        }
      });
}
void yum_unpinned(const Context& context, const Emit& emit) {
  rpm_unpinned(context, emit, {"yum"});
}
void dnf_unpinned(const Context& context, const Emit& emit) {
  rpm_unpinned(context, emit, {"dnf", "microdnf"});
}
void zypper_unpinned(const Context& context, const Emit& emit) {
  unpinned(context, emit, {"zypper"}, {"install", "in"}, {}, [](std::string_view word) {
    return word.find_first_of("=<>") != word.npos || word.ends_with(".rpm");
  });
}
void npm_unpinned(const Context& context, const Emit& emit) {
  unpinned(context, emit, {"npm"}, {"install", "i", "add"},
           {"--prefix", "--registry", "--loglevel", "--cache", "--tag", "--userconfig", "--omit",
            "--include", "-w", "--workspace"},
           [](std::string_view word) {
             // Of a repository the commit must be named.
             if (word.starts_with("git+") || word.starts_with("git:") || word.starts_with("git@"))
               return word.find('#') != word.npos;
             const size_t at = word.find('@', 1);
             return (at != word.npos && at + 1 < word.size() && word.substr(at + 1) != "latest") ||
                    word.starts_with('.') || word.starts_with('/') ||
                    word.find("://") != word.npos || word.ends_with(".tgz") ||
                    word.ends_with(".tar") || word.ends_with(".tar.gz") ||
                    word.find('$') != word.npos || (word.find('/') != word.npos && word[0] != '@');
           });
}
void gem_unpinned(const Context& context, const Emit& emit) {
  each_command(
      context, [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
        if (!is(command, {"gem"}) || !command.has_any({"install", "i"})) return;
        const bool versioned =
            std::any_of(command.words.begin(), command.words.end(), [](const std::string& word) {
              return word.starts_with("-v") || word.starts_with("--version");
            });
        if (versioned) return;
        bool verb = false;
        for (size_t i = 1; i < command.words.size(); ++i) {
          const std::string_view word = command.words[i];
          if (word == "--") break;
          if (word.starts_with('-')) {
            // Its value, unless it stands behind "=" or is another option.
            const bool value = verb && word.starts_with("--") && word.find('=') == word.npos &&
                               !word.starts_with("--no-") && i + 1 < command.words.size() &&
                               !command.words[i + 1].starts_with('-');
            if (value) ++i;
            continue;
          }
          if (verb && word.find(':') == word.npos && !word.ends_with(".gem"))
            return emit(run.line, text_of(command));
          verb = verb || word == "install" || word == "i";
        }
      });
}
void go_unpinned(const Context& context, const Emit& emit) {
  each_command(
      context, [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
        if (!is(command, {"go"}) || command.words.size() < 3) return;
        const std::string& verb = command.words[1];
        if (verb != "install" && verb != "get" && verb != "run") return;
        for (const std::string_view word :
             command.operands({"-ldflags", "-tags", "-modfile", "-o", "-C", "-gcflags", "-mod"})) {
          if (word == verb) continue;
          // What lies in the context is as it is.
          if (word.starts_with('.') || word.starts_with('/') || word.find('$') != word.npos ||
              word.ends_with(".go"))
            return;
          const size_t at = word.find('@');
          const bool local = verb != "get" && at == word.npos && word.find('.') == word.npos;
          if (!local && (at == word.npos || word.substr(at) == "@latest"))
            return emit(run.line, text_of(command));
          if (verb == "run") return;
        }
      });
}
void pip_unpinned(const Context& context, const Emit& emit) {
  each_command(
      context, [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
        if ((!is_pip(command) && command.program() != "pipx") || !command.has("install")) return;
        if (command.has_any({"-r", "--requirement", "-e", "--editable", "--constraint", "-c", "."}))
          return;
        bool verb = false;
        for (const std::string_view word : command.operands({"-i",
                                                             "--index-url",
                                                             "--extra-index-url",
                                                             "-t",
                                                             "--target",
                                                             "-f",
                                                             "--find-links",
                                                             "--proxy",
                                                             "--prefix",
                                                             "--root",
                                                             "--trusted-host",
                                                             "--cache-dir",
                                                             "--timeout",
                                                             "-m",
                                                             "--root-user-action",
                                                             "--platform",
                                                             "--python-version",
                                                             "--implementation",
                                                             "--abi",
                                                             "--src",
                                                             "--upgrade-strategy",
                                                             "--no-binary",
                                                             "--only-binary",
                                                             "--progress-bar",
                                                             "--report",
                                                             "--log",
                                                             "--retries",
                                                             "--cert",
                                                             "--client-cert",
                                                             "--global-option",
                                                             "--config-settings"})) {
          if (!verb) {
            verb = word == "install";
            continue;
          }
          // Of a repository the revision must be named: git+https://host/name@v1.
          if (const size_t scheme = word.find("+");
              scheme != word.npos && word.substr(scheme).find("://") != word.npos) {
            const size_t path = word.find('/', word.find("://") + 3);
            if (path == word.npos || word.find('@', path) == word.npos)
              return emit(run.line, text_of(command));
            continue;
          }
          if (word.find_first_of("=<>~@!") == word.npos && !word.starts_with('.') &&
              word.find('/') == word.npos && !word.ends_with(".whl") &&
              !word.ends_with(".tar.gz") && word.find('$') == word.npos)
            return emit(run.line, text_of(command));
        }
      });
}

// Lists in a layer that ships; with a cache mount they are elsewhere, but the packages stay when
// the image no longer throws them away itself.
void apt_lists(const Context& context, const Emit& emit) {
  std::set<int> keeps;  // stages that removed docker-clean
  for (const RunCommands& run : context.runs) {
    if (run_has(run, "rm", "docker-clean")) keeps.insert(run.run->stage);
    if (!run.run->onbuild && !ships(context.file, run.run->stage)) continue;
    const bool lists = mounts_cache(*run.run, "/var/lib/apt");
    const bool packages = mounts_cache(*run.run, "/var/cache/apt");
    if (lists && (packages || !keeps.contains(run.run->stage))) continue;
    for (const ShellCommand& command : run.commands) {
      if (is(command, {"apt-get", "apt", "aptitude"}, "update") &&
          !run_has(run, "rm", "/var/lib/apt/lists"))
        emit(run.run->line, text_of(command));
    }
  }
}
void apt_no_recommends(const Context& context, const Emit& emit) {
  each_command(context,
               [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
                 if (!is(command, {"apt-get", "apt"}, "install")) return;
                 const std::string text = text_of(command);
                 if (text.find("--no-install-recommends") == text.npos &&
                     text.find("APT::Install-Recommends=") == text.npos)
                   emit(run.line, text);
               });
}
void apt_yes(const Context& context, const Emit& emit) {
  each_command(context, [&](const Instruction& run, const ShellCommand& command,
                            const RunCommands&) {
    if (!is(command, {"apt-get", "apt"}, "install")) return;
    if (!command.has_letter('y') && !command.has_any({"--yes", "--assume-yes", "-qq", "-q=2"}) &&
        !(std::count_if(command.words.begin(), command.words.end(),
                        [](const std::string& w) { return w == "-q" || w == "--quiet"; }) >= 2))
      emit(run.line, text_of(command));
  });
}
void apt_upgrade(const Context& context, const Emit& emit) {
  each_command(context,
               [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
                 if (is(command, {"apt-get", "apt"}) && command.has("upgrade"))
                   emit(run.line, text_of(command));
               });
}
void apt_dist_upgrade(const Context& context, const Emit& emit) {
  each_command(
      context, [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
        if (is(command, {"apt-get", "apt"}) && command.has_any({"dist-upgrade", "full-upgrade"}))
          emit(run.line, text_of(command));
      });
}
void apt_instead_of_apt_get(const Context& context, const Emit& emit) {
  each_command(context,
               [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
                 if (command.program() == "apt") emit(run.line, text_of(command));
               });
}
void update_alone(const Context& context, const Emit& emit) {
  for (const RunCommands& run : context.runs) {
    bool updates = false, installs = false;
    for (const ShellCommand& command : run.commands) {
      const bool manager =
          is(command, {"apt-get", "apt", "yum", "dnf", "microdnf", "apk", "zypper"});
      updates = updates || (manager && command.has_any({"update", "refresh"})) ||
                (is(command, {"zypper"}) && command.has("up"));
      installs = installs ||
                 (manager && command.has_any({"install", "add", "in", "upgrade", "dist-upgrade"}));
    }
    if (updates && !installs) emit(run.run->line, run.run->arguments);
  }
}
void apk_no_cache(const Context& context, const Emit& emit) {
  each_command(context,
               [&](const Instruction& run, const ShellCommand& command, const RunCommands& all) {
                 if (is(command, {"apk"}, "add") && !command.has("--no-cache") &&
                     !mounts_cache(run, "/var/cache/apk") && !run_has(all, "rm", "/var/cache/apk"))
                   emit(run.line, text_of(command));
               });
}
// "PIP_NO_CACHE_DIR=on" and the like, as pip reads it.
bool says_no_cache(std::string_view assignment) {
  const auto [name, value] = split_once(assignment, '=');
  const std::string word = to_lower(unquoted(value));
  return name == "PIP_NO_CACHE_DIR" && !word.empty() && word != "0" && word != "off" &&
         word != "no" && word != "false" && word != "n" && word != "f";
}
void pip_no_cache(const Context& context, const Emit& emit) {
  for (const RunCommands& run : context.runs) {
    const auto variable =
        variable_of(context.file, run.run->stage, run.run->line, "PIP_NO_CACHE_DIR");
    bool off = (variable && says_no_cache("PIP_NO_CACHE_DIR=" + *variable)) ||
               mounts_cache(*run.run, ".cache");
    for (const ShellCommand& command : run.commands) {
      if (command.program() == "export")
        off = off || std::any_of(command.words.begin(), command.words.end(), says_no_cache);
      const bool own =
          std::any_of(command.assignments.begin(), command.assignments.end(), says_no_cache);
      if (is_pip(command) && command.has("install") && !command.has("--no-cache-dir") && !off &&
          !own)
        emit(run.run->line, text_of(command));
    }
  }
}
// What a package manager leaves behind, unless the same RUN cleans up after its last use.
struct Cleaning {
  std::initializer_list<std::string_view> programs, fetch, clean, directories;
  std::string_view what = {};  // that is cleaned: "all"
};
void manager_clean(const Context& context, const Emit& emit, const Cleaning& how) {
  for (const RunCommands& run : context.runs) {
    const bool mounted =
        std::any_of(how.directories.begin(), how.directories.end(),
                    [&](std::string_view place) { return mounts_cache(*run.run, place); });
    if (mounted || mounts_cache(*run.run, "/var/cache,")) continue;
    const ShellCommand* dirty = nullptr;
    for (const ShellCommand& command : run.commands) {
      if (is(command, how.programs)) {
        if (command.has_any(how.fetch)) dirty = &command;
        // Each program has a cache of its own.
        if (dirty && command.has_any(how.clean) && command.program() == dirty->program() &&
            (how.what.empty() || command.has(how.what)))
          dirty = nullptr;
      }
      if (command.program() != "rm") continue;
      for (const std::string_view place : how.directories) {
        if (text_of(command).find(place) != std::string::npos) dirty = nullptr;
      }
    }
    if (dirty) emit(run.run->line, text_of(*dirty));
  }
}
void yum_clean(const Context& context, const Emit& emit) {
  manager_clean(context, emit,
                {{"yum"},
                 {"install", "update", "upgrade", "groupinstall", "localinstall", "reinstall"},
                 {"clean"},
                 {"/var/cache/yum"},
                 "all"});
}
void dnf_clean(const Context& context, const Emit& emit) {
  manager_clean(context, emit,
                {{"dnf", "microdnf"},
                 {"install", "in", "up", "update", "upgrade", "upgrade-minimal", "up-min",
                  "reinstall", "rei", "localinstall", "groupinstall", "distro-sync"},
                 {"clean"},
                 {"/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5"},
                 "all"});
}
void zypper_clean(const Context& context, const Emit& emit) {
  manager_clean(context, emit,
                {{"zypper"},
                 {"install", "in", "update", "up", "dist-upgrade", "dup", "patch", "remove", "rm"},
                 {"clean", "cc"},
                 {"/var/cache/zypp"}});
}
void manager_yes(const Context& context, const Emit& emit,
                 std::initializer_list<std::string_view> programs,
                 std::initializer_list<std::string_view> flags) {
  each_command(
      context, [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
        if (!is(command, programs) ||
            !command.has_any({"install", "in", "groupinstall", "localinstall", "remove", "rm"}))
          return;
        if (!command.has_letter('y') && !command.has_any(flags)) emit(run.line, text_of(command));
      });
}
void yum_yes(const Context& context, const Emit& emit) {
  manager_yes(context, emit, {"yum"}, {"--assumeyes"});
}
void dnf_yes(const Context& context, const Emit& emit) {
  manager_yes(context, emit, {"dnf", "microdnf"}, {"--assumeyes"});
}
void zypper_yes(const Context& context, const Emit& emit) {
  manager_yes(context, emit, {"zypper"}, {"-n", "--non-interactive", "--no-confirm"});
}
void zypper_upgrade(const Context& context, const Emit& emit) {
  each_command(context,
               [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
                 if (is(command, {"zypper"}) && command.has_any({"dist-upgrade", "dup"}))
                   emit(run.line, text_of(command));
               });
}
void yarn_cache(const Context& context, const Emit& emit) {
  for (const RunCommands& run : context.runs) {
    if (mounts_cache(*run.run, "yarn") ||
        (!run.run->onbuild && !ships(context.file, run.run->stage)))
      continue;
    const ShellCommand* dirty = nullptr;
    for (const ShellCommand& command : run.commands) {
      if (is(command, {"yarn"}, "install")) dirty = &command;
      if (is(command, {"yarn"}, "cache") && command.has("clean")) dirty = nullptr;
      if (command.program() == "rm" && text_of(command).find("yarn") != std::string::npos)
        dirty = nullptr;
    }
    if (dirty) emit(run.run->line, text_of(*dirty));
  }
}

void wget_and_curl(const Context& context, const Emit& emit) {
  std::map<int, std::set<std::string>> used;
  each_command(context,
               [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
                 const std::string program(command.program());
                 if (program != "wget" && program != "curl") return;
                 used[run.stage].insert(program);
                 if (used[run.stage].size() == 2) {
                   emit(run.line, text_of(command));
                   used[run.stage].clear();
                 }
               });
}
void wget_progress(const Context& context, const Emit& emit) {
  each_command(
      context, [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
        if (command.program() != "wget") return;
        const std::string text = text_of(command);
        if (text.find("--progress") == text.npos && !command.has_letter('q') &&
            !command.has_any({"--quiet", "-nv", "--no-verbose", "-o", "-a"}) &&
            text.find("--output-file") == text.npos && text.find("--append-output") == text.npos)
          emit(run.line, text);
      });
}
void pipefail(const Context& context, const Emit& emit) {
  std::map<int, bool> set;
  for (const Instruction& one : context.file.instructions) {
    if (one.name == "SHELL") {
      const std::string text = one.arguments;
      // dash, the sh of Debian, does not know the option.
      const std::string_view shell = one.words.empty() ? "" : std::string_view(one.words[0]);
      const bool knows = shell.substr(shell.rfind('/') + 1) != "sh";
      set[one.stage] = (knows && text.find("pipefail") != text.npos) ||
                       text.find("powershell") != text.npos || text.find("pwsh") != text.npos ||
                       text.find("cmd") != text.npos;
    }
    if (one.name != "RUN" || set[one.stage]) continue;
    for (const RunCommands& run : context.runs) {
      if (run.run != &one) continue;
      const bool own = run_has(run, "set", "pipefail");
      const bool pipes =
          std::any_of(run.commands.begin(), run.commands.end(),
                      [](const ShellCommand& command) { return command.joined_by == "|"; });
      if (pipes && !own) emit(one.line, "a pipe without pipefail");
    }
  }
}
void pipe_to_shell(const Context& context, const Emit& emit) {
  for (const RunCommands& run : context.runs) {
    for (size_t i = 0; i < run.commands.size(); ++i) {
      const std::string_view program = run.commands[i].program();
      const bool shell = program == "sh" || program == "bash" || program == "zsh" ||
                         program == "dash" || program == "ash" || program.starts_with("python") ||
                         program == "perl" || program == "node";
      if (!shell || run.commands[i].joined_by != "|" || i == 0) continue;
      for (size_t before = i; before-- > 0;) {
        if (is(run.commands[before], {"curl", "wget"}))
          emit(run.run->line, text_of(run.commands[before]) + " | " + std::string(program));
        if (run.commands[before].joined_by != "|") break;
      }
    }
    for (const ShellCommand& command : run.commands) {
      const bool inner = text_of(command).find("$()") != std::string::npos;
      if ((command.program() == "sh" || command.program() == "bash" ||
           command.program() == "eval") &&
          inner && (run_has(run, "curl", "") || run_has(run, "wget", "")))
        emit(run.run->line, text_of(command));
    }
  }
}
void unverified_download(const Context& context, const Emit& emit) {
  each_command(
      context, [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
        const std::string text = text_of(command);
        const auto says = [&](std::string_view word) { return text.find(word) != text.npos; };
        const std::string_view program = command.program();
        bool bad = false;
        if (program == "curl")
          bad = command.has("--insecure") || command.has("-k") ||
                (command.has_letter('k') && !says("--insecure") &&
                 std::any_of(command.words.begin(), command.words.end(), [](const std::string& w) {
                   return w.size() <= 6 && w.size() > 1 && w[0] == '-' && w[1] != '-' &&
                          w.find('k') != w.npos;
                 }));
        if (program == "wget") bad = command.has("--no-check-certificate");
        if (program == "git") bad = says("http.sslVerify=false") || says("http.sslVerify false");
        if (program == "npm" || program == "yarn")
          bad = says("strict-ssl false") || says("strict-ssl=false");
        if (is_pip(command)) bad = says("--trusted-host");
        if (program == "apt-get" || program == "apt")
          bad = says("--allow-unauthenticated") || says("--force-yes") ||
                says("AllowUnauthenticated") || says("--allow-insecure-repositories");
        if (program == "apk") bad = says("--allow-untrusted");
        if (program == "yum" || program == "dnf" || program == "microdnf")
          bad = says("--nogpgcheck") || says("gpgcheck=0");
        if (program == "zypper") bad = says("--no-gpg-checks");
        if (program == "rpm") bad = says("--nodigest") || says("--nosignature");
        for (const std::string& word : command.assignments) {
          bad = bad || word == "NODE_TLS_REJECT_UNAUTHORIZED=0" || word == "PYTHONHTTPSVERIFY=0" ||
                word == "GIT_SSL_NO_VERIFY=1" || word == "GIT_SSL_NO_VERIFY=true";
        }
        if (bad) emit(run.line, text.empty() ? command.assignments.front() : text);
      });
}
void plain_http(const Context& context, const Emit& emit) {
  each_command(context,
               [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
                 if (!is(command, {"curl", "wget"})) return;
                 for (const std::string& word : command.words) {
                   if (word.starts_with("http://") && word.find("localhost") == word.npos &&
                       word.find("127.0.0.1") == word.npos)
                     emit(run.line, text_of(command));
                 }
               });
}
void wide_permissions(const Context& context, const Emit& emit) {
  each_command(context,
               [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
                 if (command.program() != "chmod") return;
                 for (const std::string_view word : command.operands()) {
                   const bool octal = word.size() >= 3 && word.size() <= 4 &&
                                      word.find_first_not_of("01234567") == word.npos;
                   const char last = word.empty() ? '0' : word.back();
                   if ((octal && (last == '7' || last == '6' || last == '2' || last == '3')) ||
                       word.find("a+w") != word.npos || word.find("o+w") != word.npos ||
                       word.find("a+rw") != word.npos || word.find("ugo+w") != word.npos)
                     return emit(run.line, text_of(command));
                   if (octal) return;
                 }
               });
}
void setuid_bit(const Context& context, const Emit& emit) {
  each_command(
      context, [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
        if (command.program() != "chmod") return;
        for (const std::string_view word : command.operands()) {
          const bool octal = word.size() == 4 && word.find_first_not_of("01234567") == word.npos;
          if ((octal && (word[0] == '4' || word[0] == '2' || word[0] == '6')) || word == "u+s" ||
              word == "g+s" || word == "+s" || word == "ug+s")
            return emit(run.line, text_of(command));
        }
      });
}
void useradd_without_l(const Context& context, const Emit& emit) {
  each_command(context, [&](const Instruction& run, const ShellCommand& command,
                            const RunCommands&) {
    if (command.program() != "useradd" || command.has_letter('l') || command.has("--no-log-init"))
      return;
    for (size_t i = 0; i < command.words.size(); ++i) {
      std::string_view value;
      if ((command.words[i] == "-u" || command.words[i] == "--uid") && i + 1 < command.words.size())
        value = command.words[i + 1];
      if (command.words[i].starts_with("--uid="))
        value = std::string_view(command.words[i]).substr(6);
      if (value.size() > 5) emit(run.line, text_of(command));
    }
  });
}
void ssh_server(const Context& context, const Emit& emit) {
  each_command(
      context, [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
        const bool installs =
            is(command, {"apt-get", "apt", "apk", "yum", "dnf", "microdnf", "zypper"}) &&
            command.has_any({"install", "add", "in"});
        if (installs &&
            command.has_any({"openssh-server", "openssh", "dropbear", "telnetd", "vsftpd", "xrdp"}))
          emit(run.line, text_of(command));
        if (command.program() == "sshd") emit(run.line, text_of(command));
      });
}
void link_to_sh(const Context& context, const Emit& emit) {
  each_command(context,
               [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
                 if (command.program() == "ln" && command.has("/bin/sh"))
                   emit(run.line, text_of(command));
               });
}
void unquoted_rm(const Context& context, const Emit& emit) {
  each_command(
      context, [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
        if (command.program() != "rm" || !command.has_letter('r')) return;
        for (const std::string_view word : command.operands()) {
          if (word == "/" || word == "/*" || (word.starts_with('$') && word.ends_with("/*")))
            emit(run.line, text_of(command));
        }
      });
}
void secret_on_command_line(const Context& context, const Emit& emit) {
  each_command(
      context, [&](const Instruction& run, const ShellCommand& command, const RunCommands&) {
        for (const std::string& word : command.words) {
          const size_t scheme = word.find("://");
          const size_t at = scheme == word.npos ? word.npos : word.find('@', scheme);
          const size_t colon = scheme == word.npos ? word.npos : word.find(':', scheme + 3);
          if (at != word.npos && colon != word.npos && colon < at &&
              word.find('/', scheme + 3) > at && word.find('$') == word.npos)
            emit(run.line,
                 std::string(command.program()) + " " + word.substr(0, colon + 1) + "****@...");
        }
      });
}

constexpr std::pair<std::string_view, DockerCheck> kChecks[] = {
    {"sudo", sudo},
    {"senseless-command", senseless_command},
    {"cd-instead-of-workdir", cd_instead_of_workdir},
    {"apt-unpinned", apt_unpinned},
    {"apk-unpinned", apk_unpinned},
    {"yum-unpinned", yum_unpinned},
    {"dnf-unpinned", dnf_unpinned},
    {"zypper-unpinned", zypper_unpinned},
    {"npm-unpinned", npm_unpinned},
    {"gem-unpinned", gem_unpinned},
    {"go-unpinned", go_unpinned},
    {"pip-unpinned", pip_unpinned},
    {"apt-lists", apt_lists},
    {"apt-no-recommends", apt_no_recommends},
    {"apt-yes", apt_yes},
    {"apt-upgrade", apt_upgrade},
    {"apt-dist-upgrade", apt_dist_upgrade},
    {"apt-instead-of-apt-get", apt_instead_of_apt_get},
    {"update-alone", update_alone},
    {"apk-no-cache", apk_no_cache},
    {"pip-no-cache", pip_no_cache},
    {"yum-clean", yum_clean},
    {"dnf-clean", dnf_clean},
    {"zypper-clean", zypper_clean},
    {"yum-yes", yum_yes},
    {"dnf-yes", dnf_yes},
    {"zypper-yes", zypper_yes},
    {"zypper-upgrade", zypper_upgrade},
    {"yarn-cache", yarn_cache},
    {"wget-and-curl", wget_and_curl},
    {"wget-progress", wget_progress},
    {"pipefail", pipefail},
    {"pipe-to-shell", pipe_to_shell},
    {"unverified-download", unverified_download},
    {"plain-http", plain_http},
    {"wide-permissions", wide_permissions},
    {"setuid-bit", setuid_bit},
    {"useradd-without-l", useradd_without_l},
    {"ssh-server", ssh_server},
    {"link-to-sh", link_to_sh},
    {"dangerous-rm", unquoted_rm},
    {"secret-on-command-line", secret_on_command_line},
};

}  // namespace

DockerCheck find_docker_shell_check(std::string_view name) {
  for (const auto& [known, check] : kChecks) {
    if (known == name) return check;
  }
  return nullptr;
}

}  // namespace seawall::inspect
