// Programs made at random that are well typed: the checker has to accept each of them.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace pipelang {

class RandomProgram {
public:
  explicit RandomProgram(std::uint32_t seed) : random_(seed) {}

  std::string text() {
    line("import std.git");
    line("import std.report");
    declarations();
    line("pipeline ci {");
    line(chance(2) ? "  on push" : "  on push { branches = [\"main\"] }");
    int jobs = 1 + below(5);
    for (int i = 0; i < jobs; ++i)
      job("job" + std::to_string(i));
    gate();
    line("}");
    line("emit github ci");
    int files = below(3);
    for (int i = 0; i < files; ++i)
      line("emit file \"out" + std::to_string(i) + ".yml\" = yaml(" + known(pick(data())) + ")");
    return text_;
  }

private:
  /// `Record` and `Enum` are those declared by `declarations`.
  enum class Type { Int, Bool, String, Duration, Ints, Strings, Map, Record, Enum };

  static const std::vector<Type> &data() {
    static const std::vector<Type> all = {Type::Int,     Type::Bool, Type::String, Type::Ints,
                                          Type::Strings, Type::Map,  Type::Record, Type::Enum};
    return all;
  }
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  bool chance(int of) { return below(of) == 0; }
  template <typename T> const T &pick(const std::vector<T> &all) {
    return all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
  }
  void line(const std::string &text) { text_ += text + "\n"; }
  std::string fresh(const std::string &stem) { return stem + std::to_string(count_++); }

  static std::string spelled(Type type) {
    switch (type) {
    case Type::Int: return "int";
    case Type::Bool: return "bool";
    case Type::String: return "string";
    case Type::Duration: return "Duration";
    case Type::Ints: return "list[int]";
    case Type::Strings: return "list[string]";
    case Type::Map: return "map[string, int]";
    case Type::Record: return "Thing";
    case Type::Enum: return "Colour";
    }
    return "";
  }

  void declarations() {
    line("/// A colour.\nenum Colour { red, green, blue }");
    line("record Thing {\n  name: string\n  open size: int = " + expr(Type::Int, 0) +
         "\n  colour: Colour = green\n  waits: list[Duration] = []\n}");
    // Few of each type: what is made of all before it doubles with each.
    for (Type type :
         {Type::Int, Type::String, Type::Bool, Type::Duration, Type::Ints, Type::Strings, Type::Map,
          Type::Record, Type::Enum, Type::Int, Type::Record, Type::String, Type::Ints}) {
      if (chance(4)) continue;
      if (chance(3)) {
        function(type);
        continue;
      }
      std::string value = expr(type, 3), name = fresh("value");
      bool typed =
          chance(2) || type == Type::Map || type == Type::Ints || type == Type::Strings || type == Type::Enum;
      line((chance(5) ? "private let " : "let ") + name + (typed ? ": " + spelled(type) : "") + " = " +
           value);
      names_[type].push_back(name);
    }
  }

  /// A fn of one parameter, called where its result is wanted.
  void function(Type result) {
    Type parameter = pick(data());
    std::string name = fresh("make"), argument = fresh("given");
    auto outer = names_;
    names_[parameter].push_back(argument);
    std::string body = expr(result, 2);
    names_ = outer;
    line("fn " + name + "(" + argument + ": " + spelled(parameter) + ") -> " + spelled(result) + " = " +
         body);
    functions_[result].push_back({name, {argument, parameter}});
  }

  std::string expr(Type type, int depth) {
    if (depth > 0 && !names_[type].empty() && chance(3)) return pick(names_[type]);
    if (depth > 1 && !functions_[type].empty() && chance(4)) {
      const auto &[name, parameter] = pick(functions_[type]);
      std::string argument = expr(parameter.second, 0);
      return name + "(" + (chance(2) ? parameter.first + " = " : "") + argument + ")";
    }
    if (depth > 0 && chance(6))
      return "(if " + expr(Type::Bool, depth - 1) + " then " + expr(type, depth - 1) + " else " +
             expr(type, depth - 1) + ")";
    if (depth > 1 && chance(6) && (type == Type::Int || type == Type::String || type == Type::Bool))
      return "(match (" + known(Type::Enum) + ") { red => " + expr(type, depth - 1) + "; " +
             (chance(2) ? "green, blue" : "_") + " => " + expr(type, depth - 1) + " })";
    return made(type, depth);
  }

  /// An expression whose type shows without what is around it.
  std::string known(Type type) {
    if (!names_[type].empty() && type != Type::Enum) return pick(names_[type]);
    return type == Type::Enum ? "Thing { name = \"x\"; colour = " + pick(colours()) + " }.colour"
                              : made(type, 1);
  }
  static const std::vector<std::string> &colours() {
    static const std::vector<std::string> all = {"red", "green", "blue"};
    return all;
  }

  std::string made(Type type, int depth) {
    switch (type) {
    case Type::Int: return integer(depth);
    case Type::Bool: return truth(depth);
    case Type::String: return string(depth);
    case Type::Duration:
      return depth > 0 && chance(2) ? "(" + duration() + " + " + duration() + ")" : duration();
    case Type::Ints: return list(Type::Int, depth);
    case Type::Strings: return list(Type::String, depth);
    case Type::Map: return map(depth);
    case Type::Record: return record(depth);
    case Type::Enum: return pick(colours());
    }
    return "";
  }

  std::string duration() {
    static const std::vector<std::string> units = {"ms", "s", "min", "h"};
    return std::to_string(1 + below(90)) + pick(units);
  }

  std::string integer(int depth) {
    if (depth == 0) return chance(5) ? "1_000" : std::to_string(below(40));
    switch (below(5)) {
    case 0: return "(" + expr(Type::Int, depth - 1) + " + " + expr(Type::Int, depth - 1) + ")";
    case 1: return "(" + expr(Type::Int, depth - 1) + " - " + std::to_string(below(9)) + ")";
    case 2: return std::to_string(below(9)) + " * -" + std::to_string(below(9));
    case 3: return "len(" + (names_[Type::Strings].empty() ? "[1]" : pick(names_[Type::Strings])) + ")";
    default: return "Thing { name = \"t\"; size = " + expr(Type::Int, depth - 1) + " }.size";
    }
  }

  std::string truth(int depth) {
    if (depth == 0) return chance(2) ? "true" : "false";
    switch (below(5)) {
    case 0: return "(" + expr(Type::Bool, depth - 1) + " and not " + expr(Type::Bool, 0) + ")";
    case 1: return "(" + expr(Type::Bool, depth - 1) + " or " + expr(Type::Bool, depth - 1) + ")";
    case 2: return "(" + expr(Type::Int, depth - 1) + " < " + expr(Type::Int, 0) + ")";
    case 3: return "(" + expr(Type::String, depth - 1) + " != \"" + std::to_string(below(9)) + "\")";
    default: return "(" + known(Type::Enum) + " is " + (chance(3) ? "not " : "") + pick(colours()) + ")";
    }
  }

  std::string string(int depth) {
    static const std::vector<std::string> plain = {"\"a b\"", "\"\"", "r\"\\d+#{x}\"", "\"\\u{E4}\"",
                                                   "\"it's \\\"q\\\"\""};
    if (depth == 0) return pick(plain);
    switch (below(4)) {
    case 0: return "\"n #{" + expr(Type::Int, depth - 1) + "}, #{" + expr(Type::Bool, 0) + "}\"";
    case 1: return "\"#{" + expr(Type::String, depth - 1) + "}x\"";
    case 2: return "\"<#{Thing { name = " + expr(Type::String, depth - 1) + " }.name}>\"";
    default: return pick(plain);
    }
  }

  std::string list(Type element, int depth) {
    int size = 1 + below(3);
    if (depth > 1 && element == Type::Int && chance(3)) {
      std::string variable = fresh("each");
      return "[" + variable + " + " + std::to_string(below(9)) + " for " + variable + " in [" +
             expr(Type::Int, 0) + ", 7]" + (chance(2) ? " if " + variable + " > 3" : "") + "]";
    }
    std::string all;
    for (int i = 0; i < size; ++i)
      all += (i ? ", " : "") + expr(element, depth > 0 ? depth - 1 : 0);
    return "[" + all + (chance(6) ? ",]" : "]");
  }

  std::string map(int depth) {
    std::string variable = fresh("key");
    if (depth > 0 && chance(3))
      return "{ [\"k#{" + variable + "}\"] = " + variable + " * 2 for " + variable + " in [1, 2] }";
    return "{ [\"a\"] = " + expr(Type::Int, 0) +
           "; [\"b-c\"] = " + expr(Type::Int, depth > 0 ? depth - 1 : 0) + " }";
  }

  std::string record(int depth) {
    if (depth > 0 && !names_[Type::Record].empty() && chance(2))
      return pick(names_[Type::Record]) + " { size = " + expr(Type::Int, depth - 1) + " }";
    std::string fields = "name = " + expr(Type::String, depth > 0 ? depth - 1 : 0);
    if (chance(2)) fields += "; size = " + expr(Type::Int, depth > 0 ? depth - 1 : 0);
    if (chance(3)) fields += "; waits = [" + duration() + ", " + duration() + "]";
    if (chance(3)) fields += "; colour = " + pick(colours());
    return "Thing { " + fields + " }";
  }

  void job(const std::string &name) {
    auto outer = names_;
    std::string head = "  job " + name;
    bool matrix = chance(4);
    if (matrix) {
      std::string variable = fresh("cell");
      head += " for " + variable + " in [" + std::to_string(below(9)) + ", " + std::to_string(10 + below(9)) +
              "]";
      names_[Type::Int].push_back(variable);
    }
    bool always = !chance(4);
    if (!always) head += " when git.branch == \"main\"";
    line(head + " {");
    if (chance(2)) line("    timeout = " + std::to_string(1 + below(50)) + "min");
    if (!jobs_.empty() && chance(3)) line("    after " + pick(jobs_));
    int steps = 1 + below(4);
    for (int i = 0; i < steps; ++i)
      step("    ", 2);
    if (!matrix && always && chance(2)) {
      std::string out = fresh("out");
      line("    out " + out + " = text_file(\"" + out + ".txt\")");
      outputs_.push_back(name + "." + out);
    }
    if (!matrix && always && chance(3)) {
      line("    out tests = report.junit(\"junit.xml\")");
      tested_.push_back(name);
    }
    line("  }");
    names_ = outer;
    jobs_.push_back(name);
  }

  void step(const std::string &indent, int depth) {
    std::string value = expr(Type::String, 2);
    bool late = !outputs_.empty() && chance(4);
    if (late) value = pick(outputs_);
    switch (below(6)) {
    case 0: return line(indent + "sh \"echo #{" + value + "} done\"");
    case 1:
      return line(indent + "sh \"echo \\\"$A\\\"\" { env A = " + value +
                  "; timeout = " + std::to_string(1 + below(3)) + "min }");
    case 2: return line(indent + "exec [\"echo\", " + value + "]");
    case 3:
      return line(indent + "bash \"\"\"\n" + indent + "  cat <<EOF\n" + indent + "  #{" + value + "}\n" +
                  indent + "  EOF\n" + indent + "  \"\"\"");
    case 4: {
      if (depth == 0) return line(indent + "sh \"true\"");
      line(indent + "if " + (chance(3) ? "git.branch == \"main\"" : expr(Type::Bool, 2)) + " {");
      step(indent + "  ", depth - 1);
      if (chance(2)) {
        line(indent + "} else {");
        step(indent + "  ", depth - 1);
      }
      return line(indent + "}");
    }
    default: return line(indent + "notify(" + value + ")");
    }
  }

  void gate() {
    if (tested_.empty()) return;
    line("  gate quality {");
    line("    require " + pick(tested_) + ".tests.failed <= " + std::to_string(below(9)));
    line("  }");
  }

  std::mt19937 random_;
  std::string text_;
  int count_ = 0;
  std::map<Type, std::vector<std::string>> names_;
  std::map<Type, std::vector<std::pair<std::string, std::pair<std::string, Type>>>> functions_;
  std::vector<std::string> jobs_, outputs_, tested_;
};

} // namespace pipelang
