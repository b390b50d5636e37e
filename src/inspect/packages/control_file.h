// ControlReader: the fields of a Debian control file (dpkg, opkg), one paragraph after another.
// Source: deb822(5), deb-control(5).
//
//   ControlReader reader(text);
//   while (reader.next_paragraph()) {
//     ControlField field;
//     while (reader.next_field(field)) ...   // field.name "Version", field.value "1.2-3"
//   }
//
// Only the first line of a value is given: nothing Seawall reads goes on over several, and so
// descriptions and file lists are passed over at the speed of memchr. COST: no allocation.
//
// ProblemReport: hands the first damaged spots of a file to the sink, and then one line on the
// rest, so that a hostile file cannot make a million errors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "inspect/inspector.h"

namespace seawall::inspect {

struct ControlField {
  std::string_view name;   // as written; compare without regard to case. Empty: `value` is a line
                           // that is no field
  std::string_view value;  // without the space around it
  uint32_t line = 0;       // 1-based
};

class ControlReader {
 public:
  explicit ControlReader(std::string_view text) : rest_(text) {}
  // Passes over what is left of the paragraph and to the next; false at the end of the file.
  bool next_paragraph();
  // The next field of this paragraph; false at its end.
  bool next_field(ControlField& field);

 private:
  std::string_view take_line();
  std::string_view rest_;
  uint32_t line_ = 0;    // the number of the line taken last
  bool inside_ = false;  // a paragraph has begun and not ended
};

class ProblemReport {
 public:
  explicit ProblemReport(InspectorSink& sink) : sink_(sink) {}
  ~ProblemReport();
  ProblemReport(const ProblemReport&) = delete;
  ProblemReport& operator=(const ProblemReport&) = delete;
  // What is wrong with the given line; 0 when it has none.
  void add(uint32_t line, std::string what);
  // What is no damage (see InspectorSink::note).
  void note(uint32_t line, std::string what);
  void add(Error error);

 private:
  InspectorSink& sink_;
  uint64_t count_ = 0, notes_ = 0;
};

// A value of the file as a field of a package: valid UTF-8 of at most limits.string_bytes bytes;
// empty, with the problem reported, when it is longer.
std::string field_text(std::string_view value, uint32_t line, const Limits& limits,
                       ProblemReport& problems);

}  // namespace seawall::inspect
