@testable import AWSClient
import Foundation
import NIOHTTP1
import Testing

/// Known answers from two public suites: an independent word on every step of a signature.
@Suite struct SigV4VectorTests {
    static let awsCases = Fixture.folders(in: "sigv4/aws-c-auth-v4")
    static let botocoreCases =
        Fixture.folders(in: "sigv4/botocore-aws4").filter { $0 != "normalize-path" && $0 != "post-sts-token" }
        + Fixture.folders(in: "sigv4/botocore-aws4/normalize-path").map { "normalize-path/\($0)" }
        + Fixture.folders(in: "sigv4/botocore-aws4/post-sts-token").map { "post-sts-token/\($0)" }
    static let time = Date(timeIntervalSince1970: 1_440_938_160)

    @Test func bothSuitesAreThere() {
        #expect(Self.awsCases.count == 38)
        #expect(Self.botocoreCases.count == 34)
    }

    @Test(arguments: awsCases) func everyStepOfTheAWSSuiteMatches(name: String) throws {
        let folder = "sigv4/aws-c-auth-v4/\(name)"
        let vector = try VectorContext(json: Fixture.data("\(folder)/context.json"))
        let request = try VectorRequest(Fixture.text("\(folder)/request.txt"))
        let signature = vector.signer.sign(request.signable, at: Self.time)

        #expect(vector.timestamp == "2015-08-30T12:36:00Z")
        #expect(signature.canonicalRequest == (try Fixture.text("\(folder)/header-canonical-request.txt")))
        #expect(signature.stringToSign == (try Fixture.text("\(folder)/header-string-to-sign.txt")))
        #expect(signature.signature == (try Fixture.text("\(folder)/header-signature.txt")))
        let expected = try VectorRequest(Fixture.text("\(folder)/header-signed-request.txt"))
        #expect(lines(signature.headers) == lines(expected.signable.headers))
        #expect(request.signable.body == expected.signable.body)
    }

    @Test(arguments: botocoreCases) func everyStepOfTheBotocoreSuiteMatches(name: String) throws {
        let file = "sigv4/botocore-aws4/\(name)/\(name.split(separator: "/").last ?? "")"
        func text(_ ending: String) throws -> String {
            try Fixture.text("\(file).\(ending)").replacingOccurrences(of: "\r", with: "")
        }
        let request = try VectorRequest(text("req"))
        // One case names its token only in the expected result, as the suite's own harness knows.
        let token =
            try request.signable.headers.first(name: "x-amz-security-token")
            ?? text("creq").split(separator: "\n").first { $0.hasPrefix("x-amz-security-token:") }
            .map { String($0.dropFirst("x-amz-security-token:".count)) }
        let credentials = AWSCredentials(
            accessKeyID: exampleCredentials.accessKeyID, secretAccessKey: exampleCredentials.secretAccessKey,
            sessionToken: token
        )
        let signer = SigV4Signer(credentials: credentials, region: "us-east-1", service: "service")
        let signature = signer.sign(request.signable, at: Self.time)
        #expect(signature.canonicalRequest == (try text("creq")))
        #expect(signature.stringToSign == (try text("sts")))
        #expect(signature.headers.first(name: "authorization") == (try text("authz")))
    }

    /// Order doesn't count between headers of different names.
    private func lines(_ headers: HTTPHeaders) -> [String] {
        headers.map { "\($0.name.lowercased()):\($0.value)" }.sorted()
    }
}

private struct VectorContext: Decodable {
    struct Keys: Decodable {
        var accessKeyId: String
        var secretAccessKey: String
        var token: String?
    }

    var credentials: Keys
    var region: String
    var service: String
    var timestamp: String
    var normalize: Bool
    var signBody: Bool
    var omitSessionToken: Bool?

    init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(VectorContext.self, from: json)
    }

    var signer: SigV4Signer {
        SigV4Signer(
            credentials: AWSCredentials(
                accessKeyID: self.credentials.accessKeyId, secretAccessKey: self.credentials.secretAccessKey,
                sessionToken: self.credentials.token
            ),
            region: self.region, service: self.service, normalizesPath: self.normalize, sendsBodyHash: self.signBody,
            leavesTokenUnsigned: self.omitSessionToken ?? false
        )
    }
}

/// An HTTP message as the suites write it: line feeds, continuation lines, spaces inside the path.
private struct VectorRequest {
    var signable: SigV4Request

    init(_ message: String) {
        let parts = message.components(separatedBy: "\n\n")
        var lines = parts[0].split(separator: "\n").map(String.init)
        let start = lines.removeFirst()
        let method = start.prefix { $0 != " " }
        let target = start.dropFirst(method.count + 1).dropLast(" HTTP/1.1".count)
        let question = target.firstIndex(of: "?")
        var headers: [(String, String)] = []
        for line in lines {
            if line.first == " " || line.first == "\t" {
                headers[headers.count - 1].1 += "\n\(line)"
            } else {
                let name = line.prefix { $0 != ":" }
                headers.append((String(name), String(line.dropFirst(name.count + 1))))
            }
        }
        self.signable = SigV4Request(
            method: String(method), path: String(target[..<(question ?? target.endIndex)]),
            query: question.map { String(target[target.index(after: $0)...]) } ?? "", headers: HTTPHeaders(headers),
            body: Data(parts.dropFirst().joined(separator: "\n\n").utf8)
        )
    }
}
