#include "inspect/dockerfile/fix.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::inspect {
namespace {

struct Edit {
  Span at;  // of the source
  std::string text;
};

struct FixContext {
  const DockerLintContext& lint;
  std::string_view source;
  uint32_t line;  // of the finding
  const Instruction* instruction() const {
    for (const Instruction& one : lint.file.instructions) {
      if (one.line == line) return &one;
    }
    return nullptr;
  }
};
using Edits = std::vector<Edit>;

void insert_after(const ShellCommand& command, size_t word, std::string_view text, Edits& edits) {
  const size_t at = command.spans[word].end;
  if (at != kNoPosition) edits.push_back({{at, at}, std::string(text)});
}

bool has_program(const ShellCommand& command, std::initializer_list<std::string_view> programs) {
  return std::find(programs.begin(), programs.end(), command.program()) != programs.end();
}

template <typename Use>
void each_command(const FixContext& context, Use use) {
  for (const RunCommands& run : context.lint.runs) {
    if (run.run->line != context.line) continue;
    for (const ShellCommand& command : run.commands) use(command);
  }
}

// A switch behind the verb of each command that lacks it: "install" -> "install -y".
void add_switch(const FixContext& context, std::initializer_list<std::string_view> programs,
                std::initializer_list<std::string_view> verbs, std::string_view text,
                bool (*lacks)(const ShellCommand&), Edits& edits) {
  each_command(context, [&](const ShellCommand& command) {
    if (!has_program(command, programs) || !lacks(command)) return;
    for (size_t i = 1; i < command.words.size(); ++i) {
      if (std::find(verbs.begin(), verbs.end(), command.words[i]) == verbs.end()) continue;
      return insert_after(command, i, text, edits);
    }
  });
}

bool lacks_yes(const ShellCommand& command) {
  return !command.has_letter('y') && !command.has_any({"--yes", "--assume-yes", "--assumeyes"});
}
void apt_yes(const FixContext& context, Edits& edits) {
  add_switch(context, {"apt-get", "apt"}, {"install"}, " -y", lacks_yes, edits);
}
void yum_yes(const FixContext& context, Edits& edits) {
  add_switch(context, {"yum"}, {"install", "groupinstall", "localinstall"}, " -y", lacks_yes,
             edits);
}
void dnf_yes(const FixContext& context, Edits& edits) {
  add_switch(context, {"dnf", "microdnf"}, {"install", "groupinstall", "localinstall"}, " -y",
             lacks_yes, edits);
}
void apk_no_cache(const FixContext& context, Edits& edits) {
  add_switch(
      context, {"apk"}, {"add"}, " --no-cache",
      [](const ShellCommand& command) { return !command.has("--no-cache"); }, edits);
}
void zypper_yes(const FixContext& context, Edits& edits) {
  each_command(context, [&](const ShellCommand& command) {
    if (has_program(command, {"zypper"}) && lacks_yes(command) &&
        !command.has_any({"-n", "--non-interactive", "--no-confirm"}))
      insert_after(command, 0, " --non-interactive", edits);
  });
}
void pip_no_cache(const FixContext& context, Edits& edits) {
  each_command(context, [&](const ShellCommand& command) {
    const auto verb = std::find(command.words.begin(), command.words.end(), "install");
    const bool pip = command.program().starts_with("pip") || command.has("pip");
    if (pip && verb != command.words.end() && !command.has("--no-cache-dir"))
      insert_after(command, static_cast<size_t>(verb - command.words.begin()), " --no-cache-dir",
                   edits);
  });
}
void useradd_l(const FixContext& context, Edits& edits) {
  each_command(context, [&](const ShellCommand& command) {
    if (has_program(command, {"useradd"}) && !command.has_letter('l') &&
        !command.has("--no-log-init"))
      insert_after(command, 0, " -l", edits);
  });
}
void wget_progress(const FixContext& context, Edits& edits) {
  each_command(context, [&](const ShellCommand& command) {
    const bool quiet = command.has_letter('q') || command.has_letter('n') ||
                       command.has_any({"--quiet", "--no-verbose"});
    const bool says =
        std::any_of(command.words.begin(), command.words.end(),
                    [](const std::string& word) { return word.starts_with("--progress"); });
    if (has_program(command, {"wget"}) && !quiet && !says)
      insert_after(command, 0, " --progress=dot:giga", edits);
  });
}
// Verbs that both programs have, with the same meaning.
void apt_get(const FixContext& context, Edits& edits) {
  each_command(context, [&](const ShellCommand& command) {
    if (command.words.empty() || command.words[0] != "apt" ||
        command.spans[0].begin == kNoPosition ||
        !command.has_any({"install", "update", "upgrade", "remove", "purge", "autoremove", "clean",
                          "autoclean"}))
      return;
    edits.push_back({command.spans[0], "apt-get"});
  });
}

// Whether a RUN is a plain chain of commands, each run only if the one before it succeeded, so that
// one more can be put at its end.
bool is_plain_chain(const RunCommands& run) {
  const Instruction& one = *run.run;
  if (one.json || !one.heredocs.empty()) return false;
  if (one.arguments.find_first_of("(){}#;`") != std::string::npos ||
      one.arguments.find("$(") != std::string::npos)
    return false;
  return std::all_of(run.commands.begin(), run.commands.end(), [](const ShellCommand& command) {
    constexpr std::array<std::string_view, 7> kOpen = {"if",   "for",  "while", "until",
                                                       "case", "trap", "exec"};
    return (command.joined_by.empty() || command.joined_by == "&&" || command.joined_by == "|") &&
           (command.words.empty() ||
            std::find(kOpen.begin(), kOpen.end(), command.words[0]) == kOpen.end());
  });
}

// "&& COMMAND" at the end of the RUN, on a line of its own when the RUN has several.
void append_command(const FixContext& context, std::string_view text, Edits& edits) {
  for (const RunCommands& run : context.lint.runs) {
    if (run.run->line != context.line || !is_plain_chain(run)) continue;
    const Instruction& one = *run.run;
    const size_t last = one.arguments.find_last_not_of(" \t");
    if (last == std::string::npos || one.source_of(last) == kNoPosition) return;
    const size_t at = one.source_of(last) + 1;
    std::string joint = " ";
    if (one.last_line != one.line) {
      const size_t begin = context.source.rfind('\n', at - 1) + 1;
      const size_t indent = std::min(context.source.find_first_not_of(" \t", begin), at) - begin;
      joint = fmt::format(" {}\n{}", context.lint.file.escape,
                          context.source.substr(begin, indent ? indent : 0));
      if (indent == 0) joint += "    ";
    }
    edits.push_back({{at, at}, fmt::format("{}&& {}", joint, text)});
  }
}

// Lists may go only when no later RUN installs without fetching them again.
void apt_lists(const FixContext& context, Edits& edits) {
  for (const RunCommands& run : context.lint.runs) {
    if (run.run->line <= context.line) continue;
    bool updated = false;
    for (const ShellCommand& command : run.commands) {
      if (!has_program(command, {"apt-get", "apt", "aptitude"})) continue;
      updated = updated || command.has("update");
      if (command.has_any({"install", "upgrade", "dist-upgrade", "build-dep"}) && !updated) return;
    }
  }
  append_command(context, "rm -rf /var/lib/apt/lists/*", edits);
}
void yum_clean(const FixContext& context, Edits& edits) {
  append_command(context, "yum clean all", edits);
}
void dnf_clean(const FixContext& context, Edits& edits) {
  append_command(context, "dnf clean all", edits);
}
void zypper_clean(const FixContext& context, Edits& edits) {
  append_command(context, "zypper clean --all", edits);
}
void yarn_clean(const FixContext& context, Edits& edits) {
  append_command(context, "yarn cache clean", edits);
}

bool is_upper(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

void instruction_casing(const FixContext& context, Edits& edits) {
  size_t upper = 0, lower = 0;
  for (const Instruction& one : context.lint.file.instructions) {
    upper += one.written == one.name;
    lower += one.written == to_lower(one.name);
  }
  for (const Instruction& one : context.lint.file.instructions) {
    if (one.line != context.line) continue;
    edits.push_back({one.keyword_source, upper >= lower ? one.name : to_lower(one.name)});
    // Its "AS" goes with it.
    if (one.name == "FROM" && one.words.size() >= 3 && equal_ignoring_case(one.words[1], "as")) {
      const size_t at = one.source_of(one.arguments.find(one.words[1], one.words[0].size()));
      if (at != kNoPosition) edits.push_back({{at, at + 2}, upper >= lower ? "AS" : "as"});
    }
  }
}

void from_as_casing(const FixContext& context, Edits& edits) {
  const Instruction* one = context.instruction();
  if (!one || one->words.size() < 3) return;
  const size_t at = one->arguments.find(one->words[1], one->words[0].size());
  if (at == std::string::npos) return;
  const size_t source = one->source_of(at);
  edits.push_back({{source, source + 2}, is_upper(one->written) ? "AS" : "as"});
}

// A value that stands for itself between double quotes.
bool is_plain_value(std::string_view value) {
  return !value.empty() && value.find_first_of("\"'\\`\n") == value.npos;
}

// "ENV NAME some value" -> "ENV NAME="some value"".
void legacy_form(const FixContext& context, Edits& edits) {
  const Instruction* one = context.instruction();
  if (!one || one->words.size() < 2 || one->line != one->last_line) return;
  const std::string& name = one->words[0];
  const std::string_view value = trim(std::string_view(one->arguments).substr(name.size()));
  if (!is_plain_value(value)) return;
  const bool simple = value.find_first_of(" \t") == value.npos;
  const size_t begin = one->source_of(0), end = one->source_of(one->arguments.size() - 1) + 1;
  edits.push_back(
      {{begin, end},
       simple ? fmt::format("{}={}", name, value) : fmt::format("{}=\"{}\"", name, value)});
}

void maintainer(const FixContext& context, Edits& edits) {
  const Instruction* one = context.instruction();
  if (!one || one->line != one->last_line) return;
  std::string_view value = one->arguments;
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  if (!is_plain_value(value) || value.find('$') != value.npos) return;
  edits.push_back({{one->keyword_source.begin, one->source_of(one->arguments.size() - 1) + 1},
                   fmt::format("{} org.opencontainers.image.authors=\"{}\"",
                               is_upper(one->written) ? "LABEL" : "label", value)});
}

void add_to_copy(const FixContext& context, Edits& edits) {
  const Instruction* one = context.instruction();
  if (!one || one->name != "ADD" || !one->heredocs.empty()) return;
  for (const auto& [name, value] : one->flags) {
    if (name == "checksum" || name == "keep-git-dir" || name == "unpack") return;
  }
  for (size_t i = 0; i + 1 < one->words.size(); ++i) {
    const std::string& source = one->words[i];
    // What ADD would fetch or unpack, or what is known only when building.
    const std::string lower = to_lower(source);
    if (source.find_first_of("*?[$") != std::string::npos ||
        source.find("://") != std::string::npos || source.starts_with("git@"))
      return;
    for (const std::string_view ending :
         {".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".tbz", ".tbz2", ".txz", ".lzma", ".git"}) {
      if (lower.ends_with(ending)) return;
    }
  }
  edits.push_back({one->keyword_source, is_upper(one->written) ? "COPY" : "copy"});
}

void copy_slash(const FixContext& context, Edits& edits) {
  const Instruction* one = context.instruction();
  if (!one || one->json || one->words.empty()) return;
  const char last = one->words.back().back();
  if (last == '"' || last == '\'' || !one->arguments.ends_with(one->words.back())) return;
  const size_t at = one->source_of(one->arguments.size() - 1) + 1;
  edits.push_back({{at, at}, "/"});
}

void expose_casing(const FixContext& context, Edits& edits) {
  const Instruction* one = context.instruction();
  if (!one || one->line != one->last_line || one->arguments.empty() ||
      one->arguments.find_first_of(":$") != std::string::npos)
    return;
  const size_t begin = one->source_of(0);
  edits.push_back({{begin, begin + one->arguments.size()}, to_lower(one->arguments)});
}

void empty_continuation(const FixContext& context, Edits& edits) {
  size_t begin = 0;
  for (uint32_t line = 1; line < context.line && begin < context.source.size(); ++line) {
    const size_t end = context.source.find('\n', begin);
    if (end == std::string_view::npos) return;
    begin = end + 1;
  }
  const size_t end = context.source.find('\n', begin);
  if (end == std::string_view::npos || !trim(context.source.substr(begin, end - begin)).empty())
    return;
  edits.push_back({{begin, end + 1}, ""});
}

void redundant_platform(const FixContext& context, Edits& edits) {
  const Instruction* one = context.instruction();
  if (!one || one->line != one->last_line || one->flags.size() != 1) return;
  const size_t begin = one->keyword_source.end, end = one->source_of(0);
  if (end == kNoPosition || end <= begin) return;
  edits.push_back({{begin, end}, " "});
}

// A CMD, ENTRYPOINT or HEALTHCHECK that a later one of the stage replaces.
void drop_instruction(const FixContext& context, Edits& edits) {
  if (const Instruction* one = context.instruction()) edits.push_back({one->source, ""});
}

using Fixer = void (*)(const FixContext& context, Edits& edits);
constexpr std::pair<std::string_view, Fixer> kFixers[] = {
    {"apt-yes", apt_yes},
    {"yum-yes", yum_yes},
    {"dnf-yes", dnf_yes},
    {"zypper-yes", zypper_yes},
    {"apk-no-cache", apk_no_cache},
    {"pip-no-cache", pip_no_cache},
    {"useradd-without-l", useradd_l},
    {"wget-progress", wget_progress},
    {"apt-instead-of-apt-get", apt_get},
    {"apt-lists", apt_lists},
    {"yum-clean", yum_clean},
    {"dnf-clean", dnf_clean},
    {"zypper-clean", zypper_clean},
    {"yarn-cache", yarn_clean},
    {"instruction-casing", instruction_casing},
    {"from-as-casing", from_as_casing},
    {"legacy-env", legacy_form},
    {"maintainer", maintainer},
    {"add-instead-of-copy", add_to_copy},
    {"copy-many-without-slash", copy_slash},
    {"expose-casing", expose_casing},
    {"empty-continuation", empty_continuation},
    {"redundant-platform", redundant_platform},
    {"several-cmd", drop_instruction},
    {"several-entrypoint", drop_instruction},
    {"several-healthcheck", drop_instruction},
};

Fixer fixer_of(const std::vector<DockerRule>& rules, std::string_view id) {
  for (const DockerRule& rule : rules) {
    if (rule.rule.id != id) continue;
    for (const auto& [name, fixer] : kFixers) {
      if (name == rule.check_name) return fixer;
    }
  }
  return nullptr;
}

std::optional<std::string> apply_edits(std::string_view source, Edits edits) {
  if (edits.empty()) return std::nullopt;
  std::sort(edits.begin(), edits.end(),
            [](const Edit& a, const Edit& b) { return a.at.begin < b.at.begin; });
  std::string out;
  size_t at = 0;
  const Edit* before = nullptr;
  for (const Edit& edit : edits) {
    // Two findings of one instruction ask for the same.
    if (before && before->at.begin == edit.at.begin && before->at.end == edit.at.end &&
        before->text == edit.text)
      continue;
    before = &edit;
    if (edit.at.begin == kNoPosition || edit.at.end > source.size() || edit.at.begin < at ||
        edit.at.end < edit.at.begin)
      return std::nullopt;
    out.append(source.substr(at, edit.at.begin - at)).append(edit.text);
    at = edit.at.end;
  }
  out.append(source.substr(at));
  return out;
}

std::map<std::string, size_t> counts(const DockerLint& lint) {
  std::map<std::string, size_t> out;
  for (const Finding& finding : lint.findings) ++out[finding.rule_id];
  return out;
}

size_t count_of(const DockerLint& lint, const std::string& id) {
  return static_cast<size_t>(
      std::count_if(lint.findings.begin(), lint.findings.end(),
                    [&](const Finding& finding) { return finding.rule_id == id; }));
}

// Whether `after` breaks the rule less often than `before`, and no other rule more often.
bool is_better(const DockerLint& before, const DockerLint& after, const std::string& rule) {
  if (!after.problems.empty()) return false;
  const auto old_counts = counts(before), new_counts = counts(after);
  for (const auto& [id, count] : new_counts) {
    const auto old = old_counts.find(id);
    if (count > (old == old_counts.end() ? 0 : old->second)) return false;
  }
  const auto now = new_counts.find(rule);
  return (now == new_counts.end() ? 0 : now->second) < old_counts.at(rule);
}

class Corrector {
 public:
  Corrector(std::string_view text, const std::vector<DockerRule>& rules,
            const DockerLintOptions& options, const Limits& limits)
      : rules_(rules), options_(options), limits_(limits), out_{std::string(text), {}} {}

  DockerFix run() {
    lint_ = lint_dockerfile(out_.text, rules_, options_, limits_);
    // One correction may make another possible.
    for (int round = 0; round < kMostRounds && lint_.problems.empty(); ++round) {
      const size_t before = out_.fixed.size();
      std::set<std::string> ids;
      for (const Finding& finding : lint_.findings) ids.insert(finding.rule_id);
      for (const std::string& id : ids) correct(id);
      if (out_.fixed.size() == before) break;
    }
    return std::move(out_);
  }

 private:
  static constexpr int kMostRounds = 4;
  static constexpr size_t kMostSingles = 40;

  // All places of a rule in one go, else one by one.
  void correct(const std::string& id) {
    const Fixer fixer = fixer_of(rules_, id);
    if (!fixer || out_.fixed.size() >= kMostFixes) return;
    std::vector<uint32_t> lines;
    for (const Finding& finding : lint_.findings) {
      if (finding.rule_id == id && lines.size() < kMostFixes)
        lines.push_back(finding.location.line);
    }
    if (lines.empty() || attempt(fixer, id, lines) || lines.size() == 1) return;
    // From the bottom, so that the lines above stay where they are.
    std::reverse(lines.begin(), lines.end());
    for (const uint32_t line : lines) {
      if (singles_++ >= kMostSingles) return;
      attempt(fixer, id, {line});
    }
  }

  bool attempt(Fixer fixer, const std::string& id, const std::vector<uint32_t>& lines) {
    const Dockerfile file = parse_dockerfile(out_.text, limits_);
    const DockerLintContext context{file, options_, commands_of(file)};
    Edits edits;
    for (const uint32_t line : lines) fixer({context, out_.text, line}, edits);
    std::optional<std::string> corrected = apply_edits(out_.text, std::move(edits));
    if (!corrected) return false;
    DockerLint again = lint_dockerfile(*corrected, rules_, options_, limits_);
    if (!is_better(lint_, again, id)) return false;
    // Some places may be left, where nothing was certain.
    const size_t gone = count_of(lint_, id) - count_of(again, id);
    for (size_t i = 0; i < lines.size() && i < gone; ++i) out_.fixed.push_back({id, lines[i]});
    out_.text = std::move(*corrected);
    lint_ = std::move(again);
    return true;
  }

  const std::vector<DockerRule>& rules_;
  const DockerLintOptions& options_;
  const Limits& limits_;
  DockerFix out_;
  DockerLint lint_;
  size_t singles_ = 0;
};

}  // namespace

DockerFix fix_dockerfile(std::string_view text, const std::vector<DockerRule>& rules,
                         const DockerLintOptions& options, const Limits& limits) {
  if (!is_valid_utf8(text)) return {std::string(text), {}};
  return Corrector(text, rules, options, limits).run();
}

}  // namespace seawall::inspect
