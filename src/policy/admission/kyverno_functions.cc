#include "policy/admission/kyverno_functions.h"

#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "policy/admission/admission_request.h"

namespace seawall::policy {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Where the literal that begins with the quote at `at` ends. CEL has '...', '''...''', with ", and
// raw ones after an r.
size_t end_of_literal(std::string_view text, size_t at) {
  const char quote = text[at];
  const bool raw =
      at > 0 && (text[at - 1] == 'r' || text[at - 1] == 'R') && (at < 2 || !is_word(text[at - 2]));
  const std::string_view three = text.substr(at, 3);
  const bool triple = three.size() == 3 && three[1] == quote && three[2] == quote;
  size_t i = at + (triple ? 3 : 1);
  while (i < text.size()) {
    if (text[i] == '\\' && !raw) {
      i += 2;
    } else if (triple ? text.substr(i, 3) == three : text[i] == quote) {
      return i + (triple ? 3 : 1);
    } else {
      ++i;
    }
  }
  return text.size();
}

// The arguments after the parenthesis at `at`, and the place behind the closing one; 0: there is
// none.
std::pair<std::vector<std::string_view>, size_t> arguments_at(std::string_view text, size_t at) {
  std::vector<std::string_view> arguments;
  size_t depth = 0, begin = at + 1;
  for (size_t i = at; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      i = end_of_literal(text, i) - 1;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      if (--depth > 0) continue;
      arguments.push_back(text.substr(begin, i - begin));
      return {std::move(arguments), i + 1};
    } else if (c == ',' && depth == 1) {
      arguments.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  return {{}, 0};
}

struct Call {
  std::string_view name;
  size_t arguments;
};
constexpr Call kCalls[] = {{"resource.Get", 4}, {"resource.List", 3}, {"parseServiceAccount", 1}};

// Whether one of them is called at `at`; its arguments and the place behind it.
const Call* call_at(std::string_view text, size_t at, std::vector<std::string_view>& arguments,
                    size_t& end) {
  if (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '.')) return nullptr;
  for (const Call& call : kCalls) {
    const size_t open = at + call.name.size();
    if (!text.substr(at).starts_with(call.name) || open >= text.size() || text[open] != '(') {
      continue;
    }
    std::tie(arguments, end) = arguments_at(text, open);
    if (end != 0 && arguments.size() == call.arguments) return &call;
  }
  return nullptr;
}

std::string rewrite(std::string_view text, int depth) {
  std::string made;
  size_t i = 0;
  while (i < text.size()) {
    std::vector<std::string_view> arguments;
    size_t end = 0;
    if (text[i] == '"' || text[i] == '\'') {
      end = end_of_literal(text, i);
      made += text.substr(i, end - i);
      i = end;
    } else if (const Call* call = depth > 0 ? call_at(text, i, arguments, end) : nullptr) {
      if (call->arguments == 1) {
        // "system:serviceaccount:namespace:name", or nobody.
        made += fmt::format(
            "[string({})].map(it, it.matches('^system:serviceaccount:[^:]+:[^:]+$') ? "
            "{{'Namespace': it.split(':')[2], 'Name': it.split(':')[3]}} : {{'Namespace': '', "
            "'Name': ''}})[0]",
            rewrite(arguments[0], depth - 1));
      } else {
        made += call->name;
        for (const std::string_view argument : arguments) {
          made += "[" + rewrite(argument, depth - 1) + "]";
        }
      }
      i = end;
    } else {
      made += text[i++];
    }
  }
  return made;
}

// Maps of four levels, made into nodes.
using ByNamespace = std::map<std::string_view, std::vector<std::pair<std::string_view, Node>>>;
using ByKind = std::map<std::string, ByNamespace>;
using Objects = std::map<std::string_view, ByKind>;

Node object_of(const std::vector<Member>& members, Arena& arena) {
  return Node::object(arena.copy(std::span<const Member>(members)), 1, 1);
}

template <typename MakeLeaf>
Node tree_of(const Objects& objects, Arena& arena, MakeLeaf&& leaf) {
  std::vector<Member> versions;
  for (const auto& [version, kinds] : objects) {
    std::vector<Member> plurals;
    for (const auto& [plural, namespaces] : kinds) {
      std::vector<Member> places;
      for (const auto& [name_space, found] : namespaces)
        places.push_back({name_space, leaf(found)});
      plurals.push_back({arena.copy(std::string_view(plural)), object_of(places, arena)});
    }
    versions.push_back({version, object_of(plurals, arena)});
  }
  return object_of(versions, arena);
}

}  // namespace

std::string plain_cel(std::string_view expression) {
  return rewrite(expression, kMostCallDepth);
}

Node make_lookups(std::span<const Node* const> objects, Arena& arena) {
  Objects to_get, to_list;
  for (const Node* object : objects) {
    const std::string_view version = (*object)["apiVersion"].string();
    const std::string plural = resource_of_kind((*object)["kind"].string());
    const Node& metadata = (*object)["metadata"];
    const std::string_view name_space = metadata["namespace"].string();
    const std::string_view name = metadata["name"].string();
    to_get[version][plural][name_space].emplace_back(name, *object);
    to_list[version][plural][""].emplace_back(name, *object);
    if (!name_space.empty()) to_list[version][plural][name_space].emplace_back(name, *object);
  }
  const Node get = tree_of(to_get, arena, [&](const auto& found) {
    std::map<std::string_view, Node> by_name;  // the last of a name
    for (const auto& [name, node] : found) by_name.insert_or_assign(name, node);
    std::vector<Member> members;
    for (const auto& [name, node] : by_name) members.push_back({name, node});
    return object_of(members, arena);
  });
  const Node list = tree_of(to_list, arena, [&](const auto& found) {
    std::vector<Node> items;
    for (const auto& [name, node] : found) items.push_back(node);
    return object_of({{"items", Node::array(arena.copy(std::span<const Node>(items)), 1, 1)}},
                     arena);
  });
  return object_of({{"Get", get}, {"List", list}}, arena);
}

}  // namespace seawall::policy
