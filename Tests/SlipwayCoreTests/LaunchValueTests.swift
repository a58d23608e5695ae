import Foundation
import Testing

@testable import SlipwayCore

@Suite struct LaunchValueTests {
    /// A stored property beside the storage would be neither stored nor compared.
    @Test func aLaunchIsOneReference() {
        #expect(MemoryLayout<Launch>.size == MemoryLayout<AnyObject>.size)
    }

    @Test func aChangeLeavesCopiesAsTheyWere() throws {
        let old = newLaunch()
        var new = old
        let copies = Array(repeating: old, count: 3)
        new.lastProblem = "no room"
        #expect(old.lastProblem == nil)
        #expect(copies.allSatisfy { $0 == old && $0.lastProblem == nil })
        #expect(new != old)
        new.lastProblem = nil
        #expect(new == old)
        #expect(new.hashValue == old.hashValue)
    }

    @Test func aValueInPlaceIsChangedInItsOwnLaunchAlone() {
        var old = newLaunch()
        old.agentTaskFacts = AgentTaskFacts()
        var new = old
        new.agentTaskFacts?.region = "eu-west-1"
        #expect(old.agentTaskFacts?.region == nil)
        #expect(new.agentTaskFacts?.region == "eu-west-1")
    }

    @Test func itIsStoredAsItsFields() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(newLaunch()), as: UTF8.self)
        #expect(
            text == """
                {"attempt":0,"createdAt":1795500000000,"id":"\(newLaunch().id)","ordinal":1,\
                "origin":{"projectID":"p","runID":7},"pool":12,"profile":"small","reason":"a test","request":4711,\
                "startFailures":0,"startNotBefore":1795500000000,"state":{"planned":{}},"stateSince":1795500000000,\
                "unknownRefusals":0,"version":0}
                """)
        #expect(try JSONDecoder().decode(Launch.self, from: Data(text.utf8)) == newLaunch())
    }
}
