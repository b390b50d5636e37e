// A Dockerfile as BuildKit reads it: instructions with their lines, flags, words, here-documents,
// and the stages they make.
//
// Source: Dockerfile reference (docker/dockerfile 1.x): parser directives, line continuation with a
// chosen escape character, comments and empty lines inside continuations, JSON and shell form,
// here-documents, ARG before FROM, ONBUILD. Nothing is refused: what cannot be read is a problem
// with its line, and the rest goes on. LIMITS: document_bytes, kMostInstructions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "inspect/dockerfile/span.h"

namespace seawall::inspect {

inline constexpr size_t kMostInstructions = 20'000;

struct Heredoc {
  std::string name, body;
  uint32_t line = 0;               // of its first line
  size_t source_at = kNoPosition;  // of the body, unless tabs were taken out of it
};

struct Instruction {
  std::string name;     // "RUN", upper case; of ONBUILD the instruction behind it
  std::string written;  // as written: "run"
  std::vector<std::pair<std::string, std::string>> flags;  // "from", "builder"
  std::string arguments;           // without flags, continuations joined by a space
  std::vector<std::string> words;  // of the JSON form its items, else split at white space
  bool json = false;
  bool onbuild = false;
  uint32_t line = 0, last_line = 0;
  int stage = -1;  // -1: before the first FROM
  std::vector<Heredoc> heredocs;
  Span source;          // its lines, with the last line's end
  Span keyword_source;  // of "RUN"
  // Where parts of `arguments` stand: (offset there, offset in the source), ascending.
  std::vector<std::pair<size_t, size_t>> pieces;
  std::string_view flag(std::string_view wanted) const;
  // kNoPosition for the blank that a continuation became.
  size_t source_of(size_t argument_offset) const;
};

struct Stage {
  std::string image, name, platform;  // the image with ARGs before FROM filled in
  std::string written;                // as written
  int from_stage = -1;                // the earlier stage that it builds on
  uint32_t line = 0;
};

struct DockerComment {
  uint32_t line = 0;
  std::string text;  // without the "#"
};

struct Dockerfile {
  char escape = '\\';
  std::string syntax, check;  // parser directives
  uint32_t check_line = 0;
  std::vector<Instruction> instructions;
  std::vector<Stage> stages;
  std::vector<DockerComment> comments;
  std::vector<uint32_t> empty_continuations;  // empty lines inside an instruction
  std::map<std::string, std::string> global_args;
  std::vector<Error> problems;
  int stage_named(std::string_view wanted) const;  // -1 when there is none
};

Dockerfile parse_dockerfile(std::string_view text, const Limits& limits = {});

}  // namespace seawall::inspect
