#include "cli/run_cli.h"

int main(int argc, char** argv) { return vecstore::run_cli(argc, argv); }
