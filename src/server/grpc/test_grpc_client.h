// For tests: a served TestService, and the official client of it.
#pragma once

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "server/grpc/grpc_server.h"
#include "service/test_service.h"
#include "vecstore/v1/admin.grpc.pb.h"
#include "vecstore/v1/vecstore.grpc.pb.h"

namespace vecstore {

struct ServedGrpc {
  explicit ServedGrpc(GrpcOptions options = {}, const ServiceOptions& service = {},
                      bool keys = true)
      : test(service, keys) {
    server = GrpcServer::start(*test.service, options).value();
    channel = connect();
  }

  // A connection of its own.
  std::shared_ptr<grpc::Channel> connect(const std::string& host = "127.0.0.1") const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetMaxReceiveMessageSize(-1);
    return grpc::CreateCustomChannel(host + ":" + std::to_string(server->port()),
                                     grpc::InsecureChannelCredentials(), arguments);
  }

  static void set_key(grpc::ClientContext& context, const std::string& token) {
    if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
  }

  // One call of the stub `method` with the key: ask(&VecStore::Stub::Get, request, response).
  template <typename Stub, typename Request, typename Response>
  grpc::Status ask_as(const std::string& token,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request, Response& response) {
    grpc::ClientContext context;
    set_key(context, token);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    Stub stub(channel);
    return (stub.*method)(&context, request, &response);
  }
  template <typename Stub, typename Request, typename Response>
  grpc::Status ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                   const Request& request, Response& response) {
    return ask_as(test.admin.token, method, request, response);
  }

  TestService test;
  std::unique_ptr<GrpcServer> server;
  std::shared_ptr<grpc::Channel> channel;
};

}  // namespace vecstore
