// The characters of a .pipe file into tokens. Three things happen after this grammar, in compiler/parse/:
// line ends become SEPARATOR tokens where they separate (layout.cpp), words become keywords where the
// grammar wants one (words.cpp), and what is marked "mistake" below is reported.
// Input is bytes: every byte of 0x80 and above is read as U+007F. The automaton is found out when pipec is built
// (compiler/parse/tables); it knows `type`, `pushMode` and `popMode`, and every byte has to be a token in every mode.
lexer grammar PipeLexer;

tokens {
  // Made by layout.cpp: one for any run of line ends and `;` between two things in braces or at the top.
  SEPARATOR,
  // Made by programs.cpp: what stands in the braces of `expect error CODE { … }`, whatever it is.
  PROGRAM,
  // Made by words.cpp: a WORD that is directly followed by `=`.
  FIELD_NAME,
  // Keywords, made by words.cpp out of WORD, each only where it can be meant. Declarations:
  IMPORT, LET, FN, NATIVE, PRIVATE, RECORD, ENUM, UNION, TYPE, ENVIRONMENT, SECRET, PARAM, TASK,
  READER, PIPELINE, EMIT, TEST, OPAQUE,
  // Statements:
  JOB, GATE, DEPLOY, SERVICE, ENV, OUT, RETURN, AFTER, BEFORE, SWITCH, REQUIRE, ON, OUTCOME, BUDGET,
  SIMULATE, EXPECT, ERROR, OPEN, RAW,
  // Between operands:
  AND, OR, IS, WHEN, WITHIN, TARGET, FOR, IN, OF, FROM, AS, WHERE, THEN, ELSE,
  // Before operands, and operands:
  NOT, IF, MATCH, TRUE, FALSE, NONE, EXEC, USES,
  SCRIPT // sh, bash, python, node in front of a string
}

MODULE_DOC  : '//!' ~[\r\n]* ;
DOC_COMMENT : '///' ~[\r\n]* ;
COMMENT     : '//' ~[\r\n]* ;
NEWLINE     : '\r'? '\n' | '\r' ;
SPACE       : [ \t\u000B\u000C]+ ;

// `5min`, `90%`, `200/s`, `3.11`: digits and, without a space, a unit. Which units exist is not decided here.
NUMBER : [0-9] [0-9_]* ('.' [0-9] [0-9_]*)* ([A-Za-z_] [A-Za-z0-9_]* | '%' | '/' [A-Za-z_] [A-Za-z0-9_]*)? ;
WORD   : [A-Za-z_] [A-Za-z0-9_]* ;

RAW_STRING   : 'r"' ~["\r\n]* '"' | 'r"""' .*? '"""' ;
RAW_UNCLOSED : 'r"' ~["\r\n]* ;                              // mistake
TRIPLE_OPEN  : '"""' -> pushMode(TRIPLE) ;
STRING_OPEN  : '"' -> pushMode(QUOTED) ;

LBRACE   : '{' -> pushMode(DEFAULT_MODE) ;
RBRACE   : '}' -> popMode ;                                   // back into a string after `#{…}`
LPAREN   : '(' ;
RPAREN   : ')' ;
LBRACKET : '[' ;
RBRACKET : ']' ;

SEMICOLON     : ';' ;
COMMA         : ',' ;
COLON         : ':' ;
ASSIGN        : '=' ;
ARROW         : '->' ;
FAT_ARROW     : '=>' ;
DOT           : '.' ;
QUESTION      : '?' ;
QUESTION_DOT  : '?.' ;
COALESCE      : '??' ;
PLUS          : '+' ;
MINUS         : '-' ;
STAR          : '*' ;
SLASH         : '/' ;
EQUAL         : '==' ;
NOT_EQUAL     : '!=' ;
LESS          : '<' ;
LESS_EQUAL    : '<=' ;
GREATER       : '>' ;
GREATER_EQUAL : '>=' ;
AT            : '@' ;

AND_AND       : '&&' ;                                        // mistakes, from here on
OR_OR         : '||' ;
BANG          : '!' ;
COLON_EQUAL   : ':=' ;
TRIPLE_EQUAL  : '===' ;
BLOCK_COMMENT : '/*' .*? '*/' ;
HASH_COMMENT  : '#' ~[\r\n]* ;
APOSTROPHES   : '\'' ~['\r\n]* '\'' ;
BYTE          : . ;

mode QUOTED;
TEXT            : ~["\\#\r\n]+ | '#' ;
ESCAPE          : '\\' ('#{' | ~[\r\n]) ;
HOLE_OPEN       : '#{' -> pushMode(DEFAULT_MODE) ;
STRING_CLOSE    : '"' -> popMode ;
QUOTED_NEWLINE  : [\r\n] -> type(NEWLINE) ;                   // mistake: not closed
QUOTED_BYTE     : . -> type(TEXT) ;

mode TRIPLE;
TRIPLE_CLOSE     : '"""' -> type(STRING_CLOSE), popMode ;
TRIPLE_TEXT      : (~["\\#]+ | '#' | '"') -> type(TEXT) ;
TRIPLE_ESCAPE    : '\\' ('#{' | .) -> type(ESCAPE) ;
TRIPLE_HOLE_OPEN : '#{' -> type(HOLE_OPEN), pushMode(DEFAULT_MODE) ;
TRIPLE_BYTE      : . -> type(TEXT) ;
