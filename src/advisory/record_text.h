// The cold part of a record: what people read of a finding and matching does not need, as bytes for
// a text block.
//
// Names come first and apart, because which name a vulnerability goes by is known only when all
// records are: it is written as an empty text and filled in again on reading.
#pragma once

#include <string>
#include <string_view>

#include "advisory/record.h"

namespace seawall::advisory {

// Id and aliases; `preferred` is written as "".
std::string encode_names(std::string_view id, const std::vector<std::string_view>& aliases,
                         std::string_view preferred);
// Everything else: severity, malice, date, summary, CVSS, CWE, references. Lists are cut to what
// the format allows; in references the record's own names become one byte each.
std::string encode_text(const Record& record);
// Both, one behind the other, into a Record without feed, covers and affected. ERRORS: kMalformed.
Result<Record> decode_record(std::string_view bytes, std::string_view preferred);

}  // namespace seawall::advisory
