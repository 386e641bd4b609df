# CMake 3.25 does not know wasm32-wasi yet: no shared libraries, programs are .wasm files.
include(Platform/Generic)
set(CMAKE_EXECUTABLE_SUFFIX .wasm)
