// Text from outside as inert Markdown (CommonMark with GitHub's and GitLab's extensions).
#pragma once

#include <string>
#include <string_view>

namespace seawall::report {

// One line that renders as `text` and does nothing else: no formatting, HTML, link, table cell,
// mention or reference to an issue. Line ends become spaces, controls are shown as \x1b, and what
// is longer than `limit` bytes ends in an ellipsis.
std::string escape_markdown(std::string_view text, size_t limit);

}  // namespace seawall::report
