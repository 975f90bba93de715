// The one table of what operators and units look like.
#include "compiler/ast/spelling.h"

namespace pipelang::ast {

const char *spelling(BinaryOp op) {
  switch (op) {
  case BinaryOp::Add: return "+";
  case BinaryOp::Subtract: return "-";
  case BinaryOp::Multiply: return "*";
  case BinaryOp::Divide: return "/";
  case BinaryOp::Equal: return "==";
  case BinaryOp::NotEqual: return "!=";
  case BinaryOp::Less: return "<";
  case BinaryOp::LessEqual: return "<=";
  case BinaryOp::Greater: return ">";
  case BinaryOp::GreaterEqual: return ">=";
  case BinaryOp::And: return "and";
  case BinaryOp::Or: return "or";
  case BinaryOp::Coalesce: return "??";
  }
  llvm_unreachable("every operator is listed");
}

const char *spelling(Unit unit) {
  switch (unit) {
  case Unit::None: return "";
  case Unit::Ms: return "ms";
  case Unit::S: return "s";
  case Unit::Min: return "min";
  case Unit::H: return "h";
  case Unit::D: return "d";
  case Unit::B: return "B";
  case Unit::KB: return "kB";
  case Unit::MB: return "MB";
  case Unit::GB: return "GB";
  case Unit::TB: return "TB";
  case Unit::KiB: return "KiB";
  case Unit::MiB: return "MiB";
  case Unit::GiB: return "GiB";
  case Unit::TiB: return "TiB";
  case Unit::Percent: return "%";
  case Unit::Milli: return "m";
  case Unit::Cpu: return "cpu";
  case Unit::PerS: return "/s";
  case Unit::PerMin: return "/min";
  case Unit::PerH: return "/h";
  }
  llvm_unreachable("every unit is listed");
}

} // namespace pipelang::ast
