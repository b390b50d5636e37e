// The list of the distributions' own formats. Order matters only where two could take the same
// document: those that ask for a fixed word come first, Debian's tracker, which is recognised by
// its keys alone, last.
#include "advisory/feed_format.h"
#include "advisory/vendors/vendors.h"

namespace seawall::advisory {

const std::vector<FeedFormat>& vendor_formats() {
  using namespace vendors;
  static const std::vector<FeedFormat> formats = {
      {.name = "csaf-vex",
       .feed = "redhat",
       .description = "Red Hat's VEX documents in CSAF 2.0, one CVE a file",
       .accepts = accepts_csaf_vex,
       .parse = parse_csaf_vex},
      {.name = "alpine-secdb",
       .feed = "alpine",
       .description = "Alpine's security database, one file for each release and repository",
       .accepts = accepts_alpine_secdb,
       .parse = parse_alpine_secdb},
      {.name = "ubuntu-cve-tracker",
       .feed = "ubuntu",
       .description = "Ubuntu's CVE tracker as JSON, one CVE a document",
       .accepts = accepts_ubuntu_tracker,
       .parse = parse_ubuntu_tracker},
      {.name = "redhat-cve",
       .feed = "redhat",
       .description = "Red Hat's security data API, one CVE a document",
       .accepts = accepts_redhat_cve,
       .parse = parse_redhat_cve},
      {.name = "amazon-alas",
       .feed = "amazon",
       .description = "Amazon Linux advisories (ALAS), one a document",
       .accepts = accepts_amazon,
       .parse = parse_amazon},
      {.name = "amazon-updateinfo",
       .feed = "amazon",
       .description = "Amazon Linux advisories as its repositories' updateinfo.xml",
       .accepts_text = accepts_updateinfo,
       .parse_text = parse_updateinfo},
      {.name = "arch-avg",
       .feed = "arch",
       .description = "Arch Linux's vulnerability groups (AVG), one a document",
       .accepts = accepts_arch,
       .parse = parse_arch},
      {.name = "rubysec",
       .feed = "gem",
       .description = "the Ruby Advisory Database, one advisory a document",
       .accepts = accepts_rubysec,
       .parse = parse_rubysec},
      {.name = "friendsofphp",
       .feed = "composer",
       .description = "FriendsOfPHP's advisories for Composer packages, one a document",
       .accepts = accepts_friendsofphp,
       .parse = parse_friendsofphp},
      {.name = "debian-tracker",
       .feed = "debian",
       .description = "the Debian security tracker's data as one JSON document",
       .accepts = accepts_debian_tracker,
       .parse = parse_debian_tracker},
      {.name = "debian-list",
       .feed = "debian",
       .description = "Debian's lists of notices (DSA/list, DLA/list)",
       .accepts_text = accepts_debian_list,
       .parse_text = parse_debian_list},
  };
  return formats;
}

}  // namespace seawall::advisory
