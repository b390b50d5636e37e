// The texts of an OSV record brought into the shape of a Record: identifiers, one-line summaries,
// references, dates, rpm module streams, severity words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "advisory/identifiers.h"
#include "codec/node.h"
#include "model/severity.h"

namespace seawall::advisory {

// "DEBIAN-CVE-2024-1" and its like give the CVE they speak of; any other id stays. Empty when the
// text cannot be an identifier (control characters, spaces, over 128 bytes).
std::string canonical_id(std::string_view id);
// A notice fixes vulnerabilities that have names of their own (RHSA, DSA, USN ...).
bool is_notice(std::string_view id);
// A notice of the kinds that fix bugs or add features (RHBA, ALEA, SUSE-RU ...): it says something
// of security only when it names a CVE.
bool is_bugfix_notice(std::string_view id);
// Who speaks in a record of this id: "ghsa", "redhat", "nvd" (for CVE records).
std::string_view source_of_id(std::string_view id);

// One line: control characters and runs of spaces become one space, cut at a word.
// ENSURES: valid UTF-8 of at most `limit` bytes.
std::string one_line(std::string_view text, size_t limit = 200);
// The first sentence of a description in Markdown, headings and rules passed over.
std::string first_sentence(std::string_view details);
// At most three web addresses of OSV's `references`: advisories first, then fixes, then the rest.
std::vector<std::string> best_references(const Node& references);
// "2024-08-30" of a time stamp; empty for nonsense and for the zero time of Go's JSON.
std::string date_of(std::string_view time);
// "nodejs:18" from the title of an rpm notice, when it names exactly one module stream.
std::string module_of_title(std::string_view title);
// "Important: ruby security update" and Red Hat's ".../classification/#important".
Severity severity_of_notice(std::string_view title, const Node& references);

}  // namespace seawall::advisory
