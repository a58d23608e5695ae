/// A region's name, checked: it becomes part of a host name and of the credential scope.
public struct AWSRegion: Sendable, Hashable, CustomStringConvertible {
    public let name: String

    /// - Throws: `AWSError` (`invalidConfiguration`) unless the name is 1 to 32 lower-case letters, digits and hyphens.
    public init(_ name: String) throws {
        let allowed = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard allowed, (1...32).contains(name.utf8.count), !name.hasPrefix("-"), !name.hasSuffix("-") else {
            throw AWSError.invalidConfiguration(
                "“\(AWSError.cleaned(name, charactersMaximum: 40))” is no AWS region. Write it as in eu-west-1."
            )
        }
        self.name = name
    }

    public var description: String { self.name }

    /// The partition, by the form of the name; `aws` for one that fits no known form, so that a new region works.
    public var partition: AWSPartition {
        AWSPartition.all.first { partition in partition.prefixes.contains { self.name.hasPrefix($0) } } ?? .aws
    }
}

/// A group of regions with its own accounts and domain names.
public struct AWSPartition: Sendable, Hashable {
    /// As in ARNs: `aws`, `aws-cn`, ….
    public let name: String
    public let dnsSuffix: String
    public let dualStackSuffix: String
    let prefixes: [String]

    static let aws = AWSPartition(
        name: "aws", dnsSuffix: "amazonaws.com", dualStackSuffix: "api.aws", prefixes: []
    )

    static let all = [
        AWSPartition(
            name: "aws-cn", dnsSuffix: "amazonaws.com.cn", dualStackSuffix: "api.amazonwebservices.com.cn",
            prefixes: ["cn-"]
        ),
        AWSPartition(
            name: "aws-us-gov", dnsSuffix: "amazonaws.com", dualStackSuffix: "api.aws", prefixes: ["us-gov-"]
        ),
        AWSPartition(
            name: "aws-eusc", dnsSuffix: "amazonaws.eu", dualStackSuffix: "api.amazonwebservices.eu",
            prefixes: ["eusc-de-"]
        ),
        AWSPartition(
            name: "aws-iso", dnsSuffix: "c2s.ic.gov", dualStackSuffix: "api.aws.ic.gov", prefixes: ["us-iso-"]
        ),
        AWSPartition(
            name: "aws-iso-b", dnsSuffix: "sc2s.sgov.gov", dualStackSuffix: "api.aws.scloud", prefixes: ["us-isob-"]
        ),
        AWSPartition(
            name: "aws-iso-e", dnsSuffix: "cloud.adc-e.uk", dualStackSuffix: "api.cloud-aws.adc-e.uk",
            prefixes: ["eu-isoe-"]
        ),
        AWSPartition(
            name: "aws-iso-f", dnsSuffix: "csp.hci.ic.gov", dualStackSuffix: "api.aws.hci.ic.gov",
            prefixes: ["us-isof-"]
        ),
    ]

    /// Whether a host's name is under one of AWS's own domains.
    static func isAWSHost(_ host: String) -> Bool {
        ([AWSPartition.aws] + self.all).contains { partition in
            host.hasSuffix("." + partition.dnsSuffix) || host.hasSuffix("." + partition.dualStackSuffix)
        }
    }
}
