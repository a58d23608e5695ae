internal import Logging

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// How many files and connections this process may have open.
enum OpenFiles {
    /// The receiver's connections, and a reserve for the store, the console and calls going out.
    private static let needed: rlim_t = 512 + 128

    /// Raises the soft limit to the hard one, and warns if that is too low to serve every connection allowed.
    static func raiseLimit(_ logger: Logger) {
        #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
        let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        guard setrlimit(resource, &limit) == 0, limit.rlim_cur < needed else { return }
        logger.warning(
            "The limit of open files is low: raise LimitNOFILE of the service",
            metadata: ["limit": "\(limit.rlim_cur)", "needed": "\(needed)"])
    }
}
