# The web app in the program: npm builds web/, web/pack.mjs makes one file of the result, and web_pack.S links that in.
# Everything stands in the build folder but npm's own packages (web/node_modules).
option(COLDPATH_WEB "Build the web app and put it into the program (needs nodejs and npm)" OFF)
# Not in the function: what it sets would be gone at its end.
if(COLDPATH_WEB)
  enable_language(ASM)
endif()

function(embed_web target)
  if(NOT COLDPATH_WEB)
    return()
  endif()
  find_program(NPM npm REQUIRED)
  find_program(NODE node NAMES node nodejs REQUIRED)
  set(web ${PROJECT_SOURCE_DIR}/web)
  set(dist ${PROJECT_BINARY_DIR}/web/dist)
  set(pack ${PROJECT_BINARY_DIR}/web/app.pack)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/* ${web}/public/*)
  file(GLOB tops CONFIGURE_DEPENDS ${web}/*.json ${web}/*.ts ${web}/*.js ${web}/*.mjs ${web}/*.html)
  list(REMOVE_ITEM tops ${web}/package-lock.json ${web}/pack.mjs)
  # What npm has installed already stays, unless the lock file is newer.
  set(packages ${PROJECT_BINARY_DIR}/web/packages.stamp)
  add_custom_command(
    OUTPUT ${packages}
    COMMAND sh -c "test node_modules/.package-lock.json -nt package-lock.json || ${NPM} ci --no-audit --no-fund"
    COMMAND ${CMAKE_COMMAND} -E touch ${packages}
    WORKING_DIRECTORY ${web}
    DEPENDS ${web}/package-lock.json
    COMMENT "Installing the web app's npm packages"
    VERBATIM)
  add_custom_command(
    OUTPUT ${pack}
    COMMAND ${NPM} run --silent build -- --outDir ${dist} --emptyOutDir --logLevel warn
    COMMAND ${NODE} ${web}/pack.mjs ${dist} ${pack}
    WORKING_DIRECTORY ${web}
    DEPENDS ${packages} ${sources} ${tops} ${web}/pack.mjs ${PROJECT_SOURCE_DIR}/api/openapi.yaml
    COMMENT "Building the web app"
    VERBATIM)
  set(assembly ${PROJECT_BINARY_DIR}/web/web_pack.S)
  file(CONFIGURE OUTPUT ${assembly} CONTENT
".section .rodata
.balign 16
.global coldpath_web_pack_begin
.global coldpath_web_pack_end
coldpath_web_pack_begin:
.incbin \"@pack@\"
coldpath_web_pack_end:
.section .note.GNU-stack,\"\",%progbits
" @ONLY)
  set_property(SOURCE ${assembly} APPEND PROPERTY OBJECT_DEPENDS ${pack})
  target_sources(${target} PRIVATE ${assembly})
  set_property(SOURCE ${PROJECT_SOURCE_DIR}/src/app/web_pack.cc APPEND PROPERTY COMPILE_DEFINITIONS COLDPATH_WEB_PACK)
endfunction()
