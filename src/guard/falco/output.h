// What a rule says: "Shell in a container | user=%user.name command=%proc.cmdline", with the fields
// of the event put in.
//
//   Result<Output> output = Output::compile("... %proc.name", program);
//   std::string text = output->render(program, run, 8192);
//
// A field is written %NAME, %NAME[argument] or %function(...); %% is a percent sign; what has no
// value is <NA>. Names of files and arguments come from whoever is watched: control characters,
// escapes, invalid UTF-8 and invisible characters are shown as \x1b. LIMITS: kMaxField bytes of a
// field, and of the whole what render() is told; a cut is shown as "...".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "guard/falco/program.h"

namespace seawall::guard::falco {

class Output {
 public:
  static constexpr size_t kMaxField = 4096;

  // ERRORS: those of Slots::add; the offset of the "%" is in `at`.
  static Result<Output> compile(std::string_view format, Program& program, size_t& at);
  std::string render(const Program& program, Run& run, size_t limit) const;
  // Every field once, in order: {"proc.name", "bash"}.
  std::vector<std::pair<std::string, std::string>> fields(const Program& program, Run& run) const;
  // The fields that never have a value.
  std::vector<std::string> empty_fields(const Program& program) const;

 private:
  struct Piece {
    std::string text;  // before the field
    int slot = -1;     // -1: the end
  };
  std::vector<Piece> pieces_;
};

}  // namespace seawall::guard::falco
