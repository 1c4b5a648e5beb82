#===- Embed.cmake - files as C++ arrays -===#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#===----------------------------------------------------------------------===#
# This script writes the bytes of INPUTS to OUTPUT, as rows of one array:
#   cmake -DINPUTS=a;b -DOUTPUT=c.inc -P Embed.cmake

set(text "")
set(rows "")
foreach(input ${INPUTS})
  get_filename_component(name ${input} NAME_WE)
  file(READ ${input} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(APPEND text "static const unsigned char k${name}[] = {${bytes}};\n")
  string(APPEND rows "  {reinterpret_cast<const char *>(k${name}), sizeof k${name}},\n")
endforeach()
file(WRITE ${OUTPUT} "${text}static const llvm::StringRef kFiles[] = {\n${rows}};\n")
