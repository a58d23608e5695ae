// Nothing to call: the library is loaded before the others (LD_PRELOAD) and stands in the place of three calls of the C library.
