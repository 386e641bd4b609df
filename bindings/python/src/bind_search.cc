// Collection: query and query_many.
#include <nanobind/stl/string.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "python/src/answers.h"
#include "python/src/call_limit.h"
#include "python/src/errors.h"
#include "python/src/handles.h"
#include "python/src/queries.h"
#include "python/src/values.h"
#include "python/src/vectors.h"
#include "vecstore/query_json.h"

namespace nb = nanobind;

namespace vecstore::python {
namespace {

using std::chrono::milliseconds;

// A query of the main thread first runs in it, for so long. Only one that takes longer is asked
// again in a thread of its own, where it can be called off by Ctrl-C; the queries after it go there
// at once, until one is fast again.
constexpr milliseconds kSlice{100};

Result<Hits> query_in_thread(CollectionHandle& to, Query query) {
  CancelToken token = query.cancel ? *query.cancel : CancelToken();
  query.cancel = token;
  const auto begun = std::chrono::steady_clock::now();
  Result<Hits> hits = watched(
      [collection = to.shared(), query = std::move(query)] { return collection->query(query); },
      &token);
  to.slow = std::chrono::steady_clock::now() - begun > kSlice / 2;
  return hits;
}

Result<Hits> run(CollectionHandle& to, Query query) {
  const bool sliced = on_main_thread() && (query.timeout.count() == 0 || query.timeout > kSlice);
  if (sliced && to.slow) return query_in_thread(to, std::move(query));
  const milliseconds timeout = query.timeout;
  if (sliced) query.timeout = kSlice;
  Result<Hits> hits = unlocked(to, [&](auto& engine) { return engine.query(query); });
  if (!sliced || !hits.ok() || !hits->partial || (query.cancel && query.cancel->cancelled()))
    return hits;
  query.timeout = timeout.count() == 0 ? timeout : timeout - kSlice;
  return query_in_thread(to, std::move(query));
}

Answer query(CollectionHandle& to, nb::handle vector, nb::handle text, nb::handle k,
             nb::handle filter, nb::handle field, nb::handle include, nb::handle cancel,
             nb::handle options) {
  return Answer(take(
      run(to, to_query({vector, text, k, filter, field, include, cancel, options}, to.kinds))));
}

// In the thread that calls, nothing when that takes too long.
template <typename Ask>
std::optional<Result<std::vector<Hits>>> many_here(CollectionHandle& to, const Ask& ask) {
  const CancelToken ended;
  const CallLimit limit(ended, kSlice);
  auto answers = unlocked(to, [&](auto& engine) { return ask(engine, ended); });
  if (ended.cancelled()) return {};
  return answers;
}

// `ask(collection, token)` for `count` answers. A batch that, as fast as the one before it, takes
// less than half a slice is asked in the thread that calls: a thread of its own costs as much as
// some of the queries.
template <typename Ask>
Answers run_many(CollectionHandle& to, std::size_t count, std::size_t k, nb::handle cancel,
                 const Ask& ask) {
  CancelToken token = token_of(cancel);
  const double queries = static_cast<double>(count);
  const bool here = count > 0 && on_main_thread() && !token.cancelled() &&
                    queries * to.query_ms < kSlice.count() / 2.0;
  const auto begun = std::chrono::steady_clock::now();
  std::optional<Result<std::vector<Hits>>> answers;
  if (here) answers = many_here(to, ask);
  if (!answers)  // it has a token, so it has ended when this returns
    answers = watched([collection = to.shared(), &ask, token] { return ask(*collection, token); },
                      &token);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
  if (count > 0) to.query_ms = took.count() / queries;
  return Answers(take(std::move(*answers)), k);
}

// The rows of a matrix, each under the same conditions.
Answers query_matrix(CollectionHandle& to, nb::handle matrix, nb::handle k, nb::handle filter,
                     nb::handle field, nb::handle include, nb::handle cancel, nb::handle options) {
  const auto view = FloatView::of(matrix, 2);
  if (!view) raise_wrong_type("a float32 matrix in C order is expected");
  const std::size_t count = view->size_of(0);
  const std::size_t columns = view->size_of(1);
  if (columns == 0 && count > 0) raise_invalid("queries: the rows of the matrix are empty");
  Query common =
      to_query({nb::none(), nb::none(), k, filter, field, include, nb::none(), options}, to.kinds);
  return run_many(
      to, count, common.k, cancel, [&](const Collection& collection, const CancelToken& token) {
        common.cancel = token;
        return collection.query_many(view->values(), std::max<std::size_t>(columns, 1), common);
      });
}

Answers query_list(CollectionHandle& to, const nb::list& objects, nb::handle cancel) {
  std::vector<Query> queries;
  queries.reserve(objects.size());
  for (const nb::handle object : objects) queries.push_back(to_query(object, to.kinds));
  std::size_t k = 0;
  for (const Query& query : queries) k = std::max(k, query.k);
  return run_many(to, queries.size(), k, cancel,
                  [&](const Collection& collection, const CancelToken& token) {
                    for (Query& query : queries) query.cancel = token;
                    return collection.query_many(queries);
                  });
}

nb::object query_to_json_text(nb::handle query, const Kinds& kinds) {
  return from_text(query_to_json(to_query(query, kinds)));
}

}  // namespace

void bind_search(nb::module_& module, CollectionClass& collection) {
  collection
      .def("query", query, nb::arg("vector").none(), nb::arg("text").none(), nb::arg("k").none(),
           nb::arg("filter").none(), nb::arg("field").none(), nb::arg("include").none(),
           nb::arg("cancel").none(), nb::arg("options").none())
      .def("query_matrix", query_matrix, nb::arg("matrix"), nb::arg("k").none(),
           nb::arg("filter").none(), nb::arg("field").none(), nb::arg("include").none(),
           nb::arg("cancel").none(), nb::arg("options").none())
      .def("query_list", query_list, nb::arg("queries"), nb::arg("cancel").none())
      .def(
          "query_json",
          [](CollectionHandle& to, const std::string& json, nb::handle cancel) {
            Query query = take(query_from_json(json));
            if (!cancel.is_none()) query.cancel = token_of(cancel);
            return Answer(take(run(to, std::move(query))));
          },
          nb::arg("json"), nb::arg("cancel").none());
  module.def(
      "query_to_json", [](nb::handle query) { return query_to_json_text(query, {}); },
      nb::arg("query"));
}

}  // namespace vecstore::python
