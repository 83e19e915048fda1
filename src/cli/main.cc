#include "cli/run.h"

int main(int argc, char** argv) { return coldpath::cli::Run(argc, argv); }
