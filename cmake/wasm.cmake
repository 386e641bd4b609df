# Cross-compiles the engine to wasm32-wasi with Debian's clang 19, libc++ and wasi-libc.
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})  # Platform/WASI
set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_DISABLE_FIND_PACKAGE_Threads ON)

# clang would go on to the host's /usr/include and find headers there that WebAssembly has no library for. The search list is closed
# instead, with links to the packages that are headers only.
set(headers ${CMAKE_BINARY_DIR}/header_only)
file(MAKE_DIRECTORY ${headers})
foreach(name IN ITEMS rapidjson xxhash.h)
  if(EXISTS /usr/include/${name} AND NOT EXISTS ${headers}/${name})
    file(CREATE_LINK /usr/include/${name} ${headers}/${name} SYMBOLIC)
  endif()
endforeach()
execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-resource-dir OUTPUT_VARIABLE resources OUTPUT_STRIP_TRAILING_WHITESPACE)
set(CMAKE_CXX_STANDARD_INCLUDE_DIRECTORIES
  /usr/include/wasm32-wasi/c++/v1 ${resources}/include /usr/include/wasm32-wasi ${headers})
set(CMAKE_CXX_FLAGS_INIT "-nostdinc -msimd128 -fno-exceptions")

# Without optimisation flags: with them clang hands the result to any wasm-opt on the PATH, and an old one destroys it.
set(CMAKE_CXX_LINK_EXECUTABLE
  "<CMAKE_CXX_COMPILER> <CMAKE_CXX_LINK_FLAGS> <LINK_FLAGS> <OBJECTS> -o <TARGET> <LINK_LIBRARIES>")
