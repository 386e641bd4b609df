// How well configurations of search answer judged queries: what the installed library has of it,
// and what it is made of.
#pragma once

#include "rag/eval/ranking_metrics.h"
#include "rag/eval/resampling.h"
#include "vecstore/evaluation.h"
