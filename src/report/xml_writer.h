// Writes XML 1.0 (fifth edition) as a stream: well-formed by construction whatever the strings
// hold.
//
//   XmlWriter xml(out);
//   xml.begin("testsuite").attribute("name", "expat");
//   xml.begin("testcase").text("a < b").end();
//   xml.end();
//
// Invalid UTF-8 becomes U+FFFD; characters that XML cannot hold even escaped (section 2.2: controls
// but tab and line ends, U+FFFE, U+FFFF) are dropped, DEL and C1 controls as well. REQUIRES:
// attributes come before text and children; names are plain identifiers of ours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace seawall::report {

class XmlWriter {
 public:
  // Starts with the XML declaration.
  explicit XmlWriter(std::string& out);
  XmlWriter& begin(std::string_view name);
  XmlWriter& attribute(std::string_view name, std::string_view value);
  XmlWriter& text(std::string_view text);
  XmlWriter& end();

 private:
  void close_tag();
  void new_line(size_t depth);
  struct Element {
    std::string name;
    bool open = true;       // its start tag still takes attributes
    bool has_text = false;  // so that no white space is added to it
    bool has_child = false;
  };
  std::string& out_;
  std::vector<Element> stack_;
};

// `text` with everything escaped that has a meaning in XML text or attribute values.
std::string escape_xml(std::string_view text);

}  // namespace seawall::report
