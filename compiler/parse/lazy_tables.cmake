# cmake -DFOLDER=… -DCLASS=PipeParser -P lazy_tables.cmake
#
# ANTLR before 4.10 reads a grammar's tables before `main` begins, for every program that links the parser, whatever it
# is asked, and checks each time that its own tool wrote them well. This leaves the check out and puts the reading off:
# a lexer's until the first is made, a parser's until it is asked for them, which happens only where a file has a syntax
# error. A start takes a third less, and what forks before it parses shares less. The files are changed in place, or it
# is an error. Later ones of ANTLR wait by themselves until the first parser is made.
file(READ ${FOLDER}/${CLASS}.cpp code)
file(READ ${FOLDER}/${CLASS}.h header)
if(NOT code MATCHES "${CLASS}::_init;")
  return()
endif()
function(replace_once text old new)
  string(FIND "${${text}}" "${old}" first)
  string(FIND "${${text}}" "${old}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "${CLASS}'s ${text} is not as ANTLR is known to write it: not one `${old}`")
  endif()
  string(REPLACE "${old}" "${new}" ${text} "${${text}}")
  set(${text} "${${text}}" PARENT_SCOPE)
endfunction()

replace_once(code "${CLASS}::Initializer ${CLASS}::_init;\n" "")
replace_once(code "  atn::ATNDeserializer deserializer;\n"
  "  atn::ATNDeserializationOptions options;\n  options.setVerifyATN(false);\n  atn::ATNDeserializer deserializer(options);\n")
if(CLASS MATCHES "Lexer$")
  replace_once(code "input) {\n" "input) {\n  static Initializer tables;\n")
else()
  replace_once(header "getATN() const override { " "getATN() const override { static Initializer tables; ")
endif()
file(WRITE ${FOLDER}/${CLASS}.cpp "${code}")
file(WRITE ${FOLDER}/${CLASS}.h "${header}")
