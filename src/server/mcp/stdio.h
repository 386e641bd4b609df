// The protocol over two files of the system, a message on each line: standard input and output of a
// program that a client has started.
#pragma once

#include <cstddef>

#include "server/mcp/mcp_session.h"
#include "vecstore/cancel.h"
#include "vecstore/status.h"

namespace vecstore {

struct McpStreams {
  int in = 0;
  int out = 1;
  std::size_t max_line_bytes = 32u << 20;  // longer ones are refused and passed over
};

// Until `in` ends, and then until what was asked is answered; or until `stop`, which calls off what
// is under way; or until `out` takes nothing any more, which is an error. Calls are done one after
// the other, in the order they came; what else is asked is answered meanwhile. SIGPIPE must be
// ignored.
Status serve_mcp(McpSession& session, const McpStreams& streams, const CancelToken& stop);

}  // namespace vecstore
