#include "compiler/lower/shell_programs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace pipelang::lowering {

using Kind = ProgramKind;

// Ordered by kind; a program is looked up in all of it, which is short.
static constexpr Program programs[] = {
    {"eval", Kind::AllCode},
    {"trap", Kind::AllCode},
    {"bind", Kind::AllCode},
    {"complete", Kind::AllCode},
    {"compgen", Kind::AllCode},
    {"enable", Kind::AllCode},
    {"fc", Kind::AllCode},
    {"alias", Kind::AllCode},
    {"parallel", Kind::AllCode, "", "", "", 0, true},
    {"watch", Kind::AllCode},
    {"ssh", Kind::Interpreter, "BbcDEeFIiJLlmOopQRSWw", "", "", 2, true},
    {"mosh", Kind::Interpreter, "", "", "", 2, true},
    {".", Kind::Source},
    {"source", Kind::Source},

    {"exec", Kind::Wrapper, "a"},
    {"command", Kind::Wrapper},
    {"builtin", Kind::Wrapper},
    {"env", Kind::Wrapper, "uC", "S", "--split-string"},
    {"sudo", Kind::Wrapper, "ugpCDhRrTtU"},
    {"doas", Kind::Wrapper, "uC"},
    {"nohup", Kind::Wrapper},
    {"xargs", Kind::Wrapper, "IdEPLnsa"},
    {"nice", Kind::Wrapper, "n"},
    {"ionice", Kind::Wrapper, "cnpPu"},
    {"setsid", Kind::Wrapper},
    {"stdbuf", Kind::Wrapper, "ioe"},
    {"timeout", Kind::Wrapper, "ks", "", "", 1},
    {"chroot", Kind::Wrapper, "", "", "", 1},
    {"taskset", Kind::Wrapper, "", "", "", 1},
    {"chrt", Kind::Wrapper, "TPD", "", "", 1},
    {"flock", Kind::Wrapper, "wE", "c", "--command", 1},
    {"strace", Kind::Wrapper, "oeuEpsSPabIO"},
    {"ltrace", Kind::Wrapper, "oeuaAnsSpl"},
    {"unshare", Kind::Wrapper, "wRSG"},
    {"nsenter", Kind::Wrapper, "tSG"},
    {"gosu", Kind::Wrapper, "", "", "", 1},
    {"su-exec", Kind::Wrapper, "", "", "", 1},
    {"setpriv", Kind::Wrapper},
    {"systemd-run", Kind::Wrapper, "pEuMH"},
    {"xvfb-run", Kind::Wrapper, "efnpsw", "", ""},
    {"time", Kind::Wrapper, "fo"},
    {"busybox", Kind::Wrapper},

    {"sh", Kind::Interpreter, "oO", "c"},
    {"bash", Kind::Interpreter, "oO", "c", "--rcfile --init-file"},
    {"dash", Kind::Interpreter, "o", "c"},
    {"ash", Kind::Interpreter, "o", "c"},
    {"ksh", Kind::Interpreter, "o", "c"},
    {"mksh", Kind::Interpreter, "o", "c"},
    {"zsh", Kind::Interpreter, "o", "c"},
    {"fish", Kind::Interpreter, "d", "cC", "--command --init-command"},
    {"su", Kind::Runner, "gGsw", "c", "--command --session-command"},
    {"runuser", Kind::Runner, "gGsuw", "c", "--command --session-command"},
    {"script", Kind::Interpreter, "EIoOBTm", "c", "--command"},
    {"python", Kind::Interpreter, "WXmQ", "c"},
    {"pypy", Kind::Interpreter, "WXm", "c"},
    {"perl", Kind::Interpreter, "", "eE"},
    {"ruby", Kind::Interpreter, "rICEW", "e"},
    {"node", Kind::Interpreter, "rC", "ep", "--eval --print"},
    {"nodejs", Kind::Interpreter, "rC", "ep", "--eval --print"},
    {"bun", Kind::Interpreter, "r", "ep", "--eval --print"},
    {"deno", Kind::Interpreter, "", "", "eval"},
    {"php", Kind::Interpreter, "cdfSzt", "rBRE", "--run --process-code --process-begin --process-end"},
    {"lua", Kind::Interpreter, "l", "e"},
    {"tclsh", Kind::Interpreter},
    {"expect", Kind::Interpreter, "b", "c"},
    {"Rscript", Kind::Interpreter, "", "e"},
    {"pwsh", Kind::Interpreter, "", "cC", "-Command -EncodedCommand -c"},
    {"psql", Kind::Interpreter, "dfhLopRTUvFP", "c", "--command", 0, true},
    {"mysql", Kind::Interpreter, "hPuD", "e", "--execute", 0, true},
    {"mariadb", Kind::Interpreter, "hPuD", "e", "--execute", 0, true},
    {"sqlite3", Kind::Interpreter, "", "", "-cmd", 2, true},
    {"redis-cli", Kind::Interpreter, "hpsaunirdD", "", "--eval", 0, true},
    {"awk", Kind::Interpreter, "Fvf", "e", "--source", 1},
    {"gawk", Kind::Interpreter, "Fvf", "e", "--source", 1},
    {"mawk", Kind::Interpreter, "Fvf", "", "", 1},
    {"nawk", Kind::Interpreter, "Fvf", "", "", 1},
    {"sed", Kind::Interpreter, "lf", "e", "--expression", 1},
    {"gsed", Kind::Interpreter, "lf", "e", "--expression", 1},
    {"ed", Kind::Interpreter, "p", "", "", 0, true},
    {"ex", Kind::Interpreter, "", "c", "--cmd", 0, true},
    {"dc", Kind::Interpreter, "f", "e", "--expression"},
    {"m4", Kind::Interpreter, "DIU"},
    {"at", Kind::Interpreter, "qftmd", "", "", 0, true},
    {"batch", Kind::Interpreter},
    {"gdb", Kind::Interpreter, "", "", "-ex -iex --eval-command"},
    {"vim", Kind::Plain, "", "c", "--cmd"},
    {"git", Kind::Plain, "C", "", "--exec --tree-filter --index-filter --msg-filter --env-filter foreach"},
    {"rsync", Kind::Plain, "", "", "--rsh --rsync-path"},
    {"tar", Kind::Plain, "", "", "--to-command --checkpoint-action --use-compress-program"},
    {"make", Kind::Plain, "", "", "--eval"},
    {"npx", Kind::Runner, "p", "c", "--call"},

    {"docker", Kind::Runner},
    {"podman", Kind::Runner},
    {"nerdctl", Kind::Runner},
    {"kubectl", Kind::Runner},
    {"oc", Kind::Runner},
    {"find", Kind::Runner},
    {"docker-compose", Kind::Runner},
    {"poetry", Kind::Runner},
    {"pipenv", Kind::Runner},
    {"conda", Kind::Runner},
    {"uv", Kind::Runner},
    {"nix-shell", Kind::Runner, "", "", "--run --command"},
    {"lxc", Kind::Runner},
    {"vagrant", Kind::Runner, "", "c", "--command"},
    {"tmux", Kind::Runner},
    {"entr", Kind::Runner, "", "s"},

    {"export", Kind::Declare},
    {"readonly", Kind::Declare},
    {"local", Kind::Declare},
    {"declare", Kind::Declare},
    {"typeset", Kind::Declare},
    {"unset", Kind::Names},
    {"read", Kind::Names},
    {"getopts", Kind::Names},
    {"mapfile", Kind::Names},
    {"readarray", Kind::Names},
    {"let", Kind::Numbers},
    {"test", Kind::Test},
    {"[", Kind::Test},
};

const Program *findProgram(llvm::StringRef path) {
  llvm::StringRef base = path == "." ? path : path.rsplit('/').second;
  if (base.empty()) base = path;
  for (const Program &program : programs)
    if (base == program.name) return &program;
  // `python3.11`, `python#{version}`; `[` and `.` have been found.
  llvm::StringRef plain = base.rtrim(llvm::StringRef("0123456789.-\0", 13));
  if (plain.empty() || plain.size() == base.size()) return nullptr;
  for (const Program &program : programs)
    if (plain == program.name && program.kind == Kind::Interpreter) return &program;
  return nullptr;
}

bool hasWord(llvm::StringRef words, llvm::StringRef word) {
  while (!words.empty()) {
    auto [first, rest] = words.split(' ');
    if (first == word) return true;
    words = rest;
  }
  return false;
}

bool isReservedPrefix(llvm::StringRef word) {
  return hasWord("if then else elif do while until ! { time coproc", word);
}
bool opensGroup(llvm::StringRef word) {
  return hasWord("if while until { for select", word);
}
bool closesGroup(llvm::StringRef word) {
  return hasWord("fi done }", word);
}

bool isExecutedVariable(llvm::StringRef name) {
  return hasWord("BASH_ENV ENV PROMPT_COMMAND PS0 PS1 PS2 PS4 GIT_SSH_COMMAND GIT_EXTERNAL_DIFF GIT_PAGER "
                 "GIT_EDITOR GIT_SEQUENCE_EDITOR PAGER EDITOR VISUAL MANPAGER LESSOPEN LESSCLOSE PERL5OPT "
                 "RUBYOPT",
                 name);
}

bool isName(llvm::StringRef text) {
  if (text.empty() || llvm::isDigit(text.front())) return false;
  return llvm::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

bool isAssignment(llvm::StringRef text) {
  auto [left, right] = text.split('=');
  if (left.size() == text.size()) return false;
  left.consume_back("+");
  left = left.split('[').first;
  return isName(left);
}

} // namespace pipelang::lowering
