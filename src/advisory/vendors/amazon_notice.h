// A notice of Amazon Linux apart from how it is written down, JSON or XML. Views into the document.
#pragma once

#include <string_view>
#include <vector>

#include "advisory/feed_format.h"

namespace seawall::advisory::vendors {

struct AmazonPackage {
  std::string_view name, epoch, version, release, architecture;
};

struct AmazonNotice {
  std::string_view id, title, severity, issued;
  std::string_view collection;  // "amazon-linux-2---docker"
  std::vector<std::string_view> cves;
  std::vector<AmazonPackage> packages;
};

// Gives the sink the record; nothing for what is no Amazon Linux.
void add_amazon_notice(const AmazonNotice& notice, FeedContext& context);

}  // namespace seawall::advisory::vendors
