# embed_text(TARGET SYMBOL FILE): compiles FILE into TARGET as
#   namespace coldpath::app { extern const std::string_view SYMBOL; }
# so that the program is one file. The definition and the contract stay readable files in the repository.
function(embed_text target symbol file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded/${symbol}.cc)
  file(CONFIGURE OUTPUT ${out} CONTENT
"#include <string_view>
namespace coldpath::app {
extern const std::string_view @symbol@;
const std::string_view @symbol@ = R\"~embedded~(@text@)~embedded~\";
}  // namespace coldpath::app
" @ONLY)
  target_sources(${target} PRIVATE ${out})
endfunction()
