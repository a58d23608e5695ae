@testable import AWSClient
import Crypto
import Foundation
import NIOHTTP1
import Testing

@Suite struct SigV4SignerTests {
    private let time = Date(timeIntervalSince1970: 1_440_938_160)

    private func request(_ headers: HTTPHeaders = ["Host": "ecs.eu-west-1.amazonaws.com"]) -> SigV4Request {
        SigV4Request(method: "POST", path: "/", query: "", headers: headers, body: Data("{}".utf8))
    }

    @Test func signingASignedRequestAgainGivesOneSignatureOfTheNewTime() {
        let signer = SigV4Signer(credentials: exampleCredentials, region: "eu-west-1", service: "ecs")
        let first = signer.sign(request(), at: self.time)
        let second = signer.sign(request(first.headers), at: self.time + 60)
        #expect(second.headers["Authorization"].count == 1)
        #expect(second.headers["X-Amz-Date"] == ["20150830T123700Z"])
        #expect(second.headers["X-Amz-Security-Token"].count == 1)
        #expect(second.signature == signer.sign(request(), at: self.time + 60).signature)
        #expect(second.signature != first.signature)
    }

    @Test func headersThatHopsRewriteAreNotSigned() {
        let signer = SigV4Signer(credentials: exampleCredentials, region: "eu-west-1", service: "ecs")
        let plain = signer.sign(request(), at: self.time)
        let dressed = signer.sign(
            request([
                "Host": "ecs.eu-west-1.amazonaws.com", "User-Agent": "a", "Connection": "close",
                "Expect": "100-continue",
                "Transfer-Encoding": "chunked", "X-Amzn-Trace-Id": "b",
            ]), at: self.time
        )
        #expect(dressed.signature == plain.signature)
    }

    @Test func theKeyCacheKeepsKeysApartAndStaysBounded() {
        let cache = SigningKeyCache(entriesMaximum: 4)
        for day in ["20150830", "20150831"] {
            for secret in ["one", "two"] {
                let scope = SigningScope(day: day, region: "eu-west-1", service: "ecs")
                let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: secret)
                let key = cache.key(for: scope, credentials: credentials)
                #expect(key == scope.signingKey(secret: secret))
                #expect(key == cache.key(for: scope, credentials: credentials))
            }
        }
        #expect(cache.count == 4)
        _ = cache.key(
            for: SigningScope(day: "20150901", region: "eu-west-1", service: "ecs"), credentials: exampleCredentials)
        #expect(cache.count == 1)
    }

    @Test func aSignatureIsTheSameWithAndWithoutTheKeyCache() {
        var signer = SigV4Signer(credentials: exampleCredentials, region: "eu-west-1", service: "ecs")
        let plain = signer.sign(request(), at: self.time).signature
        signer.keys = SigningKeyCache()
        #expect(signer.sign(request(), at: self.time).signature == plain)
        #expect(signer.sign(request(), at: self.time).signature == plain)
    }

}
