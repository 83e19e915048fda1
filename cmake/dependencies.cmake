# Everything comes from Debian 12's packages; ./dev installs them. docs/dependencies.md lists versions and licences.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(date REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(CLI11 REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)

find_package(Boost 1.81 REQUIRED)  # headers only
add_library(coldpath_boost INTERFACE)
target_link_libraries(coldpath_boost INTERFACE Boost::headers)

if(COLDPATH_TESTS)
  find_package(GTest REQUIRED)
  find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
  add_library(rapidcheck UNKNOWN IMPORTED)
  set_target_properties(rapidcheck PROPERTIES IMPORTED_LOCATION ${RAPIDCHECK_LIBRARY})
endif()
