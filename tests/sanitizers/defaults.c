/* What every program of a build with sanitizers asks of them, whatever its environment is: supervisors, runners and
 * what a test starts with an empty one too. What they find is in files below FINDINGS, for the programs' standard
 * errors may go nowhere; `./dev sanitize` fails where there is one. ASAN_OPTIONS and its like come on top:
 * ASAN_OPTIONS=log_path=stderr shows findings at once. A program in which something was found ends by a signal, so
 * that no test takes it for a refusal. */

#include <stdio.h>
#include <unistd.h>

const char *__asan_default_options(void) {
  return "log_path=" FINDINGS "/address:abort_on_error=1:detect_leaks=1:check_initialization_order=1"
         ":strict_init_order=1:strict_string_checks=1";
}

const char *__ubsan_default_options(void) {
  return "print_stacktrace=1:halt_on_error=1:abort_on_error=1";
}

void __ubsan_get_current_report_data(const char **kind, const char **message, const char **file, unsigned *line,
                                     unsigned *column, char **memory) __attribute__((weak));

/* GCC's has no log_path beside the address sanitizer: it calls this before it ends the program. */
void __ubsan_on_report(void) {
  const char *kind, *message, *file;
  unsigned line, column;
  char *memory, path[sizeof FINDINGS + 40];
  FILE *found;
  if (!__ubsan_get_current_report_data) return;
  __ubsan_get_current_report_data(&kind, &message, &file, &line, &column, &memory);
  snprintf(path, sizeof path, "%s/undefined.%ld", FINDINGS, (long)getpid());
  if ((found = fopen(path, "a")) == NULL) return;
  fprintf(found, "%s:%u:%u: %s: %s\n", file, line, column, kind, message);
  fclose(found);
}

/* Goes on after what it finds: a run in which two things race shows both. A supervisor ends with its threads as they
 * are, on purpose: threads that nobody waited for are no findings. */
const char *__tsan_default_options(void) {
  return "log_path=" FINDINGS "/thread:second_deadlock_stack=1:atexit_sleep_ms=50:report_thread_leaks=0";
}
