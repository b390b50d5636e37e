// Where the words of a condition stand: a text put together from one or more YAML scalars, each of
// which remembers its file, so that a column of the condition becomes a line and column of the file
// although YAML folded the lines away.
//
//   SourceText text;
//   text.append(file, node);              // and again for an appended condition
//   text.place(7);                        // {"rules.yaml", 12, 9}
//
// COST: places are found by walking the file, so only for problems.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codec/node.h"

namespace seawall::guard::falco {

struct RuleFile {
  std::string name, text;
};

struct Place {
  std::string file;
  uint32_t line = 0, column = 0;
};

// What is wrong, where, and what to do about it. An error costs the rule; a warning does not.
struct Problem {
  enum class Severity : uint8_t { kError, kWarning };
  Severity severity = Severity::kError;
  Place place;
  std::string rule;     // of a rule, macro or list; may be empty
  std::string message;  // "no field is named proc.nane"
  std::string excerpt;  // the offending text
  std::string hint;     // "did you mean proc.name?"
  // "rules.yaml:12:9: error: no field is named proc.nane (did you mean proc.name?)", printable.
  std::string line() const;
};

class SourceText {
 public:
  // Adds the text of a scalar, with a blank between it and what was there.
  void append(std::shared_ptr<const RuleFile> file, const Node& scalar);
  // Adds nothing; what has no text of its own stands at this node.
  void stand_at(std::shared_ptr<const RuleFile> file, const Node& node);
  const std::string& text() const { return text_; }
  Place place(size_t offset) const;

 private:
  struct Part {
    size_t offset;  // in text_
    std::shared_ptr<const RuleFile> file;
    uint32_t line, column;
  };
  std::string text_;
  std::vector<Part> parts_;
};

Place place_of(const RuleFile& file, const Node& node);

}  // namespace seawall::guard::falco
