#include "rag/ingest/embedding_model.h"

#include <gtest/gtest.h>

namespace vecstore {
namespace {

const EmbedderInfo kMini = {"mini", 384, "mean", "0123456789abcdef0123"};

Collection make(const CollectionOptions& options) {
  return Database::in_memory().value().create_collection("docs", options).value();
}

TEST(EmbeddingModel, a_collection_made_for_a_model_takes_it) {
  Collection docs = make(options_for(kMini));
  EXPECT_TRUE(check_model(docs, kMini).ok());
  EXPECT_EQ(docs.options().dimension, 384u);
  EXPECT_EQ(
      docs.options().attributes.find(kEmbeddingAttribute)->to_json(),
      R"({"name":"mini","dimension":384,"pooling":"mean","checksum":"0123456789abcdef0123"})");
}

TEST(EmbeddingModel, another_model_is_refused_and_both_are_named) {
  Collection docs = make(options_for(kMini));
  Status status = check_model(docs, {"maxi", 768, "cls", ""});
  EXPECT_EQ(status.code(), Code::kFailedPrecondition);
  EXPECT_EQ(status.message(),
            "collection 'docs' was embedded with 'mini' (dimension 384, pooling mean, checksum "
            "0123456789ab…), not with 'maxi' (dimension 768, pooling cls)");
}

TEST(EmbeddingModel, the_dimension_is_remembered_for_the_model_of_that_name) {
  EXPECT_EQ(embedded_dimension(make(options_for(kMini)), "mini"), 384u);
  EXPECT_EQ(embedded_dimension(make(options_for(kMini)), "maxi"), 0u);
  EXPECT_EQ(embedded_dimension(make({.dimension = 384}), "mini"), 0u);
  CollectionOptions options;
  options.attributes[kEmbeddingAttribute] = Object{{"name", "mini"}, {"dimension", -1}};
  EXPECT_EQ(embedded_dimension(make(options), "mini"), 0u);
}

TEST(EmbeddingModel, every_part_of_the_description_counts) {
  Collection docs = make(options_for(kMini));
  for (EmbedderInfo other : {EmbedderInfo{"mini2", 384, "mean", kMini.checksum},
                             EmbedderInfo{"mini", 385, "mean", kMini.checksum},
                             EmbedderInfo{"mini", 384, "cls", kMini.checksum},
                             EmbedderInfo{"mini", 384, "mean", "another"}}) {
    EXPECT_FALSE(check_model(docs, other).ok());
  }
  EXPECT_TRUE(check_model(docs, {"mini", 384, "mean", ""}).ok());  // an unknown checksum
}

TEST(EmbeddingModel, a_collection_without_description_is_judged_by_its_dimension) {
  CollectionOptions options;
  options.dimension = 3;
  Collection docs = make(options);
  EXPECT_TRUE(check_model(docs, {"tiny", 3, "mean", ""}).ok());
  EXPECT_EQ(check_model(docs, kMini).message(),
            "collection 'docs' has dimension 3, model 'mini' has 384");
}

}  // namespace
}  // namespace vecstore
