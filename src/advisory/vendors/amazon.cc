// Amazon Linux Security Advisories (ALAS), one notice after the other: binary packages with the
// builds that fix them, CVEs among the references. Either as the repositories' updateinfo.xml says
// them, or the same as JSON, one notice a line:
//
//   {"ID": "ALAS2-2024-2405", "Severity": "medium", "Pkglist": {"Collection": {
//     "Short": "amazon-linux-2", "Package": [{"Name": "expat", "Epoch": "0", "Version": "2.1.0",
//     "Release": "15.amzn2.0.3", "Arch": "x86_64"}]}}}
//
// "amazon-linux-ami" and "amazon-linux" are amazon:1. Amazon Linux 2 has extras: topics such as
// "amazon-linux-2---postgresql14" that carry newer streams of packages that the core has too, and
// an installed rpm does not say which topic it came from. A notice of a topic must not be held
// against the core's package, so its rows begin where the topic's stream does: at the topic's own
// version when the fix is of it (kernel-5.10 -> [5.10, fix)), else, in a topic with a version, at
// the first two numbers of the fix. Topics without a version (docker, ecs, livepatch) have packages
// of their own, and their rows begin at the first version. The topic is in the note.
// Debug packages are left out.
#include <algorithm>

#include "advisory/vendors/amazon_notice.h"
#include "advisory/vendors/vendors.h"
#include "base/strings.h"

namespace seawall::advisory::vendors {
namespace {

constexpr std::string_view kTopicMark = "---";

struct Stream {
  std::string ecosystem;  // empty when it is no Amazon Linux
  std::string_view topic;
};

Stream stream_of(std::string_view collection) {
  constexpr std::string_view prefix = "amazon-linux";
  if (!collection.starts_with(prefix)) return {};
  std::string_view rest = collection.substr(prefix.size());
  if (rest.empty() || rest == "-ami") return {"amazon:1", {}};
  if (!rest.starts_with('-')) return {};
  rest.remove_prefix(1);
  const size_t mark = rest.find(kTopicMark);
  const std::string_view release = rest.substr(0, mark);
  if (!parse_unsigned(release)) return {};
  return {"amazon:" + std::string(release), mark == std::string_view::npos
                                                ? std::string_view()
                                                : rest.substr(mark + kTopicMark.size())};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "postgresql14" -> "14", "kernel-5.10" -> "5.10", "mate-desktop1.x" -> "1", "docker" -> "".
std::string_view topic_version(std::string_view topic) {
  if (topic.ends_with(".x")) topic.remove_suffix(2);
  size_t start = topic.size();
  while (start > 0 && (is_digit(topic[start - 1]) || topic[start - 1] == '.')) --start;
  return topic.substr(start);
}

// Where the stream of a topic begins, for a fix "epoch:version-release"; "" = the first version.
std::string stream_start(std::string_view topic, std::string_view epoch, std::string_view version) {
  const std::string_view wanted = topic_version(topic);
  if (wanted.empty()) return {};
  std::string_view start;
  if (version.starts_with(wanted) &&
      (version.size() == wanted.size() || !is_digit(version[wanted.size()]))) {
    start = wanted;
  } else {
    const size_t dot = version.find('.');
    start = dot == std::string_view::npos ? version : version.substr(0, version.find('.', dot + 1));
  }
  return std::string(epoch) + std::string(start);
}

// One fixed build: the range's start depends on it.
struct Build {
  std::string start, fixed;
};

Build build_of(const AmazonPackage& package, std::string_view topic) {
  if (package.version.empty()) return {};
  std::string prefix;
  if (package.epoch != "0" && !package.epoch.empty()) prefix = std::string(package.epoch) + ":";
  Build build;
  build.fixed = prefix + std::string(package.version);
  if (!package.release.empty()) build.fixed += "-" + std::string(package.release);
  build.start = stream_start(topic, prefix, package.version);
  return build;
}

}  // namespace

bool accepts_amazon(const Node& document) {
  return document["ID"].string().starts_with("ALAS") &&
         document["Pkglist"]["Collection"].is_object();
}

void parse_amazon(const Node& document, FeedContext& context) {
  const Node& collection = document["Pkglist"]["Collection"];
  AmazonNotice notice;
  notice.id = document["ID"].string();
  notice.title = document["Title"].string();
  notice.severity = document["Severity"].string();
  notice.issued = document["Issued"]["Date"].string();
  notice.collection = collection["Short"].string();
  for (const Node& reference : document["References"]["Reference"].items()) {
    if (reference["Type"].string() == "cve") notice.cves.push_back(reference["ID"].string());
  }
  for (const Node& package : collection["Package"].items()) {
    notice.packages.push_back({package["Name"].string(), package["Epoch"].string("0"),
                               package["Version"].string(), package["Release"].string(),
                               package["Arch"].string()});
  }
  add_amazon_notice(notice, context);
}

void add_amazon_notice(const AmazonNotice& notice, FeedContext& context) {
  const Stream stream = stream_of(notice.collection);
  if (stream.ecosystem.empty()) return;
  Record record;
  record.feed = "amazon";
  record.id = notice.id;
  record.severity = parse_severity(notice.severity);
  record.published = date_of(notice.issued);
  const size_t colon = notice.title.find(": ");
  record.summary =
      one_line(colon == std::string_view::npos ? notice.title : notice.title.substr(colon + 2));
  for (const std::string_view id : notice.cves) {
    if (is_cve(id)) record.covers.emplace_back(id);
  }

  BuildTable builds;
  std::map<std::pair<std::string, std::string>, std::string> starts;
  for (const AmazonPackage& package : notice.packages) {
    Build build = build_of(package, stream.topic);
    builds.add(package.name, build.fixed, {}, package.architecture);
    if (!build.start.empty())
      starts[{std::string(package.name), build.fixed}] = std::move(build.start);
  }
  record.affected = builds.rows(stream.ecosystem);
  if (!stream.topic.empty()) {
    for (Affected& row : record.affected) {
      row.note = "extras topic " + std::string(stream.topic.substr(0, 80));
      const auto start = starts.find({row.package, row.ranges[0].fixed});
      if (start != starts.end()) row.ranges[0].introduced = start->second;
    }
  }
  if (!record.affected.empty()) context.sink.record(std::move(record));
}

}  // namespace seawall::advisory::vendors
