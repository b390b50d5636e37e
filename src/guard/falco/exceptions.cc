// Exceptions of rules: fields, comps and values, read from a rule file.
#include <algorithm>

#include "guard/falco/rule_reader.h"

namespace seawall::guard::falco {

bool RuleReader::read_exceptions(const Node& node, std::vector<Exception>& exceptions,
                                 bool append) {
  if (!node.exists() || node.is_null()) return true;
  if (!node.is_array()) return error(node, "exceptions is not a list"), false;
  for (const Node& item : node.items()) {
    if (!item.is_object() || item["name"].string().empty()) {
      return error(item, "an exception has a name"), false;
    }
    const auto known =
        std::find_if(exceptions.begin(), exceptions.end(),
                     [&](const Exception& one) { return one.name == item["name"].string(); });
    if (known == exceptions.end()) {
      Exception made;
      if (!read_exception(item, made)) return false;
      exceptions.push_back(std::move(made));
      continue;
    }
    if (!append) {
      return error(item, "the exception " + known->name + " is defined twice"), false;
    }
    if (item["fields"].exists() || item["comps"].exists()) {
      return error(item, "only values can be appended to the exception " + known->name), false;
    }
    for (const Node& row : item["values"].items()) {
      if (!read_row(row, *known, known->rows)) return false;
    }
  }
  return true;
}

bool RuleReader::read_exception(const Node& node, Exception& exception) {
  warn_unknown_keys(node, "name fields comps values");
  exception.name = std::string(node["name"].string());
  exception.source = std::make_shared<SourceText>();
  exception.source->stand_at(file_, node);
  const Node& fields = node["fields"];
  exception.single = fields.is_string();
  if (exception.single) {
    exception.fields.push_back(scalar(fields));
  } else if (!fields.exists()) {
    return error(node, "an exception has fields"), false;
  } else if (!texts(fields, "fields", exception.fields)) {
    return false;
  }
  const Node& comparisons = node["comps"];
  if (!comparisons.exists()) {
    exception.comparisons.assign(exception.fields.size(), exception.single ? "in" : "=");
  } else if (comparisons.is_string()) {
    exception.comparisons.push_back(scalar(comparisons));
  } else if (!texts(comparisons, "comps", exception.comparisons)) {
    return false;
  }
  if (!check_exception(node, exception)) return false;
  const Node& values = node["values"];
  if (values.exists() && !values.is_null() && !values.is_array()) {
    return error(values, "values is not a list"), false;
  }
  for (const Node& row : values.items()) {
    if (!read_row(row, exception, exception.rows)) return false;
  }
  return true;
}

bool RuleReader::check_exception(const Node& node, Exception& exception) {
  if (node["comps"].is_array() == exception.single && node["comps"].exists()) {
    return error(node, "fields and comps must both be texts or both be lists"), false;
  }
  if (exception.comparisons.size() != exception.fields.size()) {
    return error(node, "fields and comps are of different length"), false;
  }
  for (const std::string& comparison : exception.comparisons) {
    const std::string word = comparison.substr(0, comparison.find(' '));
    const std::optional<Operator> op = operator_named(word);
    if (!op || *op == Operator::kExists) {
      return error(node, "\"" + comparison + "\" is not an operator of exceptions"), false;
    }
    const bool list = *op == Operator::kIn || *op == Operator::kPathPrefix ||
                      *op == Operator::kIntersects || word.size() != comparison.size();
    if (exception.single && !list) {
      return error(node, "the operator of a single field is in, pmatch or intersects"), false;
    }
  }
  return true;
}

bool RuleReader::read_row(const Node& node, const Exception& exception,
                          std::vector<std::vector<Exception::Cell>>& rows) {
  std::vector<Exception::Cell> row;
  if (exception.single) {
    if (node.is_array() || node.is_object()) {
      return error(node, "the values of a single field are texts"), false;
    }
    row.push_back({false, {scalar(node)}});
  } else {
    if (node.size() != exception.fields.size() || !node.is_array()) {
      return error(node, "a row of values has one value for each of the fields"), false;
    }
    for (const Node& item : node.items()) {
      Exception::Cell cell;
      cell.list = item.is_array();
      if (!cell.list) {
        cell.items.push_back(scalar(item));
      } else if (!texts(item, "values", cell.items)) {
        return false;
      }
      row.push_back(std::move(cell));
    }
  }
  rows.push_back(std::move(row));
  return true;
}

}  // namespace seawall::guard::falco
