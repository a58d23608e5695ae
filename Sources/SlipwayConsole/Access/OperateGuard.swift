internal import Crypto
internal import HTTPTypes
internal import Hummingbird

/// What a request that changes something must show, besides being a POST.
///
/// A browser sends Basic credentials, and its place on this machine, along with what any page makes it send; it never adds a
/// bearer token by itself. So all but bearers must come from the console's own pages, as the browser itself says. What says
/// nothing is no browser, or one that sent JSON, which it does across origins only if asked before and allowed; that is
/// never allowed here.
struct OperateGuard: Sendable {
    /// Made anew at each start: what a form of the pages must bring along.
    let formToken: String

    init() {
        var generator = SystemRandomNumberGenerator()
        formToken = (0..<4).map { _ in String(generator.next(), radix: 36) }.joined()
    }

    /// For the API.
    func check(_ request: Request, _ caller: Caller) throws(Problem) {
        guard caller.mayOperate else { throw .forbidden }
        if request.headers[.authorization]?.lowercased().hasPrefix("bearer ") == true { return }
        guard isOfOwnOrigin(request) ?? true else { throw .crossSite }
    }

    /// For the forms of the pages.
    func check(_ request: Request, _ caller: Caller, formToken shown: String?) throws(Problem) {
        guard caller.mayOperate else { throw .forbidden }
        guard isOfOwnOrigin(request) ?? true else { throw .crossSite }
        guard let shown, isOwn(shown) else { throw .staleForm }
    }

    private func isOwn(_ shown: String) -> Bool {
        SHA256.hash(data: Array(shown.utf8)) == SHA256.hash(data: Array(formToken.utf8))
    }

    /// Nil: it doesn't say.
    private func isOfOwnOrigin(_ request: Request) -> Bool? {
        if let site = Self.fetchSite.flatMap({ request.headers[$0] }) { return site == "same-origin" }
        guard let origin = request.headers[.origin] else { return nil }
        let authority = origin.split(separator: "/").last.map(String.init) ?? ""
        return origin.contains("://") && authority == request.head.authority
    }

    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")
}
