import AzureDevOps
import Testing

@Suite struct ResourceUsageCallTests {
    private func usage(_ answer: ScriptedAnswer) async throws -> ResourceUsage {
        try await withClient([answer]) { client, server in
            let usage = try await client.resourceUsage(parallelismTag: "Private", isHosted: false)
            #expect(
                server.lines == [
                    "GET /fabrikam/_apis/distributedtask/resourceusage?parallelismTag=Private&poolIsHosted=false"
                        + "&includeRunningRequests=false&api-version=7.1-preview.1"
                ])
            return usage
        }
    }

    @Test func theLimitAndTheUseAreRead() async throws {
        let usage = try await usage(
            .json(
                #"""
                {"resourceLimit":{"resourceLimitsData":{"FreeCount":"1","PurchasedCount":"4"},"hostId":"x",
                "parallelismTag":"Private","isHosted":false,"totalCount":5,"isPremium":true},
                "usedCount":3,"usedMinutes":null,"runningRequests":[]}
                """#))
        #expect(usage.limit == 5)
        #expect(usage.usedCount == 3)
        #expect(usage.isHosted == false)
        #expect(usage.parallelismTag == "Private")
    }

    /// Nothing of the resource is promised, and a wrong limit would keep jobs waiting.
    @Test(arguments: [
        #"{}"#, #"{"resourceLimit":null}"#, #"{"resourceLimit":[]}"#, #"{"resourceLimit":"5"}"#,
        #"{"resourceLimit":{}}"#, #"{"resourceLimit":{"totalCount":null}}"#, #"{"resourceLimit":{"totalCount":"5"}}"#,
        #"{"resourceLimit":{"totalCount":0}}"#, #"{"resourceLimit":{"totalCount":-1}}"#,
        #"{"resourceLimit":{"totalCount":1.5}}"#, #"{"resourceLimit":{"totalCount":10000}}"#,
        #"{"resourceLimit":{"totalCount":2147483647}}"#, #"{"resourceLimit":{"totalCount":1e300}}"#,
    ])
    func whatMakesNoSenseIsNoLimit(_ text: String) async throws {
        #expect(try await usage(.json(text)).limit == nil)
    }

    @Test(arguments: [
        #"{"usedCount":null}"#, #"{"usedCount":"3"}"#, #"{"usedCount":-1}"#, #"{"usedCount":1000001}"#,
    ])
    func aUseThatMakesNoSenseIsUnknown(_ text: String) async throws {
        #expect(try await usage(.json(text)).usedCount == nil)
    }

    @Test func aRefusalIsAnError() async throws {
        for (status, code) in [(401, AzureDevOpsError.Code.notSignedIn), (403, .accessDenied), (404, .notFound)] {
            try await withClient([.status(status)]) { client, _ in
                let error = await #expect(throws: AzureDevOpsError.self) {
                    _ = try await client.resourceUsage(parallelismTag: "Private", isHosted: false)
                }
                #expect(error?.code == code)
            }
        }
    }
}
