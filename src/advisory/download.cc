#include "advisory/download.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/progress.h"
#include "base/strings.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "net/url.h"

namespace seawall::advisory {
namespace {

// What is remembered beside a file: which address it came from and how to ask whether it changed.
struct Notes {
  std::string url, etag, last_modified;
};

Notes read_notes(const std::string& path, const std::string& url) {
  auto text = read_file(path, 64 << 10);
  if (!text.ok()) return {};
  const auto document = parse_json(std::move(text).value());
  if (!document.ok() || document->root()["url"].string() != url) return {};
  return {url, std::string(document->root()["etag"].string()),
          std::string(document->root()["lastModified"].string())};
}

Status write_notes(const std::string& path, const Notes& notes) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("url").string(notes.url);
  json.optional("etag", notes.etag).optional("lastModified", notes.last_modified).end_object();
  return write_file(path, text);
}

// "Sun, 22 Nov 2026 08:15:00 GMT" (RFC 9110, 5.6.7).
UnixSeconds parse_http_date(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() < 29) return 0;
  const size_t month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return 0;
  const std::string iso = fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month / 3 + 1,
                                      text.substr(5, 2), text.substr(17, 8));
  return parse_time(iso).value_or(0);
}

std::string address_for_people(const std::string& url) {
  const auto parsed = parse_url(url);
  return parsed.ok() ? parsed->shown() : std::string("the address");
}

uint64_t size_of(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 ? static_cast<uint64_t>(info.st_size) : 0;
}

Status append_body(HttpResponse& response, const std::string& path, bool resume, uint64_t largest,
                   Progress& progress) {
  FileDescriptor fd(
      ::open(path.c_str(),
             O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (resume ? O_APPEND : O_TRUNC), 0644));
  if (!fd.valid()) return errno_error("cannot write " + path, errno);
  uint64_t total = resume ? size_of(path) : 0;
  std::vector<char> buffer(256 * 1024);
  while (true) {
    SEAWALL_CHECK(check_interrupted());
    SEAWALL_TRY(const size_t got, response.body->read(buffer));
    if (got == 0) break;
    total += got;
    if (total > largest) return limit_reached(fmt::format("more than {} bytes", largest));
    std::string_view rest(buffer.data(), got);
    while (!rest.empty()) {
      const ssize_t put = ::write(fd.get(), rest.data(), rest.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return errno_error("cannot write " + path, errno);
      rest.remove_prefix(static_cast<size_t>(put));
    }
    progress.add(got);
  }
  return ::fsync(fd.get()) == 0 ? Status() : Status(errno_error("cannot flush " + path, errno));
}

}  // namespace

Result<Download> download(const HttpClient& client, const std::string& url,
                          const std::string& directory, uint64_t largest,
                          const std::string& kept_as) {
  SEAWALL_CHECK(make_directories(directory));
  const std::string base =
      fmt::format("{}/{:016x}", directory, quick_hash(kept_as.empty() ? url : kept_as));
  const std::string data = base + ".data", part = base + ".part";
  const Notes have = file_exists(data) ? read_notes(base + ".json", url) : Notes();
  const Notes partial = file_exists(part) ? read_notes(base + ".part.json", url) : Notes();
  HttpRequest request;
  request.url = url;
  const uint64_t resume_at = partial.etag.empty() ? 0 : size_of(part);
  if (resume_at > 0) {
    request.headers.emplace_back("Range", fmt::format("bytes={}-", resume_at));
    request.headers.emplace_back("If-Range", partial.etag);
  } else if (!have.etag.empty()) {
    request.headers.emplace_back("If-None-Match", have.etag);
  } else if (!have.last_modified.empty()) {
    request.headers.emplace_back("If-Modified-Since", have.last_modified);
  }
  SEAWALL_TRY(HttpResponse response, client.send(request));
  if (response.status == 304 && !have.url.empty())
    return Download{data, false, parse_http_date(have.last_modified)};
  if (response.status == 416 && resume_at > 0) {
    // What is there is no prefix of what the server has now: start over.
    ::unlink(part.c_str());
    return download(client, url, directory, largest, kept_as);
  }
  if (response.status != 200 && response.status != 206) {
    return Error(Code::kNetwork, fmt::format("the server answered {}", response.status))
        .at(address_for_people(url));
  }
  if (response.header("content-type").starts_with("text/html")) {
    return malformed("the server sent a web page instead of data")
        .at(address_for_people(url))
        .hint("a proxy or a login page may stand in between");
  }
  const bool resume = response.status == 206;
  // A part is only what was asked for when it begins where ours ends.
  if (resume &&
      (resume_at == 0 ||
       !response.header("content-range").starts_with(fmt::format("bytes {}-", resume_at)))) {
    ::unlink(part.c_str());
    return Error(Code::kNetwork, "the server sent another part than the one asked for")
        .at(address_for_people(url))
        .hint("try again: it starts anew");
  }
  const Notes notes{url, std::string(response.header("etag")),
                    std::string(response.header("last-modified"))};
  SEAWALL_CHECK(write_notes(base + ".part.json", notes));
  const auto length = parse_unsigned(response.header("content-length"));
  Progress progress(address_for_people(url), length.value_or(0));
  if (auto status = append_body(response, part, resume, largest, progress); !status.ok()) {
    if (status.error().code() == Code::kLimit) ::unlink(part.c_str());
    return std::move(status.error()).at(address_for_people(url));
  }
  ::unlink((base + ".json").c_str());  // what it says is of the old file
  if (::rename(part.c_str(), data.c_str()) != 0) return errno_error("cannot write " + data, errno);
  SEAWALL_CHECK(write_notes(base + ".json", notes));
  ::unlink((base + ".part.json").c_str());
  return Download{data, true, parse_http_date(notes.last_modified)};
}

}  // namespace seawall::advisory
