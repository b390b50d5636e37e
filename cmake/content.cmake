# Puts every YAML file of content/ (the sample feed apart) into one generated source, as bytes, by its path below
# content/: "feeds.yaml", "secrets/cloud.yaml".
file(GLOB_RECURSE content_files RELATIVE ${CMAKE_SOURCE_DIR}/content CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/content/*.yaml)
list(FILTER content_files EXCLUDE REGEX "^sample-feed/")
list(SORT content_files)

set(entries "")
set(arrays "")
foreach(name IN LISTS content_files)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/content/${name})
  file(READ ${CMAKE_SOURCE_DIR}/content/${name} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${hex}")
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(MAKE_C_IDENTIFIER ${name} identifier)
  string(APPEND arrays "constexpr char ${identifier}[] = \"${bytes}\";\n")
  string(APPEND entries "      {\"${name}\", {${identifier}, ${size}}},\n")
endforeach()
configure_file(cmake/content.cc.in generated/content.cc @ONLY)
