// Text feeds: lines and CSV rows out of a stream, in bounded memory.
//
//   CsvReader rows(text, ',');
//   while (true) {
//     SEAWALL_TRY(const bool more, rows.next(fields));
//     if (!more) break;
//   }
//
// LIMITS: 1 MiB a line or row. ERRORS: those of the stream; kLimit and kMalformed with the line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace seawall::advisory::vendors {

class LineReader {
 public:
  explicit LineReader(Reader& text) : text_(text) {}
  // The next line without its end; false after the last. The view lives until the next call.
  Result<bool> next(std::string_view& line);
  uint64_t line() const { return line_; }  // number of the last line given, from 1

 private:
  Reader& text_;
  std::string buffer_;
  size_t at_ = 0;
  uint64_t line_ = 0;
  bool ended_ = false;
};

// RFC 4180: fields in quotes may hold separators, line ends and doubled quotes.
class CsvReader {
 public:
  CsvReader(Reader& text, char separator) : lines_(text), separator_(separator) {}
  void set_separator(char separator) { separator_ = separator; }
  // False after the last row. Empty lines are passed over.
  Result<bool> next(std::vector<std::string>& fields);
  uint64_t line() const { return lines_.line(); }

 private:
  LineReader lines_;
  char separator_;
};

}  // namespace seawall::advisory::vendors
