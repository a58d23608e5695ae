import Foundation
import NIOCore
import Testing

@testable import AzureDevOps

/// What an attacker, a proxy or a changed service may send.
@Suite struct ServiceHookBadInputTests {
    private static let waiting = "ms.vss-pipelines.job-state-changed-event.waiting.constructed"

    private func decode(_ text: String) throws -> ServiceHookEvent { try ServiceHookEvent(decoding: Array(text.utf8)) }

    @Test(arguments: [
        ("", ServiceHookDecodingError.Code.truncated),
        ("   ", .truncated),
        ("<html><body>Sign in</body></html>", .notJSON),
        ("eventType=build.complete", .notJSON),
        ("{'eventType':'a'}", .notJSON),
        (#"{"eventType":"a"} {}"#, .notJSON),
        (#"{"eventType":"a",}"#, .notJSON),
        (#"{"eventType":"a" "id":1}"#, .notJSON),
        (#"{"eventType":"a","x":01}"#, .notJSON),
        (#"{"eventType":"a","x":1.}"#, .notJSON),
        (#"{"eventType":"a","x":NaN}"#, .notJSON),
        (#"{"eventType":"a","x":[1,]}"#, .notJSON),
        (#"{"eventType":"a","x":tru}"#, .notJSON),
        (#"{"eventType":"a","x":"\q"}"#, .notJSON),
        (#"{"eventType":"a","x":"\u12g4"}"#, .notJSON),
        ("{\"eventType\":\"a\nb\"}", .notJSON),
        (#"{"eventType":"a"/* c */}"#, .notJSON),
        ("[]", .notAnObject),
        ("\"text\"", .notAnObject),
        ("null", .notAnObject),
        ("[1", .truncated),
        ("{}", .eventTypeMissing),
        (#"{"eventType":null}"#, .eventTypeMissing),
        (#"{"eventType":""}"#, .eventTypeMissing),
        (#"{"eventType":7}"#, .eventTypeMissing),
        (#"{"resource":{"eventType":"build.complete"}}"#, .eventTypeMissing),
    ])
    func aBodyThatIsNoEventIsRefusedWithItsReason(_ body: String, _ code: ServiceHookDecodingError.Code) {
        let error = #expect(throws: ServiceHookDecodingError.self) { try decode(body) }
        #expect(error?.code == code, "\(body): \(String(describing: error))")
    }

    @Test func everyPrefixOfASampleIsCalledTruncated() throws {
        let bytes = try Samples.delivery(Self.waiting)
        let whole = try #require(bytes.lastIndex(of: UInt8(ascii: "}")))
        for length in 0...whole {
            let error = #expect(throws: ServiceHookDecodingError.self) {
                try ServiceHookEvent(decoding: Array(bytes[..<length]))
            }
            #expect(error?.code == .truncated, "prefix of \(length) bytes: \(String(describing: error))")
        }
        #expect(throws: Never.self) { try ServiceHookEvent(decoding: Array(bytes[...whole])) }
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"resource\":"])
    func aHundredThousandBracketsAreRefusedWithoutExhaustingTheStack(_ opening: String) {
        let bytes = Array((#"{"eventType":"a","resource":"# + String(repeating: opening, count: 100_000)).utf8)
        let error = #expect(throws: ServiceHookDecodingError.self) { try ServiceHookEvent(decoding: bytes) }
        #expect(error?.code == .tooDeep)
    }

    @Test func theDepthLimitIsExact() throws {
        func nested(_ depth: Int) -> String {
            let arrays = depth - 1
            return #"{"eventType":"a","x":"# + String(repeating: "[", count: arrays)
                + String(repeating: "]", count: arrays) + "}"
        }
        #expect(throws: Never.self) { try decode(nested(ServiceHookEvent.maximumDepth)) }
        let error = #expect(throws: ServiceHookDecodingError.self) {
            try decode(nested(ServiceHookEvent.maximumDepth + 1))
        }
        #expect(error?.code == .tooDeep)
    }

    @Test func aBodyAboveTheLimitIsRefusedAndOneAtTheLimitIsNot() throws {
        let head = #"{"eventType":"a","x":""#
        let filler = ServiceHookEvent.maximumBodyBytes - head.utf8.count - 2
        let fitting = head + String(repeating: "x", count: filler) + "\"}"
        #expect(try decode(fitting).eventType == "a")
        let error = #expect(throws: ServiceHookDecodingError.self) {
            try ServiceHookEvent(decoding: ByteBuffer(string: fitting + " "))
        }
        #expect(error?.code == .tooLarge)
    }

    @Test(arguments: ["", #","resource":null"#, #","resource":{},"resourceContainers":{}"#])
    func theEventTypeAloneIsEnough(_ rest: String) throws {
        let event = try decode(#"{"eventType":"ms.vss-pipelines.job-state-changed-event"\#(rest)}"#)
        let job = try #require(event.jobChange)
        #expect(job.state == .unknown)
        #expect(job.jobID == nil && job.jobName == nil && job.attempt == nil && job.result == nil)
        #expect(job.run == RunReference(id: nil, name: nil, pipelineID: nil, pipelineName: nil))
        #expect(event.id == nil && event.projectID == nil && event.createdDate == nil)
        #expect(event.businessKey == nil)
        #expect(event.oddities.isEmpty)
        #expect(!event.isTestSample)
    }

    @Test func wrongTypesReadAsNilAndAreListed() throws {
        let event = try decode(
            #"""
            {"eventType":"ms.vss-pipelines.job-state-changed-event","id":5,"notificationId":"15","createdDate":"yesterday",
             "publisherId":["pipelines"],"resourceContainers":[],"message":7,
             "resource":{"projectId":{},"job":{"id":true,"name":"Build","attempt":1.5,"state":"waiting"},
                         "stage":"Deploy","run":{"id":99999999999999999999,"name":null},"pipeline":null}}
            """#)
        #expect(event.jobState == .waiting)
        #expect(event.jobChange?.jobName == "Build")
        #expect(event.jobChange?.run.id == nil)
        #expect(event.createdDate == nil)
        #expect(
            Set(event.oddities.map(\.description)) == [
                "id: wrongType", "notificationId: wrongType", "createdDate: unreadableDate", "publisherId: wrongType",
                "resourceContainers: wrongType", "resource.projectId: wrongType", "resource.job.id: wrongType",
                "resource.job.attempt: outOfRange", "resource.stage: wrongType", "resource.run.id: outOfRange",
            ])
    }

    @Test(arguments: ["null", "\"text\"", "[1,2]", "3", "{}", "true"])
    func aResourceOfAnyTypeIsSurvived(_ resource: String) throws {
        for type in [
            ServiceHookEvent.jobStateChanged, ServiceHookEvent.stageStateChanged, ServiceHookEvent.runStateChanged,
            ServiceHookEvent.buildComplete, ServiceHookEvent.elasticPoolResized, ServiceHookEvent.queueCreated,
        ] {
            let event = try decode(#"{"resource":\#(resource),"eventType":"\#(type)"}"#)
            #expect(event.eventType == type)
            #expect(event.kind != .other)
            #expect(event.businessKey == nil)
        }
    }

    @Test func tenThousandUnknownFieldsChangeNothing() throws {
        let sample = String(decoding: try Samples.delivery(Self.waiting), as: UTF8.self)
        let fields = (0..<10_000).map { "\"unknown\($0)\":{\"id\":[\($0),null,\"x\"]}" }.joined(separator: ",")
        let padded = "{" + fields + "," + sample.dropFirst()
        #expect(try decode(padded) == decode(sample))
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0xAF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xF5],
        ] as [[UInt8]])
    func invalidUTF8IsRefusedWhereverItStands(_ bad: [UInt8]) throws {
        for (head, tail) in [
            (#"{"eventType":""#, #""}"#), (#"{"eventType":"a","x":""#, #""}"#), (#"{"eventType":"a",""#, #"":1}"#),
        ] {
            let error = #expect(throws: ServiceHookDecodingError.self) {
                try ServiceHookEvent(decoding: Array(head.utf8) + bad + Array(tail.utf8))
            }
            #expect(error?.code == .invalidUTF8)
        }
    }

    @Test func hugeNumbersAndLongNamesAreHarmless() throws {
        let digits = String(repeating: "9", count: 100_000)
        let name = String(repeating: "n", count: ServiceHookEvent.maximumFieldBytes + 1)
        let event = try decode(
            #"{"eventType":"ms.vss-pipelines.job-state-changed-event","notificationId":\#(digits),"x":-1e\#(digits),"#
                + #""resource":{"run":{"id":1E2},"job":{"name":"\#(name)"}}}"#)
        #expect(event.notificationID == nil)
        #expect(event.jobChange?.jobName == nil)
        #expect(
            Set(event.oddities.map(\.description)) == [
                "notificationId: outOfRange", "resource.run.id: outOfRange", "resource.job.name: tooLong",
            ])
    }

    @Test func ofDuplicateKeysTheFirstCountsAndTheyAreListed() throws {
        let event = try decode(
            #"{"eventType":"ms.vss-pipelines.job-state-changed-event","eventType":"build.complete","#
                + #""resource":{"job":{"state":"waiting","state":"completed"},"job":{"state":"running","id":"x"}},"#
                + #""resource":{"projectId":"p"}}"#)
        #expect(event.jobState == .waiting)
        #expect(event.jobChange?.jobID == nil)
        #expect(event.projectID == nil)
        #expect(
            Set(event.oddities.map(\.description)) == [
                "eventType: duplicate", "resource.job.state: duplicate", "resource.job: duplicate",
                "resource: duplicate",
            ])
    }

    @Test func aLoneSurrogateFromATruncatedCommitMessageDoesNotLoseTheEvent() throws {
        let event = try decode(
            #"{"eventType":"ms.vss-pipelines.job-state-changed-event","resource":{"job":{"name":"Deploy \ud83d","state":"waiting"},"#
                + #""repositories":[{"change":{"message":"Ship it \ud83d"}}]}}"#)
        #expect(event.jobState == .waiting)
        #expect(event.jobChange?.jobName == "Deploy \u{FFFD}")
    }

    @Test func escapesAreResolvedInKeysAndValuesAndControlCharactersAreNot() throws {
        let event = try decode(
            #"{"event\u0054ype":"ms.vss-pipelines.job\u002dstate-changed-event","resource":{"job":"#
                + #"{"name":"\u00c9tape \ud83d\ude80 \"1\/2\" \u0000\n\u001b[31m","state":"WAITING"}}}"#)
        #expect(event.jobChange?.jobName == "Étape 🚀 \"1/2\" \u{FFFD}\u{FFFD}\u{FFFD}[31m")
        #expect(event.jobState == .waiting)
    }

    @Test func namesWithEscapesAreFoundAmongTenThousandOthers() throws {
        let others = (0..<10_000).map { #""\u0078\#($0)":1,"# }.joined()
        let long = String(repeating: "\\u0078", count: 10_000)
        let event = try decode(
            #"{"eventType":"a","resource":{\#(others)"\#(long)":1,"\u0072un":1},"\u0069d":"ABC"}"#
        )
        #expect(event.id == "abc")
        #expect(event.oddities.map(\.description) == ["resource.run: wrongType"])
    }

    @Test func anErrorNeverRepeatsThePayload() {
        let error = #expect(throws: ServiceHookDecodingError.self) { try decode(#"{"password":"hunter2" hunter2"#) }
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.byteOffset == 22)
    }
}
