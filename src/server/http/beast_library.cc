// The parts of Boost.Asio and Boost.Beast that are compiled once, for those who make this:
#include "server/http/http_server.h"
//
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
