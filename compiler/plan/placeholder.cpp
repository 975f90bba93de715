// Stands in until this room lands: delete this file with the first real definition.
#include "compiler/plan/json.h"
namespace pipelang::plan {
std::string toJson(const Plan &) {
  return "no JSON yet\n";
}
std::string describe(const Plan &) {
  return "no description yet\n";
}
} // namespace pipelang::plan
