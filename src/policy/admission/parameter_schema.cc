#include "policy/admission/parameter_schema.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/regex.h"
#include "base/strings.h"

namespace seawall::policy {
namespace {

size_t count_characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool equal_scalars(const Node& left, const Node& right) {
  if (left.is_number() && right.is_number()) return *left.number() == *right.number();
  if (left.kind() != right.kind() || left.is_array() || left.is_object()) return false;
  return left.string() == right.string() && left.boolean() == right.boolean();
}

bool is_of_type(const Node& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.kind() == NodeKind::kBool;
  if (type == "number") return value.is_number();
  if (type != "integer") return true;
  // 1.0 is an integer, as in JSON.
  return value.integer() || (value.is_number() && *value.number() == std::floor(*value.number()));
}

Error too_much() {
  return limit_reached("the template's schema asks too much of the parameters");
}

class Check {
 public:
  explicit Check(bool preserve_unknown) : preserve_unknown_(preserve_unknown) {}

  Status run(const Node& value, const Node& schema, const std::string& path) {
    // Names are looked up one by one.
    steps_ += 1 + (value.size() + 1) * (schema["properties"].size() + schema["enum"].size());
    if (steps_ > ParameterSchema::kMostSteps) return too_much().at(path);
    if (!schema.is_object()) return {};
    if (value.is_null() && schema["nullable"].boolean()) return {};
    SEAWALL_CHECK(check_type(value, schema, path));
    SEAWALL_CHECK(check_combinations(value, schema, path));
    if (value.is_number()) return check_number(value, schema, path);
    if (value.is_string()) return check_text(value, schema, path);
    if (value.is_array()) return check_array(value, schema, path);
    if (value.is_object()) return check_object(value, schema, path);
    return {};
  }

 private:
  static Error wrong(const std::string& path, std::string message) {
    return malformed(std::move(message)).at(path);
  }

  Status check_type(const Node& value, const Node& schema, const std::string& path) {
    const std::string_view type = schema["type"].string();
    if (schema["x-kubernetes-int-or-string"].boolean()) {
      if (value.is_string() || is_of_type(value, "integer")) return {};
      return wrong(path, fmt::format("is {}, not an integer or text", value.kind_name()));
    }
    if (!type.empty() && !is_of_type(value, type)) {
      return wrong(path, fmt::format("is {}, not {}", value.kind_name(), printable(type)));
    }
    const auto words = schema["enum"].items();
    if (!words.empty() && std::none_of(words.begin(), words.end(),
                                       [&](const Node& it) { return equal_scalars(it, value); })) {
      return wrong(path, "is none of the values that the template allows");
    }
    return {};
  }

  Status check_combinations(const Node& value, const Node& schema, const std::string& path) {
    for (const Node& one : schema["allOf"].items()) SEAWALL_CHECK(run_quietly(value, one, path));
    for (const std::string_view key : {"anyOf", "oneOf"}) {
      const auto choices = schema[key].items();
      size_t fitting = 0;
      for (const Node& one : choices) {
        auto fits = run_quietly(value, one, path);
        if (!fits.ok() && fits.error().code() == Code::kLimit) return fits;
        fitting += fits.ok() ? 1 : 0;
      }
      if (choices.empty() || fitting == 1 || (fitting > 1 && key == "anyOf")) continue;
      return wrong(path, fmt::format("fits {} schemas of {}", fitting, key));
    }
    if (schema["not"].is_object() && run_quietly(value, schema["not"], path).ok()) {
      return wrong(path, "is what the template excludes with \"not\"");
    }
    return {};
  }
  // Schemas inside a combination say nothing about which fields there are.
  Status run_quietly(const Node& value, const Node& schema, const std::string& path) {
    const bool before = std::exchange(preserve_unknown_, true);
    auto status = run(value, schema, path);
    preserve_unknown_ = before;
    return status;
  }

  Status check_number(const Node& value, const Node& schema, const std::string& path) {
    const double number = *value.number();
    if (const auto least = schema["minimum"].number()) {
      const bool exclusive = schema["exclusiveMinimum"].boolean();
      if (exclusive ? number <= *least : number < *least) {
        return wrong(path, fmt::format("is less than {} allows", *least));
      }
    }
    if (const auto most = schema["maximum"].number()) {
      const bool exclusive = schema["exclusiveMaximum"].boolean();
      if (exclusive ? number >= *most : number > *most) {
        return wrong(path, fmt::format("is more than {} allows", *most));
      }
    }
    const auto step = schema["multipleOf"].number();
    if (step && *step > 0 && std::fmod(number, *step) != 0) {
      return wrong(path, fmt::format("is no multiple of {}", *step));
    }
    return {};
  }

  static Status check_size(size_t size, const Node& schema, const char* least, const char* most,
                           const std::string& path) {
    const auto at_least = schema[least].integer(), at_most = schema[most].integer();
    if (at_least && *at_least > 0 && size < static_cast<size_t>(*at_least)) {
      return wrong(path, fmt::format("is too short: {} is {}", least, *at_least));
    }
    if (at_most && *at_most >= 0 && size > static_cast<size_t>(*at_most)) {
      return wrong(path, fmt::format("is too long: {} is {}", most, *at_most));
    }
    return {};
  }

  Status check_text(const Node& value, const Node& schema, const std::string& path) {
    SEAWALL_CHECK(
        check_size(count_characters(value.string()), schema, "minLength", "maxLength", path));
    const std::string_view pattern = schema["pattern"].string();
    if (pattern.empty()) return {};
    auto compiled = Regex::compile(pattern);
    if (!compiled.ok()) return std::move(compiled.error()).at(path);
    if (compiled->matches(value.string())) return {};
    return wrong(path, fmt::format("does not fit the pattern {}", printable(pattern)));
  }

  Status check_array(const Node& value, const Node& schema, const std::string& path) {
    SEAWALL_CHECK(check_size(value.size(), schema, "minItems", "maxItems", path));
    for (size_t i = 0; i < value.size(); ++i) {
      SEAWALL_CHECK(run(value[i], schema["items"], fmt::format("{}[{}]", path, i)));
    }
    return {};
  }

  Status check_object(const Node& value, const Node& schema, const std::string& path) {
    SEAWALL_CHECK(check_size(value.size(), schema, "minProperties", "maxProperties", path));
    for (const Node& name : schema["required"].items()) {
      if (!value[name.string()].exists()) {
        return wrong(path, fmt::format("lacks {}", printable(name.string())));
      }
    }
    const Node& others = schema["additionalProperties"];
    const bool preserve = preserve_unknown_ || others.is_object() || others.boolean() ||
                          schema["x-kubernetes-preserve-unknown-fields"].boolean();
    for (const Member& member : value.members()) {
      const std::string inner = path + "." + printable(member.key);
      const Node& known = schema["properties"][member.key];
      if (known.exists()) {
        SEAWALL_CHECK(run(member.value, known, inner));
      } else if (!preserve) {
        return Error(Code::kMismatch, "is a field that the template does not know").at(inner);
      } else {
        SEAWALL_CHECK(run(member.value, others, inner));
      }
    }
    return {};
  }

  bool preserve_unknown_;
  size_t steps_ = 0;
};

// A missing member, or a null that may not be one, is what the default says.
bool takes_default(const Node& value, const Node& schema) {
  if (!schema["default"].exists()) return false;
  return !value.exists() || (value.is_null() && !schema["nullable"].boolean());
}

class Defaults {
 public:
  explicit Defaults(Arena& arena) : arena_(arena) {}

  Result<Node> run(const Node& given, const Node& schema) {
    const Node& value = takes_default(given, schema) ? schema["default"] : given;
    const Node& properties = schema["properties"];
    steps_ += 1 + (value.size() + 1) * (properties.size() + 1);
    if (steps_ > ParameterSchema::kMostSteps) return too_much().at("parameters");
    if (value.is_array() && schema["items"].is_object()) {
      std::vector<Node> items;
      for (const Node& item : value.items()) {
        SEAWALL_TRY(const Node made, run(item, schema["items"]));
        items.push_back(made);
      }
      return Node::array(arena_.copy(std::span<const Node>(items)), value.line(), value.column());
    }
    if (!value.is_object()) return value;
    const Node& others = schema["additionalProperties"];
    std::vector<Member> members;
    for (const Member& member : value.members()) {
      const Node& known = properties[member.key];
      SEAWALL_TRY(const Node made, run(member.value, known.exists() ? known : others));
      members.push_back({member.key, made});
    }
    for (const Member& property : properties.members()) {
      if (value[property.key].exists() || !property.value["default"].exists()) continue;
      SEAWALL_TRY(const Node made, run(Node(), property.value));
      members.push_back({property.key, made});
    }
    return Node::object(arena_.copy(std::span<const Member>(members)), value.line(),
                        value.column());
  }

 private:
  Arena& arena_;
  size_t steps_ = 0;
};

}  // namespace

Result<Node> ParameterSchema::with_defaults(const Node& value, Arena& arena) const {
  if (schema_ == nullptr) return value;
  return Defaults(arena).run(value, *schema_);
}

Status ParameterSchema::check(const Node& value) const {
  if (!value.exists()) return {};
  if (schema_ == nullptr || !schema_->exists()) {
    if (preserve_unknown_) return {};
    return Error(Code::kMismatch, "the template knows no parameters").at("parameters");
  }
  return Check(preserve_unknown_).run(value, *schema_, "parameters");
}

}  // namespace seawall::policy
