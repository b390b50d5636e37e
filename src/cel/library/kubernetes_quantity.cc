// quantity and what can be done with one. Source: Kubernetes 1.36,
// k8s.io/apiserver/pkg/cel/library/quantity.go.
#include "cel/library.h"
#include "cel/quantity.h"

namespace seawall::cel {
namespace {

class QuantityObject final : public Object {
 public:
  // `computed`: by add() or sub(), whose answers Kubernetes refuses on the right of ==.
  explicit QuantityObject(const Quantity& quantity, bool computed = false)
      : Object(&types::quantity), quantity_(quantity), computed_(computed) {}
  const Quantity& quantity() const { return quantity_; }
  bool equals(const Object& other) const override {
    return quantity_.compare(static_cast<const QuantityObject&>(other).quantity_) == 0;
  }
  bool comparable() const override { return !computed_; }
  std::string text() const override { return quantity_.text(); }

 private:
  Quantity quantity_;
  bool computed_;
};

const Quantity& of(const Value& value) {
  return static_cast<const QuantityObject&>(value.object()).quantity();
}

Value answer(Call& call, const Result<Quantity>& result, bool computed = true) {
  if (!result.ok()) return call.error(result.error().message());
  return call.object<QuantityObject>(*result, computed);
}

Value parse(Call& call, Arguments arguments) {
  return answer(call, Quantity::parse(arguments[0].string(), call.arena()), false);
}
Value is_quantity(Call& call, Arguments arguments) {
  return Value::boolean(Quantity::parse(arguments[0].string(), call.arena()).ok());
}
Value sign(Call&, Arguments arguments) {
  return Value::integer(of(arguments[0]).sign());
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
Value approximate(Call&, Arguments arguments) {
  return Value::number(of(arguments[0]).approximate());
}
Value integer(Call& call, Arguments arguments) {
  const auto value = of(arguments[0]).integer();
  return value ? Value::integer(*value) : call.error("cannot convert value to integer");
}
Value is_integer(Call&, Arguments arguments) {
  return Value::boolean(of(arguments[0]).integer().has_value());
}
Value add(Call& call, Arguments arguments) {
  return answer(call, of(arguments[0]).add(of(arguments[1]), call.arena()));
}
Value add_integer(Call& call, Arguments arguments) {
  return answer(call, of(arguments[0]).add(Quantity::of(arguments[1].integer()), call.arena()));
}
Value subtract(Call& call, Arguments arguments) {
  return answer(call, of(arguments[0]).subtract(of(arguments[1]), call.arena()));
}
Value subtract_integer(Call& call, Arguments arguments) {
  return answer(call,
                of(arguments[0]).subtract(Quantity::of(arguments[1].integer()), call.arena()));
}

uint64_t text_cost(Arguments arguments, const Value&) {
  return scaled_cost(cost_size(arguments[0]), kStringFactor);
}

constexpr Style kMember = Style::kMember;
constexpr Overload kOverloads[] = {
    {"string_to_quantity", "quantity", Style::kGlobal, "(string) -> kubernetes.Quantity", parse,
     text_cost},
    {"is_quantity_string", "isQuantity", Style::kGlobal, "(string) -> bool", is_quantity,
     text_cost},
    {"quantity_sign", "sign", Style::kGlobal, "(kubernetes.Quantity) -> int", sign},
    {"quantity_is_greater_than", "isGreaterThan", kMember,
     "(kubernetes.Quantity, kubernetes.Quantity) -> bool", is_greater},
    {"quantity_is_less_than", "isLessThan", kMember,
     "(kubernetes.Quantity, kubernetes.Quantity) -> bool", is_less},
    {"quantity_compare_to", "compareTo", kMember,
     "(kubernetes.Quantity, kubernetes.Quantity) -> int", compare_to},
    {"quantity_get_float", "asApproximateFloat", kMember, "(kubernetes.Quantity) -> double",
     approximate},
    {"quantity_get_int", "asInteger", kMember, "(kubernetes.Quantity) -> int", integer},
    {"quantity_is_integer", "isInteger", kMember, "(kubernetes.Quantity) -> bool", is_integer},
    {"quantity_add", "add", kMember,
     "(kubernetes.Quantity, kubernetes.Quantity) -> kubernetes.Quantity", add},
    {"quantity_add_int", "add", kMember, "(kubernetes.Quantity, int) -> kubernetes.Quantity",
     add_integer},
    {"quantity_sub", "sub", kMember,
     "(kubernetes.Quantity, kubernetes.Quantity) -> kubernetes.Quantity", subtract},
    {"quantity_sub_int", "sub", kMember, "(kubernetes.Quantity, int) -> kubernetes.Quantity",
     subtract_integer},
};

}  // namespace

const Library kubernetes_quantity_library{"kubernetes.quantity", kOverloads};

}  // namespace seawall::cel
