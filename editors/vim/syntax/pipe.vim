" Vim syntax of .pipe files. The keywords are those of compiler/parse/words.cpp.
if exists("b:current_syntax")
  finish
endif
syn keyword pipeKeyword after as bash before budget deploy else emit enum env environment error exec expect fn for from gate if import in job let match native node of on opaque open out outcome param pipeline private python raw reader record require return secret service sh simulate switch target task test then type union uses when where within
syn keyword pipeOperator and or not is
syn keyword pipeConstant true false none
syn match pipeNumber /\<\d[0-9_]*\(\.\d[0-9_]*\)*\(%\|\/\(s\|min\|h\)\>\|\a\+\)\?/
syn match pipeType /\<\u\w*\>/
syn match pipeField /\<\w\+\ze\s*=[^=>]/
syn match pipeMember /\.\zs\w\+/
syn match pipeComment /\/\/.*$/ contains=@Spell
syn match pipeEscape /\\\([ntr\\"]\|#{\|u{\x\+}\)/ contained
syn region pipeHole matchgroup=Special start=/#{/ end=/}/ contained contains=TOP
syn region pipeString start=/"/ end=/"\|$/ skip=/\\./ contains=pipeHole,pipeEscape,@Spell
syn region pipeString start=/"""/ end=/"""/ contains=pipeHole,pipeEscape,@Spell
syn match pipeRaw /\<r"[^"]*"/
hi def link pipeKeyword Keyword
hi def link pipeOperator Operator
hi def link pipeConstant Constant
hi def link pipeNumber Number
hi def link pipeType Type
hi def link pipeField Identifier
hi def link pipeComment Comment
hi def link pipeString String
hi def link pipeRaw String
hi def link pipeEscape SpecialChar
let b:current_syntax = "pipe"
