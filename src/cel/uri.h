// Uri: absolute URLs and absolute paths as Go's net/url reads them, with its messages.
//
//   SEAWALL_TRY(const Uri uri, Uri::parse("https://u:p@example.com:80/a%2Fb?x=1#end"));
//   uri.host() == "example.com:80"; uri.hostname() == "example.com"; uri.escaped_path() ==
//   "/a%2Fb";
//
// An URL must be valid twice, as in Kubernetes: whole, by the rules of a request, and once more
// with its fragment cut off. ERRORS: kMalformed: `parse "x": invalid URI for request`.
// Source: Go 1.26, net/url ParseRequestURI and Parse; Kubernetes 1.36,
// k8s.io/apiserver/pkg/cel/library/urls.go.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace seawall::cel {

class Uri {
 public:
  static Result<Uri> parse(std::string_view text);
  // The rules of a request alone, which isURL() asks.
  static Status check_request(std::string_view text);

  const std::string& scheme() const { return scheme_; }  // lower case
  const std::string& host() const { return host_; }      // with its port, "[::1]:80"
  std::string_view hostname() const;                     // without, "::1"
  std::string_view port() const;
  std::string escaped_path() const;
  // Keys and values in order, unescaped; what cannot be is left out.
  std::vector<std::pair<std::string, std::string>> query() const;
  // The URL again, in its canonical spelling.
  std::string text() const;

 private:
  Status read(std::string_view text, bool request);
  Status read_authority(std::string_view authority);
  Status read_host(std::string_view host);
  Status read_bracketed_host(std::string_view host);
  size_t port_colon() const;

  std::string scheme_, opaque_, host_, user_, password_, path_, fragment_, query_;
  std::string written_path_, written_fragment_;  // where they differ from the usual escaping
  bool has_user_ = false, has_password_ = false, empty_query_ = false, omits_host_ = false;
};

}  // namespace seawall::cel
