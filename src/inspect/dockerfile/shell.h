// The commands in the shell text of a RUN: words without quotes, joined by which operator.
//
// POSIX sh and bash, as far as a linter needs it: quotes, "&&", "||", ";", "|", "&", subshells,
// groups, if/for/while/case, comments, command substitution (its commands are given too). What runs
// another command (sudo, env, exec, time, nice, command, xargs) is looked through.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "inspect/dockerfile/span.h"

namespace seawall::inspect {

struct ShellCommand {
  std::vector<std::string> words;  // without quotes; the program first
  std::vector<Span> spans;         // where each stands in the text, with its quotes
  std::string joined_by;           // the operator before it: "", "&&", "||", ";", "|", "&"
  bool with_sudo = false;
  std::vector<std::string> assignments;  // "A=b" before the program
  // The program's base name.
  std::string_view program() const;
  bool has(std::string_view word) const;  // exactly
  bool has_any(std::initializer_list<std::string_view> list) const;
  // A short option among bundled ones ("-yq" has 'y').
  bool has_letter(char letter) const;
  // Arguments that are no options and no values of `with_value` options.
  std::vector<std::string_view> operands(
      std::initializer_list<std::string_view> with_value = {}) const;
};

std::vector<ShellCommand> parse_shell(std::string_view text);

}  // namespace seawall::inspect
