internal import Foundation
internal import SlipwayCore

extension ConfigurationType {
    /// Reads one value from its text.
    func read(_ text: String) throws(Complaint) -> ConfigurationValue {
        switch self {
        case .group, .groups: throw Complaint(found: "found a value", mend: "write a group of keys")
        case .text(let maximum): return .text(try Self.text(text, maximum: maximum))
        case .name(let others, let maximum): return .text(try Self.name(text, others: others, maximum: maximum))
        case .choice(let choices): return .text(try Self.choice(text, choices))
        case .integer(let range): return .integer(try Self.integer(text, range))
        case .flag: return .flag(try Self.flag(text))
        case .url: return .text(try Self.url(text))
        case .day: return .text(try Self.day(text))
        case .secret: return .secret(try SecretReference.parse(text))
        case .timeOfDay: return .integer(try Self.timeOfDay(text))
        case .timeZone: return .text(try Self.timeZone(text))
        case .demands, .texts, .secrets, .weekdays: return try read([text])
        }
    }

    /// Reads a list of values from the texts of its elements.
    func read(_ texts: [String]) throws(Complaint) -> ConfigurationValue {
        guard let count = listCount else { throw Complaint(found: "found a list", mend: "write one value") }
        guard !texts.isEmpty else {
            throw Complaint(found: "the list is empty", mend: "give \(Self.words(count)) elements, or remove the key")
        }
        guard count.contains(texts.count) else {
            throw Complaint(found: "the list has \(texts.count) elements", mend: "give \(Self.words(count))")
        }
        switch self {
        case .demands: return .demands(try Self.demands(texts))
        case .weekdays: return .texts(try Self.weekdays(texts))
        case .secrets: return .secrets(try each(texts) { text throws(Complaint) in try SecretReference.parse(text) })
        default: return .texts(try each(texts) { text throws(Complaint) in try Self.text(text, maximum: 255) })
        }
    }

    private static func text(_ text: String, maximum: Int) throws(Complaint) -> String {
        guard !text.isEmpty else { throw Complaint(found: "the text is empty", mend: "give one, or remove the key") }
        guard text.count <= maximum else {
            throw Complaint(found: "the text has \(text.count) characters", mend: "give at most \(maximum)")
        }
        guard !text.unicodeScalars.contains(where: isHarmful) else {
            throw Complaint(found: "the text holds control or invisible characters", mend: "remove them")
        }
        return text
    }

    private static func name(_ text: String, others: String, maximum: Int) throws(Complaint) -> String {
        let isName = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                || others.unicodeScalars.contains(scalar)
        }
        guard isName, !text.isEmpty, text.count <= maximum else {
            let accepted = others.isEmpty ? "" : " and \(others.map { "“\($0)”" }.joined(separator: ", "))"
            throw Complaint(found: quoted(text), mend: "use letters, digits\(accepted), \(maximum) at most")
        }
        return text
    }

    private static func choice(_ text: String, _ choices: [String]) throws(Complaint) -> String {
        if choices.contains(text) { return text }
        if let nearest = NearestName.of(text, among: choices) {
            throw Complaint(found: quoted(text), mend: "write \(nearest)")
        }
        throw Complaint(found: quoted(text), mend: "write one of \(choices.joined(separator: ", "))")
    }

    private static func integer(_ text: String, _ range: ClosedRange<Int>) throws(Complaint) -> Int {
        guard let number = Int(text) else {
            throw Complaint(found: "\(quoted(text)), which is no whole number", mend: "write one from \(words(range))")
        }
        guard range.contains(number) else {
            throw Complaint(found: quoted(text), mend: "write a whole number from \(words(range))")
        }
        return number
    }

    private static func flag(_ text: String) throws(Complaint) -> Bool {
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw Complaint(found: quoted(text), mend: "write true or false")
        }
    }

    private static func url(_ text: String) throws(Complaint) -> String {
        guard text.count <= 2_048, let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["https", "http"].contains(scheme), let host = parts.host, !host.isEmpty, parts.query == nil,
            parts.fragment == nil, !text.unicodeScalars.contains(where: isHarmful)
        else { throw Complaint(found: quoted(text), mend: "write a URL such as https://example.com/path") }
        // Not quoted: this one may hold a password.
        guard parts.user == nil, parts.password == nil else {
            throw Complaint(found: "the URL holds a user or a password", mend: "remove it, and give it as a secret")
        }
        guard scheme == "https" || isLoopback(host) else {
            throw Complaint(found: quoted(text), mend: "write https:// (http:// would show secrets to the network)")
        }
        return text
    }

    private static func day(_ text: String) throws(Complaint) -> String {
        guard let day = CalendarDay(text) else {
            throw Complaint(found: quoted(text), mend: "write a day of the calendar, as in 2027-01-31")
        }
        return day.description
    }

    private static func timeOfDay(_ text: String) throws(Complaint) -> Int {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let isDigits = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: ":")).contains($0) }
        guard isDigits, parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hours = Int(parts[0]),
            let minutes = Int(parts[1]), minutes < 60, hours * 60 + minutes <= WarmWindow.minutesADay
        else { throw Complaint(found: quoted(text), mend: "write hours and minutes, as in 07:30") }
        return hours * 60 + minutes
    }

    private static func timeZone(_ text: String) throws(Complaint) -> String {
        // A file's name elsewhere: short, and of few characters.
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "+"):
                true
            default: false
            }
        }
        guard isName, text.utf8.count <= 64, WarmWindow.isKnown(timeZone: text) else {
            throw Complaint(found: quoted(text), mend: "write a name of the IANA's list, as in Europe/Berlin or UTC")
        }
        return text
    }

    /// The names of the days, in the order of the week.
    private static func weekdays(_ texts: [String]) throws(Complaint) -> [String] {
        var days: Set<Weekday> = []
        for span in try each(texts, Self.weekdays(of:)) { days.formUnion(span) }
        return Weekday.allCases.filter(days.contains).map(\.shortName)
    }

    private static func weekdays(of text: String) throws(Complaint) -> [Weekday] {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Weekday(shortName: String($0)) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else {
            throw Complaint(
                found: quoted(text), mend: "write mon, tue, wed, thu, fri, sat or sun, or a span such as mon-fri")
        }
        // A span may go over the week's end: sat-mon.
        let length = (last.rawValue - first.rawValue + 7) % 7
        return (0...length).map { Weekday.allCases[(first.rawValue + $0) % 7] }
    }

    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]"
            || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
    }

    private static func quoted(_ text: String) -> String { "found “\(text.prefix(60))\(text.count > 60 ? "…" : "")”" }
}

private func each<Element>(
    _ texts: [String], _ read: (String) throws(Complaint) -> Element
) throws(Complaint) -> [Element] {
    var elements: [Element] = []
    for (index, text) in texts.enumerated() {
        do {
            elements.append(try read(text))
        } catch {
            throw Complaint(found: "element \(index): \(error.found)", mend: error.mend)
        }
    }
    return elements
}

extension ConfigurationType {
    /// Demands that a profile's agents satisfy by what they report. Each becomes an environment variable of the agent's
    /// container, so names that would reach the agent itself or its registration are refused.
    private static func demands(_ texts: [String]) throws(Complaint) -> [Demand] {
        var seen: Set<String> = []
        return try each(texts) { text throws(Complaint) in
            let demand = try Self.demand(text)
            guard seen.insert(demand.name.lowercased()).inserted else {
                throw Complaint(found: "“\(demand.name)” is demanded twice", mend: "keep one of them")
            }
            return demand
        }
    }

    private static func demand(_ text: String) throws(Complaint) -> Demand {
        let mend = "write name or name -equals value"
        guard text.count <= 250, !text.unicodeScalars.contains(where: isHarmful) else {
            throw Complaint(found: "the demand is too long or holds control characters", mend: mend)
        }
        let demand = Demand(parsing: text)
        let isName = demand.name.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && scalar.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains(scalar)
        }
        guard isName, !demand.name.isEmpty, !demand.name.hasPrefix("-") else {
            throw Complaint(found: quoted(text), mend: mend)
        }
        switch demand.condition {
        case .minimumVersion:
            throw Complaint(
                found: quoted(text), mend: "write \(demand.name) -equals VERSION, with the image's own version")
        case .unreadable, .equals(""): throw Complaint(found: quoted(text), mend: mend)
        case .exists, .equals: break
        }
        let reserved = ["agent.", "azp_", "vso_", "vsts_", "slipway_"].first { demand.name.lowercased().hasPrefix($0) }
        guard reserved == nil else {
            throw Complaint(
                found: quoted(text), mend: "remove it: the agent itself or its image uses names that begin so")
        }
        guard demand.name.lowercased() != Placeholder.marker.lowercased() else {
            throw Complaint(found: quoted(text), mend: "remove it: Slipway's placeholders are known by this name")
        }
        return demand
    }
}
