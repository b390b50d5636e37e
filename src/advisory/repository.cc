#include "advisory/repository.h"

#include <unistd.h>

#include <cstdint>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/strings.h"
#include "codec/xml.h"
#include "net/url.h"

namespace seawall::advisory {
namespace {

constexpr uint64_t kLargestList = 64u << 10, kLargestIndex = 4u << 20;

struct Located {
  std::string url;
  Digest digest;  // empty when the index says none that we know
};

std::string shown(const std::string& url) {
  const auto parsed = parse_url(url);
  return parsed.ok() ? parsed->shown() : std::string("the address");
}

// The first address of a mirror list, without a slash at its end.
Result<std::string> first_mirror(std::string_view list, const std::string& from) {
  for (std::string_view line : split(list, '\n')) {
    line = trim(line);
    if (line.empty() || line.starts_with('#')) continue;
    const bool secure = line.starts_with("https://");
    if (!secure && !line.starts_with("http://"))
      return malformed("a line that is no address").at(shown(from));
    if (!secure && from.starts_with("https://"))
      return malformed("the list leads from https to http").at(shown(from));
    while (line.ends_with('/')) line.remove_suffix(1);
    return std::string(line);
  }
  return malformed("the list of mirrors is empty").at(shown(from));
}

Result<Located> find_updateinfo(const std::string& index, const std::string& base) {
  SEAWALL_TRY(const auto document, XmlDocument::parse(index));
  for (const XmlNode data : document->root().children("data")) {
    if (data.attribute("type") != "updateinfo") continue;
    const std::string_view path = data.child("location").attribute("href");
    if (path.empty() || path.starts_with('/') || path.find(':') != std::string_view::npos ||
        path.find("..") != std::string_view::npos)
      return malformed("the updateinfo lies outside of the repository");
    Located located;
    located.url = fmt::format("{}/{}", base, path);
    const XmlNode checksum = data.child("checksum");
    if (checksum.attribute("type") == "sha256") {
      SEAWALL_TRY(located.digest, Digest::parse(fmt::format("sha256:{}", checksum.text())));
    }
    return located;
  }
  return Error(Code::kNotFound, "the repository has no updateinfo");
}

Status check_digest(const std::string& path, const Digest& expected) {
  if (expected.empty()) return {};
  SEAWALL_TRY(std::shared_ptr<const File> file, File::open(path));
  HashingReader reader(std::make_unique<RangeReader>(file, 0, file->size()));
  SEAWALL_CHECK(reader.skip(file->size()));
  const Digest actual = reader.digest();
  if (actual == expected) return {};
  return Error(Code::kMismatch,
               fmt::format("it has the digest {} instead of {}", actual.text(), expected.text()))
      .hint("the mirror may be half updated: try again later");
}

}  // namespace

Result<Download> download_updateinfo(const HttpClient& client, const std::string& mirror_list,
                                     const std::string& directory, uint64_t largest) {
  auto list = client.get(mirror_list, kLargestList);
  if (!list.ok()) {
    // Object stores that may not be listed answer so for what is not there; nobody logs in here.
    if (list.error().code() == Code::kUnauthorized)
      return Error(Code::kNotFound, list.error().message()).at(list.error().where());
    return std::move(list).error();
  }
  SEAWALL_TRY(const std::string base, first_mirror(*list, mirror_list));
  const std::string index_url = base + "/repodata/repomd.xml";
  SEAWALL_TRY(const std::string index, client.get(index_url, kLargestIndex));
  auto located = find_updateinfo(index, base);
  if (!located.ok()) return std::move(located).error().at(shown(index_url));
  // The repository's address changes with every update; the file replaces the one before it.
  SEAWALL_TRY(Download file, download(client, located->url, directory, largest, mirror_list));
  if (auto whole = check_digest(file.path, located->digest); !whole.ok()) {
    ::unlink(file.path.c_str());
    return std::move(whole).error().at(shown(located->url));
  }
  return file;
}

}  // namespace seawall::advisory
