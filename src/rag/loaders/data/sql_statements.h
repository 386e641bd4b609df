// The statements of an SQL dump: where each ends and of which table it is.
//
// Knows the comments and strings of PostgreSQL, MySQL and SQLite, dollar quotes and the rows after
// COPY … FROM stdin.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vecstore {

struct SqlStatement {
  std::size_t begin = 0, end = 0;  // byte offsets; the next begins where this one ends
  std::size_t at = 0;              // of its first word, after comments
  bool creates = false;            // CREATE TABLE
  std::string table = {};          // without quotes and schema; empty when it is of no table
};

class SqlReader {
 public:
  explicit SqlReader(std::string_view text);

  // False at the end of the text.
  bool next(SqlStatement& statement);

 private:
  std::size_t skip_space(std::size_t at) const;
  std::size_t statement_end(std::size_t at);
  std::size_t skip_quoted(std::size_t at) const;
  std::size_t skip_dollar_quoted(std::size_t at);
  std::size_t skip_comment(std::size_t at) const;

  std::string_view text_;
  std::size_t at_ = 0;
  bool backslashes_ = false;    // escape quotes, as in MySQL
  std::size_t not_closed_ = 0;  // dollar quotes
};

}  // namespace vecstore
