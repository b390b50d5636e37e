#include "net/url.h"

#include "support/support.h"

namespace seawall {
namespace {

TEST(Url, TakesApartAndPutsTogether) {
  auto url = parse_url("HTTPS://user:p%40ss@Example.org:8443/a/b?c=d#e");
  ASSERT_OK(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->user_info, "user:p%40ss");
  EXPECT_EQ(url->host, "example.org");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/a/b");
  EXPECT_EQ(url->query, "c=d");
  EXPECT_EQ(url->origin(), "https://example.org:8443");
  EXPECT_EQ(url->text(), "https://example.org:8443/a/b?c=d");
  EXPECT_EQ(url->shown(), "https://example.org:8443/a/b");
}

TEST(Url, FillsInWhatIsLeftOut) {
  auto url = parse_url("http://example.org");
  ASSERT_OK(url);
  EXPECT_EQ(url->port, 80);
  EXPECT_EQ(url->text(), "http://example.org/");
  EXPECT_EQ(parse_url("https://h:443?q")->text(), "https://h/?q");
  EXPECT_EQ(parse_url("http://h:/x")->text(), "http://h/x");
  EXPECT_EQ(parse_url("http://[::1]:80/x")->text(), "http://[::1]/x");
  EXPECT_EQ(parse_url("http://[2001:DB8::1]:5000/")->origin(), "http://[2001:db8::1]:5000");
}

TEST(Url, EncodesStrayBytes) {
  EXPECT_EQ(parse_url("http://h/a b/\xc3\xa9?x=\"")->text(), "http://h/a%20b/%C3%A9?x=%22");
}

TEST(Url, RefusesWhatIsNone) {
  for (const char* text :
       {"", "example.org", "/path", "ftp://h/", "file:///etc/passwd", "http:/h", "http://",
        "http:///x", "http://h:0/", "http://h:65536/", "http://h:x/", "http://a b/",
        "http://h\\@x/", "http://[::1/", "http://[x]/", "http://h\r\nX: y/", "http://a@b@c:d/",
        "javascript:alert(1)", "http://ex\xc3\xa4mple/"}) {
    auto url = parse_url(text);
    EXPECT_FALSE(url.ok()) << text;
    if (!url.ok()) {
      EXPECT_EQ(url.error().code(), Code::kUsage) << text;
    }
  }
  EXPECT_FALSE(parse_url("http://h/" + std::string(20000, 'a')).ok());
}

TEST(Url, KeepsSecretsOutOfErrors) {
  for (const char* text : {"http://name:secret@h:99999/", "http://name:secret@[x]/?t=secret",
                           "gopher://name:secret@h/"}) {
    auto url = parse_url(text);
    ASSERT_FALSE(url.ok());
    EXPECT_EQ(url.error().text().find("secret"), std::string::npos) << url.error().text();
  }
}

// RFC 3986, section 5.4, as far as it concerns http; the base differs.
TEST(Url, ResolvesReferences) {
  const Url base = *parse_url("http://a/b/c/d?q");
  const std::pair<const char*, const char*> cases[] = {{"g", "http://a/b/c/g"},
                                                       {"./g", "http://a/b/c/g"},
                                                       {"g/", "http://a/b/c/g/"},
                                                       {"/g", "http://a/g"},
                                                       {"//g", "http://g/"},
                                                       {"?y", "http://a/b/c/d?y"},
                                                       {"g?y", "http://a/b/c/g?y"},
                                                       {"#s", "http://a/b/c/d?q"},
                                                       {"", "http://a/b/c/d?q"},
                                                       {".", "http://a/b/c/"},
                                                       {"..", "http://a/b/"},
                                                       {"../g", "http://a/b/g"},
                                                       {"../..", "http://a/"},
                                                       {"../../../g", "http://a/g"},
                                                       {"/./g", "http://a/g"},
                                                       {"g.", "http://a/b/c/g."},
                                                       {"..g", "http://a/b/c/..g"},
                                                       {"./g/.", "http://a/b/c/g/"},
                                                       {"g/../h", "http://a/b/c/h"},
                                                       {"g?y/../x", "http://a/b/c/g?y/../x"},
                                                       {"https://z:1/w", "https://z:1/w"}};
  for (const auto& [location, expected] : cases) {
    auto url = resolve_url(base, location);
    ASSERT_OK(url);
    EXPECT_EQ(url->text(), expected) << location;
  }
  EXPECT_FALSE(resolve_url(base, "ftp://h/").ok());
  EXPECT_FALSE(resolve_url(base, "a\nb").ok());
}

TEST(Url, EncodesAndDecodes) {
  EXPECT_EQ(percent_encode("a/b c:~é"), "a%2Fb%20c%3A~%C3%A9");
  EXPECT_EQ(percent_encode("a/b", "/"), "a/b");
  EXPECT_EQ(percent_decode("a%2fb%20%zz%4"), "a/b %zz%4");
}

TEST(Url, KnowsLoopback) {
  for (const char* host :
       {"localhost", "LOCALHOST", "x.localhost", "127.0.0.1", "127.9.8.7", "[::1]"})
    EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host :
       {"127.0.0.1.example.org", "128.0.0.1", "127.0.0.256", "localhost.org", "127.1", ""})
    EXPECT_FALSE(is_loopback(host)) << host;
}

}  // namespace
}  // namespace seawall
