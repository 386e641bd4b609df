#include "storage/log_reader.h"

#include <gtest/gtest.h>
