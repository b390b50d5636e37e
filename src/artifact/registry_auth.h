// How a registry is convinced: the challenges it answers 401 with, and the Authorization header
// that fits them.
//
// Anonymous, Basic, and the token flow: a Bearer challenge names a service ("realm") that gives a
// short-lived token for a scope, to anybody or for the user's credentials (GET with Basic, or POST
// with a refresh token). Credentials go to a realm only over https, or over http to the registry's
// own host when that is spoken to over http anyway, or from loopback to loopback.
// Sources: distribution docs "Token Authentication Specification" and "OAuth2"; RFC 9110, section
// 11. THREADS: safe. SECRETS: never in errors.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/docker_credentials.h"
#include "artifact/reference.h"
#include "net/http_client.h"
#include "net/url.h"

namespace seawall::artifact {

struct Challenge {
  std::string scheme;                             // lower case: "basic", "bearer"
  std::map<std::string, std::string> parameters;  // names in lower case
};

// A WWW-Authenticate header, quoted strings and several challenges included. What cannot be read
// ends the list; at most 16 challenges and 64 parameters are kept.
std::vector<Challenge> parse_challenges(std::string_view header);

class RegistryAuth {
 public:
  // `docker_config` as in OpenOptions. With `push`, tokens are asked for that allow writing from
  // the first request on: a challenge to a read names reading only.
  RegistryAuth(Reference reference, std::string docker_config, const HttpClient& client,
               bool push = false)
      : reference_(std::move(reference)),
        docker_config_(std::move(docker_config)),
        client_(client),
        push_(push) {}

  // The value for Authorization, empty for an anonymous request.
  std::string header() const;
  // After a 401 to a request sent with `used` (header()'s answer then): gets what the challenges
  // ask for. False when there is nothing new to try. `registry` is the URL that was refused.
  Result<bool> answer(std::string_view www_authenticate, const std::string& used,
                      const Url& registry);
  // Whether any credentials were found, for messages. After answer().
  bool has_credentials() const;

 private:
  Status load_credentials();
  Status check_realm(const Url& realm, const Url& registry) const;
  Result<std::string> fetch_token(const Challenge& challenge, const Url& registry);

  const Reference reference_;
  const std::string docker_config_;
  const HttpClient& client_;
  const bool push_;
  mutable std::mutex mutex_;
  std::optional<Credentials> credentials_;
  std::string header_;
  std::optional<std::chrono::steady_clock::time_point> expires_;
};

}  // namespace seawall::artifact
