// The distributions' own advisory formats, and what their parsers share.
//
// Each format is a pair: accepts_X(document) looks at a document's shape only, parse_X(document,
// context) turns it into records. The list that joins them is vendor_formats() in
// vendor_formats.cc. What is known about a format's meaning (which state says what, which rows are
// left out and why) stands at the head of its own file.
// ERRORS: parts that make no sense are passed over; a document that is damaged as a whole goes to
// sink.problem(). THREADS: everything here is pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "advisory/feed_format.h"
#include "advisory/identifiers.h"

namespace seawall::advisory::vendors {

bool accepts_debian_tracker(const Node& document);
void parse_debian_tracker(const Node& document, FeedContext& context);
bool accepts_debian_list(std::string_view first_line);
Status parse_debian_list(Reader& text, FeedContext& context);
bool accepts_alpine_secdb(const Node& document);
void parse_alpine_secdb(const Node& document, FeedContext& context);
bool accepts_ubuntu_tracker(const Node& document);
void parse_ubuntu_tracker(const Node& document, FeedContext& context);
bool accepts_redhat_cve(const Node& document);
void parse_redhat_cve(const Node& document, FeedContext& context);
bool accepts_csaf_vex(const Node& document);
void parse_csaf_vex(const Node& document, FeedContext& context);
bool accepts_amazon(const Node& document);
void parse_amazon(const Node& document, FeedContext& context);
bool accepts_updateinfo(std::string_view first_line);
Status parse_updateinfo(Reader& text, FeedContext& context);
bool accepts_arch(const Node& document);
void parse_arch(const Node& document, FeedContext& context);
bool accepts_rubysec(const Node& document);
void parse_rubysec(const Node& document, FeedContext& context);
bool accepts_friendsofphp(const Node& document);
void parse_friendsofphp(const Node& document, FeedContext& context);

// The first line of a text, white space folded, cut at a word to at most 200 bytes.
std::string one_line(std::string_view text);
// "2024-08-30" from the start of any time written in that order; empty when there is none.
std::string date_of(std::string_view time);
// The last part of a path without the given ending: "a/debian.json" -> "debian"; empty when the
// path ends otherwise.
std::string_view stem_of(std::string_view path, std::string_view ending);
// Fixes in one package: everything below `fixed` is affected; "" = everything there is.
std::vector<Range> below(std::string_view fixed);
// Adds a vector with the score it computes to; passed over when it is none.
void add_cvss(Record& record, std::string_view vector, std::string_view source);

// The ecosystem of a Red Hat product by its CPE: "cpe:/o:redhat:enterprise_linux:9::baseos" is
// "redhat:9", "cpe:/a:redhat:rhel_eus:9.2" is "redhat-eus:9.2". Empty for layered products and for
// releases before 6, which no image that still runs is made of.
std::string redhat_ecosystem(std::string_view cpe);

// Builds of one package for several architectures, brought together to one row for each fix.
class BuildTable {
 public:
  void add(std::string_view name, std::string_view version, std::string_view module,
           std::string_view architecture);
  // One Affected for each (name, version, module), in that order. The list of architectures is
  // empty when x86_64 is among several: distributions name every architecture they build for, so
  // that a full list says nothing and would only take room.
  std::vector<Affected> rows(std::string_view ecosystem) const;

 private:
  struct Key {
    std::string name, version, module;
    auto operator<=>(const Key&) const = default;
  };
  std::map<Key, std::vector<std::string>> builds_;
};

}  // namespace seawall::advisory::vendors
