# Makes the aligned table of an experiment from its report:
# RESULT<TAB>name<TAB>expected<TAB>got<TAB>note, and TIME<TAB>what<TAB>seconds. Ends with 1 when a
# row differs from what was expected, with 2 when there is no row at all.
#   awk -f table.awk REPORT
BEGIN {
  FS = "\t"
  split("name expected got note", heading, " ")
  for (column = 1; column <= 4; column++) {
    cell[0, column] = heading[column]
    width[column] = length(heading[column])
  }
}
{ sub(/\r$/, "") }
$1 == "RESULT" {
  rows++
  # Columns that an experiment left out are empty, and an empty "got" is a difference like any
  # other.
  for (column = 1; column <= 4; column++) {
    text = $(column + 1)
    gsub(/[^ -~]/, "?", text)
    cell[rows, column] = text
    if (length(text) > width[column]) width[column] = length(text)
  }
  if (NF < 4 || $3 "" != $4 "") { wrong[rows] = 1; differences++ }
}
$1 == "TIME" { times[++time_count] = sprintf("%-32s %8.1f s", $2, $3) }
END {
  for (row = 0; row <= rows; row++) {
    line = sprintf("%s %-*s  %-*s  %-*s  %s", row in wrong ? "!" : " ", width[1], cell[row, 1],
                   width[2], cell[row, 2], width[3], cell[row, 3], cell[row, 4])
    sub(/ +$/, "", line)
    if (rows) print line
  }
  for (i = 1; i <= time_count; i++) print "  " times[i]
  if (!rows) { print "no result"; exit 2 }
  printf "%d results, %d different from what was expected\n", rows, differences
  exit differences ? 1 : 0
}
