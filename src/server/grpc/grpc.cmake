# gRPC, where it is: sets grpc_sources, grpc_untested, grpc_headers, grpc_link and grpc_test_link for the layer. What protoc writes lies in the build folder
# alone. Linked from archives: 50 shared libraries more would cost every command of the program 20 ms.
set(grpc_found FALSE)
if(VECSTORE_GRPC)  # Debian: libgrpc++-dev, protobuf-compiler-grpc, pkg-config
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(GRPC QUIET grpc++ protobuf)
  endif()
  find_program(VECSTORE_PROTOC protoc)
  find_program(VECSTORE_GRPC_PLUGIN grpc_cpp_plugin)
  if(GRPC_FOUND AND VECSTORE_PROTOC AND VECSTORE_GRPC_PLUGIN)
    set(grpc_found TRUE)
  else()
    message(STATUS "no gRPC: libgrpc++-dev and protobuf-compiler-grpc are not there")
  endif()
endif()
if(NOT grpc_found)
  set(grpc_sources grpc/grpc_server_absent)
  return()
endif()

set(grpc_sources grpc/convert grpc/grpc_call grpc/grpc_server grpc/message_value grpc/rpc)
set(grpc_untested grpc/admin_rpcs grpc/collection_rpcs grpc/record_rpcs)
set(grpc_headers grpc/grpc_state grpc/rpcs grpc/test_grpc_client)

set(out ${PROJECT_BINARY_DIR}/proto)
set(protos)
set(messages)
set(stubs)
foreach(name IN ITEMS vecstore admin)
  list(APPEND protos ${PROJECT_SOURCE_DIR}/proto/vecstore/v1/${name}.proto)
  list(APPEND messages ${out}/vecstore/v1/${name}.pb.cc ${out}/vecstore/v1/${name}.pb.h)
  list(APPEND stubs ${out}/vecstore/v1/${name}.grpc.pb.cc ${out}/vecstore/v1/${name}.grpc.pb.h)
endforeach()
file(MAKE_DIRECTORY ${out})
add_custom_command(OUTPUT ${messages} ${stubs} DEPENDS ${protos}
  COMMAND ${VECSTORE_PROTOC} -I${PROJECT_SOURCE_DIR}/proto --cpp_out=${out} --grpc_out=${out}
    --plugin=protoc-gen-grpc=${VECSTORE_GRPC_PLUGIN} ${protos}
  COMMENT "protoc: vecstore/v1" VERBATIM)

# vecstore_generated(name files...): what protoc wrote, with its own warnings left alone.
function(vecstore_generated name)
  add_library(${name} OBJECT ${ARGN})
  target_include_directories(${name} SYSTEM PUBLIC ${out} ${GRPC_INCLUDE_DIRS})
  target_compile_options(${name} PRIVATE -w)
  if(VECSTORE_SANITIZE)
    target_compile_options(${name} PRIVATE -fsanitize=${VECSTORE_SANITIZE})
  endif()
  set_property(TARGET ${name} PROPERTY POSITION_INDEPENDENT_CODE ON)
endfunction()
vecstore_generated(vecstore_messages ${messages})
if(VECSTORE_TESTS OR VECSTORE_BENCH)  # clients are asked for by tests alone: the server needs no stubs
  vecstore_generated(vecstore_stubs ${stubs})
  add_dependencies(vecstore_stubs vecstore_messages)
endif()

# The archives, in a group because they need each other; what the rest of the program shares stays shared.
set(grpc_archives ${GRPC_STATIC_LIBRARIES})
list(REMOVE_DUPLICATES grpc_archives)
list(FILTER grpc_archives EXCLUDE REGEX "^(ssl|crypto|z|dl|m|rt|pthread|systemd)$")
list(TRANSFORM grpc_archives PREPEND -l)
string(JOIN " " grpc_archives -lgrpc++_reflection ${grpc_archives})
set(grpc_link vecstore_messages "-Wl,--start-group -Wl,-Bstatic ${grpc_archives} -Wl,-Bdynamic -Wl,--end-group" z)
set(grpc_test_link vecstore_stubs)
