# cmake -DFILE=…/PipeParser.cpp -DCLASS=PipeParser -P lazy_tables.cmake
#
# ANTLR before 4.10 reads a grammar's tables before `main` begins, for every program that links the parser, whatever it
# is asked, and checks each time that its own tool wrote them well. This puts it off until the first parser is made, and
# leaves the check out: a start takes a sixth less, and what forks before it parses shares less. The file is changed in
# place, or it is an error. Later ones wait by themselves.
file(READ ${FILE} text)
if(NOT text MATCHES "${CLASS}::_init;")
  return()
endif()
function(replace_once old new)
  string(FIND "${text}" "${old}" first)
  string(FIND "${text}" "${old}" last REVERSE)
  if(first EQUAL -1 OR NOT first EQUAL last)
    message(FATAL_ERROR "${FILE} is not as ANTLR is known to write it: not one `${old}`")
  endif()
  string(REPLACE "${old}" "${new}" text "${text}")
  set(text "${text}" PARENT_SCOPE)
endfunction()

replace_once("${CLASS}::Initializer ${CLASS}::_init;\n" "")
replace_once("input) {\n" "input) {\n  static Initializer tables;\n")
replace_once("  atn::ATNDeserializer deserializer;\n"
  "  atn::ATNDeserializationOptions options;\n  options.setVerifyATN(false);\n  atn::ATNDeserializer deserializer(options);\n")
file(WRITE ${FILE} "${text}")
