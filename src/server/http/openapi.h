// The OpenAPI 3.1 document, written from the table of routes and the schemas beside it.
#pragma once

#include <string>

namespace vecstore {

std::string openapi_document();

}  // namespace vecstore
