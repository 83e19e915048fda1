# coldpath_precompile_library(target), coldpath_precompile_test(target): the target is compiled with headers that were
# read once. They belong to targets of their own, since a precompiled header serves only those that are compiled with
# the same definitions.
set(COLDPATH_PRECOMPILED <algorithm> <chrono> <expected> <functional> <map> <memory> <optional> <string> <string_view>
                         <utility> <variant> <vector> <nlohmann/json.hpp>)

function(coldpath_precompiled_headers name)
  set(source ${PROJECT_BINARY_DIR}/${name}.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Carries the precompiled headers.\n")
  add_library(${name} OBJECT ${source})
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()

if(COLDPATH_PRECOMPILE)
  coldpath_precompiled_headers(coldpath_precompiled ${COLDPATH_PRECOMPILED})
  target_link_libraries(coldpath_precompiled PRIVATE nlohmann_json::nlohmann_json)
  if(COLDPATH_TESTS)
    coldpath_precompiled_headers(coldpath_test_precompiled ${COLDPATH_PRECOMPILED} <gtest/gtest.h> <gmock/gmock.h>)
    target_link_libraries(coldpath_test_precompiled PRIVATE nlohmann_json::nlohmann_json GTest::gmock)
  endif()
endif()

function(coldpath_precompile_library target)
  if(COLDPATH_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM coldpath_precompiled)
  endif()
endfunction()

function(coldpath_precompile_test target)
  if(COLDPATH_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM coldpath_test_precompiled)
  endif()
endfunction()
