/// The inputs of a booking, each of its form (extension/protocol.md, section 3).
struct InputForms {
    var pool: String
    var profile: String
    var key: String
    var cpu: Int?
    var memory: Int?
    var ephemeralStorageGiB: Int?
    var image: String?
    var wait: BookedAgent.Wait
    var timeoutMinutes: Int

    init(_ inputs: BookingInputs) throws(BookingReview.Objection) {
        pool = try Self.pool(inputs)
        profile = try Self.profile(inputs)
        key = try Self.checked("key", inputs.key ?? "agent")
        guard BoundAgentName.isKey(key) else { throw .init(message: Self.keyInvalid(key)) }
        cpu = try Self.number("cpu", inputs.cpu, 128...196_608, "CPU units")
        memory = try Self.number("memory", inputs.memory, 128...2_097_152, "MiB")
        ephemeralStorageGiB = try Self.number("ephemeralStorage", inputs.ephemeralStorage, 21...200, "GiB")
        image = try Self.image(inputs.image)
        wait = try Self.wait(inputs.wait)
        timeoutMinutes =
            try Self.number("timeoutMinutes", inputs.timeoutMinutes, 1...1_440, "minutes") ?? Self.defaultTimeoutMinutes
    }

    static let defaultTimeoutMinutes = 15

    static func pool(_ inputs: BookingInputs) throws(BookingReview.Objection) -> String {
        let text = try checked("pool", inputs.pool ?? "")
        guard (1...256).contains(text.count) else { throw invalid("pool", text, "the name of a pool") }
        return text
    }

    static func profile(_ inputs: BookingInputs) throws(BookingReview.Objection) -> String {
        let text = try checked("profile", inputs.profile ?? "")
        guard (1...64).contains(text.count), text.utf8.allSatisfy({ isNameByte($0) || $0 == UInt8(ascii: ".") }) else {
            throw invalid("profile", text, "the name of a profile: letters, digits, '-', '_' and '.'")
        }
        return text
    }

    static func keyInvalid(_ text: String) -> BookingMessage {
        BookingMessage(
            .inputInvalid, "key", String(text.prefix(100)),
            "1 to 32 letters, digits and hyphens, a letter or digit first and last")
    }

    private static func image(_ text: String?) throws(BookingReview.Objection) -> String? {
        guard let text = try text.map({ (text: String) throws(BookingReview.Objection) in try checked("image", text) })
        else { return nil }
        let isName = text.utf8.allSatisfy {
            isNameByte($0) || [UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "/")].contains($0)
        }
        guard (1...512).contains(text.count), isName else {
            throw invalid("image", text, "the name of an image, or a task definition as family:revision")
        }
        return text
    }

    private static func wait(_ text: String?) throws(BookingReview.Objection) -> BookedAgent.Wait {
        guard let text else { return .registered }
        guard let wait = BookedAgent.Wait(rawValue: try checked("wait", text)) else {
            throw invalid("wait", text, "registered or online")
        }
        return wait
    }

    private static func number(
        _ name: String, _ text: String?, _ range: ClosedRange<Int>, _ unit: String
    ) throws(BookingReview.Objection) -> Int? {
        guard let text else { return nil }
        let checked = try checked(name, text)
        guard checked.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(checked), range.contains(number)
        else { throw invalid(name, text, "\(range.lowerBound) to \(range.upperBound), in \(unit)") }
        return number
    }

    /// A macro that stayed means a variable that the run doesn't have.
    private static func checked(_ name: String, _ text: String) throws(BookingReview.Objection) -> String {
        guard !text.contains("$(") else {
            throw .init(message: BookingMessage(.variableUnresolved, name, String(text.prefix(100))))
        }
        return text
    }

    private static func invalid(_ name: String, _ text: String, _ form: String) -> BookingReview.Objection {
        .init(message: BookingMessage(.inputInvalid, name, String(text.prefix(100)), form))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
