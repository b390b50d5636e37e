// One request on one connection: sent, answered as far as the headers, and then read as a body at
// the reader's pace. Redirects and retries are HttpClient's business.
//
// The transfer moves only inside start() and read(). At most kWindow bytes wait here; past them
// libcurl is paused, the socket fills and the sender slows down. HTTP/1.1 only: one transfer has
// one connection, so HTTP/2 would bring its own window and no gain. Finished connections go to a
// small pool of the process and serve the next request to the same origin.
//
// THREADS: one at a time; the pool is shared safely.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "net/http_client.h"
#include "net/url.h"

namespace seawall {

class HttpBody : public Reader {
 public:
  static constexpr size_t kWindow = 256 << 10;
  static constexpr size_t kMostHeaders = 256;
  static constexpr size_t kMostHeaderBytes = 256 << 10;

  // Sends and waits for the headers. `transient` tells whether the same request may succeed when
  // sent again (no connection, or one that broke before an answer).
  static Result<std::unique_ptr<HttpBody>> start(const HttpOptions& options,
                                                 const HttpRequest& request, const Url& url,
                                                 bool& transient);
  ~HttpBody() override;

  int status() const;
  const std::map<std::string, std::string>& headers() const;
  Result<size_t> read(std::span<char> buffer) override;

 private:
  struct State;
  explicit HttpBody(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// What an answer begins with, for an error message: printable, on one line, at most 200 bytes; the
// text of a JSON error where there is one.
std::string quote_answer(Reader& body);

// When a Retry-After header ("120" or an HTTP date) lets the next request be sent, in seconds from
// now; nothing when it says neither. Source: RFC 9110, section 10.2.3.
std::optional<uint64_t> parse_retry_after(const std::string& text, const std::string& date);

}  // namespace seawall
