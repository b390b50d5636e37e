// Amazon Linux's notices as its repositories publish them: updateinfo.xml, named in repomd.xml.
//
//   <updates>
//     <update type="security"><id>ALAS2-2024-2405</id><severity>medium</severity>
//       <references><reference type="cve" id="CVE-2023-52425"/></references>
//       <pkglist><collection short="amazon-linux-2">
//         <package name="expat" epoch="0" version="2.1.0" release="15.amzn2.0.3" arch="x86_64"/>
//
// The file has tens of megabytes, so that it is read one <update> at a time. Other distributions
// publish files of the same form; what is no ALAS is passed over. A damaged update is a problem and
// the others go on. LIMITS: kLargestUpdate for one update.
#include <algorithm>

#include <fmt/format.h>

#include "advisory/vendors/amazon_notice.h"
#include "advisory/vendors/vendors.h"
#include "base/strings.h"
#include "codec/xml.h"

namespace seawall::advisory::vendors {
namespace {

constexpr size_t kLargestUpdate = 16u << 20;
constexpr std::string_view kStart = "<update ", kEnd = "</update>";

void read_update(std::string_view text, FeedContext& context) {
  const auto document = XmlDocument::parse(text);
  if (!document.ok()) return context.sink.problem(document.error());
  const XmlNode update = (*document)->root();
  AmazonNotice notice;
  notice.id = update.child("id").text();
  if (!notice.id.starts_with("ALAS")) return;
  notice.title = update.child("title").text();
  notice.severity = update.child("severity").text();
  notice.issued = update.child("issued").attribute("date");
  for (const XmlNode reference : update.child("references").children("reference")) {
    if (reference.attribute("type") == "cve") notice.cves.push_back(reference.attribute("id"));
  }
  const XmlNode collection = update.child("pkglist").child("collection");
  notice.collection = collection.attribute("short");
  for (const XmlNode package : collection.children("package")) {
    notice.packages.push_back({package.attribute("name"), package.attribute("epoch"),
                               package.attribute("version"), package.attribute("release"),
                               package.attribute("arch")});
  }
  add_amazon_notice(notice, context);
}

}  // namespace

bool accepts_updateinfo(std::string_view first_line) {
  return first_line.starts_with("<?xml") || first_line.starts_with("<updates");
}

Status parse_updateinfo(Reader& text, FeedContext& context) {
  std::string window;
  std::vector<char> buffer(256u << 10);
  bool any = false;
  while (true) {
    SEAWALL_TRY(const size_t got, text.read(buffer));
    window.append(buffer.data(), got);
    size_t used = 0;
    while (true) {
      const size_t start = window.find(kStart, used);
      if (start == std::string::npos) {
        // The last bytes may be the beginning of a start tag.
        used = std::max(used, window.size() - std::min(window.size(), kStart.size()));
        break;
      }
      used = start;
      const size_t end = window.find(kEnd, start);
      if (end == std::string::npos) break;
      any = true;
      used = end + kEnd.size();
      read_update(std::string_view(window).substr(start, used - start), context);
    }
    window.erase(0, used);
    if (got == 0) break;
    if (window.size() > kLargestUpdate)
      return limit_reached(fmt::format("one update has more than {} bytes", kLargestUpdate));
  }
  if (window.starts_with(kStart)) return malformed("the last update ends early");
  return any ? Status() : Status(malformed("no updateinfo.xml: there is no <update> in it"));
}

}  // namespace seawall::advisory::vendors
