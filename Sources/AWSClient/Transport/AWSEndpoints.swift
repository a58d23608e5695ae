internal import Foundation

/// Where a service is reached. Only the origin and an optional base path; a query or user information is refused.
public struct AWSEndpoint: Sendable, Hashable, CustomStringConvertible {
    let scheme: String
    /// Host with the port when it is not the scheme's own: exactly what the `Host` header says, since it is signed.
    let authority: String
    /// `/`, or a base path that ends without a slash.
    let path: String

    /// - Throws: `AWSError` (`invalidConfiguration`) unless `text` is an `http` or `https` URL with a host and nothing
    ///   after the path. `name` is the setting the text came from.
    public init(_ text: String, setting name: String = "endpoint") throws {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "https" || scheme == "http", let host = parts.percentEncodedHost, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
            (1...65_535).contains(parts.port ?? 1)
        else {
            throw AWSError.invalidConfiguration(
                "\(name) is no usable URL. Write it as in https://ecs.example.com or http://127.0.0.1:5000."
            )
        }
        self.scheme = scheme
        if let port = parts.port, port != (scheme == "https" ? 443 : 80) {
            self.authority = "\(host):\(port)"
        } else {
            self.authority = host
        }
        let path = parts.percentEncodedPath
        self.path = path.isEmpty || path == "/" ? "/" : (path.hasSuffix("/") ? String(path.dropLast()) : path)
    }

    init(host: String) {
        self.scheme = "https"
        self.authority = host
        self.path = "/"
    }

    public var description: String { "\(self.scheme)://\(self.authority)\(self.path)" }
}

/// Finds a service's endpoint: an override, or the name built from partition, region and the FIPS and dual-stack
/// switches.
///
/// A built name is no proof that the host exists: FIPS endpoints are rare outside US regions.
public struct AWSEndpoints: Sendable {
    public var usesFIPS = false
    public var usesDualStack = false
    /// For every service that has no override of its own.
    public var override: AWSEndpoint?
    private var serviceOverrides: [AWSService: AWSEndpoint] = [:]

    /// AWS's own endpoints.
    public init() {}

    /// Every service at one endpoint: a simulator, or a proxy.
    public init(override: AWSEndpoint) {
        self.override = override
    }

    public mutating func setOverride(_ endpoint: AWSEndpoint?, for service: AWSService) {
        self.serviceOverrides[service] = endpoint
    }

    /// An override keeps the configured region and service for signing.
    public func endpoint(for service: AWSService, in region: AWSRegion) -> AWSEndpoint {
        self.serviceOverrides[service] ?? self.override ?? AWSEndpoint(host: host(for: service, in: region))
    }

    private func host(for service: AWSService, in region: AWSRegion) -> String {
        let partition = region.partition
        if let global = service.globalEndpoints[partition.name] { return global.host }
        let plainFIPS = service.usesPlainFIPSHostInGovCloud && partition.name == "aws-us-gov"
        let plainDualStack =
            service.usesPlainDualStackHost && ["aws", "aws-cn", "aws-us-gov"].contains(partition.name)
        let infix = self.usesFIPS && !plainFIPS ? "-fips" : ""
        let suffix = self.usesDualStack && !plainDualStack ? partition.dualStackSuffix : partition.dnsSuffix
        return "\(service.endpointPrefix)\(infix).\(region).\(suffix)"
    }
}

extension AWSEndpoints {
    /// Reads the switches and overrides in the order AWS documents: `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`,
    /// the profile's `services` section, the profile's `endpoint_url`; `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` switches
    /// all four off.
    ///
    /// - Throws: `AWSError` (`invalidConfiguration`) that names the setting.
    init(variables: [String: String], profiles: ProfileSet, profileName: String) throws {
        let profile = profiles.profile(named: profileName) ?? [:]
        self.usesFIPS = isTrue(variables["AWS_USE_FIPS_ENDPOINT"] ?? profile["use_fips_endpoint"])
        self.usesDualStack = isTrue(variables["AWS_USE_DUALSTACK_ENDPOINT"] ?? profile["use_dualstack_endpoint"])
        if isTrue(
            variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] ?? profile["ignore_configured_endpoint_urls"]
        ) {
            return
        }
        if let text = variables["AWS_ENDPOINT_URL"], !text.isEmpty {
            self.override = try AWSEndpoint(text, setting: "AWS_ENDPOINT_URL")
        } else if let text = profile["endpoint_url"] {
            self.override = try AWSEndpoint(text, setting: "endpoint_url of profile \(profileName)")
        }
        for service in AWSService.all {
            let variable = "AWS_ENDPOINT_URL_\(service.settingsID)"
            if let text = variables[variable], !text.isEmpty {
                self.setOverride(try AWSEndpoint(text, setting: variable), for: service)
            } else if variables["AWS_ENDPOINT_URL"]?.isEmpty ?? true, let section = profile["services"],
                let text = profiles.service(service.settingsID.lowercased(), inSection: section)?["endpoint_url"]
            {
                self.setOverride(try AWSEndpoint(text, setting: "[services \(section)]"), for: service)
            }
        }
    }
}

private func isTrue(_ text: String?) -> Bool {
    text?.lowercased() == "true"
}
