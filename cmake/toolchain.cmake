# Compiler settings that every target shares.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(COLDPATH_CCACHE ccache)
if(COLDPATH_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${COLDPATH_CCACHE})
endif()

# Designated initialisers that leave the rest at its default are what we want, not a slip.
add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # libstdc++ 12's own stable_sort calls what it has deprecated.
  add_compile_options(-Wthread-safety -Wno-deprecated-declarations)
else()
  # g++ 12.2 reports these falsely inside libstdc++ at -O2 (GCC PR 105329, 105651, 107919).
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow
                      -Wno-stringop-overread -Wno-array-bounds -Wno-dangling-pointer)
endif()

set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")

find_program(COLDPATH_MOLD mold)
if(COLDPATH_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(COLDPATH_SANITIZE)
  add_compile_options(-fsanitize=${COLDPATH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${COLDPATH_SANITIZE})
endif()

# Most files use JSON and the same few standard headers: read once, they cost half of a build. The sanitizers' builds do
# without, so that a file which forgot an include does not compile there.
option(COLDPATH_PRECOMPILE "Precompile the headers that most files use" OFF)
if(COLDPATH_PRECOMPILE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-fpch-preprocess)  # what ccache needs
endif()
