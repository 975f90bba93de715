// Stands in until this room lands: delete this file with the first real definition.
#include "compiler/backends/backend.h"
namespace pipelang::backends {
FileSet emitKubernetes(const plan::Plan &, const plan::EmitKubernetes &, Diagnostics &) {
  return {};
}
} // namespace pipelang::backends
