/* The spawn floor: starts `sh -c true` so many times, so many at once, and waits. Nothing can be cheaper. */
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

int main(int count, char **words) {
  int left = count > 1 ? atoi(words[1]) : 1, atOnce = count > 2 ? atoi(words[2]) : 2, running = 0;
  char *command[] = {"sh", "-c", "true", NULL};
  while (left > 0 || running > 0) {
    if (left > 0 && running < atOnce) {
      pid_t pid;
      if (posix_spawn(&pid, "/bin/sh", NULL, NULL, command, environ) != 0) return 1;
      --left;
      ++running;
    } else if (wait(NULL) > 0) {
      --running;
    }
  }
  return 0;
}
