#include "artifact/registry_auth.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/strings.h"
#include "codec/json.h"

namespace seawall::artifact {
namespace {

constexpr size_t kMostChallenges = 16, kMostParameters = 64;
constexpr uint64_t kLargestToken = 1 << 20;
constexpr int64_t kDefaultLifetime = 60;  // seconds, when the service says nothing
constexpr int64_t kLongestLifetime = 24 * 3600;

bool is_token_char(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != kOthers.npos;
}

// Reads the grammar of RFC 9110, section 11.6.1, from left to right. A word followed by "=" is a
// parameter of the challenge before it, any other word begins a challenge.
class ChallengeReader {
 public:
  explicit ChallengeReader(std::string_view text) : text_(text) {}

  std::vector<Challenge> run() {
    std::vector<Challenge> challenges;
    size_t parameters = 0;
    while (true) {
      skip(" \t,");
      const std::string_view word = token();
      if (word.empty()) return challenges;
      skip(" \t");
      if (!take('=')) {
        if (challenges.size() == kMostChallenges) return challenges;
        challenges.push_back({to_lower(word), {}});
        continue;
      }
      skip(" \t");
      auto read = value();
      if (!read || challenges.empty() || ++parameters > kMostParameters) return challenges;
      challenges.back().parameters.emplace(to_lower(word), std::move(*read));
    }
  }

 private:
  void skip(std::string_view characters) {
    while (!text_.empty() && characters.find(text_[0]) != characters.npos) text_.remove_prefix(1);
  }
  bool take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::string_view token() {
    size_t length = 0;
    while (length < text_.size() && is_token_char(text_[length])) ++length;
    const auto word = text_.substr(0, length);
    text_.remove_prefix(length);
    return word;
  }
  std::optional<std::string> value() {
    if (!take('"')) return std::string(token());
    std::string out;
    while (!text_.empty()) {
      char c = text_[0];
      text_.remove_prefix(1);
      if (c == '"') return out;
      if (c == '\\' && !text_.empty()) {
        c = text_[0];
        text_.remove_prefix(1);
      }
      out += c;
    }
    return std::nullopt;  // the string does not end
  }

  std::string_view text_;
};

std::string basic_header(const Credentials& credentials) {
  return "Basic " + to_base64(credentials.username + ':' + credentials.password);
}

const std::string* find_parameter(const Challenge& challenge, const std::string& name) {
  const auto found = challenge.parameters.find(name);
  return found == challenge.parameters.end() || found->second.empty() ? nullptr : &found->second;
}

HttpRequest token_request(Url realm, const Challenge& challenge, const Reference& reference,
                          const Credentials& credentials, bool push) {
  const std::string* scope = push ? nullptr : find_parameter(challenge, "scope");
  const std::string* service = find_parameter(challenge, "service");
  std::string form =
      "scope=" + percent_encode(scope ? *scope
                                      : fmt::format("repository:{}:{}", reference.repository,
                                                    push ? "pull,push" : "pull"));
  if (service) form += "&service=" + percent_encode(*service);
  HttpRequest request;
  if (!credentials.identity_token.empty()) {
    request.method = "POST";
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    request.body = form + "&grant_type=refresh_token&client_id=seawall&refresh_token=" +
                   percent_encode(credentials.identity_token);
  } else {
    realm.query += (realm.query.empty() ? "" : "&") + form;
    if (!credentials.empty()) {
      request.headers.emplace_back("Authorization", basic_header(credentials));
    }
  }
  realm.user_info.clear();
  request.url = realm.text();
  return request;
}

}  // namespace

std::vector<Challenge> parse_challenges(std::string_view header) {
  return ChallengeReader(header).run();
}

std::string RegistryAuth::header() const {
  std::lock_guard lock(mutex_);
  return header_;
}

bool RegistryAuth::has_credentials() const {
  std::lock_guard lock(mutex_);
  return credentials_ && !credentials_->empty();
}

Status RegistryAuth::load_credentials() {
  if (credentials_) return {};
  SEAWALL_TRY(credentials_,
              find_credentials(reference_.registry, reference_.repository, docker_config_));
  return {};
}

Status RegistryAuth::check_realm(const Url& realm, const Url& registry) const {
  const bool own_host = realm.host == registry.host && registry.scheme == "http";
  const bool loopback = is_loopback(realm.host) && is_loopback(registry.host);
  if (realm.scheme == "https" || own_host || loopback) return {};
  return Error(Code::kNetwork,
               fmt::format("the registry {} sends to {} for a token, which is not encrypted",
                           reference_.registry, realm.shown()));
}

Result<std::string> RegistryAuth::fetch_token(const Challenge& challenge, const Url& registry) {
  const std::string* realm_text = find_parameter(challenge, "realm");
  if (!realm_text) return malformed("a Bearer challenge names no realm");
  SEAWALL_TRY(const Url realm, parse_url(*realm_text));
  SEAWALL_CHECK(check_realm(realm, registry));
  SEAWALL_TRY(HttpResponse response,
              client_.send(token_request(realm, challenge, reference_, *credentials_, push_)));
  if (response.status == 401 || response.status == 403) {
    return Error(Code::kUnauthorized,
                 fmt::format("the token service {} refuses {} (status {})", realm.shown(),
                             credentials_->empty() ? "anonymous access" : "the stored credentials",
                             response.status));
  }
  if (response.status != 200) {
    return Error(Code::kNetwork, fmt::format("the token service {} answers with status {}",
                                             realm.shown(), response.status));
  }
  SEAWALL_TRY(std::string text, read_all(*response.body, kLargestToken));
  auto document = parse_json(std::move(text));
  if (!document.ok()) return std::move(document).error().at("the answer of " + realm.shown());
  const Node& root = document->root();
  const std::string_view token = root["token"].string(root["access_token"].string());
  // Printable, so that it cannot end the header it is put into.
  const auto visible = [](char c) { return c > ' ' && c < 0x7f; };
  if (token.empty() || !std::all_of(token.begin(), token.end(), visible)) {
    return malformed(fmt::format("the token service {} answers without a token", realm.shown()));
  }
  const int64_t lifetime = std::clamp<int64_t>(
      root["expires_in"].integer().value_or(kDefaultLifetime), 1, kLongestLifetime);
  expires_ = std::chrono::steady_clock::now() + std::chrono::seconds(lifetime);
  return fmt::format("Bearer {}", token);
}

Result<bool> RegistryAuth::answer(std::string_view www_authenticate, const std::string& used,
                                  const Url& registry) {
  std::lock_guard lock(mutex_);
  // Another thread was refused, too, and has a new token already.
  if (header_ != used) return true;
  // A token that was still good when refused will not be better when fetched again.
  if (!header_.empty() && (!expires_ || std::chrono::steady_clock::now() < *expires_)) return false;
  SEAWALL_CHECK(load_credentials());
  const auto challenges = parse_challenges(www_authenticate);
  for (const Challenge& challenge : challenges) {
    if (challenge.scheme != "bearer") continue;
    SEAWALL_TRY(header_, fetch_token(challenge, registry));
    return true;
  }
  for (const Challenge& challenge : challenges) {
    if (challenge.scheme != "basic" || credentials_->username.empty()) continue;
    header_ = basic_header(*credentials_);
    return true;
  }
  return false;
}

}  // namespace seawall::artifact
