// Any bytes as what Kubernetes' libraries read from text: quantities, addresses, networks, URLs,
// versions, names. The first byte says which. What is read must come again from its own text, with
// the same value; order must be an order; what is refused must be refused with a reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "cel/go_quote.h"
#include "cel/ip_address.h"
#include "cel/library/name_format.h"
#include "cel/quantity.h"
#include "cel/regex_cache.h"
#include "cel/semver.h"
#include "cel/uri.h"

namespace {

using namespace seawall;
using namespace seawall::cel;

void require(bool holds) {
  if (!holds) std::abort();
}

template <typename T>
bool refused(const Result<T>& result) {
  if (result.ok()) return false;
  require(!result.error().message().empty());
  return true;
}

// Two quantities, at the first space.
void quantities(std::string_view text) {
  Arena arena;
  const auto [left_text, right_text] = split_once(text, ' ');
  const auto left = Quantity::parse(left_text, arena);
  if (refused(left)) return;
  const std::string canonical = left->text();
  // Beyond the units of SI, text loses its unit, as in Kubernetes; exponents never do.
  const auto again = Quantity::parse(canonical, arena);
  require(again.ok());
  require(again->text() == canonical || again->compare(*left) != 0);
  require(left->compare(*left) == 0 && left->sign() == left->compare(Quantity::of(0)));
  if (const auto integer = left->integer()) require(left->compare(Quantity::of(*integer)) == 0);
  const auto right = Quantity::parse(right_text, arena);
  if (refused(right)) return;
  require(left->compare(*right) == -right->compare(*left));
  const auto sum = left->add(*right, arena);
  if (refused(sum)) return;
  const auto other = right->add(*left, arena), back = sum->subtract(*right, arena);
  require(other.ok() && back.ok());
  require(sum->compare(*other) == 0 && back->compare(*left) == 0);
  require(sum->compare(*left) == right->sign());
}

void addresses(std::string_view text) {
  const auto address = IpAddress::parse(text);
  if (refused(address)) return;
  const auto again = IpAddress::parse(address->text());
  require(again.ok() && *again == *address && again->text() == address->text());
  require(address->masked(address->bits()) == *address);
  require(address->masked(0).is_unspecified());
  require(!(address->is_loopback() && address->is_global_unicast()));
}

void networks(std::string_view text) {
  const auto network = IpNetwork::parse(text);
  if (refused(network)) return;
  const auto again = IpNetwork::parse(network->text());
  require(again.ok() && *again == *network);
  const IpNetwork masked = network->masked();
  require(masked.masked() == masked && masked.contains(*network) && network->contains(masked));
  require(network->contains(network->address()) && network->contains(masked.address()));
}

void uris(std::string_view text) {
  const auto uri = Uri::parse(text);
  require(Uri::check_request(text).ok() || !uri.ok());
  if (refused(uri)) return;
  require(uri->host().size() >= uri->hostname().size() + uri->port().size());
  for (const auto& [key, value] : uri->query()) require(key.size() + value.size() <= text.size());
  const std::string canonical = uri->text();
  // An empty host with a path of two slashes is read as a host again; all else comes back.
  const auto again = Uri::parse(canonical);
  if (again.ok() && again->host() == uri->host() && again->scheme() == uri->scheme()) {
    require(again->escaped_path() == uri->escaped_path() && again->text() == canonical);
  }
}

void versions(std::string_view text) {
  const auto [left_text, right_text] = split_once(text, ' ');
  const auto normal = Semver::normalize(left_text);
  const auto left = Semver::parse(left_text);
  if (refused(left)) return;
  require(left->text() == left_text);
  require(normal.ok() && *normal == left_text);
  const auto right = Semver::parse(right_text);
  if (refused(right)) return;
  require(left->compare(*right) == -right->compare(*left));
}

void names(std::string_view text) {
  for (const NameFormat& format : name_formats()) {
    for (const std::string& problem : format.problems(text)) require(!problem.empty());
  }
  const std::string quoted = go_quote(text);
  require(quoted.size() >= 2 && quoted.front() == '"' && quoted.back() == '"');
}

// A pattern and a text, at the first line's end.
void patterns(std::string_view text) {
  const auto [pattern, subject] = split_once(text, '\n');
  std::string problem;
  const auto regex = compile_regex(pattern, &problem);
  if (regex == nullptr) return require(problem.starts_with("error parsing regexp: "));
  std::string_view match;
  const bool found = regex->find(subject, 0, match);
  require(found == regex->matches(subject));
  if (found) require(match.data() >= subject.data() && match.size() <= subject.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr void (*kReaders[])(std::string_view) = {quantities, addresses, networks, uris,
                                                    versions,   names,     patterns};
  kReaders[data[0] % std::size(kReaders)](text);
  return 0;
}
