// The credentials that `docker login` (or `podman login`) left for a registry.
//
// Read from docker's config.json: credHelpers (a program for this registry), then credsStore (a
// program for all), then auths (written down, base64); after it podman's auth.json. The programs
// are called docker-credential-NAME, get the server on standard input and answer JSON; they are run
// without a shell, for at most kHelperSeconds. FAILURE: open; a helper that fails or is missing is
// a warning and the registry is asked anonymously, as for public images. A damaged config.json is
// an error.
// Sources: docker/cli docs "docker login", docker/docker-credential-helpers README, containers-
// auth.json(5). SECRETS: never logged, never in errors.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace seawall::artifact {

struct Credentials {
  std::string username, password;
  std::string identity_token;  // an OAuth2 refresh token instead of both
  bool empty() const { return username.empty() && identity_token.empty(); }
};

inline constexpr unsigned kHelperSeconds = 30;

// For "docker.io" or "host[:port]" and the repository in it (podman's keys may name one). `config`
// is the file, or empty for the usual places. Empty credentials when there are none.
Result<Credentials> find_credentials(std::string_view registry, std::string_view repository,
                                     const std::string& config);

// What docker-credential-`name` knows of `server`. ERRORS: kUsage (a name that is none), kNotFound,
// kTimeout, kIo, kMalformed.
Result<Credentials> run_credential_helper(std::string_view name, std::string_view server,
                                          unsigned timeout_seconds = kHelperSeconds);

}  // namespace seawall::artifact
