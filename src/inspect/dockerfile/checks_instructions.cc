// Checks on instructions and stages.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/edit_distance.h"
#include "base/path_set.h"
#include "base/strings.h"
#include "inspect/dockerfile/lint.h"

namespace seawall::inspect {
namespace {

using Context = DockerLintContext;
using Emit = DockerEmit;

template <typename Use>
void each(const Context& context, std::string_view name, Use use) {
  for (const Instruction& one : context.file.instructions) {
    if (one.name == name) use(one);
  }
}

int last_stage(const Context& context) {
  return static_cast<int>(context.file.stages.size()) - 1;
}

// Whether the image of a FROM is another stage or nothing.
bool is_external(const Stage& stage) {
  return stage.from_stage < 0 && !stage.image.empty() && stage.image != "scratch";
}
bool has_unknown_variable(std::string_view text) {
  return text.find('$') != text.npos;
}

struct ImageName {
  std::string_view registry, tag, digest;
};
ImageName split_image(std::string_view image) {
  ImageName out;
  if (const size_t at = image.find('@'); at != image.npos) {
    out.digest = image.substr(at + 1);
    image = image.substr(0, at);
  }
  const size_t slash = image.rfind('/');
  if (const size_t colon = image.find(':', slash == image.npos ? 0 : slash); colon != image.npos) {
    out.tag = image.substr(colon + 1);
    image = image.substr(0, colon);
  }
  const std::string_view first = image.substr(0, image.find('/'));
  const bool host =
      image.find('/') != image.npos &&
      (first.find('.') != first.npos || first.find(':') != first.npos || first == "localhost");
  out.registry = host ? first : "docker.io";
  return out;
}

void untagged_base(const Context& context, const Emit& emit) {
  for (const Stage& stage : context.file.stages) {
    if (!is_external(stage) || has_unknown_variable(stage.image)) continue;
    const ImageName name = split_image(stage.image);
    if (name.tag.empty() && name.digest.empty()) emit(stage.line, "FROM " + stage.image);
  }
}

void latest_base(const Context& context, const Emit& emit) {
  for (const Stage& stage : context.file.stages) {
    const ImageName name = split_image(stage.image);
    if (is_external(stage) && name.tag == "latest" && name.digest.empty())
      emit(stage.line, "FROM " + stage.image);
  }
}

void base_without_digest(const Context& context, const Emit& emit) {
  for (const Stage& stage : context.file.stages) {
    if (is_external(stage) && !has_unknown_variable(stage.image) &&
        split_image(stage.image).digest.empty())
      emit(stage.line, "FROM " + stage.image);
  }
}

void untrusted_registry(const Context& context, const Emit& emit) {
  const auto& trusted = context.options.trusted_registries;
  if (trusted.empty()) return;
  const auto judge = [&](std::string_view image, uint32_t line, std::string_view by) {
    if (has_unknown_variable(image) || image == "scratch" || image.empty()) return;
    const std::string_view registry = split_image(image).registry;
    const bool good = std::any_of(trusted.begin(), trusted.end(), [&](const std::string& pattern) {
      return glob_match(pattern, registry);
    });
    if (!good) emit(line, fmt::format("{} {} (registry {})", by, image, registry));
  };
  for (const Stage& stage : context.file.stages) {
    if (is_external(stage)) judge(stage.image, stage.line, "FROM");
  }
  for (const Instruction& one : context.file.instructions) {
    for (const auto& [flag, value] : one.flags) {
      std::string_view from = flag == "from" ? std::string_view(value) : std::string_view();
      if (flag == "mount") {
        for (const std::string_view part : split(value, ',')) {
          if (part.starts_with("from=")) from = part.substr(5);
        }
      }
      if (!from.empty() && context.file.stage_named(from) < 0) judge(from, one.line, "from");
    }
  }
}

void platform_in_from(const Context& context, const Emit& emit) {
  for (const Stage& stage : context.file.stages) {
    if (stage.platform.empty() || has_unknown_variable(stage.platform)) continue;
    // A stage that is named after its platform is there for it.
    bool named = false;
    for (const std::string_view part : split(stage.platform, '/'))
      named = named || (!part.empty() && to_lower(stage.name).find(part) != std::string::npos);
    if (!named) emit(stage.line, "--platform=" + stage.platform);
  }
}

void redundant_platform(const Context& context, const Emit& emit) {
  for (const Stage& stage : context.file.stages) {
    if (stage.platform == "$TARGETPLATFORM" || stage.platform == "${TARGETPLATFORM}")
      emit(stage.line, "--platform=" + stage.platform);
  }
}

bool is_root(const Instruction& user) {
  if (user.words.empty()) return true;
  const std::string_view word = unquoted(user.words[0]);
  const std::string_view name = word.substr(0, word.find(':'));
  return name == "root" || (!name.empty() && name.find_first_not_of('0') == name.npos);
}

// The last USER of each stage, those that ship or the others.
void root_users(const Context& context, const Emit& emit, bool shipped) {
  std::map<int, const Instruction*> last;
  each(context, "USER", [&](const Instruction& one) {
    if (!one.onbuild) last[one.stage] = &one;
  });
  for (const auto& [stage, user] : last) {
    if (is_root(*user) && ships(context.file, stage) == shipped)
      emit(user->line, "USER " + user->arguments);
  }
}
void root_user(const Context& context, const Emit& emit) {
  root_users(context, emit, true);
}
void root_user_while_building(const Context& context, const Emit& emit) {
  root_users(context, emit, false);
}

// Images whose own user is not root.
bool has_own_user(const Stage& stage) {
  return stage.image.find("nonroot") != std::string::npos ||
         stage.image.find("unprivileged") != std::string::npos ||
         stage.image.starts_with("cgr.dev/");
}

void no_user(const Context& context, const Emit& emit) {
  int stage = last_stage(context);
  if (stage < 0) return;
  while (true) {
    bool found = false;
    each(context, "USER",
         [&](const Instruction& one) { found = found || (one.stage == stage && !one.onbuild); });
    if (found) return;
    const int next = context.file.stages[static_cast<size_t>(stage)].from_stage;
    if (next < 0 || next >= stage) break;
    stage = next;
  }
  if (!has_own_user(context.file.stages[static_cast<size_t>(stage)]))
    emit(context.file.stages.back().line, "no USER in the last stage");
}

void named_user(const Context& context, const Emit& emit) {
  const int stage = last_stage(context);
  const Instruction* user = nullptr;
  each(context, "USER", [&](const Instruction& one) {
    if (one.stage == stage) user = &one;
  });
  if (!user || user->words.empty()) return;
  const std::string name = user->words[0].substr(0, user->words[0].find(':'));
  if (name != "root" && !name.empty() &&
      name.find_first_not_of("0123456789") != std::string::npos && !has_unknown_variable(name))
    emit(user->line, "USER " + user->words[0]);
}

void no_healthcheck(const Context& context, const Emit& emit) {
  if (context.file.stages.empty()) return;
  bool found = false;
  each(context, "HEALTHCHECK", [&](const Instruction& one) {
    found = found || (!one.onbuild && ships(context.file, one.stage));
  });
  if (!found) emit(context.file.stages.back().line, "no HEALTHCHECK");
}

void several_of(const Context& context, const Emit& emit, std::string_view name) {
  std::map<int, const Instruction*> last;
  each(context, name, [&](const Instruction& one) {
    if (one.onbuild) return;
    if (const auto before = last.find(one.stage); before != last.end())
      emit(before->second->line, fmt::format("{}, replaced in line {}", name, one.line));
    last[one.stage] = &one;
  });
}
void several_cmd(const Context& context, const Emit& emit) {
  several_of(context, emit, "CMD");
}
void several_entrypoint(const Context& context, const Emit& emit) {
  several_of(context, emit, "ENTRYPOINT");
}
void several_healthcheck(const Context& context, const Emit& emit) {
  several_of(context, emit, "HEALTHCHECK");
}

bool is_absolute(std::string_view path) {
  if (!path.empty() && (path[0] == '"' || path[0] == '\'')) path.remove_prefix(1);
  return path.starts_with('/') || path.starts_with('$') || path.starts_with('\\') ||
         (path.size() > 1 && path[1] == ':');
}

// Relative ones, by whether an earlier one says what to.
void relative_workdirs(const Context& context, const Emit& emit, bool wanted) {
  std::set<int> absolute;
  for (const Instruction& one : context.file.instructions) {
    if (one.name == "FROM" && one.stage >= 0 &&
        absolute.contains(context.file.stages[static_cast<size_t>(one.stage)].from_stage))
      absolute.insert(one.stage);
    if (one.name != "WORKDIR") continue;
    if (is_absolute(one.arguments))
      absolute.insert(one.stage);
    else if (absolute.contains(one.stage) == wanted)
      emit(one.line, "WORKDIR " + one.arguments);
  }
}
void relative_workdir(const Context& context, const Emit& emit) {
  relative_workdirs(context, emit, true);
}
void unknown_workdir(const Context& context, const Emit& emit) {
  relative_workdirs(context, emit, false);
}

void maintainer(const Context& context, const Emit& emit) {
  each(context, "MAINTAINER",
       [&](const Instruction& one) { emit(one.line, "MAINTAINER " + one.arguments); });
}

void shell_form(const Context& context, const Emit& emit) {
  // Where somebody chose a shell, the shell form is meant.
  std::set<int> chosen;
  for (const Instruction& one : context.file.instructions) {
    if (one.name == "FROM" && one.stage >= 0 &&
        chosen.contains(context.file.stages[static_cast<size_t>(one.stage)].from_stage))
      chosen.insert(one.stage);
    if (one.name == "SHELL") chosen.insert(one.stage);
  }
  for (const char* name : {"CMD", "ENTRYPOINT"}) {
    each(context, name, [&](const Instruction& one) {
      if (!chosen.contains(one.stage) && !one.json && !one.arguments.empty())
        emit(one.line, one.name + " " + one.arguments);
    });
  }
  each(context, "HEALTHCHECK", [&](const Instruction& one) {
    if (one.words.size() < 2 || !equal_ignoring_case(one.words[0], "CMD")) return;
    const std::string_view command =
        trim(std::string_view(one.arguments).substr(one.words[0].size()));
    if (!command.starts_with('[')) emit(one.line, "HEALTHCHECK " + one.arguments);
  });
}

bool is_archive(std::string_view path) {
  for (const std::string_view ending : {".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".txz",
                                        ".tbz2", ".tar.zst", ".gz", ".bz2", ".xz", ".tz", ".tlz"}) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}
bool is_url(std::string_view path) {
  return path.starts_with("http://") || path.starts_with("https://") || path.starts_with("git@") ||
         path.starts_with("ftp://");
}

void add_instead_of_copy(const Context& context, const Emit& emit) {
  each(context, "ADD", [&](const Instruction& one) {
    for (size_t i = 0; i + 1 < one.words.size(); ++i) {
      const std::string_view source = unquoted(one.words[i]);
      if (!is_archive(source) && !is_url(source) && !has_unknown_variable(source) &&
          !source.starts_with("<<")) {
        emit(one.line, "ADD " + one.arguments);
        return;
      }
    }
  });
}

void add_url_without_checksum(const Context& context, const Emit& emit) {
  each(context, "ADD", [&](const Instruction& one) {
    for (size_t i = 0; i + 1 < one.words.size(); ++i) {
      if (is_url(unquoted(one.words[i])) && one.flag("checksum").empty() &&
          one.words[i].find(".git") == std::string::npos)
        emit(one.line, "ADD " + one.arguments);
    }
  });
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.find_last_of("/\\") + 1);
}

// An archive that a later RUN unpacks, under its own name or the one it was given.
void copy_archive(const Context& context, const Emit& emit) {
  each(context, "COPY", [&](const Instruction& one) {
    if (!one.flag("from").empty() || one.words.size() < 2) return;
    const std::string_view target = base_name(unquoted(one.words.back()));
    for (size_t i = 0; i + 1 < one.words.size(); ++i) {
      const std::string_view name = base_name(unquoted(one.words[i]));
      if (!is_archive(name)) continue;
      for (const RunCommands& run : context.runs) {
        if (run.run->stage != one.stage || run.run->line < one.line) continue;
        for (const ShellCommand& command : run.commands) {
          const bool unpacks = command.program() == "tar" || command.program() == "unzip" ||
                               command.program() == "gunzip" || command.program() == "bunzip2" ||
                               command.program() == "unxz" || command.program() == "zstd";
          const bool names =
              std::any_of(command.words.begin(), command.words.end(), [&](const std::string& word) {
                return word.ends_with(name) || (is_archive(target) && word.ends_with(target));
              });
          if (unpacks && names) emit(one.line, "COPY " + one.arguments);
        }
      }
    }
  });
}

void copy_many_without_slash(const Context& context, const Emit& emit) {
  for (const char* name : {"COPY", "ADD"}) {
    each(context, name, [&](const Instruction& one) {
      if (one.words.size() <= 2 || !one.heredocs.empty()) return;
      // As an image's history tells it: "COPY file:8b88... in /target".
      if (one.words[one.words.size() - 2] == "in" && one.words[0].find(':') != std::string::npos)
        return;
      std::string_view last = one.words.back();
      while (!last.empty() && (last.back() == '"' || last.back() == '\'')) last.remove_suffix(1);
      if (!last.ends_with('/') && !has_unknown_variable(last) && last != ".")
        emit(one.line, one.name + " " + one.arguments);
    });
  }
}

void copy_from_unknown(const Context& context, const Emit& emit) {
  each(context, "COPY", [&](const Instruction& one) {
    const std::string_view from = one.flag("from");
    if (from.empty() || has_unknown_variable(from) || from.find('/') != from.npos ||
        from.find(':') != from.npos)
      return;
    const int named = context.file.stage_named(from);
    if (named < 0 || named > one.stage) emit(one.line, fmt::format("--from={}", from));
  });
}

void copy_from_itself(const Context& context, const Emit& emit) {
  each(context, "COPY", [&](const Instruction& one) {
    const std::string_view from = one.flag("from");
    if (from.empty() || one.stage < 0) return;
    const Stage& own = context.file.stages[static_cast<size_t>(one.stage)];
    if (equal_ignoring_case(from, own.name) || from == std::to_string(one.stage))
      emit(one.line, fmt::format("--from={}", from));
  });
}

void copy_from_root(const Context& context, const Emit& emit) {
  each(context, "COPY", [&](const Instruction& one) {
    if (!one.flag("from").empty() && one.words.size() == 2 && unquoted(one.words[0]) == "/" &&
        unquoted(one.words[1]) == "/")
      emit(one.line, "COPY " + one.arguments);
  });
}

void copy_relative_without_workdir(const Context& context, const Emit& emit) {
  std::set<int> has_workdir;
  for (const Instruction& one : context.file.instructions) {
    if (one.name == "FROM" && one.stage >= 0) {
      const int from = context.file.stages[static_cast<size_t>(one.stage)].from_stage;
      if (has_workdir.contains(from)) has_workdir.insert(one.stage);
    }
    if (one.name == "WORKDIR") has_workdir.insert(one.stage);
    if (one.name != "COPY" || one.words.empty() || has_workdir.contains(one.stage)) continue;
    std::string_view target = one.words.back();
    while (!target.empty() && (target[0] == '"' || target[0] == '\'')) target.remove_prefix(1);
    const bool windows = target.size() > 1 && target[1] == ':';
    if (!target.starts_with('/') && !target.starts_with('$') && !target.starts_with('\\') &&
        !windows)
      emit(one.line, "COPY " + one.arguments);
  }
}

void whole_context(const Context& context, const Emit& emit) {
  if (context.options.has_dockerignore) return;
  for (const char* name : {"COPY", "ADD"}) {
    each(context, name, [&](const Instruction& one) {
      if (one.flag("from").empty() && !one.words.empty() &&
          (one.words[0] == "." || one.words[0] == "./"))
        emit(one.line, one.name + " " + one.arguments);
    });
  }
}

void secret_files(const Context& context, const Emit& emit) {
  constexpr std::array<std::string_view, 18> kNames = {
      ".env",      "id_rsa",      "id_ed25519",
      "id_ecdsa",  "id_dsa",      ".npmrc",
      ".pypirc",   ".netrc",      ".git-credentials",
      ".aws",      ".ssh",        ".kube",
      ".docker",   "credentials", ".git",
      ".htpasswd", "kubeconfig",  "service-account.json"};
  for (const char* name : {"COPY", "ADD"}) {
    each(context, name, [&](const Instruction& one) {
      if (!one.flag("from").empty()) return;
      for (size_t i = 0; i + 1 < one.words.size(); ++i) {
        std::string_view path = one.words[i];
        while (path.ends_with('/')) path.remove_suffix(1);
        const std::string_view base = path.substr(path.rfind('/') + 1);
        if (std::find(kNames.begin(), kNames.end(), base) != kNames.end() ||
            base.ends_with(".pem") || base.ends_with(".p12"))
          emit(one.line, one.name + " " + one.arguments);
      }
    });
  }
}

// Words of a name, between underscores.
bool says_secret(std::string_view name) {
  const std::string lower = to_lower(name);
  bool secret = false;
  for (const std::string_view word : split(lower, '_')) {
    if (word == "public" || word == "file" || word == "path" || word == "url" ||
        word == "version" || word == "keyserver" || word == "type" || word == "name")
      return false;
    for (const std::string_view known :
         {"apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd",
          "secret", "token", "passphrase"})
      secret = secret || word == known;
  }
  if (secret) return true;
  for (const std::string_view part : {"password", "passwd", "secret", "token", "apikey"}) {
    if (lower.find(part) != std::string::npos) return true;
  }
  return false;
}

void secret_in_env(const Context& context, const Emit& emit) {
  for (const char* name : {"ENV", "ARG"}) {
    each(context, name, [&](const Instruction& one) {
      if (one.words.empty()) return;
      const bool old_form = one.name == "ENV" && one.words[0].find('=') == std::string::npos;
      for (size_t i = 0; i < one.words.size(); ++i) {
        const auto [key, value] = split_once(one.words[i], '=');
        if (says_secret(key))
          emit(one.line,
               fmt::format("{} {}{}", one.name, key, value.empty() && !old_form ? "" : "=****"));
        if (old_form) break;
      }
    });
  }
}

void legacy_env(const Context& context, const Emit& emit) {
  for (const char* name : {"ENV", "LABEL"}) {
    each(context, name, [&](const Instruction& one) {
      if (one.words.size() >= 2 && one.words[0].find('=') == std::string::npos)
        emit(one.line, one.name + " " + one.words[0] + " ...");
    });
  }
}

void env_refers_to_itself(const Context& context, const Emit& emit) {
  each(context, "ENV", [&](const Instruction& one) {
    std::map<std::string, size_t> set;  // how often each is
    for (const std::string& word : one.words) {
      if (const size_t equal = word.find('='); equal != std::string::npos)
        ++set[word.substr(0, equal)];
    }
    for (const std::string& word : one.words) {
      const auto [key, value] = split_once(word, '=');
      for (const auto& [name, count] : set) {
        if (name == key && count < 2) continue;
        const size_t braces = value.find("${" + name + "}"), plain = value.find("$" + name);
        const char next = plain == value.npos || plain + name.size() + 1 >= value.size()
                              ? ' '
                              : value[plain + name.size() + 1];
        if (braces != value.npos ||
            (plain != value.npos && !std::isalnum(static_cast<unsigned char>(next)) && next != '_'))
          emit(one.line, fmt::format("{} uses {} of the same ENV", key, name));
      }
    }
  });
}

void bad_port(const Context& context, const Emit& emit) {
  each(context, "EXPOSE", [&](const Instruction& one) {
    for (const std::string& word : one.words) {
      for (const std::string_view part : split(split_once(word, '/').first, '-')) {
        const auto port = parse_unsigned(part);
        if (port && *port > 65535) emit(one.line, "EXPOSE " + word);
      }
    }
  });
}

void ssh_port(const Context& context, const Emit& emit) {
  each(context, "EXPOSE", [&](const Instruction& one) {
    for (const std::string& word : one.words) {
      if (word == "22" || word.starts_with("22/")) emit(one.line, "EXPOSE " + word);
    }
  });
}

void expose_format(const Context& context, const Emit& emit) {
  each(context, "EXPOSE", [&](const Instruction& one) {
    for (const std::string& word : one.words) {
      if (word.find(':') != std::string::npos && !has_unknown_variable(word))
        emit(one.line, "EXPOSE " + word);
    }
  });
}

void expose_casing(const Context& context, const Emit& emit) {
  each(context, "EXPOSE", [&](const Instruction& one) {
    for (const std::string& word : one.words) {
      const std::string_view protocol = split_once(word, '/').second;
      if (!has_unknown_variable(word) && to_lower(protocol) != protocol)
        emit(one.line, "EXPOSE " + word);
    }
  });
}

void duplicate_stage(const Context& context, const Emit& emit) {
  std::set<std::string> names;
  for (const Stage& stage : context.file.stages) {
    if (!stage.name.empty() && !names.insert(to_lower(stage.name)).second)
      emit(stage.line, "AS " + stage.name);
  }
}

void reserved_stage(const Context& context, const Emit& emit) {
  for (const Stage& stage : context.file.stages) {
    if (equal_ignoring_case(stage.name, "scratch") || equal_ignoring_case(stage.name, "context"))
      emit(stage.line, "AS " + stage.name);
  }
}

void stage_casing(const Context& context, const Emit& emit) {
  for (const Stage& stage : context.file.stages) {
    if (stage.name != to_lower(stage.name)) emit(stage.line, "AS " + stage.name);
  }
}

void from_as_casing(const Context& context, const Emit& emit) {
  each(context, "FROM", [&](const Instruction& one) {
    if (one.words.size() < 3) return;
    const auto is_lower = [](std::string_view text) { return to_lower(text) == text; };
    if (!is_lower(one.written) && one.written != one.name) return;
    if (is_lower(one.written) != is_lower(one.words[1]))
      emit(one.line, one.written + " ... " + one.words[1]);
  });
}

void instruction_casing(const Context& context, const Emit& emit) {
  size_t upper = 0, lower = 0;
  for (const Instruction& one : context.file.instructions) {
    if (one.written == one.name)
      ++upper;
    else if (one.written == to_lower(one.name))
      ++lower;
  }
  for (const Instruction& one : context.file.instructions) {
    const bool good = upper >= lower ? one.written == one.name : one.written == to_lower(one.name);
    if (!good && !one.onbuild) emit(one.line, one.written);
  }
}

void empty_continuation(const Context& context, const Emit& emit) {
  for (const uint32_t line : context.file.empty_continuations)
    emit(line, "an empty line inside an instruction");
}

void onbuild_forbidden(const Context& context, const Emit& emit) {
  for (const Instruction& one : context.file.instructions) {
    const bool forbidden = one.name == "FROM" || one.name == "MAINTAINER";
    if (one.onbuild && forbidden) emit(one.line, "ONBUILD " + one.name);
    if (one.name == "ONBUILD") emit(one.line, "ONBUILD " + one.arguments);
  }
}

void first_instruction(const Context& context, const Emit& emit) {
  if (context.file.instructions.empty()) return;
  const Instruction& one = context.file.instructions.front();
  if (one.name != "FROM" && one.name != "ARG") emit(one.line, one.name + " before FROM");
}

void undefined_arg_in_from(const Context& context, const Emit& emit) {
  constexpr std::array<std::string_view, 8> kPredefined = {
      "BUILDPLATFORM",  "BUILDOS",  "BUILDARCH",  "BUILDVARIANT",
      "TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT"};
  for (const Stage& stage : context.file.stages) {
    for (const std::string* text : {&stage.written, &stage.platform}) {
      for (size_t at = text->find('$'); at != std::string::npos; at = text->find('$', at + 1)) {
        const size_t begin = text->find_first_not_of("${", at);
        if (begin == std::string::npos) break;
        size_t end = begin;
        while (end < text->size() &&
               (std::isalnum(static_cast<unsigned char>((*text)[end])) || (*text)[end] == '_'))
          ++end;
        const std::string name = text->substr(begin, end - begin);
        const bool fallback = end < text->size() && ((*text)[end] == ':' || (*text)[end] == '-');
        const bool known =
            context.file.global_args.contains(name) ||
            std::find(kPredefined.begin(), kPredefined.end(), name) != kPredefined.end();
        if (!known && !fallback && !name.empty()) emit(stage.line, "$" + name);
      }
    }
  }
}

// Whether FROM names no image when no build argument is given.
void empty_default_in_from(const Context& context, const Emit& emit) {
  for (const Stage& stage : context.file.stages) {
    if (stage.written.find('$') == std::string::npos) continue;
    std::string image = stage.image;
    // What is declared and has no default is nothing.
    for (const auto& [name, value] : context.file.global_args) {
      if (!value.empty()) continue;
      image = replace_all(image, "${" + name + "}", "");
      image = replace_all(image, "$" + name, "");
    }
    if (has_unknown_variable(image)) continue;
    if (image.empty() || image.ends_with(':') || image.ends_with('@') || image.ends_with('/') ||
        image.starts_with(':') || image.starts_with('/') || image.find(":@") != std::string::npos)
      emit(stage.line, "FROM " + stage.written);
  }
}

// "# NAME what it is" right above a stage or an argument; only where the file asks for it.
void definition_description(const Context& context, const Emit& emit) {
  if (context.file.check.find("InvalidDefinitionDescription") == std::string::npos ||
      context.file.check.find("experimental") == std::string::npos)
    return;
  for (const Instruction& one : context.file.instructions) {
    const bool from = one.name == "FROM" && one.words.size() >= 3;
    if ((one.name != "ARG" && !from) || one.words.empty()) continue;
    for (const DockerComment& comment : context.file.comments) {
      if (comment.line + 1 != one.line) continue;
      const std::string name = from ? one.words[2] : one.words[0].substr(0, one.words[0].find('='));
      const bool several = !from && one.words.size() > 1;
      bool good = comment.text.starts_with(name + " ");
      for (const std::string& word : one.words)
        good = good || (several && comment.text.starts_with(word.substr(0, word.find('=')) + " "));
      if (!good) emit(one.line, "# " + comment.text.substr(0, 60));
    }
  }
}

// Names in "$NAME" and "${NAME}" without a fallback; what is escaped or in single quotes is text.
std::vector<std::string> variables_in(std::string_view text, char escape) {
  std::vector<std::string> out;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == escape) {
      ++i;
    } else if (quote && text[i] == quote) {
      quote = 0;
    } else if (!quote && (text[i] == '\'' || text[i] == '"')) {
      quote = text[i];
    } else if (text[i] == '$' && quote != '\'') {
      const bool braces = i + 1 < text.size() && text[i + 1] == '{';
      const size_t begin = i + (braces ? 2 : 1);
      size_t end = begin;
      while (end < text.size() &&
             (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_'))
        ++end;
      const bool other = braces && end < text.size() && text[end] != '}';
      if (end > begin && !other && !std::isdigit(static_cast<unsigned char>(text[begin])))
        out.emplace_back(text.substr(begin, end - begin));
      i = end - 1;
    }
  }
  return out;
}

// Short names are all near each other; long ones come from nobody's hand.
bool is_near(std::string_view a, std::string_view b) {
  return a.size() >= 4 && a.size() <= 64 && b.size() <= 64 && edit_distance(a, b) <= 2;
}

// A base image brings variables that nobody knows here, so that only stages from scratch can be
// judged in full; of the others what looks like a slip of the pen.
void undefined_variable(const Context& context, const Emit& emit) {
  constexpr std::array<std::string_view, 9> kExpands = {
      "ADD", "COPY", "ENV", "EXPOSE", "LABEL", "USER", "WORKDIR", "VOLUME", "STOPSIGNAL"};
  // What every build has. Source: Dockerfile reference, "Predefined ARGs".
  const std::set<std::string> predefined = {
      "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy",
      "NO_PROXY",   "no_proxy",   "ALL_PROXY",   "all_proxy",   "PATH",      "SOURCE_DATE_EPOCH"};
  std::map<int, std::set<std::string>> known;
  std::map<int, bool> complete;  // whether the base brings nothing
  for (const Instruction& one : context.file.instructions) {
    if (one.stage < 0 || one.onbuild) continue;
    std::set<std::string>& names = known[one.stage];
    if (one.name == "FROM") {
      const Stage& stage = context.file.stages[static_cast<size_t>(one.stage)];
      names = stage.from_stage >= 0 ? known[stage.from_stage] : predefined;
      complete[one.stage] =
          stage.from_stage >= 0 ? complete[stage.from_stage] : stage.image == "scratch";
      continue;
    }
    if (std::find(kExpands.begin(), kExpands.end(), one.name) != kExpands.end()) {
      for (const std::string& name : variables_in(one.arguments, context.file.escape)) {
        if (names.contains(name)) continue;
        const bool slip = std::any_of(names.begin(), names.end(), [&](const std::string& other) {
          return other != "PATH" && !predefined.contains(other) && is_near(other, name);
        });
        if (complete[one.stage] || slip) emit(one.line, "$" + name);
      }
    }
    if (one.name != "ARG" && one.name != "ENV") continue;
    const bool old_form =
        one.name == "ENV" && !one.words.empty() && one.words[0].find('=') == std::string::npos;
    for (const std::string& word : one.words) {
      names.insert(word.substr(0, word.find('=')));
      if (old_form) break;
    }
  }
}

void build_image_last(const Context& context, const Emit& emit) {
  if (context.file.stages.size() != 1 || !is_external(context.file.stages[0])) return;
  std::string_view image = context.file.stages[0].image;
  image = image.substr(0, image.find('@'));
  const std::string_view name = image.substr(image.rfind('/') + 1);
  const std::string_view base = name.substr(0, name.find(':'));
  constexpr std::array<std::string_view, 11> kBuilders = {
      "golang",  "maven", "gradle",         "rust", "gcc",    "sdk",
      "haskell", "swift", "buildpack-deps", "dart", "clojure"};
  if (std::find(kBuilders.begin(), kBuilders.end(), base) != kBuilders.end())
    emit(context.file.stages[0].line, "FROM " + std::string(image));
}

void bad_label_key(const Context& context, const Emit& emit) {
  each(context, "LABEL", [&](const Instruction& one) {
    const bool old_form = !one.words.empty() && one.words[0].find('=') == std::string::npos;
    for (const std::string& word : one.words) {
      if (old_form && &word != &one.words[0]) break;
      const std::string_view key = unquoted(split_once(word, '=').first);
      const bool reserved = key.starts_with("com.docker.") || key.starts_with("io.docker.") ||
                            key.starts_with("org.dockerproject.");
      const bool odd =
          !key.empty() &&
          (key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_/") != key.npos ||
           !std::isalpha(static_cast<unsigned char>(key[0])) ||
           !std::isalnum(static_cast<unsigned char>(key.back())) || key.find("..") != key.npos ||
           key.find("--") != key.npos);
      if (reserved || odd) emit(one.line, "LABEL " + std::string(key));
    }
  });
}

// Two plain RUNs, each of one command, with the same mounts: one layer would do.
void consecutive_runs(const Context& context, const Emit& emit) {
  const RunCommands* before = nullptr;
  size_t at = 0;
  for (const Instruction& one : context.file.instructions) {
    const RunCommands* run = nullptr;
    if (at < context.runs.size() && context.runs[at].run == &one) run = &context.runs[at++];
    if (!run || one.onbuild || !one.heredocs.empty() || run->commands.size() > 1) {
      before = nullptr;
      continue;
    }
    if (before && before->run->stage == one.stage && before->run->flags == one.flags)
      emit(one.line, "RUN after the RUN of line " + std::to_string(before->run->line));
    before = run;
  }
}

void system_workdir(const Context& context, const Emit& emit) {
  constexpr std::array<std::string_view, 9> kPlaces = {"/etc",  "/bin", "/sbin", "/usr", "/lib",
                                                       "/proc", "/sys", "/dev",  "/boot"};
  each(context, "WORKDIR", [&](const Instruction& one) {
    const std::string_view path = unquoted(one.arguments);
    for (const std::string_view place : kPlaces) {
      if (path == place || (place != "/usr" && path.starts_with(std::string(place) + "/")))
        emit(one.line, "WORKDIR " + one.arguments);
    }
  });
}

constexpr std::pair<std::string_view, DockerCheck> kChecks[] = {
    {"untagged-base", untagged_base},
    {"latest-base", latest_base},
    {"base-without-digest", base_without_digest},
    {"untrusted-registry", untrusted_registry},
    {"platform-in-from", platform_in_from},
    {"redundant-platform", redundant_platform},
    {"root-user", root_user},
    {"root-user-while-building", root_user_while_building},
    {"no-user", no_user},
    {"named-user", named_user},
    {"no-healthcheck", no_healthcheck},
    {"several-cmd", several_cmd},
    {"several-entrypoint", several_entrypoint},
    {"several-healthcheck", several_healthcheck},
    {"relative-workdir", relative_workdir},
    {"unknown-workdir", unknown_workdir},
    {"system-workdir", system_workdir},
    {"maintainer", maintainer},
    {"shell-form", shell_form},
    {"add-instead-of-copy", add_instead_of_copy},
    {"add-url-without-checksum", add_url_without_checksum},
    {"copy-archive", copy_archive},
    {"copy-many-without-slash", copy_many_without_slash},
    {"copy-from-unknown", copy_from_unknown},
    {"copy-from-itself", copy_from_itself},
    {"copy-from-root", copy_from_root},
    {"copy-relative-without-workdir", copy_relative_without_workdir},
    {"whole-context", whole_context},
    {"secret-files", secret_files},
    {"secret-in-env", secret_in_env},
    {"legacy-env", legacy_env},
    {"env-refers-to-itself", env_refers_to_itself},
    {"bad-port", bad_port},
    {"ssh-port", ssh_port},
    {"expose-format", expose_format},
    {"expose-casing", expose_casing},
    {"definition-description", definition_description},
    {"duplicate-stage", duplicate_stage},
    {"reserved-stage", reserved_stage},
    {"stage-casing", stage_casing},
    {"from-as-casing", from_as_casing},
    {"instruction-casing", instruction_casing},
    {"empty-continuation", empty_continuation},
    {"onbuild-forbidden", onbuild_forbidden},
    {"first-instruction", first_instruction},
    {"undefined-arg-in-from", undefined_arg_in_from},
    {"empty-default-in-from", empty_default_in_from},
    {"undefined-variable", undefined_variable},
    {"build-image-last", build_image_last},
    {"bad-label-key", bad_label_key},
    {"consecutive-runs", consecutive_runs},
};

}  // namespace

DockerCheck find_docker_check(std::string_view name) {
  for (const auto& [known, check] : kChecks) {
    if (known == name) return check;
  }
  return nullptr;
}

}  // namespace seawall::inspect
