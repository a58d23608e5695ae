/// What a pipeline's author is told, in the words of `messages` in extension/SlipwayAgent/task.json.
public struct BookingMessage: Hashable, Codable, Sendable {
    public enum Name: String, Hashable, Codable, Sendable, CaseIterable {
        case accepted, placed, agentTaskState, registered, online
        case inputInvalid, variableUnresolved, poolUnknown, profileUnknown
        case sizeNotOffered, sizeNotAllowed, imageNotAllowed, keyTaken, nameTaken
        case launchFailed, agentLost, timedOut, stopped
    }

    public var name: Name
    /// In place of each `%s`, in this order. Printable, and at most 300 characters each.
    public var arguments: [String]

    public init(_ name: Name, _ arguments: [String]) {
        self.name = name
        self.arguments = arguments.map(Self.harmless)
    }

    public init(_ name: Name, _ arguments: String...) { self.init(name, arguments) }

    public var text: String {
        var text = ""
        var rest = Self.template(name)[...]
        for argument in arguments {
            guard let (before, after) = Self.split(rest) else { break }
            text += before + argument
            rest = after
        }
        return text + rest
    }

    /// A test holds these against the task's own.
    static func template(_ name: Name) -> String {
        switch name {
        case .accepted: "Asked for the agent %s in the pool %s with the profile %s."
        case .placed: "Amazon ECS accepted the agent task %s on %s."
        case .agentTaskState: "The agent task is %s."
        case .registered: "The agent %s is registered. A job that demands it is queued now."
        case .online: "The agent %s is online."
        case .inputInvalid: "The input %s is '%s'. It must be %s."
        case .variableUnresolved: "The input %s holds '%s', a variable that this run doesn't have."
        case .poolUnknown: "This server has no pool '%s'. It has %s."
        case .profileUnknown: "The pool %s has no profile '%s'. It has %s."
        case .sizeNotOffered: "Fargate doesn't offer %s CPU units with %s MiB. The nearest it offers: %s."
        case .sizeNotAllowed: "The profile %s allows %s at most. You asked for %s."
        case .imageNotAllowed: "The profile %s doesn't allow the image '%s'. It allows %s."
        case .keyTaken:
            "This run has asked for the agent %s already, in the job %s. Give each SlipwayAgent task a key of its own."
        case .nameTaken: "The pool %s has an agent %s that Slipway didn't make. Delete it, or choose another key."
        case .launchFailed: "The agent could not be started: %s"
        case .agentLost: "The agent %s was lost before it was ready: %s"
        case .timedOut: "There is no agent after %s minutes. The last that is known: %s"
        case .stopped: "The run was cancelled. The agent %s is removed."
        }
    }

    private static func split(_ text: Substring) -> (before: Substring, after: Substring)? {
        var index = text.startIndex
        while index < text.endIndex {
            if text[index...].hasPrefix("%s") {
                return (text[..<index], text[text.index(index, offsetBy: 2)...])
            }
            index = text.index(after: index)
        }
        return nil
    }

    /// What comes from outside must neither swell a log nor steer a terminal; nor make a logging command of a line, which
    /// Azure Pipelines obeys (`##vso[…]`).
    private static func harmless(_ text: String) -> String {
        let printable = text.unicodeScalars.prefix(300).map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: " "
            default: Character(scalar)
            }
        }
        return String(printable).replacingLoggingCommands
    }
}

extension String {
    fileprivate var replacingLoggingCommands: String {
        var text = ""
        for character in self {
            if character == "#", text.last == "#" { text.append(" ") }
            text.append(character)
        }
        return text
    }
}
