// An HTTP(S) client over libcurl, which is loaded at run time when first needed (no network, no
// library).
//
//   HttpClient client(options);
//   SEAWALL_TRY(HttpResponse response, client.send({.url = "https://example.org/feed.json"}));
//   read_all(*response.body, limit)
//
// The body is a Reader that pulls from the connection: nothing is buffered beyond a window, a slow
// reader slows the sender. TLS 1.2 or newer, certificates checked; proxies from the environment
// (https_proxy, no_proxy); only http and https. Redirects (at most 10, no circles, never from https
// to http) carry Authorization and Cookie only to the same scheme, host and port. 429 and 503 are
// retried after Retry-After (bounded), connection failures with back-off; both at most `retries`
// times. ERRORS: kNetwork, kTimeout (no byte for stall_seconds), kMalformed (wrong length), kLimit,
// kCancelled. THREADS: one client may be used by several threads; each response by one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace seawall {

struct HttpOptions {
  std::string ca_file;    // PEM; empty: the system's
  bool insecure = false;  // accept any certificate (only on explicit request)
  unsigned connect_seconds = 15;
  unsigned stall_seconds = 60;  // without any byte
  unsigned retries = 3;
  unsigned max_retry_after = 60;  // a longer Retry-After is an error that says how long
  // Every request fails with "offline" and no packet is sent; unix sockets stay usable.
  bool offline = false;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;          // http:// or https://, or any host with unix_socket
  std::string unix_socket;  // path of a socket to connect to instead
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool follow_redirects = true;
};

struct HttpResponse {
  int status = 0;
  // Names in lower case; the last one wins, but the challenges of www-authenticate are joined by
  // commas.
  std::map<std::string, std::string> headers;
  std::string url;               // after redirects
  std::unique_ptr<Reader> body;  // ends with an error when the peer sends less than it said
  std::string_view header(const std::string& lower_case_name) const;
};

class HttpClient {
 public:
  explicit HttpClient(HttpOptions options = {});
  ~HttpClient();
  // A response with any status; only transport failures are errors.
  Result<HttpResponse> send(const HttpRequest& request) const;
  // The body of a 2xx answer, whole; other statuses are errors that quote the start of the answer
  // as text.
  Result<std::string> get(const std::string& url, uint64_t limit) const;
  const HttpOptions& options() const { return options_; }

 private:
  HttpOptions options_;
};

}  // namespace seawall
