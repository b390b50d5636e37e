// format.dns1123Label() and its like, format.named(), validate(). Source: Kubernetes 1.36,
// k8s.io/apiserver/pkg/cel/library/format.go.
#include "cel/library.h"
#include "cel/library/name_format.h"

namespace seawall::cel {
namespace {

class FormatObject final : public Object {
 public:
  explicit FormatObject(const NameFormat* format) : Object(&types::format), format_(format) {}
  const NameFormat& format() const { return *format_; }
  bool equals(const Object& other) const override {
    return other.type() == type() && static_cast<const FormatObject&>(other).format_ == format_;
  }
  std::string text() const override { return std::string(format_->name); }

 private:
  const NameFormat* format_;
};

const NameFormat& of(const Value& value) {
  return static_cast<const FormatObject&>(value.object()).format();
}

template <size_t kIndex>
Value constant(Call& call, Arguments) {
  return call.object<FormatObject>(&name_formats()[kIndex]);
}

Value named(Call& call, Arguments arguments) {
  const NameFormat* const format = find_name_format(arguments[0].string());
  if (format == nullptr) return Value::none();
  return Value::optional(call.arena(), call.object<FormatObject>(format));
}

Value validate(Call& call, Arguments arguments) {
  const auto problems = of(arguments[0]).problems(arguments[1].string());
  if (problems.empty()) return Value::none();
  std::vector<Value> texts;
  for (const std::string& problem : problems) texts.push_back(call.string(problem));
  return Value::optional(call.arena(), make_list(call.arena(), texts));
}

// As if a regular expression of the format's size were matched.
uint64_t validate_cost(Arguments arguments, const Value&) {
  if (type_of(arguments[0]) != &types::format) return 1;
  return scaled_cost(cost_size(arguments[1]) + 1, kStringFactor) *
         scaled_cost(of(arguments[0]).regex_size, kRegexFactor);
}

constexpr Style kGlobal = Style::kGlobal;
constexpr std::string_view kConstant = "() -> kubernetes.NamedFormat";
// In the order of name_formats().
constexpr Overload kOverloads[] = {
    {"format.dns1123Label", "format.dns1123Label", kGlobal, kConstant, constant<0>},
    {"format.dns1123Subdomain", "format.dns1123Subdomain", kGlobal, kConstant, constant<1>},
    {"format.dns1035Label", "format.dns1035Label", kGlobal, kConstant, constant<2>},
    {"format.qualifiedName", "format.qualifiedName", kGlobal, kConstant, constant<3>},
    {"format.dns1123LabelPrefix", "format.dns1123LabelPrefix", kGlobal, kConstant, constant<4>},
    {"format.dns1123SubdomainPrefix", "format.dns1123SubdomainPrefix", kGlobal, kConstant,
     constant<5>},
    {"format.dns1035LabelPrefix", "format.dns1035LabelPrefix", kGlobal, kConstant, constant<6>},
    {"format.labelValue", "format.labelValue", kGlobal, kConstant, constant<7>},
    {"format.uri", "format.uri", kGlobal, kConstant, constant<8>},
    {"format.uuid", "format.uuid", kGlobal, kConstant, constant<9>},
    {"format.byte", "format.byte", kGlobal, kConstant, constant<10>},
    {"format.date", "format.date", kGlobal, kConstant, constant<11>},
    {"format.datetime", "format.datetime", kGlobal, kConstant, constant<12>},
    {"format-named", "format.named", kGlobal, "(string) -> optional_type(kubernetes.NamedFormat)",
     named},
    {"format-validate", "validate", Style::kMember,
     "(kubernetes.NamedFormat, string) -> optional_type(list(string))", validate, validate_cost},
};

}  // namespace

const Library kubernetes_format_library{"kubernetes.format", kOverloads};

}  // namespace seawall::cel
