// Tokens into a tree, for the whole language; docs/grammar.md explains it. Every choice is decided by the
// next token alone (layout.cpp and words.cpp have seen to that), so parsing is linear for any input; a
// unit test fails if a rule needs more. Precedence of operators is applied in build_expressions.cpp.
parser grammar PipeParser;

options { tokenVocab = PipeLexer; }

file : (declaration SEPARATOR)* EOF ;

// ---------------------------------------------------------------- declarations

declaration
  : annotation* PRIVATE? NATIVE?
    ( importDeclaration | letDeclaration | fnDeclaration | recordDeclaration | enumDeclaration
    | unionDeclaration | typeDeclaration | environmentDeclaration | secretDeclaration | paramDeclaration
    | taskDeclaration | serviceDeclaration | readerDeclaration | pipelineDeclaration | emitDeclaration
    | testDeclaration )
  ;

// `@deprecated("why", use = other)`, on a line of its own
annotation : AT id=name (LPAREN (arguments+=argument (COMMA arguments+=argument)*)? RPAREN)? SEPARATOR? ;

importDeclaration      : IMPORT (path=dottedName | quoted=stringLiteral) (AS alias=name)? ;
letDeclaration         : LET id=name (COLON typed=type)? (ASSIGN value=expression)? ;
fnDeclaration          : FN id=name generics=typeParameters? takes=parameters (ARROW typed=type)? (ASSIGN value=expression)? ;
recordDeclaration      : RECORD id=name generics=typeParameters? body=recordBody refinement* ;
recordBody             : LBRACE (fields+=field SEPARATOR)* RBRACE ;
field                  : annotation* OPEN? id=name COLON typed=type (ASSIGN value=expression)? ;
enumDeclaration        : ENUM id=name body=enumBody ;
enumBody               : LBRACE (names+=name SEPARATOR)* RBRACE ;
unionDeclaration       : UNION id=name generics=typeParameters? body=unionBody ;
unionBody              : LBRACE (cases+=unionCase SEPARATOR)* RBRACE ;
unionCase              : id=name takes=parameters? ;
typeDeclaration        : OPAQUE? TYPE id=name ASSIGN typed=type ;
environmentDeclaration : ENVIRONMENT id=name (FROM base=name)? (COLON typed=plainType)? body=block ;
secretDeclaration      : SECRET id=name (IN names+=name (COMMA names+=name)*)? ;
paramDeclaration       : PARAM id=name COLON typed=type (ASSIGN value=expression)? ;
taskDeclaration        : TASK id=name takes=parameters (ARROW typed=plainType)? body=block? ;
serviceDeclaration     : SERVICE id=name takes=parameters (ARROW typed=plainType)? body=block ;
readerDeclaration      : READER id=name takes=parameters ARROW typed=plainType ;
pipelineDeclaration    : PIPELINE id=name body=block ;
emitDeclaration        : EMIT id=name what=headExpression? (ASSIGN value=headExpression)? body=block? ;
testDeclaration        : TEST title=stringLiteral body=block ;

parameters : LPAREN (list_+=parameter (COMMA list_+=parameter)*)? RPAREN ;
parameter  : annotation* id=name COLON typed=type (ASSIGN value=expression)? ;

typeParameters : LBRACKET names+=name (COMMA names+=name)* RBRACKET ;

name       : WORD ;
dottedName : names+=name (DOT names+=name)* ;

// ---------------------------------------------------------------- types

type       : plain=plainType refined=refinement? ;
refinement : WHERE condition=expression (ELSE message=stringLiteral)? ;
plainType  : (path=dottedName (LBRACKET arguments+=type (COMMA arguments+=type)* RBRACKET)? | LPAREN inner=type RPAREN)
             optionals+=QUESTION*
           | FN LPAREN (arguments+=type (COMMA arguments+=type)*)? RPAREN ARROW result=plainType
           ;

// ---------------------------------------------------------------- statements

block : LBRACE (statements+=statement SEPARATOR)* RBRACE ;

statement
  : letStatement | settingStatement | envStatement | outStatement | returnStatement | serviceStatement
  | afterStatement | beforeStatement | switchStatement | ifStatement | requireStatement | onStatement
  | budgetStatement | jobStatement | gateStatement | deployStatement | simulateStatement | expectStatement
  | rawStatement | step
  ;

letStatement      : LET id=name (COLON typed=type)? ASSIGN value=expression ;
settingStatement  : id=FIELD_NAME ASSIGN value=expression ;
envStatement      : ENV id=name ASSIGN value=expression ;
outStatement      : OUT id=name (COLON typed=type)? ASSIGN value=expression ;
returnStatement   : RETURN value=expression ;
serviceStatement  : SERVICE id=name ASSIGN value=expression ;
afterStatement    : AFTER (SWITCH body=block | nodes+=headExpression (COMMA nodes+=headExpression)*) ;
beforeStatement   : BEFORE SWITCH body=block ;
switchStatement   : SWITCH WITHIN limit=headExpression ;
ifStatement       : IF condition=headExpression body=block (ELSE branches+=elseBranch)* ;
elseBranch        : IF condition=headExpression body=block | body=block ;
requireStatement  : REQUIRE condition=headExpression (TARGET aim=headExpression)? (FOR duration=headExpression)? ;
onStatement       : ON (OUTCOME OF subject=headExpression arms=outcomeBody | id=name body=block?) ;
outcomeBody       : LBRACE (arms+=outcomeArm SEPARATOR)* RBRACE ;
outcomeArm        : names+=name (COMMA names+=name)* FAT_ARROW action=step ;
budgetStatement   : BUDGET body=block ;
jobStatement      : JOB id=name generators+=generator* (WHEN condition=headExpression)? body=block ;
gateStatement     : GATE id=name (WHEN condition=headExpression)? body=block ;
deployStatement   : DEPLOY id=name strategy=name (WHEN condition=headExpression)? body=block ;
simulateStatement : SIMULATE id=name every=everyOutcome? facts=factBody? ;
everyOutcome      : FOR words+=name words+=name (OF nodes+=headOperand (COMMA nodes+=headOperand)*)? ;
factBody          : LBRACE (facts+=fact SEPARATOR)* RBRACE ;
rawStatement      : RAW id=name text=stringLiteral ;
fact              : id=FIELD_NAME ASSIGN value=expression
                  | subject=headOperand (IS pattern=name | words+=name words+=name? | ASSIGN value=expression)
                  ;
expectStatement   : EXPECT (ERROR code=name program | condition=headExpression) ;
program           : LBRACE (text=PROGRAM SEPARATOR?)? RBRACE ;

// A step, or a check of a deployment. The brace after it holds its settings and environment.
step : headOperand (binary headOperand)* (WITHIN limit=headExpression)? (WHEN condition=headExpression)? body=block?
     | USES stringLiteral (inputs=braces (WHEN condition=headExpression)? body=block?
                          | WHEN condition=headExpression body=block?)?
     ;

// In a comprehension and in `job x for …`.
generator : FOR names+=name (COMMA names+=name)* IN source=headExpression (IF condition=headExpression)? ;

// ---------------------------------------------------------------- expressions
// An expression is a chain of operands and operators. A headExpression stands in front of a body: in it a
// brace starts that body, where elsewhere `value { field = x }` is an amended copy. Inside its own
// parentheses and brackets everything is an expression again.

expression     : operand (binary operand)* | conditional ;
headExpression : headOperand (binary headOperand)* | headConditional ;

binary
  : PLUS | MINUS | STAR | SLASH | EQUAL | NOT_EQUAL | LESS | LESS_EQUAL | GREATER | GREATER_EQUAL
  | AND | OR | COALESCE | IS
  ;

operand     : prefix* (primary | braces | USES stringLiteral) (suffix | braces)* ;
headOperand : prefix* primary suffix* ;
prefix      : NOT | MINUS ;

conditional     : IF condition=expression THEN yes=expression ELSE no=expression ;
headConditional : IF condition=headExpression THEN yes=headExpression ELSE no=headExpression ;

primary
  : NUMBER
  | stringLiteral
  | TRUE
  | FALSE
  | NONE
  | WORD
  | LPAREN inner=expression RPAREN
  | list
  | MATCH subject=headExpression arms=matchBody
  | SCRIPT stringLiteral
  | EXEC list
  ;

suffix
  : DOT member=name
  | QUESTION_DOT member=name
  | LBRACKET indexes+=expression (COMMA indexes+=expression)* RBRACKET
  | LPAREN (arguments+=argument (COMMA arguments+=argument)*)? RPAREN
  ;

argument : id=FIELD_NAME ASSIGN value=expression | value=expression ;
list     : LBRACKET (elements+=expression (generators+=generator+ | (COMMA elements+=expression)*))? RBRACKET ;

// `{ a = 1; b = 2 }`, `{ ["k"] = v }`, `{ [k] = v for k in ks }`
braces : LBRACE (entries+=entry SEPARATOR)* RBRACE ;
entry  : id=FIELD_NAME ASSIGN value=expression
       | LBRACKET key=expression RBRACKET ASSIGN value=expression generators+=generator*
       ;

matchBody : LBRACE (arms+=matchArm SEPARATOR)* RBRACE ;
matchArm  : patterns+=headOperand (COMMA patterns+=headOperand)* FAT_ARROW value=expression ;

stringLiteral
  : (STRING_OPEN | TRIPLE_OPEN) (TEXT | HOLE_OPEN expression RBRACE)* STRING_CLOSE
  | RAW_STRING
  ;
