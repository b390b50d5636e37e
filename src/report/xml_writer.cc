#include "report/xml_writer.h"

#include "base/strings.h"

namespace seawall::report {
namespace {

// Bytes at the start of `text`, which is valid UTF-8, that must not be written; 0 when all is well.
size_t forbidden_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x20) return text[0] == '\t' || text[0] == '\n' || text[0] == '\r' ? 0 : 1;
  if (byte(0) == 0x7f) return 1;
  if (byte(0) == 0xc2 && byte(1) < 0xa0) return 2;
  if (text.starts_with("\xef\xbf\xbe") || text.starts_with("\xef\xbf\xbf")) return 3;
  return 0;
}

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string repaired;
  if (!is_valid_utf8(text)) {
    repaired = to_valid_utf8(text);
    text = repaired;
  }
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (const size_t length = forbidden_length(text); length != 0) {
      text.remove_prefix(length);
      continue;
    }
    switch (text[0]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";  // "]]>" may not stand in text (section 2.4)
        break;
      case '"':
        out += "&quot;";
        break;
      case '\t':
        out += "&#9;";  // else an attribute's value is normalised to spaces (section 3.3.3)
        break;
      case '\n':
        out += "&#10;";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        out += text[0];
    }
    text.remove_prefix(1);
  }
  return out;
}

XmlWriter::XmlWriter(std::string& out) : out_(out) {
  out_ += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
}

void XmlWriter::close_tag() {
  if (stack_.empty() || !stack_.back().open) return;
  stack_.back().open = false;
  out_ += '>';
}

void XmlWriter::new_line(size_t depth) {
  out_ += '\n';
  out_.append(depth * 2, ' ');
}

XmlWriter& XmlWriter::begin(std::string_view name) {
  close_tag();
  if (!stack_.empty()) stack_.back().has_child = true;
  if (stack_.empty() || !stack_.back().has_text) new_line(stack_.size());
  out_.append("<").append(name);
  stack_.push_back({.name = std::string(name)});
  return *this;
}

XmlWriter& XmlWriter::attribute(std::string_view name, std::string_view value) {
  out_.append(" ").append(name).append("=\"").append(escape_xml(value)).append("\"");
  return *this;
}

XmlWriter& XmlWriter::text(std::string_view text) {
  close_tag();
  stack_.back().has_text = true;
  // Line ends stay as they are here: only in attributes do they need a reference.
  out_ += replace_all(escape_xml(text), "&#10;", "\n");
  return *this;
}

XmlWriter& XmlWriter::end() {
  const Element element = std::move(stack_.back());
  stack_.pop_back();
  if (element.open) {
    out_ += "/>";
  } else {
    if (element.has_child && !element.has_text) new_line(stack_.size());
    out_.append("</").append(element.name).append(">");
  }
  if (stack_.empty()) out_ += '\n';
  return *this;
}

}  // namespace seawall::report
