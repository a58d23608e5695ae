import Testing

@testable import SlipwayCore

private let sizes = SizeOffers([
    (cpu: 256, memory: [512, 1_024, 2_048]), (cpu: 1_024, memory: [2_048, 3_072, 4_096]),
    (cpu: 2_048, memory: [4_096, 5_120, 8_192]),
])

private func review(_ bookable: Bookable = Bookable(), cpu: Int? = 1_024, memory: Int? = 2_048) -> BookingReview {
    var small = profile()
    small.cpu = cpu
    small.memory = memory
    small.bookable = bookable
    return BookingReview(pools: [.init(name: "ECS-Linux", profiles: [small])], sizes: sizes)
}

private func inputs(_ change: (inout BookingInputs) -> Void = { _ in }) -> BookingInputs {
    var inputs = BookingInputs(pool: "ecs-linux", profile: "small")
    change(&inputs)
    return inputs
}

private func objection(_ inputs: BookingInputs, _ review: BookingReview = review()) -> BookingMessage? {
    do throws(BookingReview.Objection) {
        _ = try review.agent(inputs, run: 42)
        return nil
    } catch {
        return error.message
    }
}

@Suite struct BookingReviewTests {
    @Test func whatIsAbsentIsTheProfilesOwn() throws {
        let agent = try review().agent(inputs(), run: 42)
        #expect(agent == BookedAgent(name: bookedName(), pool: "ECS-Linux", profile: "small"))
    }

    @Test func whatIsGivenIsTaken() throws {
        let bookable = Bookable(
            cpu: 2_048, memory: 8_192, ephemeralStorageGiB: 100, images: ["jdk": "azp-jdk:3", "node": "azp-node"])
        let agent = try review(bookable).agent(
            inputs {
                ($0.key, $0.cpu, $0.memory, $0.ephemeralStorage) = ("Big-1", "2048", "8192", "50")
                ($0.image, $0.wait, $0.timeoutMinutes) = ("jdk", "online", "3")
            }, run: 42)
        #expect(
            agent
                == BookedAgent(
                    name: bookedName("big-1"), pool: "ECS-Linux", profile: "small", cpu: 2_048, memory: 8_192,
                    ephemeralStorageGiB: 50, taskDefinition: "azp-jdk:3", wait: .online, timeoutMinutes: 3))
        #expect(try review(bookable).agent(inputs { $0.image = "azp-jdk:3" }, run: 42).taskDefinition == "azp-jdk:3")
    }

    @Test(arguments: [
        ("pool", "nowhere", BookingMessage.Name.poolUnknown), ("profile", "huge", .profileUnknown),
        ("profile", "a b", .inputInvalid), ("key", "-a", .inputInvalid), ("key", "a_b", .inputInvalid),
        ("cpu", "1.5", .inputInvalid), ("cpu", "+5", .inputInvalid), ("cpu", "99999999999999999999", .inputInvalid),
        ("memory", "$(memoryFromAnywhere)", .variableUnresolved), ("ephemeralStorage", "20", .inputInvalid),
        ("wait", "never", .inputInvalid), ("timeoutMinutes", "0", .inputInvalid),
        ("timeoutMinutes", "1441", .inputInvalid), ("image", "a b", .inputInvalid),
        ("image", "other", .imageNotAllowed),
        ("cpu", "2048", .sizeNotAllowed), ("memory", "4096", .sizeNotAllowed),
        ("ephemeralStorage", "30", .sizeNotAllowed),
        ("memory", "1024", .sizeNotOffered),
    ])
    func whatIsWrongIsNamed(name: String, text: String, message: BookingMessage.Name) {
        var texts = ["pool": "ecs-linux", "profile": "small"]
        texts[name] = text
        let objection = objection(BookingInputs(texts))
        #expect(objection?.name == message)
        #expect(objection?.text.contains("%s") == false)
    }

    @Test func aSizeThatFargateDoesNotOfferNamesTheNearest() {
        let bookable = Bookable(cpu: 4_096, memory: 16_384)
        func nearest(_ cpu: String, _ memory: String) -> String? {
            objection(inputs { ($0.cpu, $0.memory) = (cpu, memory) }, review(bookable))?.arguments.last
        }
        #expect(nearest("1024", "2500") == "1024 with 2048, 1024 with 3072")
        #expect(nearest("1024", "9000") == "1024 with 4096")
        #expect(nearest("512", "1500") == "256 with 2048, 1024 with 2048")
        #expect(nearest("4096", "8000") == "2048 with 8192")
    }

    @Test func anInputThatIsItsOwnMacroIsAbsent() {
        #expect(BookingInputs(["cpu": "$(cpu)", "key": "  ", "image": " jdk "]) == BookingInputs(image: "jdk"))
    }

    @Test func nothingFromOutsideSteersALogOrATerminal() {
        let text = objection(inputs { $0.pool = "##vso[task.setvariable]\u{1B}[2J\r\nx" })?.text ?? ""
        #expect(!text.contains("##"))
        #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
        #expect((objection(inputs { $0.pool = String(repeating: "x", count: 250) })?.text.count ?? 0) < 400)
    }
}
