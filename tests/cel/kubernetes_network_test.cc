// IP addresses, networks and URLs.
#include <fmt/format.h>

#include "base/strings.h"
#include "cel/ip_address.h"
#include "cel/kubernetes_cases.h"
#include "cel/uri.h"

namespace seawall::cel {
namespace {

using test::Case;
using test::expect_all;

constexpr Case kAddresses[] = {
    {"ip('192.0.2.7')", "192.0.2.7", 1},
    {"ip('2001:DB8:0:0:1:0:0:1')", "2001:db8::1:0:0:1", 2},
    {"ip('1:0:0:2:0:0:0:3')", "1:0:0:2::3", 2},
    {"ip('1:2:3:4:5:6:7::')", "1:2:3:4:5:6:7:0", 2},
    {"ip('::1.2.3.4')", "::102:304", 1},
    {"ip('64:ff9b::192.0.2.33')", "64:ff9b::c000:221", 2},
    {"ip('fe80::1%eth0')", R"(error: IP address "fe80::1%eth0" with zone value is not allowed)", 2},
    {"ip('::ffff:192.0.2.1')",
     R"(error: IPv4-mapped IPv6 address "::ffff:192.0.2.1" is not allowed)", 2},
    {"isIP('2001:db8::1')", "true", 2},
    {"isIP('2001:db8::1/64')", "false", 2},
    {"ip.isCanonical('2001:db8::1')", "true", 3},
    {"ip.isCanonical('2001:DB8::1')", "false", 3},
    {"ip.isCanonical('nothing')",
     "error: IP Address \"nothing\" parse error during conversion from string: "
     "ParseAddr(\"nothing\"): unable to parse IP",
     2},
    {"ip('10.0.0.1').family()", "4", 2},
    {"ip('::').family()", "6", 2},
    {"ip('0.0.0.0').isUnspecified()", "true", 2},
    {"ip('127.9.9.9').isLoopback()", "true", 2},
    {"ip('::1').isLoopback()", "true", 2},
    {"ip('224.0.0.251').isLinkLocalMulticast()", "true", 3},
    {"ip('ff12::fb').isLinkLocalMulticast()", "true", 2},
    {"ip('169.254.1.1').isLinkLocalUnicast()", "true", 3},
    {"ip('febf::1').isLinkLocalUnicast()", "true", 2},
    {"ip('fec0::1').isLinkLocalUnicast()", "false", 2},
    {"ip('10.0.0.1').isGlobalUnicast()", "true", 2},
    {"ip('255.255.255.255').isGlobalUnicast()", "false", 3},
    {"ip('fc00::1').isGlobalUnicast()", "true", 2},
    {"ip('239.1.1.1').isGlobalUnicast()", "false", 2},
    {"ip('10.0.0.1') == ip('10.0.0.1')", "true", 3},
    {"ip('::1') != ip('::2')", "true", 4},
    {"string(ip('2001:DB8::'))", "2001:db8::", 2},
    {"type(ip('::1')) == net.IP", "true", 3},
    {"dyn(ip('::1')) == dyn('::1')", "error: no such overload", 3},
    {"dyn(ip('::1')) == null", "false", 3},
    {"[ip('::1')].indexOf(ip('0::1'))", "0", 13},
};

constexpr Case kNetworks[] = {
    {"cidr('10.1.2.3/8')", "10.1.2.3/8", 1},
    {"cidr('10.1.2.3/8').masked()", "10.0.0.0/8", 2},
    {"cidr('2001:db8:ffff::/33').masked()", "2001:db8:8000::/33", 3},
    {"cidr('::/0')", "::/0", 1},
    {"cidr('::ffff:10.0.0.0/104')",
     "error: network address parse error during conversion from string: IPv4-mapped IPv6 address "
     "\"::ffff:10.0.0.0/104\" is not allowed",
     2},
    {"isCIDR('10.0.0.0/8')", "true", 1},
    {"isCIDR('10.0.0.0/99999999999999999999')", "false", 3},
    {"cidr('10.0.0.0/8').containsIP('10.255.255.255')", "true", 4},
    {"cidr('10.0.0.0/8').containsIP(ip('11.0.0.0'))", "false", 3},
    {"cidr('10.0.0.0/8').containsIP('::1')", "false", 3},
    {"cidr('10.0.0.0/8').containsIP('nothing')", "error: no such overload", 3},
    {"cidr('10.0.0.0/8').containsIP(dyn('10.0.0.1'))", "true", 2},
    {"cidr('0.0.0.0/0').containsIP('1.2.3.4')", "true", 2},
    {"cidr('2001:db8::/33').containsIP('2001:db8:8000::')", "false", 5},
    {"cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16')", "true", 6},
    {"cidr('10.1.0.0/16').containsCIDR('10.0.0.0/8')", "false", 6},
    {"cidr('10.1.0.0/16').containsCIDR(cidr('10.1.2.3/16'))", "true", 7},
    {"cidr('::/0').containsCIDR('0.0.0.0/0')", "false", 3},
    {"cidr('10.0.0.0/8').containsCIDR('nothing')",
     "error: network address parse error during conversion from string: network address parse "
     "error during conversion from string: netip.ParsePrefix(\"nothing\"): no '/'",
     5},
    {"cidr('10.1.2.3/8').ip()", "10.1.2.3", 2},
    {"cidr('10.1.2.3/8').prefixLength()", "8", 2},
    {"cidr('10.1.2.3/8') == cidr('10.0.0.0/8')", "false", 3},
    {"cidr('::1/0') != cidr('::2/0')", "true", 2},
    {"string(cidr('10.1.2.3/8'))", "10.1.2.3/8", 2},
};

constexpr Case kUrls[] = {
    {"url('https://user:pa%20ss@EXAMPLE.com:8443/a%2Fb/c d?x=1&y=2&x=3#top')",
     "https://user:pa%20ss@EXAMPLE.com:8443/a/b/c%20d?x=1&y=2&x=3#top", 7},
    {"url('HTTP://example.com').getScheme()", "http", 3},
    {"url('https://example.com:8443/').getHost()", "example.com:8443", 4},
    {"url('https://[2001:db8::1]:8443/').getHostname()", "2001:db8::1", 4},
    {"url('https://[2001:db8::1]:8443/').getPort()", "8443", 4},
    {"url('https://[fe80::1%25eth0]/').getHost()", "[fe80::1%eth0]", 4},
    {"url('https://example.com/a%2Fb c').getEscapedPath()", "/a/b%20c", 4},
    {"url('/a/../b').getEscapedPath()", "/a/../b", 2},
    {"url('mailto:someone@example.com').getEscapedPath()", "", 4},
    {"url('oci://registry/image?tag=1&tag=2&digest=').getQuery()", "map[digest:[] tag:[1, 2]]", 5},
    {"url('/?a+b=c%26d&%zz=1&e;f=2&&g').getQuery()", "map[a b:[c&d] g:[]]", 4},
    {"url('/x') == url('/x#')", "true", 3},
    {"url('/x') == url('/x?')", "false", 3},
    {"url('a:b:c')", "a:b:c", 1},
    {"isURL('*')", "true", 1},
    {"isURL('/x?y#%zz')", "true", 1},
    {"isURL('x')", "false", 1},
    {"dyn(url('/x')) == dyn('/x')", "error: no such overload", 3},
    {"type(url('/')) == type(url('/x'))", "true", 5},
};

// A text that is none, and what is said of it behind a fixed beginning that repeats the text.
struct Wrong {
  std::string_view text, problem;
};
constexpr Wrong kWrongAddresses[] = {
    {"192.0.2.07", "IPv4 field has octet with leading zero"},
    {"192.0.2", "IPv4 address too short"},
    {"192.0.2.256", "IPv4 field has value >255"},
    {"192.0.2.1.5", "IPv4 address too long"},
    {"192..2.1", R"(IPv4 field must have at least one digit (at ".2.1"))"},
    {"192.0.2.1x", R"(unexpected character (at "x"))"},
    {"", "unable to parse IP"},
    {"host", "unable to parse IP"},
    {"%eth0", "missing IPv6 address"},
    {"fe80::1%", "zone must be a non-empty string"},
    {"1::2::3", R"(multiple :: in address (at ":3"))"},
    {"1:2:3:4:5:6:7:8:9", R"(trailing garbage after address (at "9"))"},
    {"1:2:3:4:5:6:7", "address string too short"},
    {"1:2:3:4:5:6:7:8::", "the :: must expand to at least one field of zeros"},
    {"12345::", R"(each group must have 4 or less digits (at "12345::"))"},
    {"::g", R"(each colon-separated field must have at least one digit (at "g"))"},
    {"1:", R"(colon must be followed by more characters (at ":"))"},
    {"1:2:3:4:5:6:7:1.2.3.4",
     "embedded IPv4 address must replace the final 2 fields of the address (at \"1.2.3.4\")"},
    {"1:2:1.2.3.4",
     "embedded IPv4 address must replace the final 2 fields of the address (at \"1.2.3.4\")"},
};
constexpr Wrong kWrongNetworks[] = {
    {"10.0.0.0/33", "prefix length out of range"},
    {"10.0.0.0/08", R"(bad bits after slash: "08")"},
    {"10.0.0.0/-1", R"(bad bits after slash: "-1")"},
    {"10.0.0.0", "no '/'"},
    {"10.0.0.0/8/9", R"(ParseAddr("10.0.0.0/8"): unexpected character (at "/8"))"},
    {"fe80::1%eth0/64", "IPv6 zones cannot be present in a prefix"},
};
constexpr Wrong kWrongUrls[] = {
    {"relative", "invalid URI for request"},
    {"", "empty url"},
    {"://x", "missing protocol scheme"},
    {"1a:b", "invalid URI for request"},
    {"https://exa mple.com", R"(invalid character " " in host name)"},
    {"https://example.com:port", R"(invalid port ":port" after host)"},
    {"https://a:1:2", R"(invalid port ":1:2" after host)"},
    {"https://[::1", "missing ']' in host"},
    {"https://[1.2.3.4]", "invalid IP-literal"},
    {"https://x[::1]", "invalid IP-literal"},
    {"https://us er@host", "net/url: invalid userinfo"},
    {"https://host/%zz", R"(invalid URL escape "%zz")"},
    {"https://ho%20st/", R"(invalid URL escape "%20")"},
    {"/x?y#%zz", R"(invalid URL escape "%zz")"},
};

void expect_problems(std::span<const Wrong> all, std::string_view function,
                     std::string_view beginning) {
  const Environment environment = Environment::kubernetes(36);
  Evaluation evaluation;
  for (const Wrong& one : all) {
    SCOPED_TRACE(one.text);
    const auto program = environment.compile(fmt::format("{}('{}')", function, one.text));
    ASSERT_OK(program);
    const Value value = evaluation.run(*program, {});
    ASSERT_TRUE(value.is_error());
    const std::string wanted = replace_all(beginning, "TEXT", one.text) + std::string(one.problem);
    EXPECT_EQ(value.error().message, wanted);
  }
}

TEST(KubernetesNetwork, WrongAddresses) {
  expect_problems(kWrongAddresses, "ip",
                  "IP Address \"TEXT\" parse error during conversion from string: "
                  "ParseAddr(\"TEXT\"): ");
}
TEST(KubernetesNetwork, WrongNetworks) {
  // Kubernetes says it twice.
  expect_problems(kWrongNetworks, "cidr",
                  "network address parse error during conversion from string: network address "
                  "parse error during conversion from string: netip.ParsePrefix(\"TEXT\"): ");
}
TEST(KubernetesNetwork, WrongUrls) {
  expect_problems(kWrongUrls, "url",
                  "URL parse error during conversion from string: parse \"TEXT\": ");
}

TEST(KubernetesNetwork, Addresses) {
  expect_all(kAddresses);
}
TEST(KubernetesNetwork, Networks) {
  expect_all(kNetworks);
}
TEST(KubernetesNetwork, Urls) {
  expect_all(kUrls);
}

TEST(KubernetesNetwork, CanonicalTextIsReadAgain) {
  for (const std::string_view text :
       {"0.0.0.0", "1:0:0:2::3", "::", "::1", "fe80::", "1:2:3:4:5:6:7:8", "::ff:0:1", "1::0:8"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_OK(address);
    const auto again = IpAddress::parse(address->text());
    ASSERT_OK(again);
    EXPECT_EQ(*address, *again) << text;
  }
  for (const std::string_view text : {"https://u:p@h:1/a%2Fb?c#d", "/a b", "x:y", "http://[::1]"}) {
    const auto uri = Uri::parse(text);
    ASSERT_OK(uri);
    const auto again = Uri::parse(uri->text());
    ASSERT_OK(again);
    EXPECT_EQ(uri->text(), again->text()) << text;
  }
}

TEST(KubernetesNetwork, TypesHaveNames) {
  const Environment before = Environment::kubernetes(29), after = Environment::kubernetes(30);
  EXPECT_FALSE(before.compile("net.IP").ok());
  EXPECT_OK(after.compile("type(ip('::1')) == net.IP && type(cidr('::/0')) == net.CIDR"));
  EXPECT_FALSE(after.compile("kubernetes.URL").ok()) << "Kubernetes has no name for it";
}

}  // namespace
}  // namespace seawall::cel
