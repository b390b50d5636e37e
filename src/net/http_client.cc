#include "net/http_client.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/strings.h"
#include "net/http_body.h"
#include "net/url.h"

namespace seawall {
namespace {

constexpr int kMostRedirects = 10;
constexpr uint64_t kFirstWaitMs = 500, kLongestWaitMs = 8000;

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_credential(std::string_view header) {
  return equal_ignoring_case(header, "authorization") || equal_ignoring_case(header, "cookie");
}

// Half a second, doubled each time; in slices, so that an interruption ends it.
Status wait_before(unsigned attempt, uint64_t at_least_ms) {
  const uint64_t backoff = std::min(kFirstWaitMs << std::min(attempt, 10u), kLongestWaitMs);
  const auto until =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(std::max(backoff, at_least_ms));
  while (std::chrono::steady_clock::now() < until) {
    SEAWALL_CHECK(check_interrupted());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return {};
}

// A name and password in the URL become a header: libcurl and messages see neither.
void move_user_info(Url& url, HttpRequest& request) {
  if (url.user_info.empty()) return;
  const auto& headers = request.headers;
  const bool has_own = std::any_of(headers.begin(), headers.end(), [](const auto& header) {
    return equal_ignoring_case(header.first, "authorization");
  });
  if (!has_own) {
    auto [name, password] = split_once(url.user_info, ':');
    const std::string pair = percent_decode(name) + ':' + percent_decode(password);
    request.headers.emplace_back("Authorization", "Basic " + to_base64(pair));
  }
  url.user_info.clear();
}

Status check_request(const HttpOptions& options, const HttpRequest& request) {
  // A socket of this machine is no network.
  if (options.offline && request.unix_socket.empty()) {
    return Error(Code::kNetwork, "offline: no connection is made")
        .hint("leave --offline out to allow it");
  }
  for (const auto& [name, value] : request.headers) {
    if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return usage_error("a header holds a line break");
    }
  }
  return {};
}

using Answer = std::unique_ptr<HttpBody>;

// How long a 429 or 503 asks to wait, in milliseconds. ERRORS: kNetwork when too long.
Result<uint64_t> asked_wait(const HttpBody& answer, const HttpOptions& options, const Url& url) {
  const auto& headers = answer.headers();
  const auto after = headers.find("retry-after");
  if (after == headers.end()) return uint64_t{0};
  const auto date = headers.find("date");
  const auto seconds = parse_retry_after(after->second, date == headers.end() ? "" : date->second);
  if (!seconds) return uint64_t{0};
  if (*seconds > options.max_retry_after) {
    return Error(Code::kNetwork,
                 fmt::format("{}: the server is overloaded (status {}) and asks to come back in "
                             "{} s; at most {} s are waited",
                             url.shown(), answer.status(), *seconds, options.max_retry_after))
        .hint("try again later");
  }
  return *seconds * 1000;
}

// One request, sent again while that can help.
Result<Answer> send_patiently(const HttpOptions& options, const HttpRequest& request,
                              const Url& url) {
  // A POST that may have arrived is not sent twice; asking for a wait says that it was refused.
  const bool repeatable = request.method != "POST" && request.unix_socket.empty();
  for (unsigned attempt = 0;; ++attempt) {
    bool transient = false;
    auto answer = HttpBody::start(options, request, url, transient);
    if (!answer.ok()) {
      if (!transient || !repeatable || attempt >= options.retries) return answer;
      log_info(fmt::format("{}; trying again", answer.error().text()));
      SEAWALL_CHECK(wait_before(attempt, 0));
      continue;
    }
    const int status = (*answer)->status();
    if (status != 429 && status != 503) return answer;
    SEAWALL_TRY(const uint64_t wait, asked_wait(**answer, options, url));
    if (attempt >= options.retries) return answer;
    log_info(fmt::format("{}: status {}; trying again", url.shown(), status));
    answer->reset();
    SEAWALL_CHECK(wait_before(attempt, wait));
  }
}

// Turns `request` and `url` into what a redirect asks for.
Status follow(const HttpBody& answer, const std::string& location, HttpRequest& request, Url& url) {
  auto next = resolve_url(url, location);
  if (!next.ok()) {
    return malformed(
        fmt::format("{} redirects to no usable place: {}", url.shown(), next.error().message()));
  }
  if (url.scheme == "https" && next->scheme != "https") {
    return Error(Code::kNetwork, fmt::format("{} redirects to {}, which is not encrypted",
                                             url.shown(), next->shown()));
  }
  const bool elsewhere = next->origin() != url.origin();
  if (!request.unix_socket.empty() && elsewhere) {
    return Error(Code::kNetwork,
                 fmt::format("the service behind the socket redirects to {}", next->shown()));
  }
  if (elsewhere)
    std::erase_if(request.headers, [](const auto& h) { return is_credential(h.first); });
  // Browsers' habit, which RFC 9110, section 15.4 records: 301 to 303 turn a POST into a GET.
  const int status = answer.status();
  if (status == 303 || (status < 303 && request.method == "POST")) {
    if (request.method != "HEAD") request.method = "GET";
    request.body.clear();
    std::erase_if(request.headers,
                  [](const auto& h) { return equal_ignoring_case(h.first, "content-type"); });
  }
  url = std::move(next).value();
  url.user_info.clear();  // a redirect hands out no credentials
  return {};
}

Error error_of_status(HttpResponse& response, const std::string& place) {
  const Code code = response.status == 401 || response.status == 403   ? Code::kUnauthorized
                    : response.status == 404 || response.status == 410 ? Code::kNotFound
                                                                       : Code::kNetwork;
  const std::string said = quote_answer(*response.body);
  return Error(code, fmt::format("{}: status {}{}{}", place, response.status,
                                 said.empty() ? "" : ": ", said));
}

}  // namespace

std::string_view HttpResponse::header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

HttpClient::HttpClient(HttpOptions options) : options_(std::move(options)) {}
HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::send(const HttpRequest& original) const {
  SEAWALL_CHECK(check_request(options_, original));
  HttpRequest request = original;
  SEAWALL_TRY(Url url, parse_url(request.url));
  move_user_info(url, request);
  std::set<std::string> visited;
  for (int redirects = 0;; ++redirects) {
    visited.insert(url.text());
    SEAWALL_TRY(Answer answer, send_patiently(options_, request, url));
    const auto location = answer->headers().find("location");
    if (!request.follow_redirects || !is_redirect(answer->status()) ||
        location == answer->headers().end()) {
      HttpResponse response;
      response.status = answer->status();
      response.headers = answer->headers();
      response.url = url.text();
      response.body = std::move(answer);
      return response;
    }
    const std::string from = url.shown();
    SEAWALL_CHECK(follow(*answer, location->second, request, url));
    if (visited.count(url.text())) {
      return Error(Code::kNetwork, fmt::format("{}: the redirects go in a circle", from));
    }
    if (redirects == kMostRedirects) {
      return Error(Code::kNetwork, fmt::format("{}: more than {} redirects", from, kMostRedirects));
    }
  }
}

Result<std::string> HttpClient::get(const std::string& url, uint64_t limit) const {
  HttpRequest request;
  request.url = url;
  SEAWALL_TRY(HttpResponse response, send(request));
  SEAWALL_TRY(const Url where, parse_url(response.url));
  const std::string place = where.shown();
  if (response.status < 200 || response.status > 299) return error_of_status(response, place);
  if (parse_unsigned(response.header("content-length")).value_or(0) > limit) {
    return limit_reached(fmt::format("{}: an answer of {} bytes; at most {} are read", place,
                                     response.header("content-length"), limit));
  }
  auto bytes = read_all(*response.body, limit);
  if (!bytes.ok() && bytes.error().code() == Code::kLimit) {
    return std::move(bytes).error().at(place);
  }
  return bytes;
}

}  // namespace seawall
