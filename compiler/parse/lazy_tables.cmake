# cmake -DFOLDER=… -P lazy_tables.cmake
#
# ANTLR before 4.10 reads a grammar's tables before `main` begins, for every program that links the parser, whatever it
# is asked, and checks each time that its own tool wrote them well. This leaves the check out and puts the reading off
# until the parser is asked for them, which happens only where a file has a syntax error. PipeParser is changed in
# place, or it is an error. Later ones of ANTLR wait by themselves until the first parser is made.
file(READ ${FOLDER}/PipeParser.cpp code)
file(READ ${FOLDER}/PipeParser.h header)
if(NOT code MATCHES "PipeParser::_init;")
  return()
endif()
function(replace_once text old new)
  string(FIND "${${text}}" "${old}" first)
  string(FIND "${${text}}" "${old}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "PipeParser's ${text} is not as ANTLR is known to write it: not one `${old}`")
  endif()
  string(REPLACE "${old}" "${new}" ${text} "${${text}}")
  set(${text} "${${text}}" PARENT_SCOPE)
endfunction()

replace_once(code "PipeParser::Initializer PipeParser::_init;\n" "")
replace_once(code "  atn::ATNDeserializer deserializer;\n"
  "  atn::ATNDeserializationOptions options;\n  options.setVerifyATN(false);\n  atn::ATNDeserializer deserializer(options);\n")
replace_once(header "getATN() const override { " "getATN() const override { static Initializer tables; ")
file(WRITE ${FOLDER}/PipeParser.cpp "${code}")
file(WRITE ${FOLDER}/PipeParser.h "${header}")
