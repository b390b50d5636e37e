#include "cli/command_line.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "base/edit_distance.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/progress.h"
#include "base/strings.h"
#include "base/thread_pool.h"
#include "cli/verbs.h"
#include "scan/scan.h"

namespace seawall::cli {
namespace {

constexpr unsigned kMostJobs = 256;

const Flag* find_flag(const Command& command, std::string_view name, char letter) {
  for (const auto* list : {&command.flags, &common_flags()}) {
    for (const Flag& flag : *list) {
      if ((letter != 0 && flag.letter == letter) || (letter == 0 && flag.name == name))
        return &flag;
    }
  }
  return nullptr;
}

std::string nearest(std::string_view word, const std::vector<std::string_view>& known) {
  std::string_view best;
  size_t least = 3;
  for (const std::string_view candidate : known) {
    if (const size_t edits = edit_distance(word, candidate); edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return std::string(best);
}

Error unknown_flag(const Command& command, std::string_view word) {
  std::vector<std::string_view> known;
  for (const auto* list : {&command.flags, &common_flags()}) {
    for (const Flag& flag : *list) known.push_back(flag.name);
  }
  const std::string best =
      nearest(word.substr(std::min(word.find_first_not_of('-'), word.size())), known);
  return usage_error(fmt::format("seawall {} has no flag {}", command.name, word))
      .hint(best.empty() ? fmt::format("seawall {} --help lists them", command.name)
                         : "did you mean --" + best + "?");
}

std::string program_help() {
  std::string text =
      "seawall: checks images, hosts and clusters, and says why it decided so\n\nVerbs\n";
  for (const Command& command : commands())
    text += fmt::format("  {:<14} {}\n", command.name, command.summary);
  text +=
      "\nseawall VERB --help shows its flags and examples.\n"
      "Exit status: 0 passed, 1 denied by policy, 2 could not run, 3 cannot say (no or stale "
      "data).\n";
  return text;
}

// What `seawall db --help` shows: the verbs of the group; empty when there is none of that name.
std::string group_help(const std::string& group) {
  std::string text;
  for (const Command& command : commands()) {
    if (command.name == group) return {};
    if (command.name.starts_with(group + " "))
      text += fmt::format("  {:<14} {}\n", command.name, command.summary);
  }
  if (text.empty()) return {};
  return fmt::format("seawall {}\n\nVerbs\n{}\nseawall {} VERB --help shows flags and examples.\n",
                     group, text, group);
}

// "db update x" names a verb of two words; the longest name that fits wins.
const Command* find_command(std::vector<std::string>& words) {
  for (size_t length : {size_t{2}, size_t{1}}) {
    if (words.size() < length) continue;
    const std::string name = length == 2 ? words[0] + " " + words[1] : words[0];
    for (const Command& command : commands()) {
      if (command.name != name) continue;
      words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(length));
      return &command;
    }
  }
  return nullptr;
}

int unknown_verb(const std::vector<std::string>& words) {
  std::vector<std::string_view> known;
  std::string below;
  for (const Command& command : commands()) {
    known.push_back(command.name);
    if (command.name.starts_with(words[0] + " ")) {
      below += (below.empty() ? "" : ", ") + std::string(command.name.substr(words[0].size() + 1));
    }
  }
  if (!below.empty()) {
    return fail(
        usage_error(fmt::format("seawall {} needs one of: {}", words[0], below))
            .hint(fmt::format("seawall {} {} --help", words[0], below.substr(0, below.find(',')))));
  }
  const std::string best = nearest(words[0], known);
  return fail(usage_error(fmt::format("there is no verb {}", words[0]))
                  .hint(best.empty() ? "seawall --help lists them"
                                     : "did you mean `seawall " + best + "`?"));
}

void apply_common(const Arguments& arguments) {
  if (arguments.has("quiet")) set_log_level(LogLevel::kError);
  if (arguments.has("verbose")) set_log_level(LogLevel::kDebug);
  if (arguments.has("quiet") || arguments.has("no-progress")) Progress::disable();
}

}  // namespace

std::string Arguments::get(std::string_view flag, std::string_view other) const {
  const auto found = values_.find(std::string(flag));
  return found == values_.end() ? std::string(other) : found->second;
}

const std::vector<Flag>& common_flags() {
  static const std::vector<Flag> flags = {
      {"help", "", "show this help", 'h'},
      {"output", "FILE", "write the result to FILE, whole or not at all", 'o'},
      {"db", "FILE", "the advisory database (default $SEAWALL_DB, else below the cache directory)"},
      {"cache-dir", "DIR", "where caches live (default $SEAWALL_CACHE_DIR, else ~/.cache/seawall)"},
      {"jobs", "N", "threads to use (default: the CPUs this process may use)", 'j'},
      {"offline", "", "never open a network connection"},
      {"quiet", "", "no progress and no warnings", 'q'},
      {"verbose", "", "say more on standard error", 'v'},
      {"no-progress", "", "no progress line"},
      {"no-color", "", "no colour (also: NO_COLOR)"},
      {"ascii", "", "no characters outside ASCII"},
  };
  return flags;
}

Result<Arguments> parse_arguments(const Command& command, std::vector<std::string> words) {
  Arguments arguments;
  bool flags_ended = false;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (flags_ended || word.size() < 2 || word[0] != '-') {
      arguments.positional_.push_back(word);
      continue;
    }
    if (word == "--") {
      flags_ended = true;
      continue;
    }
    const bool is_long = word[1] == '-';
    const auto [name, value] = split_once(std::string_view(word).substr(is_long ? 2 : 1), '=');
    const bool has_value = word.find('=') != std::string::npos;
    if (!is_long && name.size() != 1) return unknown_flag(command, word);
    const Flag* flag = find_flag(command, name, is_long ? '\0' : name[0]);
    if (!flag) return unknown_flag(command, word);
    std::string& stored = arguments.values_[std::string(flag->name)];
    const std::string before = flag->repeats ? stored : "";
    if (flag->argument.empty()) {
      if (has_value) return usage_error(fmt::format("--{} takes no value", flag->name));
    } else if (has_value) {
      stored = value;
    } else if (i + 1 < words.size()) {
      stored = words[++i];
    } else {
      return usage_error(fmt::format("--{} needs a value: {}", flag->name, flag->argument));
    }
    if (!before.empty()) stored = before + "," + stored;
  }
  if (arguments.has("help")) return arguments;
  const size_t count = arguments.positional_.size();
  if (count < command.least || count > command.most) {
    return usage_error(fmt::format("seawall {} takes {}", command.name,
                                   command.usage.empty() ? "no arguments" : command.usage))
        .hint(fmt::format("for example: {}", command.examples.front()));
  }
  return arguments;
}

std::string help_text(const Command& command) {
  std::string text = fmt::format("seawall {} {}\n  {}\n\n{}\n\nFlags\n", command.name,
                                 command.usage, command.summary, command.description);
  for (const auto* list : {&command.flags, &common_flags()}) {
    for (const Flag& flag : *list) {
      std::string left = flag.letter ? fmt::format("-{}, --{}", flag.letter, flag.name)
                                     : fmt::format("    --{}", flag.name);
      if (!flag.argument.empty()) left += fmt::format(" {}", flag.argument);
      text += fmt::format("  {:<28} {}\n", left, flag.help);
    }
  }
  text += "\nExamples\n";
  for (const std::string_view example : command.examples) text += fmt::format("  {}\n", example);
  return text;
}

int fail(const Error& error) {
  Progress::clear_line();
  log_error(error.text());
  if (!error.hint().empty()) std::fputs(("  " + printable(error.hint()) + "\n").c_str(), stderr);
  return error.code() == Code::kNoData || error.code() == Code::kStale ? kCannotSay : kFailed;
}

Status write_output(const Arguments& arguments, std::string_view text) {
  if (const std::string path = arguments.get("output"); !path.empty() && path != "-")
    return write_file(path, text);
  while (!text.empty()) {
    const ssize_t put = ::write(STDOUT_FILENO, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EPIPE) return {};  // whoever reads has seen enough (`| head`)
    if (put < 0) return errno_error("cannot write to standard output", errno);
    text.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

Result<unsigned> jobs_of(const Arguments& arguments) {
  if (!arguments.has("jobs")) return default_jobs();
  const auto jobs = parse_unsigned(arguments.get("jobs"));
  if (!jobs || *jobs == 0 || *jobs > kMostJobs) {
    return usage_error(fmt::format("--jobs takes a number from 1 to {}", kMostJobs));
  }
  return static_cast<unsigned>(*jobs);
}

std::string database_of(const Arguments& arguments) {
  if (arguments.has("db")) return arguments.get("db");
  if (const char* own = std::getenv("SEAWALL_DB"); own && *own) return own;
  if (arguments.has("cache-dir")) return arguments.get("cache-dir") + "/advisories.swdb";
  return scan::default_database_path();
}

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> out;
  for (const std::string_view word : split(list, ',')) {
    if (!trim(word).empty()) out.emplace_back(trim(word));
  }
  return out;
}

bool wants_color(const Arguments& arguments) {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return !arguments.has("no-color") && !(no_color && *no_color) && term &&
         std::string_view(term) != "dumb" && arguments.get("output").empty() &&
         ::isatty(STDOUT_FILENO) == 1;
}

const std::vector<Command>& commands() {
  static const std::vector<Command> all = [] {
    std::vector<Command> list{scan_command(), sbom_command(), lint_command(), diff_command(),
                              host_command()};
    for (Command& command : db_commands()) list.push_back(std::move(command));
    for (Command& command : policy_commands()) list.push_back(std::move(command));
    for (Command& command : profile_commands()) list.push_back(std::move(command));
    for (Command& command : guard_commands()) list.push_back(std::move(command));
    list.push_back(version_command());
    return list;
  }();
  return all;
}

int run(std::vector<std::string> words) {
  install_interrupt_handlers();
  // "help scan" is "scan --help".
  if (words.size() > 1 && words[0] == "help") {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    const bool asked = !words.empty();
    std::fputs(program_help().c_str(), asked ? stdout : stderr);
    return asked ? kPassed : kFailed;
  }
  if (words.size() == 2 && (words[1] == "--help" || words[1] == "-h")) {
    if (const std::string text = group_help(words[0]); !text.empty()) {
      std::fputs(text.c_str(), stdout);
      return kPassed;
    }
  }
  if (words[0] == "--version" || words[0] == "-V") words[0] = "version";
  const std::vector<std::string> given = words;
  const Command* command = find_command(words);
  if (!command) return unknown_verb(given);
  auto arguments = parse_arguments(*command, std::move(words));
  if (!arguments.ok()) return fail(arguments.error());
  if (arguments->has("help")) {
    std::fputs(help_text(*command).c_str(), stdout);
    return kPassed;
  }
  apply_common(*arguments);
  const int code = command->run(*arguments);
  remove_temporary_files();
  return code;
}

}  // namespace seawall::cli
