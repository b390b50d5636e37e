// The parts of the table (see report.h for what people call). table.cc holds the answer and what to
// do, table_findings.cc the counts and the findings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/report.h"
#include "report/table_text.h"

namespace seawall::report {

class TableWriter {
 public:
  // REQUIRES: the report outlives it. A width below 40 columns counts as 40.
  TableWriter(const ScanReport& report, const TableOptions& options);
  std::string render();

 private:
  // A finding of a rule, and how many more binary packages of its source have it too.
  struct Subject {
    const Finding* finding;
    size_t others;
  };
  // Findings shown under one name: those of one source package, or of one file.
  struct Group {
    std::vector<const Finding*> findings;
    std::vector<std::string> packages;  // names, sorted, once
  };

  void line(std::string_view text, size_t indent, Tone tone = Tone::kPlain);
  void heading(std::string_view text, Tone tone);
  void items(const std::vector<std::string>& list, Tone first);

  void write_header();
  void write_verdict();
  void write_outcomes(Verdict verdict, std::string_view word, Tone tone);
  void write_outcomes_stacked(const std::vector<const RuleOutcome*>& outcomes, Tone tone);
  void add_outcome(Grid& grid, const RuleOutcome& outcome, Tone tone) const;
  std::vector<Subject> subjects_of(const RuleOutcome& outcome) const;
  std::string subject_text(const Subject& subject) const;
  void write_state();
  void write_problems();
  void write_notes();
  void write_suppressed();
  void write_actions();
  void write_action_rows();
  void write_without_fix();
  void write_next();

  void write_counts();
  void write_findings();
  std::vector<Group> groups() const;
  // Returns how many findings the rows it added stand for.
  size_t add_group(Grid& grid, const Group& group, size_t& rows_left) const;
  std::vector<Cell> title_of(const Group& group) const;
  void write_other_findings();

  const ScanReport& report_;
  const Style style_;
  const bool all_;
  const size_t width_;
  std::string out_;
};

}  // namespace seawall::report
