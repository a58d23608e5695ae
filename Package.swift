// swift-tools-version: 6.2
import PackageDescription

// A target exists to forbid an import: see docs/architecture.md, "Targets".

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let lifecycleSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let coreMetrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

let package = Package(
    name: "slipway",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "slipway", targets: ["slipway"]),
        // For tests alone: a library that a process is started with.
        .library(name: "CommitKiller", type: .dynamic, targets: ["CommitKiller"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // TLS by the system's OpenSSL
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(
            name: "OpenSSLNIO",
            dependencies: ["COpenSSL", nio("NIOCore"), nio("NIOConcurrencyHelpers")],
            swiftSettings: settings
        ),

        // What both listeners need of NIO alone
        .target(name: "ListenerNIO", dependencies: [nio("NIOCore")], swiftSettings: settings),

        // Clients of the two services: they know the wire, not Slipway
        .target(
            name: "AWSClient",
            dependencies: [
                asyncHTTPClient, crypto, logging, nio("NIOCore"), nio("NIOFoundationCompat"), nio("NIOHTTP1"),
                nio("NIOPosix"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "AzureDevOps",
            dependencies: [asyncHTTPClient, logging, nio("NIOCore"), nio("NIOFoundationCompat"), nio("NIOHTTP1")],
            swiftSettings: settings
        ),

        // The rules, and what drives them
        .target(name: "SlipwayCore", dependencies: [crypto], swiftSettings: settings),
        .target(
            name: "SlipwayEngine",
            dependencies: ["SlipwayCore", lifecycle, logging],
            swiftSettings: settings
        ),

        // What is measured, and how Prometheus reads it
        .target(name: "PrometheusText", dependencies: [coreMetrics], swiftSettings: settings),
        .target(
            name: "SlipwayMetrics",
            dependencies: ["SlipwayCore", "PrometheusText", coreMetrics],
            swiftSettings: settings
        ),

        // One port each on one backend
        .target(
            name: "SlipwaySQLite",
            dependencies: [
                "SlipwayCore", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"), logging,
            ],
            swiftSettings: settings
        ),
        .target(name: "SlipwayECS", dependencies: ["SlipwayCore", "AWSClient"], swiftSettings: settings),
        .target(
            name: "SlipwayAzurePipelines",
            dependencies: ["SlipwayCore", "AzureDevOps"],
            swiftSettings: settings
        ),

        // The two listeners
        .target(
            name: "SlipwayReceiver",
            dependencies: [
                "SlipwayCore", "AzureDevOps", "OpenSSLNIO", "ListenerNIO", hummingbird, hummingbirdCore, httpTypes,
                lifecycle, logging, crypto, nio("NIOCore"), nio("NIOHTTP1"), nio("NIOConcurrencyHelpers"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "SlipwayConsole",
            dependencies: [
                "SlipwayCore", "ListenerNIO", hummingbird, hummingbirdCore, httpTypes, lifecycle, logging, crypto,
                nio("NIOCore"),
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            swiftSettings: settings
        ),

        // The demo's world
        .target(
            name: "SlipwaySandbox",
            dependencies: [
                hummingbird, hummingbirdCore, httpTypes, asyncHTTPClient, crypto, lifecycle, logging, nio("NIOCore"),
                nio("NIOHTTP1"), nio("NIOFoundationCompat"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),

        // The command line and the one composition root
        .executableTarget(
            name: "slipway",
            dependencies: [
                "SlipwayCore", "SlipwayEngine", "SlipwaySQLite", "SlipwayECS", "SlipwayAzurePipelines",
                "SlipwayReceiver", "SlipwayConsole", "SlipwaySandbox", "AWSClient", "AzureDevOps", "OpenSSLNIO",
                "SlipwayMetrics", "PrometheusText", coreMetrics,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"), "Yams", asyncHTTPClient, crypto,
                hummingbird, lifecycle, lifecycleSignals, logging, nio("NIOCore"), nio("NIOHTTP1"), nio("NIOPosix"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ],
            swiftSettings: settings
        ),

        // The rules in simulated worlds; not a product
        .executableTarget(
            name: "simulate",
            dependencies: ["SlipwayCore", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Simulation",
            swiftSettings: settings
        ),

        // Starts the built server, for tests and measurements; not a product
        .target(name: "SlipwayTestSupport", path: "Tests/TestSupport", swiftSettings: settings),

        // Ends the process it is loaded into at its n-th commit
        .target(name: "CommitKiller", path: "Tests/CommitKiller"),

        // The server killed at each of its calls and commits; not a product
        .executableTarget(
            name: "crash-test",
            dependencies: [
                "SlipwaySandbox", "SlipwaySQLite", "SlipwayCore", "SlipwayTestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/crash",
            swiftSettings: settings
        ),

        // Measurements; not products
        .executableTarget(
            name: "launch-bench",
            dependencies: ["SlipwaySandbox", "SlipwayTestSupport"],
            path: "Benchmarks/Launches",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "store-bench",
            dependencies: ["SlipwaySQLite", "SlipwayCore"],
            path: "Benchmarks/Store",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "scale-bench",
            dependencies: ["SlipwayEngine", "SlipwaySQLite", "SlipwayCore", logging],
            path: "Benchmarks/Scale",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "tls-bench-server",
            dependencies: [
                "OpenSSLNIO", nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Benchmarks/TLSServer",
            swiftSettings: settings
        ),

        // Tests
        .testTarget(
            name: "OpenSSLNIOTests",
            dependencies: [
                "OpenSSLNIO", "COpenSSL", nio("NIOCore"), nio("NIOPosix"), nio("NIOEmbedded"), nio("NIOHTTP1"),
                nio("NIOConcurrencyHelpers"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ListenerNIOTests",
            dependencies: ["ListenerNIO", nio("NIOCore"), nio("NIOEmbedded")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PrometheusTextTests", dependencies: ["PrometheusText", coreMetrics], swiftSettings: settings),
        .testTarget(
            name: "SlipwayMetricsTests",
            dependencies: ["SlipwayMetrics", "SlipwayCore", "PrometheusText", coreMetrics],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AWSClientTests",
            dependencies: [
                "AWSClient", asyncHTTPClient, crypto, logging, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
            ],
            resources: [.copy("Fixtures")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AzureDevOpsTests",
            dependencies: [
                "AzureDevOps", hummingbird, httpTypes, asyncHTTPClient, lifecycle, logging, nio("NIOCore"),
            ],
            resources: [.copy("Fixtures")],
            swiftSettings: settings
        ),
        .testTarget(name: "SlipwayCoreTests", dependencies: ["SlipwayCore"], swiftSettings: settings),
        .testTarget(
            name: "SlipwayEngineTests",
            dependencies: ["SlipwayEngine", "SlipwayCore", logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SlipwayECSTests",
            dependencies: ["SlipwayECS", "SlipwayCore", "AWSClient", logging, nio("NIOHTTP1")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SlipwaySQLiteTests",
            dependencies: [
                "SlipwaySQLite", "SlipwayCore", .product(name: "GRDB", package: "GRDB.swift"), "store-bench",
            ],
            resources: [.copy("Fixtures")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SlipwayReceiverTests",
            dependencies: [
                "SlipwayReceiver", "SlipwayCore", "OpenSSLNIO", "AzureDevOps", hummingbird, httpTypes, asyncHTTPClient,
                lifecycle, logging, crypto, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
                nio("NIOConcurrencyHelpers"), nio("NIOEmbedded"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SlipwayConsoleTests",
            dependencies: [
                "SlipwayConsole", "SlipwayCore", hummingbird, httpTypes, lifecycle, logging, crypto, nio("NIOCore"),
                nio("NIOPosix"), nio("NIOEmbedded"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SlipwaySandboxTests",
            dependencies: [
                "SlipwaySandbox", hummingbird, httpTypes, asyncHTTPClient, crypto, lifecycle, logging, nio("NIOCore"),
                nio("NIOFoundationCompat"), nio("NIOHTTP1"), .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            resources: [.copy("Fixtures")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "slipwayTests",
            dependencies: [
                "slipway", "SlipwayCore", "SlipwaySQLite", "SlipwaySandbox", "SlipwayConsole", "SlipwayReceiver",
                "SlipwayAzurePipelines",
                "AWSClient", "AzureDevOps", "OpenSSLNIO", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            resources: [.copy("Fixtures")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "SlipwayCore", "SlipwayEngine", "SlipwaySQLite", "SlipwayECS", "SlipwayAzurePipelines",
                "SlipwaySandbox", "SlipwayTestSupport", "SlipwayMetrics", "PrometheusText", "AWSClient", "AzureDevOps",
                asyncHTTPClient, logging, nio("NIOCore"), nio("NIOHTTP1"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"), "slipway", "crash-test",
            ],
            swiftSettings: settings
        ),
    ]
)
