#include "storage/log.h"

#include <gtest/gtest.h>
