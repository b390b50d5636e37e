#include "advisory/feed_sources.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>

#include <fmt/format.h>

#include "base/content.h"
#include "base/file.h"
#include "codec/yaml.h"

namespace seawall::advisory {
namespace {

constexpr uint64_t kLargestList = 4 << 20;

Error wrong(const std::string& file, const Node& node, std::string_view what) {
  return malformed(fmt::format("line {}: {}", node.line(), what)).at(file);
}

// Names become file names below the cache directory.
bool is_feed_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name.front() != '-' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

Result<FeedSource> read_source(const std::string& file, const Node& node) {
  if (!node.is_object()) return wrong(file, node, "a feed is a mapping with name and urls");
  FeedSource source;
  for (const Member& member : node.members()) {
    if (member.key == "name") {
      source.name = member.value.string();
    } else if (member.key == "title") {
      source.title = member.value.string();
    } else if (member.key == "licence") {
      source.licence = member.value.string();
    } else if (member.key == "default") {
      source.by_default = member.value.boolean();
    } else if (member.key == "urls" || member.key == "repositories" || member.key == "ecosystems") {
      auto& list = member.key == "urls"           ? source.urls
                   : member.key == "repositories" ? source.repositories
                                                  : source.ecosystems;
      for (const Node& item : member.value.items()) list.emplace_back(item.string());
    } else {
      return wrong(file, member.value, fmt::format("a feed has no key \"{}\"", member.key));
    }
  }
  if (!is_feed_name(source.name))
    return wrong(file, node, "a feed needs a name of lower-case letters, digits and -");
  if (source.urls.empty() && source.repositories.empty())
    return wrong(file, node, fmt::format("the feed {} has no urls", source.name));
  for (const auto* list : {&source.urls, &source.repositories}) {
    for (const std::string& url : *list) {
      if (!url.starts_with("https://") && !url.starts_with("http://"))
        return wrong(file, node, fmt::format("\"{}\" is not an http or https address", url));
    }
  }
  return source;
}

}  // namespace

Result<std::vector<FeedSource>> load_feed_sources(const std::string& path) {
  std::string file = path, text;
  if (const char* own = std::getenv("SEAWALL_FEEDS"); file.empty() && own) file = own;
  if (file.empty()) {
    file = "feeds.yaml";
    text = built_in_content(file);
  } else {
    SEAWALL_TRY(text, read_file(file, kLargestList));
  }
  auto documents = parse_yaml(text);
  if (!documents.ok()) return std::move(documents.error()).at(file);
  if (documents->size() != 1) return malformed("one YAML document expected").at(file);
  std::vector<FeedSource> sources;
  std::set<std::string> names;
  for (const Node& node : documents->front().root()["feeds"].items()) {
    SEAWALL_TRY(FeedSource source, read_source(file, node));
    if (!names.insert(source.name).second)
      return wrong(file, node, fmt::format("the feed {} stands twice", source.name));
    sources.push_back(std::move(source));
  }
  if (sources.empty()) return malformed("no feeds in it").at(file);
  return sources;
}

Result<std::vector<FeedSource>> choose_feeds(const std::vector<FeedSource>& all,
                                             const std::vector<std::string>& words) {
  std::set<std::string> chosen;
  for (const std::string& word : words) {
    bool found = false;
    for (const FeedSource& source : all) {
      const bool fits = source.name == word ||
                        std::find(source.ecosystems.begin(), source.ecosystems.end(), word) !=
                            source.ecosystems.end();
      if (fits) chosen.insert(source.name);
      found |= fits;
    }
    if (found) continue;
    std::string names;
    for (const FeedSource& source : all) names += (names.empty() ? "" : ", ") + source.name;
    return usage_error(fmt::format("there is no feed for \"{}\"", word))
        .hint("there are: " + names);
  }
  std::vector<FeedSource> feeds;
  for (const FeedSource& source : all) {
    if (chosen.contains(source.name)) feeds.push_back(source);
  }
  return feeds;
}

}  // namespace seawall::advisory
