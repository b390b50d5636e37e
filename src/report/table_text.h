// Text in columns for a terminal: widths as a terminal counts them, cutting, wrapping, colour, and
// rows that line up without box drawing (so that copy and paste keep working).
//
//   Grid grid({{.right = true}, {.least = 12}});
//   grid.row({{"1"}, {"upgrade expat to 2.5.0-1+deb12u1", Tone::kBold}});
//   out += grid.render(2, 80, style);
//
// No line is wider than asked: columns with a `least` give way first, the widest of them first;
// what remains too long is cut at the end of the line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seawall::report {

enum class Tone : uint8_t { kPlain, kBold, kDim, kRed, kBoldRed, kYellow };

// How this terminal wants its text.
struct Style {
  bool color = false;
  bool ascii = false;

  // Text from outside, safe to print. In ASCII mode the usual punctuation has a stand-in ("..." for
  // an ellipsis, "*" for a bullet) and other characters are shown as \xe2.
  std::string clean(std::string_view text) const;
  std::string paint(std::string_view text, Tone tone) const;
  std::string_view ellipsis() const { return ascii ? "..." : "\xe2\x80\xa6"; }
  std::string_view cross() const { return ascii ? "x" : "\xe2\x9c\x97"; }
};

// Columns a terminal uses for valid UTF-8: 2 for East Asian wide characters and emoji, 0 for
// combining marks, else 1 (after Unicode 15, EastAsianWidth, in ranges).
size_t display_width(std::string_view text);
// `text` in at most `width` columns, cut with the style's ellipsis.
std::string fit(std::string_view text, size_t width, const Style& style);
// Lines of at most `width` columns, broken at spaces, inside a word only when it is longer.
std::vector<std::string> wrap(std::string_view text, size_t width);

struct Cell {
  std::string text;  // printable, without escapes
  Tone tone = Tone::kPlain;
};

struct Column {
  bool right = false;  // aligned
  size_t least = 0;    // columns it may be cut down to; 0: never cut
  bool extra = false;  // left out where fewer than 8 columns would remain of it
};

class Grid {
 public:
  explicit Grid(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // REQUIRES: as many cells as columns.
  void row(std::vector<Cell> cells);
  // A line of its own between rows, two columns to their left, outside the columns.
  void title(std::vector<Cell> cells);
  bool empty() const { return rows_.empty(); }
  // Columns of the terminal that it takes uncut, without indentation.
  size_t natural_width() const;
  // The rows, each indented and ended by "\n", at most `width` columns wide. Columns that are empty
  // in all rows are left out.
  std::string render(size_t indent, size_t width, const Style& style) const;

 private:
  struct Row {
    std::vector<Cell> cells;
    bool title = false;
  };
  std::vector<size_t> widths() const;
  std::vector<size_t> fitted(size_t room) const;
  static std::string render_title(const Row& row, size_t indent, size_t width, const Style& style);
  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace seawall::report
