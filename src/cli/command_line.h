// The command line as data: verbs with their flags, help and examples; one parser and one help
// printer for all.
//
//   seawall VERB [SUBVERB] [FLAGS] [ARGUMENTS]       --flag value, --flag=value, -f value, -- ends
//   the flags
//
// A verb is one file beside this one that fills in a Command; main lists them. ERRORS: an unknown
// verb or flag is kUsage and names the nearest known one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace seawall::cli {

// The exit codes of every verb (docs/exit-codes.md).
enum ExitCode : int { kPassed = 0, kDenied = 1, kFailed = 2, kCannotSay = 3 };

struct Flag {
  std::string_view name;      // without the dashes
  std::string_view argument;  // what follows, for help: "FILE"; empty for a switch
  std::string_view help;
  char letter = 0;       // short form, 0 for none
  bool repeats = false;  // given again, its values are put together with commas
};

class Arguments {
 public:
  bool has(std::string_view flag) const { return values_.contains(std::string(flag)); }
  // The last value given, or all of a flag that repeats; `other` when the flag is absent.
  std::string get(std::string_view flag, std::string_view other = {}) const;
  const std::vector<std::string>& positional() const { return positional_; }

 private:
  friend Result<Arguments> parse_arguments(const struct Command& command,
                                           std::vector<std::string> words);
  std::map<std::string, std::string> values_;
  std::vector<std::string> positional_;
};

struct Command {
  std::string_view name;                   // "scan", "db update"
  std::string_view usage;                  // what follows the name: "TARGET"
  std::string_view summary;                // one line
  std::string_view description;            // paragraphs of --help
  std::vector<Flag> flags;                 // its own; common_flags() come on top
  std::vector<std::string_view> examples;  // at least two that work: "seawall scan debian:12"
  size_t least = 0, most = 0;              // number of positional arguments
  int (*run)(const Arguments& arguments) = nullptr;
};

const std::vector<Flag>&
common_flags();  // --help, --quiet, --verbose, --no-color, --ascii, --jobs, --db, --offline ...
Result<Arguments> parse_arguments(const Command& command, std::vector<std::string> words);
std::string help_text(const Command& command);

// Prints an error as "seawall: where: message" and the hint below it; returns the exit code that
// fits.
int fail(const Error& error);
// Writes a result to --output (whole or not at all) or standard output.
Status write_output(const Arguments& arguments, std::string_view text);
// The words of a flag that takes several, with commas between.
std::vector<std::string> words_of(std::string_view list);
// --jobs, checked.
Result<unsigned> jobs_of(const Arguments& arguments);
// --db, $SEAWALL_DB or the default path.
std::string database_of(const Arguments& arguments);
// Is standard output a terminal that shows colour (and NO_COLOR, --no-color, TERM=dumb do not
// forbid it)?
bool wants_color(const Arguments& arguments);

const std::vector<Command>& commands();
// The whole program behind main().
int run(std::vector<std::string> words);

}  // namespace seawall::cli
