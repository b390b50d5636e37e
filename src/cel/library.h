// Functions of CEL as data: what a library declares, and what the checker and the evaluator read.
//
//   constexpr Overload kLists[] = {
//       {"list_sum", "sum", Style::kMember, "(list(int)) -> int", sum, traversal_cost},
//   };
//   const Library lists_library{"lists", kLists, 0};
//
// A call is given to the first overload of its name, style and number of arguments whose parameters
// fit the arguments' run-time kinds; when none does, the result is the error "no such overload".
// Implementations see arguments of the declared kinds only ("dyn" and type parameters: any), never
// errors (unless `non_strict`), and answer with a Value: a failure is call.error("..."). They do no
// I/O, hold no state and take time proportional to what their cost function says.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "cel/type.h"
#include "cel/value.h"

namespace seawall::cel {

// What an implementation may use.
class Call {
 public:
  Call(Evaluation& evaluation, Arena& arena, uint32_t position)
      : evaluation_(evaluation), arena_(arena), position_(position) {}
  Arena& arena() { return arena_; }
  Evaluation& evaluation() { return evaluation_; }
  Value error(std::string_view message) { return make_error(arena_, message, position_); }
  Value string(std::string_view text) { return make_string(arena_, text); }
  // An Object in the arena.
  template <typename T, typename... Arguments>
  Value object(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>);
    void* place = arena_.allocate(sizeof(T), alignof(T));
    return Value::object(new (place) T(std::forward<Arguments>(arguments)...));
  }

 private:
  Evaluation& evaluation_;
  Arena& arena_;
  uint32_t position_;
};

using Arguments = std::span<const Value>;
using Implementation = Value (*)(Call& call, Arguments arguments);
// Run-time cost of one call in Kubernetes' units, its arguments' own cost not included. Null: 1.
using CostFunction = uint64_t (*)(Arguments arguments, const Value& result);

enum class Style : uint8_t { kGlobal, kMember };  // f(x), x.f()

struct Overload {
  std::string_view id;        // "list_sum_int"; unique
  std::string_view function;  // "sum", "ip.isCanonical", "_+_"
  Style style;
  // "(list(A), int) -> A": parameter and result types; a member's receiver comes first. A single
  // capital letter is a type parameter. Names: null bool int uint double string bytes timestamp
  // duration dyn type(A) list(A) map(A, B) optional_type(A), kubernetes.URL ...
  std::string_view signature;
  Implementation call;
  CostFunction cost = nullptr;
  bool non_strict = false;  // called with errors too
  // `cost` counts only where the types leave no other overload, else 1; as cel-go does for the
  // functions whose cost it knows by overload.
  bool cost_by_overload = false;
};

struct Library {
  std::string_view name;
  std::span<const Overload> overloads;
};

// The libraries, one file each in library/.
extern const Library standard_library;           // operators, sizes, string predicates
extern const Library duration_negation_library;  // 1.36: -duration
extern const Library conversions_library;        // int(), string(), type() ...
extern const Library duration_parts_library;     // cel-spec, before time_library
extern const Library time_library;               // timestamps and durations of the standard
extern const Library optional_library;           // optional types
extern const Library strings_library_v0;         // Kubernetes before 1.29: no quote(), no reverse()
extern const Library strings_library_v2;         // 1.29 and later, also quote()
extern const Library strings_library_latest;     // everything of cel-go's strings extension
extern const Library math_library;      // math.greatest, math.least, math.ceil ... (cel-spec)
extern const Library encoders_library;  // base64.encode, base64.decode (cel-spec)
extern const Library sets_library;      // 1.29
extern const Library list_extensions;  // 1.34: slice flatten distinct reverse sort first last range
extern const Library two_variable_library;  // 1.32: cel.@mapInsert
// What Kubernetes before 1.36 has otherwise; added before the library that it differs from.
extern const Library standard_library_before_36;  // costs of texts, timestamp()
extern const Library strings_library_before_36;   // indexOf('', n)
extern const Library list_extensions_before_36;   // lists.range(-1)
// Kubernetes' own.
extern const Library kubernetes_lists_library;  // isSorted sum min max indexOf lastIndexOf
extern const Library kubernetes_regex_library;  // find findAll
extern const Library kubernetes_urls_library;
extern const Library kubernetes_quantity_library;              // 1.28
extern const Library kubernetes_ip_library;                    // 1.30
extern const Library kubernetes_cidr_library;                  // 1.30
extern const Library kubernetes_format_library;                // 1.31
extern const Library kubernetes_semver_library;                // 1.33
extern const Library kubernetes_authorizer_library;            // 1.27, answers from data only
extern const Library kubernetes_authorizer_selectors_library;  // 1.31

// Costs that several libraries share (Kubernetes: pkg/cel/library/cost.go and cel-go's
// interpreter/runtimecost.go).
uint64_t traversal_cost(const Value& value);  // a tenth of the bytes of all text in it, others 1
// ceil(size * factor), as both count.
uint64_t scaled_cost(uint64_t size, double factor);
inline constexpr double kStringFactor = 0.1;
inline constexpr double kRegexFactor = 0.25;
inline constexpr uint64_t kListBase = 10, kMapBase = 30, kStructBase = 40;

}  // namespace seawall::cel
