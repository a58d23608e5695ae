internal import SlipwayCore
internal import Synchronization

/// What was done by a form, for the page that the browser is sent to then. Kept here, under a name that nobody guesses: a
/// link can't make a page say what was never done.
final class DoneNotes: Sendable {
    struct Note: Sendable {
        var at: Timestamp
        var message: String
    }

    private struct State {
        var notes: [String: Note] = [:]
        var order: [String] = []
    }

    private let time: any TimeSource
    private let state = Mutex(State())

    static let parameterName = "done"
    static let maximum = 100

    init(time: any TimeSource) { self.time = time }

    /// Answers the note's name.
    func add(_ receipt: OperatorReceipt) -> String {
        var generator = SystemRandomNumberGenerator()
        let name = (0..<2).map { _ in String(generator.next(), radix: 36) }.joined()
        let note = Note(at: time.now(), message: receipt.message)
        state.withLock { state in
            state.notes[name] = note
            state.order.append(name)
            if state.order.count > Self.maximum { state.notes[state.order.removeFirst()] = nil }
        }
        return name
    }

    func note(_ query: QueryParameters) -> Note? {
        guard let name = query[Self.parameterName] else { return nil }
        return state.withLock { $0.notes[name] }
    }
}

/// A note as a page shows it.
struct ShownNote: Sendable {
    var at: ShownTime
    var message: String

    init(_ note: DoneNotes.Note, at now: Timestamp) {
        at = ShownTime(note.at, at: now)
        message = note.message.prefix(1).uppercased() + note.message.dropFirst() + "."
    }
}
