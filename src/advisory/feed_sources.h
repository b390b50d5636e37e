// Where feeds come from: content/feeds.yaml, or another list of the same form.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace seawall::advisory {

struct FeedSource {
  std::string name, title, licence;
  std::vector<std::string> urls;
  std::vector<std::string> repositories;  // mirror lists of rpm repositories (repository.h)
  std::vector<std::string> ecosystems;    // other words for it in --only
  bool by_default = false;
};

// `path` empty: $SEAWALL_FEEDS, else the built-in list. ERRORS: kMalformed with file, line and what
// is wrong; an unknown key is an error.
Result<std::vector<FeedSource>> load_feed_sources(const std::string& path);

// The feeds of these names or ecosystems ("debian", "python"), in the list's order. ERRORS: kUsage
// naming the word that fits none, and the names there are.
Result<std::vector<FeedSource>> choose_feeds(const std::vector<FeedSource>& all,
                                             const std::vector<std::string>& words);

}  // namespace seawall::advisory
