// Where holes of shell scripts may stand, and where no quoting can save them. That what is allowed keeps its
// bytes: shell_property_test.cpp.
#include "compiler/lower/shell_scan.h"
#include "llvm/ADT/SmallVector.h"
#include "gtest/gtest.h"

namespace pipelang::lowering {
namespace {

/// `§` in `script` is a hole.
std::vector<std::string> split(llvm::StringRef script) {
  llvm::SmallVector<llvm::StringRef, 8> parts;
  script.split(parts, "§");
  return std::vector<std::string>(parts.begin(), parts.end());
}

HoleSite siteIn(llvm::StringRef script, ShellDialect dialect = ShellDialect::Bash) {
  std::vector<HoleSite> sites = scanShell(split(script), dialect).sites;
  EXPECT_FALSE(sites.empty()) << script.str();
  return sites.empty() ? HoleSite{} : sites.front();
}

struct Refused {
  const char *script;
  Danger danger;
};

void expectRefused(std::initializer_list<Refused> all, ShellDialect dialect = ShellDialect::Bash) {
  for (const Refused &refused : all)
    EXPECT_EQ(static_cast<int>(siteIn(refused.script, dialect).danger), static_cast<int>(refused.danger))
        << refused.script;
}

void expectAllowed(std::initializer_list<const char *> all, ShellDialect dialect = ShellDialect::Bash) {
  for (const char *script : all)
    for (const HoleSite &site : scanShell(split(script), dialect).sites)
      EXPECT_EQ(static_cast<int>(site.danger), 0) << script;
}

TEST(ShellScan, refusesNamesOfPrograms) {
  for (const char *script : {"§ --version",
                             "./§.sh",
                             "a; §",
                             "if §; then b; fi",
                             "a | §",
                             "$(§)",
                             "\"§\" x",
                             "X=1 §",
                             "sudo -u me §",
                             "exec §",
                             "f() { §; }",
                             ". §",
                             "§=1",
                             "`§`",
                             "case x in a) §;; esac",
                             "a && §",
                             "a || §",
                             "a & §",
                             "! §",
                             "{ §; }",
                             "(§)",
                             "for x in y; do §; done",
                             "while §; do a; done",
                             "source §",
                             "$CMD §",
                             "\"$@\" §",
                             "env A=1 §",
                             "timeout 5 §",
                             "timeout -k 3 5 §",
                             "nice -n 3 §",
                             "xargs -I{} §",
                             "a\n§",
                             "a # b\n§",
                             "find . -exec § ;",
                             "find . -exec sh § ;",
                             "bash §",
                             "$(echo §) x",
                             "time §",
                             "echo `§`",
                             "echo \"$(§)\"",
                             "<f §",
                             ">f §",
                             "2>f §",
                             "case x in (a) §;; esac",
                             "case x in a) b;; *) §; esac",
                             "x=1 y=2 §",
                             "stdbuf -oL §",
                             "f() ( § )",
                             "if a; then b; else §; fi",
                             "if a; then b; elif §; then c; fi",
                             "until §; do a; done",
                             "cat <<E\n$(§)\nE\n",
                             "echo ${x:-$(§)}",
                             "echo ${x:-`§`}",
                             "command §",
                             "builtin §",
                             "a |\n§",
                             "a &&\n\n§",
                             "if (§); then b; fi",
                             "while ( § ); do b; done"})
    EXPECT_EQ(static_cast<int>(siteIn(script).danger), static_cast<int>(Danger::CommandName)) << script;
}

TEST(ShellScan, refusesCode) {
  for (const char *script : {"eval echo §",
                             "eval \"x '§'\"",
                             "sh -c \"echo §\"",
                             "bash -lc 'echo §'",
                             "python3 -c 'print(\"§\")'",
                             "ssh host ls §",
                             "ssh -p 22 host \"ls §\"",
                             "trap 'rm §' EXIT",
                             "trap -- § EXIT",
                             "sudo bash -c \"§\"",
                             "bash <<< §",
                             "xargs sh -c 'echo §'",
                             "env -S §",
                             "docker run image sh -c 'echo §'",
                             "kubectl exec pod -- bash -c §",
                             "find . -exec sh -c 'x §' ;",
                             "perl -e §",
                             "perl -ne '§'",
                             "perl -e'§'",
                             "node -e §",
                             "node --eval=§",
                             "ruby -e §",
                             "php -r §",
                             "awk '{print §}' f",
                             "awk -F: '§'",
                             "sed s/a/§/ f",
                             "sed -n -e § f",
                             "sed -i \"s/a/§/\" f",
                             "psql -c §",
                             "mysql -e §",
                             "sqlite3 db §",
                             "flock f -c §",
                             "su me -c §",
                             "watch §",
                             "parallel §",
                             "PS4=§",
                             "BASH_ENV=§ bash x",
                             "GIT_SSH_COMMAND=§ git pull",
                             "eval \"$(printf %s §)\"",
                             "/bin/sh -c §",
                             "/usr/bin/env bash -c §",
                             "bash -c -e §",
                             "bash -e -c §",
                             "compgen -W §",
                             "declare -i x=§",
                             "declare -a x=§",
                             "x=(1); declare x=§",
                             "declare x=§; x[2]=1",
                             "read -a x; typeset x=§",
                             "npx -c §",
                             "nohup sh -c §",
                             "exec bash -c §",
                             "alias a=§",
                             "sh < §",
                             "timeout 5 bash -c §",
                             "git submodule foreach §",
                             "tar x --to-command=§",
                             "make --eval=§",
                             "bash -c '\"$@\"' x §",
                             "sh -c 'eval \"$1\"' x §"})
    EXPECT_EQ(static_cast<int>(scanShell(split(script), ShellDialect::Bash).sites.back().danger),
              static_cast<int>(Danger::Code))
        << script;
}

TEST(ShellScan, refusesWhatIsPipedIntoCode) {
  for (const char *script : {"echo § | sh",
                             "printf %s § | bash -s",
                             "echo § | sudo sh",
                             "{ echo §; } | sh",
                             "(echo §) | sh",
                             "for x in a; do echo §; done | sh",
                             "echo § | cat | sh",
                             "echo § | { cat; sh; }",
                             "echo § | (sh)",
                             "echo § | python3 -",
                             "echo § | xargs -I{} sh -c 'echo {}'",
                             "echo § | ssh host",
                             "echo § > >(sh)",
                             "echo § | tee >(bash)",
                             "run() { sh; }; echo § | run",
                             "echo § | docker exec -i c sh",
                             "echo § |\n sh",
                             "echo § | if true; then sh; fi",
                             "case x in x) echo §;; esac | sh",
                             "echo § | psql",
                             "echo § | parallel"})
    EXPECT_EQ(static_cast<int>(siteIn(script).danger), static_cast<int>(Danger::PipedCode)) << script;
}

TEST(ShellScan, refusesExecutedDocuments) {
  for (const char *script :
       {"bash <<EOF\n§\nEOF\n", "cat <<EOF | sh\n§\nEOF\n", "ssh host <<EOF\n§\nEOF\n",
        "python3 <<EOF\n§\nEOF\n", "python3 - a b <<EOF\n§\nEOF\n", "sh -s a <<EOF\n§\nEOF\n",
        "cat <<EOF |\n§\nEOF\nsh", "(sh) <<EOF\n§\nEOF\n", "docker exec -i c sh <<EOF\n§\nEOF\n",
        "sudo -u me bash -s <<-EOF\n\t§\n\tEOF\n"})
    EXPECT_EQ(static_cast<int>(siteIn(script).danger), static_cast<int>(Danger::ExecutedHereDocument))
        << script;
}

TEST(ShellScan, refusesNamesOfVariables) {
  for (const char *script : {"export §=1",
                             "for § in a b; do :; done",
                             "echo ${§}",
                             "echo ${#§}",
                             "unset §",
                             "read §",
                             "read -r §",
                             "printf -v § x",
                             "test -v §",
                             "[ -v § ]",
                             "[[ -v § ]]",
                             "echo ${x§}",
                             "echo $((a§))",
                             "echo $((1§))",
                             "local §",
                             "getopts ab §",
                             "mapfile §",
                             "x=([§]=1)",
                             "export a§=1",
                             "echo $((16#§))",
                             "function § { :; }",
                             "wait -p §",
                             "select § in a; do :; done"})
    EXPECT_EQ(static_cast<int>(siteIn(script).danger), static_cast<int>(Danger::VariableName)) << script;
}

TEST(ShellScan, refusesOtherPlaces) {
  expectRefused({{"cat <<'EOF'\n§\nEOF\n", Danger::QuotedHereDocument},
                 {"cat <<\\EOF\n§\nEOF\n", Danger::QuotedHereDocument},
                 {"cat <<§\nEOF\n", Danger::Delimiter},
                 {"echo \\§", Danger::AfterBackslash},
                 {"echo \"\\§\"", Danger::AfterBackslash},
                 {"cat <<E\n\\§\nE\n", Danger::AfterBackslash},
                 {"echo `echo \\§`", Danger::AfterBackslash},
                 {"echo $§", Danger::AfterDollar},
                 {"echo \"$§\"", Danger::AfterDollar},
                 {"echo `echo \\$§`", Danger::AfterDollar},
                 {"echo a >&§", Danger::Descriptor},
                 {"echo a <&§", Danger::Descriptor},
                 {"case x in §) :;; esac", Danger::Pattern},
                 {"case x in a|§*) :;; esac", Danger::Pattern},
                 {"[[ x == § ]]", Danger::Pattern},
                 {"[[ x == a*§ ]]", Danger::Pattern},
                 {"[[ x =~ ^(§)$ ]]", Danger::Pattern},
                 {"echo ${x#§}", Danger::Pattern},
                 {"echo ${x%%§*}", Danger::Pattern},
                 {"echo ${x/§/b}", Danger::Pattern},
                 {"echo !(§)", Danger::Pattern},
                 {"ls ~§/x", Danger::Tilde},
                 {"x=~§", Danger::Tilde},
                 {"PATH=/bin:~§/bin", Danger::Tilde},
                 {"echo {1..§}", Danger::BraceRange},
                 {"echo ${x/a/§}", Danger::Split},
                 {"echo ${x:=§}", Danger::Split},
                 {"echo {a,b}{§..3}", Danger::BraceRange},
                 {"alias e=eval\ne §", Danger::Unclear},
                 {"echo )\necho §", Danger::Unclear},
                 {"coproc x\necho §", Danger::Unclear},
                 {"echo $((echo a); echo §)", Danger::Unclear}});
}

TEST(ShellScan, knowsWhatShHasNot) {
  expectRefused({{"echo $'§'", Danger::DollarQuotesInSh},
                 {"[[ § ]]", Danger::BashOnly},
                 {"((§))", Danger::BashOnly},
                 {"x=(§)", Danger::BashOnly},
                 {"cat <<< §", Danger::BashOnly},
                 {"cat <(echo §)", Danger::BashOnly},
                 {"echo ${x:§}", Danger::BashOnly},
                 {"echo \"${x/a/§}\"", Danger::BashOnly},
                 {"echo a &> f\necho §", Danger::Unclear},
                 {"echo $'a\\'b' §", Danger::Unclear}},
                ShellDialect::Posix);
}

TEST(ShellScan, followsFunctions) {
  expectAllowed({"retry() { \"$@\" || \"$@\"; }\nretry curl §", "f() { echo \"$1\"; }; f §",
                 "retry() { n=$1; shift; \"$@\"; }\nretry § curl §", "log() { echo \"$*\" >&2; }; log §",
                 "gen() { echo §; }; gen | cat; echo x | sh"});
  expectRefused({{"retry() { \"$@\"; }\nretry §", Danger::CommandName},
                 {"run() { eval \"$*\"; }\nrun echo §", Danger::Code},
                 {"run() { local c=\"$1\"; $c; }\nrun §", Danger::Code},
                 {"retry() { \"$@\"; }\nretry sh -c §", Danger::Code},
                 {"gen() { echo §; }\ngen | sh", Danger::PipedCode},
                 {"gen() { echo §; }\neval \"$(gen)\"", Danger::Code},
                 {"main() { gen | sh; }\ngen() { echo §; }\nmain", Danger::PipedCode},
                 {"main() { run §; }\nrun() { \"$@\"; }\nmain", Danger::CommandName},
                 {"retry() { shift; \"$@\"; }\nretry 3 §", Danger::CommandName}});
}

TEST(ShellScan, allowsOrdinaryScripts) {
  expectAllowed({"docker run --rm -e X=§ image make §",
                 "git commit -m §",
                 "curl -sSf § | tar xz -C §",
                 "if [ \"$x\" = § ]; then echo §; fi",
                 "sh -c 'echo \"$1\"' sh §",
                 "sudo apt-get install -y §",
                 "ls | while read -r f; do mv \"$f\" §; done",
                 "echo x | sh -s §",
                 "y=(1); declare x=§; export y=§",
                 "python3 - § <<'PY'\nimport sys\nPY\n",
                 "cat > § <<EOF\nname: §\nEOF\n",
                 "printf '%s\\n' § >> \"$GITHUB_OUTPUT\"",
                 "pip install §==§",
                 "tox -e py§",
                 "make TAG=§ -j4",
                 "psql -v x=§ -f file.sql",
                 "for f in § §; do cp \"$f\" x; done",
                 "export PATH=§:$PATH",
                 "cd § && make",
                 "echo § | tee log",
                 "jq --arg x § '.a = $x' f",
                 "x=$(git rev-parse §)",
                 "trap 'rm -rf \"$d\"' EXIT; echo §",
                 "test -d § || mkdir -p §",
                 "command -v tool || echo §",
                 "diff <(sort §) <(sort §)",
                 "echo \"a 'b' §\" 'c \"d\" §'",
                 "case § in a) echo § ;; \"§\") ;; esac",
                 "kubectl exec pod -- ls §",
                 "awk -v x=§ '{print x}' f",
                 "echo $(( $# + 1 )) §",
                 "set -- §; echo \"$1\"",
                 "f=\"${f:-§}\"",
                 "find § -name '*.py' -delete"});
}

TEST(ShellScan, knowsNumbers) {
  for (const char *script : {"echo $((1 + §))", "echo \"$(( (2) * § ))\"", "(( i = § ))", "echo ${x:§:§}",
                             "for ((i=0; i<§; i++)); do :; done", "a[§]=1", "echo ${a[§]}", "let i=§",
                             "[[ $x -lt § ]]", "echo $(( $(echo §) ))", "declare -i i\nj=§"})
    EXPECT_TRUE(siteIn(script).numberOnly) << script;
  EXPECT_FALSE(siteIn("[ $x -lt § ]").numberOnly);
}

TEST(ShellScan, knowsComments) {
  EXPECT_EQ(siteIn("echo a # §\n").quoting, Quoting::Comment);
  EXPECT_EQ(siteIn("echo a#§").quoting, Quoting::Word);
  EXPECT_EQ(siteIn("echo '#' §").quoting, Quoting::Word);
  EXPECT_EQ(siteIn("x=(a # §\n)").quoting, Quoting::Comment);
  EXPECT_EQ(siteIn("echo $(a # )\necho §)").quoting, Quoting::Word);
}

TEST(ShellScan, knowsHereDocuments) {
  EXPECT_EQ(siteIn("cat <<A; cat <<-B\nx\nA\n\t§\n\tB\n").quoting, Quoting::HereDocument);
  EXPECT_EQ(siteIn("cat <<A <<'B'\n§\nA\nB\n").danger, Danger::None);
  EXPECT_EQ(siteIn("cat <<A <<'B'\nA\n§\nB\n").danger, Danger::QuotedHereDocument);
  EXPECT_EQ(siteIn("cat <<A\n'\"`\\``\nA\necho '§'").quoting, Quoting::SingleQuotes);
  EXPECT_EQ(siteIn("cat <<A\nx\n A\nA \n§\nA\n").quoting, Quoting::HereDocument);
}

struct Broken {
  const char *script;
  ShellProblem::Kind kind;
  std::size_t offset;
  const char *what;
};

TEST(ShellScan, reportsWhatIsNotClosed) {
  using Kind = ShellProblem::Kind;
  for (const Broken &broken :
       {Broken{"echo \"§", Kind::Unclosed, 5, "\""}, Broken{"echo 'a", Kind::Unclosed, 5, "'"},
        Broken{"echo it's", Kind::Unclosed, 7, "'"}, Broken{"echo $(a", Kind::Unclosed, 6, "$("},
        Broken{"cat <<EOF\n§", Kind::UnclosedDocument, 6, "EOF"},
        Broken{"echo ${x:-§", Kind::Unclosed, 5, "${"}, Broken{"`§", Kind::Unclosed, 0, "`"},
        Broken{"(a", Kind::Unclosed, 0, "("}, Broken{"[[ a", Kind::Unclosed, 2, "[["},
        Broken{"x=(a", Kind::Unclosed, 2, "("}, Broken{"cat <<E\nx\n E\n", Kind::UnclosedDocument, 6, "E"}}) {
    ShellScan scan = scanShell(split(broken.script), ShellDialect::Bash);
    ASSERT_EQ(scan.problems.size(), 1u) << broken.script;
    EXPECT_EQ(static_cast<int>(scan.problems[0].kind), static_cast<int>(broken.kind)) << broken.script;
    EXPECT_EQ(scan.problems[0].offset, broken.offset) << broken.script;
    EXPECT_EQ(scan.problems[0].what, broken.what) << broken.script;
  }
}

TEST(ShellScan, isBounded) {
  for (const char *piece :
       {"$(",   "`",   "\"$(",          "${x:-", "((", "$((", "(",  "{ ",  "<(",  "cat <<A $(",
        "[[ (", "x=(", "case x in a) ", "@(",    "\\", "\\`", "a[", "if ", "'\"", "<<A\n"}) {
    std::string text;
    for (int i = 0; i < 20000; ++i)
      text += piece;
    EXPECT_EQ(scanShell({text, text}, ShellDialect::Bash).sites.size(), 1u) << piece;
    EXPECT_EQ(scanShell({text, text}, ShellDialect::Posix).sites.size(), 1u) << piece;
  }
}

} // namespace
} // namespace pipelang::lowering
