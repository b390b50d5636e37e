// semver and the parts and order of versions. Source: Kubernetes 1.36,
// k8s.io/apiserver/pkg/cel/library/semverlib.go.
#include "cel/semver.h"

#include "cel/library.h"

namespace seawall::cel {
namespace {

class SemverObject final : public Object {
 public:
  explicit SemverObject(const Semver& version) : Object(&types::semver), version_(version) {}
  const Semver& version() const { return version_; }
  bool equals(const Object& other) const override {
    return other.type() == type() &&
           version_.compare(static_cast<const SemverObject&>(other).version_) == 0;
  }
  std::string text() const override { return version_.text(); }

 private:
  Semver version_;
};

const Semver& of(const Value& value) {
  return static_cast<const SemverObject&>(value.object()).version();
}

bool normalized(Arguments arguments) {
  return arguments.size() > 1 && arguments[1].boolean();
}

Value parse(Call& call, Arguments arguments) {
  std::string_view text = arguments[0].string();
  if (normalized(arguments)) {
    const auto strict = Semver::normalize(text);
    if (!strict.ok()) return call.error(strict.error().message());
    text = call.arena().copy(std::string_view(*strict));
  }
  const auto version = Semver::parse(text);
  if (!version.ok()) return call.error(version.error().message());
  return call.object<SemverObject>(*version);
}
Value is_semver(Call&, Arguments arguments) {
  if (!normalized(arguments)) return Value::boolean(Semver::parse(arguments[0].string()).ok());
  const auto strict = Semver::normalize(arguments[0].string());
  return Value::boolean(strict.ok() && Semver::parse(*strict).ok());
}
template <uint64_t Semver::* kPart>
Value part(Call&, Arguments arguments) {
  return Value::integer(static_cast<int64_t>(of(arguments[0]).*kPart));
}
Value is_greater(Call&, Arguments arguments) {
  return Value::boolean(of(arguments[0]).compare(of(arguments[1])) > 0);
}
Value is_less(Call&, Arguments arguments) {
  return Value::boolean(of(arguments[0]).compare(of(arguments[1])) < 0);
}
Value compare_to(Call&, Arguments arguments) {
  return Value::integer(of(arguments[0]).compare(of(arguments[1])));
}

uint64_t text_cost(Arguments arguments, const Value&) {
  return scaled_cost(cost_size(arguments[0]), kStringFactor);
}

constexpr Style kMember = Style::kMember;
constexpr Overload kOverloads[] = {
    {"string_to_semver", "semver", Style::kGlobal, "(string) -> kubernetes.Semver", parse,
     text_cost},
    {"string_bool_to_semver", "semver", Style::kGlobal, "(string, bool) -> kubernetes.Semver",
     parse, text_cost},
    {"is_semver_string", "isSemver", Style::kGlobal, "(string) -> bool", is_semver, text_cost},
    {"is_semver_string_bool", "isSemver", Style::kGlobal, "(string, bool) -> bool", is_semver,
     text_cost},
    {"semver_major", "major", kMember, "(kubernetes.Semver) -> int", part<&Semver::major>},
    {"semver_minor", "minor", kMember, "(kubernetes.Semver) -> int", part<&Semver::minor>},
    {"semver_patch", "patch", kMember, "(kubernetes.Semver) -> int", part<&Semver::patch>},
    {"semver_is_greater_than", "isGreaterThan", kMember,
     "(kubernetes.Semver, kubernetes.Semver) -> bool", is_greater},
    {"semver_is_less_than", "isLessThan", kMember, "(kubernetes.Semver, kubernetes.Semver) -> bool",
     is_less},
    {"semver_compare_to", "compareTo", kMember, "(kubernetes.Semver, kubernetes.Semver) -> int",
     compare_to},
};

}  // namespace

const Library kubernetes_semver_library{"kubernetes.Semver", kOverloads};

}  // namespace seawall::cel
