#include "net/http_body.h"

#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <mutex>

#include <fmt/format.h>

#include "base/interrupt.h"
#include "base/strings.h"
#include "codec/json.h"
#include "net/curl_library.h"

namespace seawall {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kPooled = 8;
constexpr int kPollMilliseconds = 100;  // how late an interruption may be noticed
constexpr size_t kQuoted = 200;

// A libcurl handle with the connections it keeps open, and whom they lead to.
struct Session {
  CURLM* multi = nullptr;
  CURL* easy = nullptr;
  std::string peer;
};

// Never destroyed: threads may still finish transfers while the process exits.
struct Pool {
  std::mutex mutex;
  std::vector<Session> idle;
};
Pool& pool() {
  static auto* shared = new Pool;
  return *shared;
}

void close_session(const CurlLibrary& curl, Session& session) {
  if (session.easy) curl.easy_cleanup(session.easy);
  if (session.multi) curl.multi_cleanup(session.multi);
}

Result<Session> take_session(const CurlLibrary& curl, const std::string& peer) {
  {
    std::lock_guard lock(pool().mutex);
    auto& idle = pool().idle;
    const auto found =
        std::find_if(idle.begin(), idle.end(), [&](const Session& s) { return s.peer == peer; });
    if (found != idle.end()) {
      Session session = std::move(*found);
      idle.erase(found);
      return session;
    }
  }
  Session session{curl.multi_init(), curl.easy_init(), peer};
  if (session.multi && session.easy) return session;
  close_session(curl, session);
  return Error(Code::kNetwork, "libcurl has no memory for a connection");
}

void return_session(const CurlLibrary& curl, Session session) {
  curl.easy_reset(session.easy);
  std::lock_guard lock(pool().mutex);
  auto& idle = pool().idle;
  if (idle.size() == kPooled) {
    close_session(curl, idle.front());
    idle.erase(idle.begin());
  }
  idle.push_back(std::move(session));
}

// Connections must not leak into the credential helpers this process starts.
int close_on_exec(void*, curl_socket_t socket, curlsocktype) {
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  return CURL_SOCKOPT_OK;
}

}  // namespace

struct HttpBody::State {
  const CurlLibrary* curl = nullptr;
  Session session;
  curl_slist* header_list = nullptr;
  HttpOptions options;
  std::string place;  // "https://host/path", for messages
  bool head_request = false;
  char curl_error[CURL_ERROR_SIZE] = {};

  int status = 0;
  std::map<std::string, std::string> headers;
  size_t header_count = 0, header_bytes = 0;
  bool headers_done = false;

  std::string buffer;  // [at, size) waits to be read
  size_t at = 0;
  uint64_t received = 0;
  bool paused = false;
  bool added = false, done = false;
  CURLcode result = CURLE_OK;
  std::optional<Error> failure;
  Clock::time_point moved_at = Clock::now();
  uint64_t moved = 0;  // header_bytes + received + bytes sent at that time

  ~State();
  template <typename T>
  void set(CURLoption option, T value) {
    curl->easy_setopt(session.easy, option, value);
  }
  void configure(const HttpRequest& request, const Url& url);
  void configure_body(const HttpRequest& request);
  bool take_header(std::string_view line);
  bool take_body(std::string_view bytes);
  Status check_length();
  Status advance();
  Status check_stall();
  void note_result();
  Error failed();
  bool transient() const;

  static size_t on_header(char* bytes, size_t size, size_t count, void* self) {
    return static_cast<State*>(self)->take_header({bytes, size * count}) ? size * count : 0;
  }
  static size_t on_body(char* bytes, size_t size, size_t count, void* self) {
    auto* state = static_cast<State*>(self);
    if (state->buffer.size() - state->at + size * count > kWindow &&
        state->at != state->buffer.size()) {
      state->paused = true;
      return CURL_WRITEFUNC_PAUSE;
    }
    return state->take_body({bytes, size * count}) ? size * count : 0;
  }
};

HttpBody::State::~State() {
  if (!curl) return;
  if (added) curl->multi_remove_handle(session.multi, session.easy);
  if (header_list) curl->slist_free_all(header_list);
  // A transfer that was not read to its end leaves a connection that libcurl closes on removal.
  if (session.easy) return_session(*curl, std::move(session));
}

void HttpBody::State::configure(const HttpRequest& request, const Url& url) {
  set(CURLOPT_URL, url.text().c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ERRORBUFFER, curl_error);
  set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(options.connect_seconds));
  set(CURLOPT_BUFFERSIZE, 128L << 10);
  set(CURLOPT_USERAGENT, "seawall");
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_SOCKOPTFUNCTION, close_on_exec);
  set(CURLOPT_HEADERFUNCTION, on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
  if (options.insecure) {
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (!request.unix_socket.empty()) set(CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
  // Nobody means a proxy to reach this machine, whatever no_proxy says.
  if (!request.unix_socket.empty() || is_loopback(url.host)) set(CURLOPT_PROXY, "");
  configure_body(request);
}

void HttpBody::State::configure_body(const HttpRequest& request) {
  bool has_type = false;
  for (const auto& [name, value] : request.headers) {
    has_type |= equal_ignoring_case(name, "content-type");
    header_list = curl->slist_append(header_list, fmt::format("{}: {}", name, value).c_str());
  }
  header_list = curl->slist_append(header_list, "Expect:");
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    if (!has_type) header_list = curl->slist_append(header_list, "Content-Type:");
    set(CURLOPT_POST, 1L);
    // On a kept connection that turns out dead, libcurl would send it a second time.
    if (request.method == "POST") set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_COPYPOSTFIELDS, request.body.c_str());
  }
  head_request = request.method == "HEAD";
  if (head_request) {
    set(CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET" || !request.body.empty()) {
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  set(CURLOPT_HTTPHEADER, header_list);
}

bool HttpBody::State::take_header(std::string_view line) {
  header_bytes += line.size();
  if (++header_count > kMostHeaders || header_bytes > kMostHeaderBytes) {
    failure = limit_reached("the answer has more headers than allowed");
    return false;
  }
  line = trim(line);
  if (line.starts_with("HTTP/")) {  // also after an interim answer (1xx)
    headers.clear();
    const auto code = split_once(line, ' ').second.substr(0, 3);
    status = static_cast<int>(parse_unsigned(code).value_or(0));
    return true;
  }
  if (line.empty()) {
    if (status < 200) return true;
    if (auto length = check_length(); !length.ok()) {
      failure = std::move(length).error();
      return false;
    }
    headers_done = true;
    return true;
  }
  if (headers_done) return true;  // trailers
  const auto [name, value] = split_once(line, ':');
  std::string& slot = headers[to_lower(trim(name))];
  // Several challenges may come as several headers; RFC 9110 lets them be joined.
  const bool joined = !slot.empty() && equal_ignoring_case(trim(name), "www-authenticate");
  slot = joined ? fmt::format("{}, {}", slot, trim(value)) : std::string(trim(value));
  return true;
}

Status HttpBody::State::check_length() {
  const auto length = headers.find("content-length");
  if (length == headers.end() || headers.count("transfer-encoding")) return {};
  const auto bytes = parse_unsigned(length->second);
  if (bytes && *bytes <= INT64_MAX) return {};
  return malformed(fmt::format("the answer has the Content-Length \"{}\"",
                               printable(length->second.substr(0, 40))));
}

bool HttpBody::State::take_body(std::string_view bytes) {
  if (at == buffer.size()) {
    buffer.clear();
    at = 0;
  }
  buffer.append(bytes);
  received += bytes.size();
  return true;
}

// One step: whatever is ready is done, else at most kPollMilliseconds pass.
Status HttpBody::State::advance() {
  SEAWALL_CHECK(check_interrupted());
  int running = 0;
  if (const CURLMcode code = curl->multi_perform(session.multi, &running); code != CURLM_OK) {
    return Error(Code::kNetwork, fmt::format("libcurl failed ({})", static_cast<int>(code)));
  }
  note_result();
  if (failure) return std::move(*std::exchange(failure, std::nullopt));
  if (done) return result == CURLE_OK ? Status() : Status(failed());
  SEAWALL_CHECK(check_stall());
  // Data that came with the last step is handed on before waiting for more.
  if (at == buffer.size() && !paused) {
    curl->multi_poll(session.multi, nullptr, 0, kPollMilliseconds, nullptr);
  }
  return {};
}

void HttpBody::State::note_result() {
  int left = 0;
  while (const CURLMsg* message = curl->multi_info_read(session.multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    done = true;
    result = message->data.result;
  }
}

// The time the reader took elsewhere does not count: `moved_at` is set anew on each read.
Status HttpBody::State::check_stall() {
  curl_off_t sent = 0;
  curl->easy_getinfo(session.easy, CURLINFO_SIZE_UPLOAD_T, &sent);
  const uint64_t total = header_bytes + received + static_cast<uint64_t>(sent);
  const auto now = Clock::now();
  if (total != moved) {
    moved = total;
    moved_at = now;
  } else if (now - moved_at > std::chrono::seconds(options.stall_seconds)) {
    return Error(Code::kTimeout, fmt::format("no byte came for {} s", options.stall_seconds));
  }
  return {};
}

bool HttpBody::State::transient() const {
  switch (result) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return done && !headers_done;
    default:
      return false;
  }
}

Error HttpBody::State::failed() {
  const std::string_view said = trim(curl_error);
  const std::string why =
      printable(said.empty() ? std::string_view(curl->easy_strerror(result)) : said);
  switch (result) {
    case CURLE_OPERATION_TIMEDOUT:
      return Error(Code::kTimeout,
                   fmt::format("no connection within {} s", options.connect_seconds));
    case CURLE_PARTIAL_FILE:
      return malformed(fmt::format("the answer ends early, after {} bytes ({})", received, why));
    case CURLE_PEER_FAILED_VERIFICATION:
      return Error(Code::kNetwork, "the server's certificate is not trusted: " + why)
          .hint("when it is issued by your own authority, name that authority's PEM file");
    case CURLE_SSL_CACERT_BADFILE:
      return Error(Code::kNetwork,
                   fmt::format("cannot use the CA file {}", printable(options.ca_file)))
          .hint("it must be a PEM file with at least one certificate");
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_BAD_CONTENT_ENCODING:
      return malformed("the answer is not HTTP: " + why);
    case CURLE_FILESIZE_EXCEEDED:
      return limit_reached("the answer's length is absurd: " + why);
    default:
      return Error(Code::kNetwork, why);
  }
}

HttpBody::HttpBody(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpBody::~HttpBody() = default;

int HttpBody::status() const {
  return state_->status;
}
const std::map<std::string, std::string>& HttpBody::headers() const {
  return state_->headers;
}

Result<std::unique_ptr<HttpBody>> HttpBody::start(const HttpOptions& options,
                                                  const HttpRequest& request, const Url& url,
                                                  bool& transient) {
  transient = false;
  SEAWALL_TRY(const CurlLibrary* curl, CurlLibrary::get());
  auto state = std::make_unique<State>();
  const std::string peer = request.unix_socket + '|' + url.origin();
  SEAWALL_TRY(state->session, take_session(*curl, peer));
  state->curl = curl;
  state->options = options;
  state->place = url.shown();
  state->configure(request, url);
  state->added = curl->multi_add_handle(state->session.multi, state->session.easy) == CURLM_OK;
  if (!state->added) return Error(Code::kNetwork, "libcurl refuses the request");
  while (!state->done && !(state->headers_done && !state->head_request)) {
    auto step = state->advance();
    if (step.ok()) continue;
    Error error = std::move(step).error().at(state->place);
    transient = state->transient();
    if (!state->headers_done || state->head_request) return error;
    state->failure = std::move(error);  // read() gives it after what came before it
    break;
  }
  return std::unique_ptr<HttpBody>(new HttpBody(std::move(state)));
}

Result<size_t> HttpBody::read(std::span<char> buffer) {
  State& state = *state_;
  state.moved_at = Clock::now();
  while (state.at == state.buffer.size()) {
    if (state.failure) return *state.failure;
    if (state.done) return size_t{0};
    if (std::exchange(state.paused, false)) {
      state.curl->easy_pause(state.session.easy, CURLPAUSE_CONT);
      if (state.at != state.buffer.size()) break;
    }
    if (auto step = state.advance(); !step.ok()) {
      // What came before the failure is handed out first; then the failure stays.
      state.failure = std::move(step).error().at(state.place);
    }
  }
  const size_t count = std::min(buffer.size(), state.buffer.size() - state.at);
  std::memcpy(buffer.data(), state.buffer.data() + state.at, count);
  state.at += count;
  return count;
}

std::string quote_answer(Reader& body) {
  std::string text(2048, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const auto got = body.read(std::span(text).subspan(size));
    if (!got.ok() || *got == 0) break;
    size += *got;
  }
  text.resize(size);
  if (auto document = parse_json(text); document.ok()) {
    const Node& root = document->root();
    // Registries ("errors"), engines ("message"), token services ("details").
    for (const Node* said : {&root["errors"][0]["message"], &root["message"], &root["details"]}) {
      if (!said->string().empty()) return printable(said->string().substr(0, kQuoted));
    }
  }
  std::string line;
  for (const char c : std::string_view(text).substr(0, kQuoted)) {
    const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!space) line += c;
    if (space && !line.empty() && line.back() != ' ') line += ' ';
  }
  return printable(trim(line));
}

std::optional<uint64_t> parse_retry_after(const std::string& text, const std::string& date) {
  if (const auto seconds = parse_unsigned(trim(text))) return seconds;
  const auto curl = CurlLibrary::get();
  if (!curl.ok() || text.size() > 64) return std::nullopt;
  const time_t then = (*curl)->getdate(text.c_str(), nullptr);
  if (then < 0) return std::nullopt;
  // The sender's own clock, when it says; the two need not agree with ours.
  const time_t sender = date.empty() ? -1 : (*curl)->getdate(date.c_str(), nullptr);
  const time_t now = sender < 0 ? std::time(nullptr) : sender;
  return then > now ? static_cast<uint64_t>(then - now) : 0;
}

}  // namespace seawall
