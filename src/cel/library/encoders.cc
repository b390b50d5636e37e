// base64. Source: cel-go ext/encoders.go.
#include "base/digest.h"
#include "cel/library.h"

namespace seawall::cel {
namespace {

Value encode(Call& call, Arguments a) {
  return call.string(to_base64(a[0].string()));
}

Value decode(Call& call, Arguments a) {
  std::string padded(a[0].string());
  if (padded.find('=') == padded.npos) padded.append((4 - padded.size() % 4) % 4, '=');
  const auto bytes = from_base64(padded);
  if (!bytes.ok()) return call.error("illegal base64 data");
  return Value::bytes(call.arena().copy(std::string_view(*bytes)));
}

const Overload kOverloads[] = {
    {"base64_decode_string", "base64.decode", Style::kGlobal, "(string) -> bytes", decode},
    {"base64_encode_bytes", "base64.encode", Style::kGlobal, "(bytes) -> string", encode},
};

}  // namespace

const Library encoders_library{"encoders", kOverloads};

}  // namespace seawall::cel
