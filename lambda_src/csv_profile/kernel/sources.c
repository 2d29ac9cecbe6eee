/* What this library was built from, so that the loader can refuse a library of other sources. */

#define EXPORTED __attribute__((visibility("default")))

EXPORTED const char *barback_kernel_sources(void);

const char *barback_kernel_sources(void) { return BARBACK_KERNEL_SOURCES; }
